"""A language model as the rest of the engine sees it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


def shown_name(name: str) -> str:
    """A model's name as people read it: one in a file goes by the file's name."""
    kind, _, rest = name.partition("/")
    return f"{kind}/{Path(rest).name}" if kind == "gguf" else name


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a chat: ``role`` is ``system``, ``user`` or ``assistant``."""

    role: str
    text: str


class Model(Protocol):
    """Writes text. Safe to use from many threads."""

    @property
    def name(self) -> str:
        """As people name it: ``ollama/qwen3``."""

    @property
    def context(self) -> int:
        """Tokens that it reads and writes, together."""

    def count(self, text: str) -> int:
        """Tokens in ``text``; rather too many than too few."""

    def stream(
        self, messages: Sequence[Message], *, most: int, timeout: float | None = None
    ) -> AbstractContextManager[Iterator[str]]:
        """The text as it comes, ``most`` tokens at most, within ``timeout`` seconds in all. What a
        model thinks before is no text and does not count. Leaving the context stops the call.
        Raises ``ModelError`` when it fails, at any piece."""
