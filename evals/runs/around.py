"""A language model with something around its calls."""

from __future__ import annotations

from rag.model import Model


class Around:
    """Says of itself what ``model`` says; calls are for those who derive from it."""

    def __init__(self, model: Model) -> None:
        self._model = model

    @property
    def name(self) -> str:
        return self._model.name

    @property
    def context(self) -> int:
        return self._model.context

    def count(self, text: str) -> int:
        return self._model.count(text)
