"""Reordering the best of what was found, by reading it closely.

Late interaction with the bundled model (``rag.evidence``), or a cross-encoder where somebody has
the weights of one. Both are LlamaIndex postprocessors; thinking is done in plain functions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import log
from typing import Any

from llama_index.core.bridge.pydantic import PrivateAttr
from llama_index.core.callbacks import CallbackManager
from llama_index.core.postprocessor.types import BaseNodePostprocessor
from llama_index.core.schema import NodeWithScore, QueryBundle

from rag import nodes
from rag.errors import ModelError
from rag.evidence import EvidenceReader
from rag.finding import ranking, variety
from rag.finding.ranking import CloseSignals
from rag.library import Library
from rag.question import Question, QuestionReader
from rag.types import Hit, Kind

Scorer = Callable[[Question, Sequence[Hit]], list[float]]
"""Scores of hits for a question, on a scale of their own; as many as there are hits."""

_LEAST = 1e-300
"""A chance of which the logarithm can still be taken."""


def reordered(hits: Sequence[Hit], scores: Sequence[float]) -> list[Hit]:
    """The first ``len(scores)`` of ``hits`` in the order of their new ``scores``, with the chances
    these give them; the others behind them, with no more than the last."""
    close, rest = hits[: len(scores)], hits[len(scores) :]
    share = sum(hit.score for hit in close)
    new = [
        replace(hit, score=share * chance)
        for hit, chance in zip(close, ranking.chances(scores), strict=True)
    ]
    new.sort(key=lambda hit: -hit.score)
    level = new[-1].score if new else 1.0
    return [*new, *(replace(hit, score=min(level, hit.score)) for hit in rest)]


class LateInteraction:
    """Scores hits by the weighted MaxSim of their passages and sentences."""

    def __init__(self, library: Library, reader: EvidenceReader, weights: CloseSignals) -> None:
        self._library = library
        self._reader = reader
        self._weights = weights

    def __call__(self, question: Question, hits: Sequence[Hit]) -> list[float]:
        return [ranking.score(self._weights, one) for one in self.signals(question, hits)]

    def signals(self, question: Question, hits: Sequence[Hit]) -> list[CloseSignals]:
        """What speaks for each of ``hits``; nothing for one that is gone."""
        stored = self._library.stored([hit.passage.id for hit in hits])
        found = [(hit, stored[hit.passage.id]) for hit in hits if hit.passage.id in stored]
        asked = question.to_read
        evidence = self._reader.read(asked.bare, found, about=asked.about)
        best: dict[str, float] = {}
        for sentence in evidence.sentences:
            name = sentence.hit.passage.id
            best[name] = max(sentence.similarity, best.get(name, 0.0))
        whole = {
            hit.passage.id: value
            for (hit, _), value in zip(found, evidence.similarity, strict=True)
        }
        return [
            CloseSignals(
                before=log(max(hit.score, _LEAST) if hit.passage.id in whole else _LEAST),
                passage=whole.get(hit.passage.id, 0.0),
                sentence=best.get(hit.passage.id, 0.0),
            )
            for hit in hits
        ]


class CrossEncoding:
    """Scores hits by a cross-encoder of sentence-transformers, loaded at first use.

    ``name`` is that of a model or the path of one. Raises ``ModelError`` when used, if it cannot
    be loaded.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._model: Any = None

    def __call__(self, question: Question, hits: Sequence[Hit]) -> list[float]:
        pairs = [(question.respelt, f"{hit.source.title}\n{hit.passage.text}") for hit in hits]
        return [float(value) for value in self._loaded().predict(pairs, show_progress_bar=False)]

    def _loaded(self) -> Any:
        if self._model is None:
            try:
                from sentence_transformers import CrossEncoder

                self._model = CrossEncoder(self._name)
            except Exception as error:
                raise ModelError(
                    f"The reranker '{self._name}' cannot be loaded:"
                    f" {' '.join(str(error).split())[:200]}",
                    "Set 'reranker' to 'bundled' or 'none', or to a cross-encoder on this machine.",
                ) from error
        return self._model


class Reorder(BaseNodePostprocessor):
    """Reorders the best ``depth`` nodes of ours by ``score``, and keeps as many as were asked for.

    A question of several parts keeps its order: each part has found its own. So does what is
    found for news, lists and digests, which are put together from whole articles.
    """

    _reader: QuestionReader = PrivateAttr()
    _score: Scorer = PrivateAttr()
    _depth: int = PrivateAttr()

    def __init__(self, reader: QuestionReader, score: Scorer, depth: int) -> None:
        super().__init__(callback_manager=CallbackManager())
        self._reader = reader
        self._score = score
        self._depth = depth

    @classmethod
    def class_name(cls) -> str:
        return "Reorder"

    def _postprocess_nodes(
        self, nodes_: list[NodeWithScore], query_bundle: QueryBundle | None = None
    ) -> list[NodeWithScore]:
        if query_bundle is None or not nodes_:
            return nodes_
        question, hits = self._reader.of(query_bundle), nodes.hits(nodes_)
        if question.parts or question.understood.kind is not Kind.FACT:
            return nodes_[: question.k]
        scores = self._score(question, hits[: self._depth])
        found = variety.varied(reordered(hits, scores), question.k)
        question.clock.lap("reorder")
        return [nodes.node(hit) for hit in found]
