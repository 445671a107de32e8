"""Which pieces of gold evidence do some words of an article hold?

A piece is what must be found once. It may stand at several places, in the same words or in others,
and any of them will do.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from evals.metrics.answers import holds, normalised
from evals.sets.questions import Case, Evidence

Words = tuple[str, ...]

EVERY = "every-evidence"
"""Tag of cases that want each of their quotes, whatever parts of the answer it holds."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Places that say the same: ids of articles, with normalised words of theirs."""

    places: tuple[tuple[str, Words], ...]

    def held_by(self, article: str, text: str) -> bool:
        """Whether ``text``, words of ``article``, holds this piece or enough of it: the words
        that it has in common with a place, in the same order and in runs of three or more, are
        at least half of the shorter one.

        So a sentence is met by its passage and by most of itself, a passage by any of its
        sentences; but not a sentence by the next one, however many words they share.
        """
        wanted = [words for place, words in self.places if place == article]
        words = normalised(text).split() if wanted else []
        return any(_holds_enough(words, each) for each in wanted)


def _holds_enough(words: Sequence[str], wanted: Words) -> bool:
    shorter = min(len(words), len(wanted))
    return shorter > 0 and 2 * _in_common(words, wanted, min(3, shorter)) >= shorter


def _in_common(one: Sequence[str], other: Sequence[str], run: int) -> int:
    blocks = SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks if block.size >= run)


def pieces(evidence: Iterable[Evidence]) -> tuple[Piece, ...]:
    """The different pieces of ``evidence``: equal words in several articles are one; a quote
    without words is none."""
    return _grouped((words, one.article, words) for one in evidence if (words := _words(one)))


def pieces_of(case: Case) -> tuple[Piece, ...]:
    """The pieces of evidence that a case wants.

    Quotes that hold the answer are one piece, in whatever words: any will do. Where all parts of
    an answer are wanted, those that hold the same part are. A quote that holds none is a piece of
    its own, a step on the way; so is every quote of a case with the tag ``every-evidence``.
    """
    return _grouped(
        (key, one.article, words)
        for one in case.evidence
        if (words := _words(one))
        for key in _keys(case, one, words)
    )


def _keys(case: Case, one: Evidence, words: Words) -> Iterable[Words]:
    """What a quote is evidence of: parts of the answer, the answer, or its own words."""
    held = () if EVERY in case.tags else [a for a in case.answers if holds(one.quote, (a,))]
    if not held:
        return [words]
    return [("part", part) for part in held] if case.wants_all else [("answer",)]


def _words(one: Evidence) -> Words:
    return tuple(normalised(one.quote).split())


def _grouped(found: Iterable[tuple[Words, str, Words]]) -> tuple[Piece, ...]:
    places: dict[Words, dict[tuple[str, Words], None]] = {}
    for key, article, words in found:
        places.setdefault(key, {})[article, words] = None
    return tuple(Piece(tuple(some)) for some in places.values())


def ranks(wanted: Sequence[Piece], found: Sequence[tuple[str, str]]) -> list[list[int]]:
    """For each piece the ranks, from 1, at which ``found`` holds it: (article id, passage text),
    best first."""
    return [
        [rank for rank, (article, text) in enumerate(found, 1) if piece.held_by(article, text)]
        for piece in wanted
    ]
