"""A library written past its model: passages and vectors of its articles are given."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from evals.benchmarks.speed.searcher import Portions
from rag.derivation import Derivation
from rag.embedding import SentenceEmbedding
from rag.library import Library
from rag.passages import Chunk
from rag.rows import Version
from rag.settings import Settings
from rag.stories import Likenesses


class Filling(Library):
    """Puts articles whose passages and vectors are known: journal, indexes, catalog."""

    @classmethod
    def at(cls, folder: Path) -> Self:
        """A new library there, of the bundled model."""
        folder.mkdir(parents=True)
        derivation = Derivation(SentenceEmbedding(), Settings().passage_tokens)
        return cls(folder, derivation, wait=0, rebuilding=False)

    def fill(self, portions: Portions, *, stories: bool = False) -> None:
        """``stories``: also find those that tell the same, which takes longer than all else."""
        self._catalog.set_meta(**self._derivation.made_with())
        for some, vectors in portions:
            numbers = self._catalog.new_versions(len(some))
            versions = [
                Version(number, one.article, "", tuple(Chunk(*p) for p in one.passages))
                for number, one in zip(numbers, some, strict=True)
            ]
            self._catalog.stage(versions)
            self._builds.current.add(versions, vectors)
            found = self._catalog.stories.of(versions) if stories else Likenesses({}, ())
            self._catalog.publish(versions, found)
