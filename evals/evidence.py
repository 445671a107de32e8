"""Which pieces of gold evidence do some words of an article hold?

A piece is told by its words. Evidence of equal words in several articles is one piece, and any of
its places will do.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from evals.answers import normalised
from evals.questions import Evidence


@dataclass(frozen=True, slots=True)
class Piece:
    """Normalised words, and the ids of the articles that hold them."""

    words: tuple[str, ...]
    articles: frozenset[str]

    def held_by(self, article: str, text: str) -> bool:
        """Whether ``text``, words of ``article``, holds this piece or enough of it: the words
        that both have, in the same order and in runs of three or more, are at least half of the
        shorter one.

        So a sentence is met by its passage and by most of itself, a passage by any of its
        sentences; but not a sentence by the next one, however many words they share.
        """
        if article not in self.articles:
            return False
        words = normalised(text).split()
        shorter = min(len(words), len(self.words))
        return shorter > 0 and 2 * _in_common(words, self.words, min(3, shorter)) >= shorter


def _in_common(one: Sequence[str], other: Sequence[str], run: int) -> int:
    blocks = SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks if block.size >= run)


def pieces(evidence: Iterable[Evidence]) -> tuple[Piece, ...]:
    """The different pieces of ``evidence``; a quote without words is none."""
    places: dict[tuple[str, ...], set[str]] = {}
    for one in evidence:
        places.setdefault(tuple(normalised(one.quote).split()), set()).add(one.article)
    return tuple(Piece(words, frozenset(found)) for words, found in places.items() if words)


def ranks(wanted: Sequence[Piece], found: Sequence[tuple[str, str]]) -> list[list[int]]:
    """For each piece the ranks, from 1, at which ``found`` holds it: (article id, passage text),
    best first."""
    return [
        [rank for rank, (article, text) in enumerate(found, 1) if piece.held_by(article, text)]
        for piece in wanted
    ]
