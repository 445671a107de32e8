"""A language model that is listened to: what it was asked, and what it said before anything of it
was checked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager

from evals.runs.around import Around
from rag.model import Message, Model


class Listening(Around):
    """``model``, and of its last call the ``prompt`` it was sent, the text ``said`` so far and the
    ``tokens`` of the prompt by the engine's own estimate."""

    def __init__(self, model: Model) -> None:
        super().__init__(model)
        self.forget()

    def forget(self) -> None:
        """As before the first call."""
        self.prompt, self.said, self.tokens = "", "", 0

    def stream(
        self, messages: Sequence[Message], *, most: int, timeout: float | None = None
    ) -> AbstractContextManager[Iterator[str]]:
        self.forget()
        self.prompt = "\n\n".join(message.text for message in messages)
        self.tokens = sum(self.count(message.text) for message in messages)
        return self._heard(self._model.stream(messages, most=most, timeout=timeout))

    @contextmanager
    def _heard(self, call: AbstractContextManager[Iterator[str]]) -> Iterator[Iterator[str]]:
        with call as pieces:
            yield self._kept(pieces)

    def _kept(self, pieces: Iterator[str]) -> Iterator[str]:
        for piece in pieces:
            self.said += piece
            yield piece
