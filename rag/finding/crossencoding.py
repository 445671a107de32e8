"""Cross-encoding: question and passage read together, where somebody has the weights for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rag.errors import ModelError
from rag.question import Question
from rag.types import Hit


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
