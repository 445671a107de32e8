"""A language model that says what a test has it say: the outer edge, written out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import pytest

from rag.model import Message
from rag.understanding.rephrasing import Rephraser
from rag.writing.prompts import Prompts


class Says:
    """Says one thing, whatever it is asked."""

    name, context = "says", 4096

    def __init__(self, text: str) -> None:
        self._text = text

    def count(self, text: str) -> int:
        return len(text)

    @contextmanager
    def stream(
        self, messages: Sequence[Message], *, most: int, timeout: float | None = None
    ) -> Iterator[Iterator[str]]:
        yield iter((self._text,))


@pytest.fixture
def rephraser() -> Callable[[str], Rephraser]:
    """Puts every question as the text it is made with."""
    return lambda text: Rephraser(Says(text), Prompts())
