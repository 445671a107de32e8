"""Pullquote with the settings it ships with, over a library written past its model: its vectors
are given, and stories are not looked for."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from evals.benchmarks.speed.filling import Filling
from evals.benchmarks.speed.searcher import Days, Portions
from evals.benchmarks.speed.synthetic import DAYS, FIRST
from rag.engine import Engine
from rag.settings import Settings
from rag.types import Filters

_LAST = FIRST.replace(year=FIRST.year + DAYS // 365 + 1)


class Ours:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @classmethod
    def fill(cls, folder: Path, portions: Portions) -> None:
        library = Filling.at(folder)
        try:
            library.fill(portions)
        finally:
            library.close()

    @classmethod
    def opened(cls, folder: Path) -> Self:
        engine = Engine.open(Settings(library=folder))
        engine.warm()
        return cls(engine)

    def search(self, question: str, k: int, days: Days, *, reorder: bool) -> int:
        # A last day alone is the day of the question.
        filters = Filters(since=days.since, until=days.until if days.since else None)
        as_of = _LAST if days.since else days.until or _LAST
        found = self._engine.search(question, k=k, filters=filters, as_of=as_of, reorder=reorder)
        return len(found)

    def close(self) -> None:
        self._engine.close()
