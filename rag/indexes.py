"""Both indexes of a library as one: what is in the one is in the other."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Self

from rag.rows import Key, Version, passage_id
from rag.types import Article

if TYPE_CHECKING:
    from rag.embedding import Floats
    from rag.passages import Chunk


class Indexes:
    """Vectors and words of one build, in one folder; see ``rag.library`` for what a build is."""

    def __init__(self, folder: Path) -> None:
        # Chroma and tantivy take their time to import, and asking for help needs neither.
        from rag.lexical import Words
        from rag.vectors import Vectors

        self._idle = threading.Condition()
        self._readers = 0
        self.words = Words(folder / "words")
        try:
            self.vectors = Vectors(folder / "vectors")
        except BaseException:
            self.words.close()
            raise

    @contextmanager
    def read(self) -> Iterator[Self]:
        """Keeps the indexes open for as long as somebody reads them."""
        with self._idle:
            self._readers += 1
        try:
            yield self
        finally:
            with self._idle:
                self._readers -= 1
                self._idle.notify_all()

    def add(self, versions: Sequence[Version], vectors: Floats) -> None:
        """Enters all passages of these versions; ``vectors`` has theirs, in order."""
        self.vectors.add([passage_id(v.number, i) for v, i, _ in each_passage(versions)], vectors)
        self.words.change(
            add=[(v.number, i, *_said(v.article, c)) for v, i, c in each_passage(versions)]
        )

    def delete(self, versions: Iterable[Key]) -> None:
        """Forgets versions, each given with its number of passages."""
        versions = list(versions)
        self.vectors.delete([passage_id(v, i) for v, count in versions for i in range(count)])
        self.words.change(delete=[version for version, _ in versions])

    def close(self) -> None:
        """Waits for readers, then lets go of both."""
        with self._idle:
            self._idle.wait_for(lambda: self._readers == 0)
        try:
            self.words.close()
        finally:
            self.vectors.close()


def each_passage(versions: Iterable[Version]) -> Iterator[tuple[Version, int, Chunk]]:
    """(version, ordinal, chunk) of every passage, in the one order that is used everywhere."""
    for version in versions:
        for ordinal, chunk in enumerate(version.chunks):
            yield version, ordinal, chunk


def _said(article: Article, chunk: Chunk) -> tuple[str, str]:
    return article.title, article.text[chunk.start : chunk.end]
