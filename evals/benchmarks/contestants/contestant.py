"""What every contestant of a benchmark can do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from evals.benchmarks.contestants.given import Given


@dataclass(frozen=True, slots=True)
class Found:
    """A passage that was found: the id of its article, and its words."""

    article: str
    text: str


class Contestant(Protocol):
    """Open, with its model loaded, on a folder of its own that is empty."""

    def ingest(self, given: Given) -> int:
        """Takes the articles in, to disk; how many passages they are to it."""

    def search(self, question: str, k: int) -> Sequence[Found]:
        """The ``k`` best passages, best first."""

    def close(self) -> None:
        """Writes what is not on disk yet."""


@runtime_checkable
class Answering(Contestant, Protocol):
    """One that answers without a language model."""

    def answer(self, question: str) -> str: ...
