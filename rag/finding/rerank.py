"""Reordering the best of what was found, by scores of those who read it closely.

``rag.finding.interaction`` and ``rag.finding.crossencoding`` give such scores.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import accumulate
from math import inf

from llama_index.core.bridge.pydantic import PrivateAttr
from llama_index.core.callbacks import CallbackManager
from llama_index.core.postprocessor.types import BaseNodePostprocessor
from llama_index.core.schema import NodeWithScore, QueryBundle

from rag import nodes
from rag.finding import ranking, variety
from rag.question import Question
from rag.question_reader import QuestionReader
from rag.types import Hit, Kind

Scorer = Callable[[Question, Sequence[Hit]], list[float]]
"""Scores of hits for a question, on a scale of their own; as many as there are hits."""

ENOUGH = 0.98
"""Chances that late interaction reads, together: what lies beyond rarely comes first, and a
question whose passages are plain to see needs not wait until all of the shortlist is read."""


def worth_reading(hits: Sequence[Hit], most: int, enough: float = ENOUGH) -> list[Hit]:
    """The first of ``hits`` that hold ``enough`` of the chances, ``most`` at most."""
    before = accumulate((hit.score for hit in hits), initial=0.0)
    return [hit for hit, share in zip(hits[:most], before, strict=False) if share < enough]


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


class Reorder(BaseNodePostprocessor):
    """Reorders the best nodes of ours by ``score``, ``depth`` at most and fewer where few hold
    ``enough`` of the chances, and keeps as many as were asked for.

    A question of several parts keeps its order: each part has found its own. So does what is
    found for news, lists and digests, which are put together from whole articles.
    """

    _reader: QuestionReader = PrivateAttr()
    _score: Scorer = PrivateAttr()
    _depth: int = PrivateAttr()
    _enough: float = PrivateAttr()

    def __init__(
        self, reader: QuestionReader, score: Scorer, depth: int, *, enough: float = inf
    ) -> None:
        super().__init__(callback_manager=CallbackManager())
        self._reader = reader
        self._score = score
        self._depth = depth
        self._enough = enough

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
        scores = self._score(question, worth_reading(hits, self._depth, self._enough))
        found = variety.varied(reordered(hits, scores), question.k)
        question.clock.lap("reorder")
        return [nodes.node(hit) for hit in found]
