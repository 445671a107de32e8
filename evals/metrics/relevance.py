"""Which passages are gold: what a question set says, found again in the articles."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from evals.metrics.answers import holds, normalised
from evals.metrics.evidence import Piece, pieces_of
from evals.sets.questions import Case
from rag.types import Passage

Passages = Callable[[str], Sequence[Passage]]
"""All passages of an article, in order; none when the library lacks it."""

_BARE = ("yes", "no")
_Place = tuple[str, int]  # article and offset: passages have other ids in another library


@dataclass(frozen=True)
class Relevance:
    """What is relevant to one case in one library.

    A passage is gold when it belongs to a gold article and holds a gold answer. Where no answer
    stands in a gold article, as with answers in free words, it is gold when it meets the
    evidence; without evidence nothing tells.
    """

    case: Case
    passages: Passages

    def gold(self, passage: Passage) -> bool | None:
        """Whether a passage is gold; None where nothing tells."""
        if self.gold_passages is None:
            return None
        return (passage.article_id, passage.start) in self.gold_passages

    @cached_property
    def gold_passages(self) -> frozenset[_Place] | None:
        """Articles and offsets of all gold passages; None where nothing tells."""
        meeting = self._holding or self._places(
            lambda p: any(piece.held_by(p.article_id, p.text) for piece in self.pieces)
        )
        return meeting or None

    @property
    def answer_stands(self) -> bool:
        """Whether a gold answer stands in a gold article, word for word."""
        return bool(self._holding)

    @cached_property
    def articles(self) -> frozenset[str]:
        """The gold articles that the library has: what it lacks can never be found. None for a
        question that has no answer."""
        wanted = () if self.case.has_answer is False else self.case.articles
        return frozenset(article for article in wanted if self.passages(article))

    @cached_property
    def pieces(self) -> tuple[Piece, ...]:
        """The evidence, piece by piece; none for a question that has no answer."""
        wanted = () if self.case.has_answer is False else pieces_of(self.case)
        return tuple(p for p in wanted if any(self.passages(article) for article, _ in p.places))

    @cached_property
    def answers(self) -> tuple[str, ...]:
        """The gold answers that can be looked for word by word; "yes" and "no" cannot."""
        if self.case.has_answer is False:
            return ()
        return tuple(a for a in self.case.answers if normalised(a) not in _BARE)

    @cached_property
    def _holding(self) -> frozenset[_Place]:
        return self._places(lambda p: holds(p.text, self.answers))

    def _places(self, fits: Callable[[Passage], bool]) -> frozenset[_Place]:
        return frozenset(
            (article, passage.start)
            for article in self.articles
            for passage in self.passages(article)
            if fits(passage)
        )
