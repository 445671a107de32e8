"""Words that turn a sentence into its opposite: "rose" for "fell", "before" for "after"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rag.checking.faults import Fault, What
from rag.checking.polarity import Read
from rag.checking.words import around, shared, snippet, stem

_TABLE = """rise increase grow climb : fall decrease decline drop
    up : down
    win : lose
    more : less fewer
    before : after
    first : last
    earliest : latest
    early : late
    most : least
    largest biggest greatest : smallest least
    large big : small
    longest : shortest
    highest : lowest
    high : low
    higher : lower
    above : below
    over : under
    open : close shut
    begin start : end finish stop
    accept approve : reject refuse
    allow permit : ban forbid prohibit
    support back favour : oppose
    gain : lose
    buy : sell
    lend : borrow
    export : import
    arrive : leave depart
    enter : leave
    alive : dead
    north northern : south southern
    east eastern : west western
    male : female
    man : woman
    husband : wife
    son : daughter
    father : mother
    brother : sister
    positive : negative
    true : false
    strong stronger : weak weaker
    better best : worse worst
    fast faster : slow slower
    hot warm : cold cool
    rich : poor
    old older oldest : new young younger youngest
    left : right
    upper : lower
    inside : outside
    add : remove
    include : exclude
    same : different
    public : private
    major : minor
    maximum : minimum
    always : never
    success succeed : failure fail
    victory : defeat
    safe : unsafe dangerous
    guilty : innocent
    agree : disagree
    easy : difficult hard
    expand : shrink contract
    raise : lower cut reduce
    improve : worsen
    gainer : loser
    previous previously : next subsequent subsequently later
    often frequently : rarely seldom"""


def _sides() -> dict[str, list[tuple[int, int]]]:
    sides: dict[str, list[tuple[int, int]]] = {}
    for place, line in enumerate(_TABLE.splitlines()):
        for side, group in enumerate(line.split(":")):
            for word in group.split():
                sides.setdefault(stem(word), []).append((place, side))
    return sides


_SIDES = _sides()
_LEAST, _MARGIN = 1.0, 0.6
"""How much two surroundings must have in common for one word to stand for the other; and how much
more than where the quotes say the word itself."""


def unsupported(said: Read, quoted: Sequence[Read]) -> Iterator[Fault]:
    """Words of ``said`` whose opposite the quotes say in their place."""
    for at, word in enumerate(said.words):
        sides = _SIDES.get(word.stem)
        if not sides:
            continue
        against = {(place, 1 - side) for place, side in sides}
        near = around(said.words, at)
        same, other = 0.0, 0.0
        where: tuple[Read, int] | None = None
        for q in quoted:
            for i, w in enumerate(q.words):
                theirs = _SIDES.get(w.stem)
                if not theirs:
                    continue
                turned = q.denied(i) != said.denied(at)
                alike = w.stem == word.stem or bool(set(theirs) & set(sides))
                opposed = w.stem != word.stem and bool(set(theirs) & against)
                if not alike and not opposed:
                    continue
                score = shared(near, around(q.words, i))
                if (alike and not turned) or (opposed and turned) or (alike and opposed):
                    same = max(same, score + 1e-6)
                elif opposed and score > other:
                    other, where = score, (q, i)
        if where and other >= _LEAST and other > same + _MARGIN * bool(same):
            q, i = where
            told = snippet(q.text, q.words, i - 1, i + 1)
            mine = snippet(said.text, said.words, at - 1, at + 1)
            yield Fault(
                What.OPPOSITE, word.start, word.end, f"says “{mine}”; the quoted words say “{told}”"
            )
            return
