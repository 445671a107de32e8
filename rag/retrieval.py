"""Finding passages: filters first, then what each index offers, ordered by what speaks for it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.callbacks import CallbackManager
from llama_index.core.schema import NodeWithScore, QueryBundle

from rag import nodes
from rag.errors import LibraryDamaged
from rag.finding import ranking, variety
from rag.finding.ranking import Signals
from rag.finding.signalling import SignalReader
from rag.library import Library
from rag.question import COURTESIES, Question, effective_filters
from rag.question_reader import QuestionReader
from rag.rows import Stored
from rag.settings import Settings
from rag.types import Hit, Kind

if TYPE_CHECKING:
    from rag.embedding import Encoder, Floats

Scores = Sequence[tuple[str, float]]

_TELLING = 5
"""Passages that are asked when an event was."""

_TITLE = 0.2
"""What a word in the title counts in BM25 against one in the passage."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """What each index offers: passage ids with cosine similarities and BM25 scores."""

    dense: Scores
    lexical: Scores


class PassageRetriever(BaseRetriever):
    """LlamaIndex's retriever over a library."""

    def __init__(
        self,
        library: Library,
        encoder: Encoder,
        reader: QuestionReader,
        signals: SignalReader,
        settings: Settings,
    ) -> None:
        self._library = library
        self._encoder = encoder
        self._reader = reader
        self._signals = signals
        self._settings = settings
        super().__init__(callback_manager=CallbackManager())

    @property
    def reader(self) -> QuestionReader:
        """What makes questions of texts."""
        return self._reader

    def find(self, question: Question) -> list[Hit]:
        """The best passages, best first: ``question.k``; for a question of fact as many as are read
        closely to be reordered (``Settings.shortlist``) if those are more. When the question names
        nothing to look for, the first passages of the newest articles; nothing for one that no
        article answers."""
        if question.understood.kind in COURTESIES:
            return []
        if not question.query_str:
            return self._newest(question)
        found = self._ranked(question)
        if question.understood.kind is Kind.FACT:
            parts = [self._part(question, part) for part in question.parts]
            found = variety.gathered(found, parts)
            # Enough to be reordered, and to be cut afterwards.
            wanted = max(question.k, self._settings.shortlist)
            found = variety.varied(found, wanted)[:wanted]
        else:
            found = found[: question.k]
        question.clock.lap("retrieve")
        return found

    def weighed(self, question: Question) -> list[tuple[Stored, Signals]]:
        """All candidates for ``question`` and what speaks for each, in no order."""
        vector = self._vector(question)
        question.clock.lap("embed")
        found = self._weighed(question, vector)
        if found is None:
            # A rebuild that ended in between has given every passage a new id.
            found = self._weighed(question, vector) or []
        return found

    def _part(self, question: Question, part: str) -> list[Hit]:
        """What is found for one part of a question."""
        return self._ranked(question.part(part, self._own(part, question.parts)))

    def _own(self, part: str, parts: Sequence[str]) -> frozenset[str]:
        """The terms that only this one of ``parts`` has."""
        others = {term for other in parts if other != part for term in self._library.terms(other)}
        return frozenset(self._library.terms(part)) - others

    def _vector(self, question: Question) -> Floats:
        """The question's unit vector; for one that leans on earlier turns, between those of the
        question as it is and of the question with what it leans on."""
        carried = question.carried
        if carried is None or not carried.carried:
            return self._encoder.question(question.respelt)
        whole = " ".join((carried.bare, *(words for words, _ in carried.carried)))
        vector = self._encoder.question(carried.bare)
        vector = vector + carried.lean * self._encoder.question(whole)
        unit: Floats = vector / np.linalg.norm(vector)
        return unit

    def _newest(self, question: Question) -> list[Hit]:
        filters = effective_filters(question.understood)
        openings = self._library.openings(filters, self._as_of(question), limit=question.k)
        question.clock.lap("retrieve")
        return [
            Hit(stored.passage, stored.source, 1 / rank)
            for rank, stored in enumerate(openings, start=1)
        ]

    def _ranked(self, question: Question) -> list[Hit]:
        """All candidates, best first, each with its chance to be the one that answers."""
        found = self.weighed(question)
        weights = self._settings.finding.weights.first
        shares = ranking.chances([ranking.score(weights, signals) for _, signals in found])
        hits = [
            Hit(stored.passage, stored.source, share)
            for (stored, _), share in zip(found, shares, strict=True)
        ]
        return sorted(hits, key=lambda hit: -hit.score)

    def _weighed(self, question: Question, vector: Floats) -> list[tuple[Stored, Signals]] | None:
        """None when there were candidates and all are gone."""
        candidates = self._candidates(question, vector)
        meaning, words = dict(candidates.dense), dict(candidates.lexical)
        ids = list(dict.fromkeys((*meaning, *words)))
        # What an index still holds of a passage that is gone is passed over.
        found = self._library.stored(ids)
        if ids and not found:
            return None
        stored = [found[i] for i in ids if i in found]
        meaning |= self._library.similarities(vector, [i for i in words if i not in meaning])
        signals = self._signals.read(
            question, stored, meaning, words, begins=self._event_day(question)
        )
        return list(zip(stored, signals, strict=True))

    def _event_day(self, question: Question) -> date | None:
        """When that was which the question asks for the time since, as far as the articles tell:
        the middle one of the days on which the articles nearest to it appeared."""
        favoured = question.understood.favoured
        if favoured is None or not favoured.event:
            return None
        told = self._library.best_words(
            favoured.event, _TELLING, title_weight=1.0, within=self._allowed(question)
        )
        sources = {
            s.source.id: s.source for s in self._library.stored([i for i, _ in told]).values()
        }
        days = sorted(s.published.first for s in sources.values() if s.published)
        return days[(len(days) - 1) // 2] if days else None

    def _candidates(self, question: Question, vector: Floats) -> Candidates:
        k = max(self._settings.candidates, question.k)
        asked, versions = question.to_find, self._allowed(question)
        candidates = Candidates(
            self._library.nearest(vector, k, within=versions),
            self._library.best_words(
                asked.bare,
                k,
                title_weight=_TITLE,
                within=versions,
                also=question.expansions.variants,
                beside=asked.carried,
            ),
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
