"""Words that turn a sentence into its opposite: "rose" for "fell", "before" for "after"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

from rag.checking.faults import Fault, What
from rag.checking.polarity import Read
from rag.checking.words import around, shared, sides, snippet, stem

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


_LEAST, _MARGIN = 1.0, 0.6
"""How much two surroundings must have in common for one word to stand for the other; and how much
more than where the quotes say the word itself."""

Place = tuple[int, int]
"""A line of the table and a side of it."""


@cache
def _places() -> dict[str, frozenset[Place]]:
    """Where each stem stands in the table."""
    found: dict[str, set[Place]] = {}
    for line, pair in enumerate(_TABLE.splitlines()):
        for side, group in enumerate(pair.split(":")):
            for word in group.split():
                found.setdefault(stem(word), set()).add((line, side))
    return {key: frozenset(places) for key, places in found.items()}


def unsupported(said: Read, quoted: Sequence[Read]) -> Iterator[Fault]:
    """The first word of ``said`` whose opposite the quotes say in its place."""
    for at, word in enumerate(said.words):
        found = _opposite(said, at, quoted) if word.stem in _places() else None
        if found is None or _turned_round(said, at, *found):
            continue
        read, i = found
        told = snippet(read.text, read.words, i - 1, i + 1)
        mine = snippet(said.text, said.words, at - 1, at + 1)
        why = f"says “{mine}”; the quoted words say “{told}”"
        yield Fault(What.OPPOSITE, word.start, word.end, why)
        return


def _opposite(said: Read, at: int, quoted: Sequence[Read]) -> tuple[Read, int] | None:
    """Where the quotes say the opposite of the word at ``at`` among the same words, if they do,
    and do not say the word itself as near. A denied opposite is the word itself."""
    word, near = said.words[at], around(said.words, at)
    mine = _places()[word.stem]
    against = {(line, 1 - side) for line, side in mine}
    same, other = 0.0, 0.0
    where: tuple[Read, int] | None = None
    for read in quoted:
        for i, w in enumerate(read.words):
            theirs = _places().get(w.stem, frozenset())
            alike, opposed = bool(theirs & mine), bool(theirs & against)
            if not alike and not opposed:
                continue
            score = shared(near, around(read.words, i))
            turned = read.denied(i) != said.denied(at)
            if opposed and not alike and not turned:
                if score > other:
                    other, where = score, (read, i)
            elif opposed or not turned:
                same = max(same, score + 1e-6)
    return where if other >= _LEAST and other > same + _MARGIN * bool(same) else None


def _turned_round(said: Read, at: int, quoted: Read, i: int) -> bool:
    """ "Okoye bought the mill" and "the mill was sold to Okoye": what stands before the one stands
    after the other, so that both say the same."""
    before, after = sides(said.words, at)
    their_before, their_after = sides(quoted.words, i)
    straight = shared(before, their_before) + shared(after, their_after)
    return shared(before, their_after) + shared(after, their_before) > straight
