"""Pullquote with the settings it ships with."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from evals.benchmarks.contestants.contestant import Found
from evals.benchmarks.contestants.given import Given
from rag.engine import Engine
from rag.errors import PullquoteError
from rag.settings import Settings


class Ours:
    """Takes whole articles, and makes the passages itself."""

    def __init__(self, folder: Path) -> None:
        # The settings themselves, not as loaded: neither environment nor files change figures.
        self._engine = Engine.create(Settings(library=folder / "library"))
        self._engine.warm()

    def ingest(self, given: Given) -> int:
        library = self._engine.library
        for _, outcome in library.put_all((article, "") for article in given.articles):
            if isinstance(outcome, PullquoteError):
                raise outcome
        return library.passage_count()

    def search(self, question: str, k: int) -> Sequence[Found]:
        hits = self._engine.search(question, k=k)
        return [Found(hit.source.id, hit.passage.text) for hit in hits]

    def answer(self, question: str) -> str:
        return self._engine.ask(question).text

    def close(self) -> None:
        self._engine.close()
