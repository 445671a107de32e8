"""Pullquote with the settings it ships with, over a library written past its model: its vectors
are given, and stories are not looked for."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from evals.benchmarks.speed.searcher import Days, Portions
from evals.benchmarks.speed.synthetic import DAYS, FIRST
from rag.derivation import Derivation
from rag.embedding import SentenceEmbedding
from rag.engine import Engine
from rag.library import Library
from rag.passages import Chunk
from rag.rows import Version
from rag.settings import Settings
from rag.stories import Likenesses
from rag.types import Filters

_LAST = FIRST.replace(year=FIRST.year + DAYS // 365 + 1)


class Ours:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @classmethod
    def fill(cls, folder: Path, portions: Portions) -> None:
        derivation = Derivation(SentenceEmbedding(), Settings().passage_tokens)
        folder.mkdir(parents=True)
        library = _Filling(folder, derivation, wait=0, rebuilding=False)
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


class _Filling(Library):
    """Puts articles whose passages and vectors are known: journal, indexes, catalog."""

    def fill(self, portions: Portions) -> None:
        self._catalog.set_meta(**self._derivation.made_with())
        for some, vectors in portions:
            numbers = self._catalog.new_versions(len(some))
            versions = [
                Version(number, one.article, "", tuple(Chunk(*p) for p in one.passages))
                for number, one in zip(numbers, some, strict=True)
            ]
            self._catalog.stage(versions)
            self._builds.current.add(versions, vectors)
            self._catalog.publish(versions, Likenesses({}, ()))
