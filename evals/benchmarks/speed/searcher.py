"""What is timed: a system that was filled with a collection, and is asked questions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol, Self

from evals.benchmarks.speed.synthetic import Floats, Made

Portions = Iterable[tuple[list[Made], Floats]]
"""Articles, and the vectors of all their passages, in order."""

DIMENSION = 384
"""Of the bundled model's vectors."""


@dataclass(frozen=True, slots=True)
class Days:
    """From when articles may be, both days inclusive; None does not bound."""

    since: date | None = None
    until: date | None = None


class Searcher(Protocol):
    """Open, with its model loaded."""

    @classmethod
    def fill(cls, folder: Path, portions: Portions) -> None:
        """Writes the collection to ``folder``, which is not there yet, without its model."""

    @classmethod
    def opened(cls, folder: Path) -> Self: ...

    def search(self, question: str, k: int, days: Days, *, reorder: bool) -> int:
        """How many passages it finds, ``k`` at most. Only one that can is told to reorder."""

    def close(self) -> None: ...
