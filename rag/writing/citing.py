"""Finds the words that bear a statement out: the fewest sentences that do, where any do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.checking.bearing import Encode, bearing
from rag.checking.checker import Checker
from rag.checking.faults import Checked, Quote
from rag.evidence import Sentence
from rag.quoting import citation
from rag.telling import sentences
from rag.types import Citation
from rag.writing.fencing import Fenced

_MOST = 3
"""Sentences that bear a statement out together, at most."""
_LOOKED_AT = 12
"""Sentences that are tried, those nearest by their meaning."""


@dataclass(frozen=True, slots=True)
class Cited:
    """What a statement rests on, and what of it is not ``checked`` by that. ``named`` when the
    words are of passages that the model named."""

    sentences: tuple[Sentence, ...]
    checked: Checked
    named: bool

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Without numbers yet. Sentences that follow on each other are one."""
        return tuple(citation(run, 0) for run in _runs(self.sentences))


class Citer:
    """Judges by ``checker``; of sentences that do equally, by their meaning to ``encode``."""

    def __init__(self, checker: Checker, encode: Encode) -> None:
        self._checker = checker
        self._encode = encode

    def cite(self, text: str, named: Sequence[Fenced], shown: Sequence[Fenced]) -> Cited:
        """What bears ``text`` out in the passages that the model ``named``, else in any it was
        ``shown``. A model that forgets an id, or takes another for it, has not said anything
        untrue: the words are looked for, and must pass the same check."""
        tried = [self._fewest(text, named, True)] if named else []
        if not any(one.checked.holds for one in tried):
            tried.append(self._fewest(text, shown, False))
        return min(tried, key=lambda one: len(one.checked.faults))

    def _fewest(self, text: str, passages: Sequence[Fenced], named: bool) -> Cited:
        near = self._nearest(text, passages)
        chosen: tuple[Sentence, ...] = ()
        best = self._checker.check(text, ())
        while near and len(chosen) < _MOST and not best.holds:
            rows = [(self._check(text, (*chosen, one)), one) for one in near if one not in chosen]
            if not rows:
                break
            checked, sentence = min(rows, key=lambda row: len(row[0].faults))
            if chosen and len(checked.faults) >= len(best.faults):
                break
            best, chosen = checked, (*chosen, sentence)
        return Cited(chosen, best, named)

    def _check(self, text: str, quoted: Sequence[Sentence]) -> Checked:
        runs = _runs(quoted)
        return self._checker.check(text, [Quote.of(run.text, run.hit.source) for run in runs])

    def _nearest(self, text: str, passages: Sequence[Fenced]) -> list[Sentence]:
        found = [_of(one, sentence) for one in passages for sentence in sentences(one.stored)]
        self._encode([one.text for one in found])  # all at once, to be at hand
        near = [(bearing(text, [one.text], self._encode), one) for one in found]
        return [one for _, one in sorted(near, key=lambda row: -row[0])[:_LOOKED_AT]]


def _of(passage: Fenced, sentence: Sentence) -> Sentence:
    """The sentence with the hit it was found by, which tells its copies."""
    return Sentence(passage.hit, sentence.start, sentence.end, sentence.text, 0.0)


def _runs(quoted: Sequence[Sentence]) -> list[Sentence]:
    """``quoted`` in order, those that follow on each other as one."""
    runs: list[Sentence] = []
    for one in sorted(quoted, key=_place):
        runs.append(one)
        while len(runs) > 1 and (joined := _joined(*runs[-2:])):
            runs[-2:] = [joined]
    first = {one.hit.passage.id: place for place, one in reversed(list(enumerate(quoted)))}
    return sorted(runs, key=lambda run: first[run.hit.passage.id])


def _place(sentence: Sentence) -> tuple[str, int]:
    return sentence.hit.passage.id, sentence.start


def _joined(one: Sentence, other: Sentence) -> Sentence | None:
    passage = one.hit.passage
    if passage.id != other.hit.passage.id:
        return None
    between = passage.text[one.end - passage.start : other.start - passage.start]
    if between.strip():
        return None
    text = passage.text[one.start - passage.start : other.end - passage.start]
    return Sentence(one.hit, one.start, other.end, text, 0.0)
