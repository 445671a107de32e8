"""Finding passages: filters first, then meaning and words, fused by their scores."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.callbacks import CallbackManager
from llama_index.core.schema import NodeWithScore, QueryBundle

from rag import nodes
from rag.errors import LibraryDamaged
from rag.library import Library
from rag.question import COURTESIES, Question, QuestionReader, effective_filters
from rag.settings import Settings
from rag.types import Hit

if TYPE_CHECKING:
    from rag.embedding import Encoder, Floats

Scores = Sequence[tuple[str, float]]


@dataclass(frozen=True, slots=True)
class Candidates:
    """What each index offers: passage ids with cosine similarities and BM25 scores."""

    dense: Scores
    lexical: Scores


def fuse(candidates: Candidates, dense_weight: float) -> list[tuple[str, float]]:
    """One order from two: the weighted sum of both scores, each brought to 0..1 (convex
    combination: Bruch, Gai and Ingber 2023, https://arxiv.org/abs/2210.11934).

    BM25 has a natural zero, no word in common, so its best counts 1; cosines lie close together
    and are spread over their candidates. Best first; a candidate of one side only has nothing
    from the other.
    """
    best = max((score for _, score in candidates.lexical), default=1.0)
    lexical = {i: score / best for i, score in candidates.lexical}
    dense = _spread(candidates.dense)
    fused = {
        i: dense_weight * dense.get(i, 0.0) + (1 - dense_weight) * lexical.get(i, 0.0)
        for i in {**dense, **lexical}
    }
    return sorted(fused.items(), key=lambda pair: (-pair[1], pair[0]))


def _spread(scores: Scores) -> Mapping[str, float]:
    if not scores:
        return {}
    values = [score for _, score in scores]
    low, high = min(values), max(values)
    return {i: (score - low) / (high - low) if high > low else 1.0 for i, score in scores}


class PassageRetriever(BaseRetriever):
    """LlamaIndex's retriever over a library."""

    def __init__(
        self, library: Library, encoder: Encoder, reader: QuestionReader, settings: Settings
    ) -> None:
        self._library = library
        self._encoder = encoder
        self._reader = reader
        self._settings = settings
        super().__init__(callback_manager=CallbackManager())

    def find(self, question: Question) -> list[Hit]:
        """The best ``question.k`` passages, best first. When the question names nothing to look
        for, the first passages of the newest articles; nothing for one that no article answers."""
        if question.understood.kind in COURTESIES:
            return []
        if not question.query_str:
            return self._newest(question)
        vector = self._encoder.question(question.query_str)
        question.clock.lap("embed")
        found = self._ranked(question, vector)
        if found is None:
            # A rebuild that ended in between has given every passage a new id.
            found = self._ranked(question, vector) or []
        question.clock.lap("retrieve")
        return found[: question.k]

    def _newest(self, question: Question) -> list[Hit]:
        filters = effective_filters(question.understood)
        openings = self._library.openings(filters, self._as_of(question), limit=question.k)
        question.clock.lap("retrieve")
        return [
            Hit(stored.passage, stored.source, 1 / rank)
            for rank, stored in enumerate(openings, start=1)
        ]

    def _ranked(self, question: Question, vector: Floats) -> list[Hit] | None:
        """All candidates, best first; None when there were some and all are gone."""
        candidates = self.candidates(question, vector, self._settings.fusion.title_weight)
        ranked = fuse(candidates, self._settings.fusion.dense_weight)
        # What an index still holds of a passage that is gone is passed over.
        stored = self._library.stored([i for i, _ in ranked])
        if ranked and not stored:
            return None
        return [
            Hit(stored[i].passage, stored[i].source, score) for i, score in ranked if i in stored
        ]

    def candidates(self, question: Question, vector: Floats, title_weight: float) -> Candidates:
        """What each index offers for ``question``, whose ``vector`` is given, before fusion."""
        k = max(self._settings.candidates, question.k)
        text = question.query_str
        versions = self._allowed(question)
        candidates = Candidates(
            self._library.nearest(vector, k, within=versions),
            self._library.best_words(text, k, title_weight=title_weight, within=versions),
        )
        if versions is None and not candidates.dense and len(self._library):
            raise LibraryDamaged(
                f"The indexes of {self._library.path} are empty, its catalog is not.",
                "Run 'pullquote verify --repair'.",
            )
        return candidates

    def _allowed(self, question: Question) -> Set[int] | None:
        """Versions that may answer; None when all may."""
        filters = effective_filters(question.understood)
        as_of = self._as_of(question)
        if not filters and as_of is None:
            return None
        return self._library.versions(filters, as_of)

    def _as_of(self, question: Question) -> date | None:
        """The day of the question, if the library holds anything newer."""
        newest = self._library.newest_day()
        return question.as_of if newest and newest > question.as_of else None

    # What LlamaIndex asks of a retriever.

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        question = self._reader.of(query_bundle)
        return [nodes.node(hit) for hit in self.find(question)]

    async def _aretrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return await asyncio.to_thread(self._retrieve, query_bundle)
