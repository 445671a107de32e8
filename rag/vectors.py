"""Passage vectors in Chroma: ids only, no text; derived from the catalog at any time."""

from __future__ import annotations

import gc
import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import chromadb
import numpy as np
from chromadb.config import Settings as ChromaSettings
from chromadb.errors import ChromaError
from numpy.typing import NDArray

from rag.errors import LibraryDamaged, LibraryError
from rag.storage import translated

Floats = NDArray[np.float32]

_NAME = "passages"
_BATCH = 256
_PAGE = 10_000
_HEADER = struct.Struct("<iQQQQ")
"""Of an HNSW index file: format, offset, room for vectors, vectors, bytes a vector."""


class Vectors:
    """One Chroma collection in a folder. One process at a time: Chroma is not safe for two."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._open()

    def __len__(self) -> int:
        with _chroma(self.folder):
            return self._collection.count()

    def add(self, ids: Sequence[str], vectors: Floats) -> None:
        """Keeps each vector under its id, in place of any it had."""
        with self._writing():
            for i in range(0, len(ids), _BATCH):
                # `add` would silently ignore an id it knows.
                self._collection.upsert(
                    ids=list(ids[i : i + _BATCH]), embeddings=vectors[i : i + _BATCH]
                )
        self._clear_unwritten()

    def delete(self, ids: Sequence[str]) -> None:
        """Forgets these ids; unknown ones are no error."""
        with self._writing():
            for i in range(0, len(ids), _BATCH):
                self._collection.delete(ids=list(ids[i : i + _BATCH]))

    def nearest(self, vector: Floats, k: int) -> list[tuple[str, float]]:
        """The ``k`` nearest ids, best first, with their cosine similarity."""
        with _chroma(self.folder):
            k = min(k, self._collection.count())
            if k == 0:
                return []
            found = self._collection.query(
                query_embeddings=vector[None, :], n_results=k, include=["distances"]
            )
        distances = found["distances"] or [[]]
        return [
            (i, 1.0 - float(distance))
            for i, distance in zip(found["ids"][0], distances[0], strict=True)
        ]

    def among(self, vector: Floats, ids: Sequence[str], k: int) -> list[tuple[str, float]]:
        """The ``k`` nearest of ``ids``, exactly, best first, with their cosine similarity."""
        scored: list[tuple[str, float]] = []
        for known, vectors in self._fetch(ids):
            scored += zip(known, (vectors @ vector).tolist(), strict=True)
        return sorted(scored, key=lambda pair: -pair[1])[:k]

    def ids(self) -> set[str]:
        """Every id that has a vector."""
        everything: set[str] = set()
        with _chroma(self.folder):
            total = self._collection.count()
            for offset in range(0, total, _PAGE):
                everything.update(
                    self._collection.get(limit=_PAGE, offset=offset, include=[])["ids"]
                )
        # Ids are kept apart from the vectors, which a crash may have lost: ask for those too.
        return {i for known, _ in self._fetch(sorted(everything)) for i in known}

    def close(self) -> None:
        self._clear_unwritten()
        with _chroma(self.folder):
            self._client.close()  # type: ignore[attr-defined]

    def _open(self) -> None:
        with _chroma(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            self._client = chromadb.PersistentClient(
                path=str(self.folder), settings=ChromaSettings(anonymized_telemetry=False)
            )
            self._collection = self._client.get_or_create_collection(
                _NAME,
                # Chroma's own default would download a model.
                embedding_function=None,
                configuration={"hnsw": {"space": "cosine"}},
            )

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """A write that failed, on a full disk say, leaves Chroma's connection in a transaction
        in which every later call would wait for ever: it is closed and opened again."""
        try:
            with _chroma(self.folder):
                yield
        except LibraryError:
            self._revive()
            raise

    def _clear_unwritten(self) -> None:
        """Overwrites the room an index file has before it has any vectors.

        Its memory is written out as it was found, with whatever this process held there before,
        and that may be the text of an article (hnswlib in chromadb 1.5).
        """
        for header in self.folder.glob("*/header.bin"):
            level = header.with_name("data_level0.bin")
            with translated(self.folder, LibraryError):
                fields = header.read_bytes()
                if len(fields) < _HEADER.size or not level.exists():
                    continue
                _, _, room, count, size = _HEADER.unpack_from(fields)
                if count == 0 and level.stat().st_size == room * size:
                    level.write_bytes(bytes(room * size))

    def _revive(self) -> None:
        self.close()
        # Its connections close when nothing refers to them.
        del self._client, self._collection
        gc.collect()
        self._open()

    def _fetch(self, ids: Sequence[str]) -> Iterator[tuple[list[str], Floats]]:
        for i in range(0, len(ids), _BATCH * 8):
            with _chroma(self.folder):
                found = self._collection.get(
                    ids=list(ids[i : i + _BATCH * 8]), include=["embeddings"]
                )
            if found["ids"]:
                yield found["ids"], np.asarray(found["embeddings"], dtype=np.float32)


@contextmanager
def _chroma(folder: Path) -> Iterator[None]:
    with translated(folder, LibraryDamaged, ChromaError, ValueError, RuntimeError):
        yield
