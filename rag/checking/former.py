"""Offices given up: is a former mayor told to be the mayor?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rag.checking.faults import Fault, What
from rag.checking.polarity import Read
from rag.checking.words import Word, around, shared, snippet, stem

_OFFICES_WORDS = """mayor president minister chancellor governor senator king queen emperor prince
    princess bishop archbishop pope chairman chairwoman chair chief director head leader manager
    coach captain boss secretary ambassador commissioner judge general commander spokesman
    spokeswoman editor owner champion deputy councillor mp congressman premier treasurer husband
    wife partner girlfriend boyfriend teacher player member officer official executive ceo
    colony capital"""
_OFFICES = frozenset(map(stem, _OFFICES_WORDS.split()))
_FORMER = frozenset(("former", "ex", "erstwhile", "onetime", "formerly"))
_ONCE_WORDS = """was were been being be became become becomes served as once then when until
    previously previous past retired late outgoing elected appointed had made named deposed"""
_ONCE = frozenset(_ONCE_WORDS.split()) | _FORMER
"""Before an office, they may tell of one that is given up."""
_REACH, _BEFORE = 4, 5


def offices(found: Sequence[Word]) -> dict[int, int]:
    """The places of offices that are given up, with those of the words that say so."""
    made: dict[int, int] = {}
    for at, word in enumerate(found):
        if word.plain not in _FORMER:
            continue
        for i in range(at + 1, min(at + 1 + _REACH, len(found))):
            if found[i].breaks and i > at + 1:
                break
            if found[i].stem in _OFFICES:
                made[i] = at
    return made


def unsupported(said: Read, quoted: Sequence[Read]) -> Iterator[Fault]:
    """The first office of ``said`` that the quotes call a former one, where it is told as one that
    is held."""
    given_up = [offices(read.words) for read in quoted]
    for at, word in enumerate(said.words):
        if word.stem not in _OFFICES or _once(said.words, at):
            continue
        near = around(said.words, at)
        places = [
            (shared(near, around(read.words, i)), made.get(i), read, i)
            for read, made in zip(quoted, given_up, strict=True)
            for i, other in enumerate(read.words)
            if other.stem == word.stem
        ]
        if not places or any(cue is None for _, cue, _, _ in places):
            continue
        score, cue, read, i = max(places, key=lambda place: place[0])
        if score <= 0 or cue is None:
            continue
        told = snippet(read.text, read.words, cue, i)
        why = f"says “{word.text}”; the quoted words say “{told}”"
        yield Fault(What.MODALITY, word.start, word.end, why)
        return


def _once(found: Sequence[Word], at: int) -> bool:
    return any(w.plain in _ONCE for w in found[max(0, at - _BEFORE) : at])
