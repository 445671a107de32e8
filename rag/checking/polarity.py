"""Negation: is what a statement says so said so, and what it denies denied?

A word that denies ("not", "never", "failed to", "no longer") turns over what follows it in its
clause; two of them turn it back. A word of the statement is compared with the word of the same
stem in the quotes that stands in the same surroundings.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.checking.faults import Fault, What
from rag.checking.words import Word, around, shared, snippet, words

_CUES = {
    **dict.fromkeys(("not", "never", "without", "hardly", "barely", "scarcely", "neither"), 1),
    **dict.fromkeys(("nor", "cannot", "nobody", "none", "nothing", "nowhere", "unable"), 1),
    **dict.fromkeys(("fails", "fail", "failed", "failing", "failure"), 1),
    **dict.fromkeys(("refuse", "refuses", "refused", "refusing", "declined", "declines"), 1),
    **dict.fromkeys(("denied", "denies", "deny", "denying", "no", "lacks", "lacked"), 1),
    "lacking": 1,
}
_PAIRS = {
    ("rather", "than"): 2,
    ("ruled", "out"): 2,
    ("yet", "to"): 2,
    ("instead", "of"): 2,
    ("far", "from"): 2,
}
_NO_CUE = {
    ("not", "only"),
    ("not", "just"),
    ("not", "merely"),
    ("not", "until"),
    ("not", "least"),
    ("no", "doubt"),
    ("no", "more"),
    ("no", "less"),
    ("no", "fewer"),
    ("no", "one"),
    ("no", "later"),
    ("nothing", "but"),
}
_CLOSES_WORDS = """but although though while because which who where when unless except until"""
_CLOSES = frozenset(_CLOSES_WORDS.split())
_NEGATIVE_WORDS = """few little only except instead seldom rarely against ban banned reject
    rejected oppose opposed wrong false avoid avoided stop stopped halt impossible less least
    exclude excluded excluding unlike different prohibit prohibited forbid forbidden forbade
    outside lost remove removed ended absence absent free independent"""
_NEGATIVE = frozenset(_NEGATIVE_WORDS.split())
_NEGATIVE_FORM = ("un", "in", "im", "dis", "non", "ir")
_REACH, _FARTHEST = 3, 8
"""Words after a denial that it surely turns over; and those that it may."""


@dataclass(frozen=True, slots=True)
class Read:
    """The words of a text; how often each is turned over; the place of the first word that says
    something under each denial, with the place of that denial."""

    text: str
    words: Sequence[Word]
    turned: tuple[int, ...]
    heads: dict[int, int]

    @property
    def negative(self) -> bool:
        """Whether anything in it denies, however it is put."""
        return bool(self.heads) or any(
            w.plain in _NEGATIVE or w.plain.startswith(_NEGATIVE_FORM) or w.plain.endswith("less")
            for w in self.words
        )

    def denied(self, at: int) -> bool:
        return self.turned[at] % 2 == 1


def read(text: str) -> Read:
    found = words(text)
    turned, heads = [0] * len(found), {}
    for at in range(len(found)):
        length = _cue(found, at)
        if not length:
            continue
        says = 0
        for i in range(at + length, min(at + length + _FARTHEST, len(found))):
            if found[i].breaks or found[i].plain in _CLOSES:
                break
            if _cue(found, i) and says:
                break
            turned[i] += 1
            if found[i].says and not _cue(found, i):
                if not says:
                    heads[i] = at
                says += 1
                if says == _REACH:
                    break
    return Read(text, found, tuple(turned), heads)


def _cue(found: Sequence[Word], at: int) -> int:
    """How many words deny at this place; 0 when none does."""
    plain = found[at].plain
    following = found[at + 1].plain if at + 1 < len(found) else ""
    if (plain, following) in _PAIRS:
        return 2
    if (plain, following) in _NO_CUE or (plain == "declined" and following != "to"):
        return 0
    split = plain == "t" and at > 0 and found[at - 1].plain.endswith("n")
    return 1 if split or plain.endswith("n't") else _CUES.get(plain, 0)


def unsupported(said: Read, quoted: Sequence[Read]) -> Iterator[Fault]:
    """Where ``said`` denies what is said, or says what is denied."""
    for at, word in enumerate(said.words):
        if not word.says or said.text[word.start].isdigit():
            continue
        near = around(said.words, at)
        places = [
            (shared(near, around(q.words, i)), q, i)
            for q in quoted
            for i, other in enumerate(q.words)
            if other.stem == word.stem and other.says
        ]
        if not places:
            if at in said.heads and said.denied(at) and not any(q.negative for q in quoted):
                yield _fault(said, at, "nothing quoted denies it")
            continue
        best = max(score for score, _, _ in places)
        alike = [(q, i) for score, q, i in places if score >= best - 1e-6]
        if any(q.denied(i) == said.denied(at) for q, i in alike):
            continue
        q, i = alike[0]
        if at not in said.heads and i not in q.heads:
            continue
        if best <= 0 and len(said.words) > 3:
            continue
        if at in said.heads and not q.denied(i) and _denies_near(q, i):
            continue
        cue = q.heads.get(i, i)
        told = snippet(q.text, q.words, min(cue, i - 1), i + 1)
        yield _fault(said, at, f"the quoted words say “{told}”")
        return


def _denies_near(read: Read, at: int) -> bool:
    """Whether something beside the word at ``at`` denies it without a word for it: "few came"."""
    near = [*read.words[max(0, at - 2) : at], *read.words[at + 1 : at + 3]]
    return any(w.plain in _NEGATIVE for w in near)


def _fault(said: Read, at: int, because: str) -> Fault:
    cue = said.heads.get(at, at)
    first = cue if cue < at else at - 1
    told = snippet(said.text, said.words, first, at)
    word = said.words[at]
    start = said.words[max(0, min(cue, at))].start
    return Fault(What.NEGATION, start, word.end, f"says “{told}”; {because}")
