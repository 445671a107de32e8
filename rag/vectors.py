"""Passage vectors in Chroma: ids only, no text; derived from the catalog at any time."""

from __future__ import annotations

import gc
import struct
import threading
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import chromadb
import numpy as np
from chromadb.api import ClientAPI
from chromadb.api.models.Collection import Collection as Stored
from chromadb.api.shared_system_client import SharedSystemClient
from chromadb.config import Settings as ChromaSettings
from chromadb.errors import ChromaError
from numpy.typing import NDArray

from rag.errors import LibraryDamaged, LibraryError
from rag.finding.matrix import Matrix, Records, record, records
from rag.finding.sidecar import Sidecar
from rag.rows import key_of
from rag.storage import translated

Floats = NDArray[np.float32]

_NAME = "passages"
_BATCH = 256
_PAGE = 10_000

_SCANNED = 200_000
"""Vectors that are scanned in about 15 ms. Chroma's index takes 2 to 5 for any number."""

_HEADER = struct.Struct("<iQQQQ")
"""Of an HNSW index file: format, offset, room for vectors, vectors, bytes a vector."""


class Vectors:
    """One Chroma collection in a folder. One process at a time: Chroma is not safe for two.

    Beside it lies a copy of its vectors (``rag.finding.sidecar``) that is scanned: exactly, always
    alike, and as quickly under filters. Chroma's own index answers where there are too many for
    that and nothing is filtered. It is approximate, and finds others when it was opened again.
    """

    def __init__(self, folder: Path, *, scanned: int = _SCANNED) -> None:
        """``scanned``: with more vectors than that, Chroma's own index is asked."""
        self.folder = folder
        self._scanned = scanned
        self._changing = threading.RLock()
        self._matrix: Matrix | None = None
        self._client: ClientAPI | None = None
        self._opened: Stored | None = None
        self._open()
        self._sidecar = Sidecar(folder / "matrix", self._collection.id)

    def __len__(self) -> int:
        with _chroma(self.folder):
            return self._collection.count()

    def add(self, ids: Sequence[str], vectors: Floats) -> None:
        """Keeps each vector under its id, in place of any it had."""
        with self._change() as matrix:
            for i in range(0, len(ids), _BATCH):
                # `add` would silently ignore an id it knows.
                self._collection.upsert(
                    ids=list(ids[i : i + _BATCH]), embeddings=vectors[i : i + _BATCH]
                )
            if matrix is not None:
                # As Chroma has them: it scales them to length 1 once more.
                self._matrix = self._with(matrix, self._rows(ids))
        self._clear_unwritten()

    def delete(self, ids: Sequence[str]) -> None:
        """Forgets these ids; unknown ones are no error."""
        with self._change() as matrix:
            for i in range(0, len(ids), _BATCH):
                self._collection.delete(ids=list(ids[i : i + _BATCH]))
            if matrix is not None:
                at = list(matrix.rows_of([key_of(i) for i in ids]).values())
                free = np.zeros(len(at), matrix.rows.dtype)
                self._matrix = Matrix(self._sidecar.write(matrix.rows, at, free))

    def nearest(
        self, vector: Floats, k: int, within: Collection[int] | None = None
    ) -> list[tuple[str, float]]:
        """The ``k`` nearest ids, best first, with their cosine similarity. ``within`` names the
        versions that may be found; None means all."""
        if within is None and (size := self._count()) > self._scanned:
            return self._nearly(vector, min(k, size))
        return self._loaded().nearest(vector, k, within)

    def similarities(self, vector: Floats, ids: Sequence[str]) -> dict[str, float]:
        """The cosine similarity of each of ``ids`` that has a vector."""
        keys = {key_of(i): i for i in ids}
        found = self._loaded().similarities(vector, keys)
        return {keys[key]: score for key, score in found.items()}

    def of(self, ids: Sequence[str]) -> dict[str, Floats]:
        """The vector of each of ``ids`` that has one."""
        return {i: v for known, some in self._fetch(ids) for i, v in zip(known, some, strict=True)}

    def copied(self, ids: Sequence[str]) -> dict[str, Floats]:
        """The same, of what is scanned: for when Chroma's files cannot be read. Of ids that were
        being written when that happened it may be part of another vector."""
        remains = Matrix(self._sidecar.remains())
        keys = {key_of(i): i for i in ids}
        rows = remains.rows_of(list(keys)).items()
        return {keys[key]: remains.rows["vector"][row] for key, row in rows}

    def ids(self) -> set[str]:
        """Every id that has a vector."""
        # Ids are kept apart from the vectors, which a crash may have lost: ask for those too.
        return {i for known, _ in self._fetch(self._listed()) for i in known}

    def miscopied(self) -> set[str]:
        """Ids of which what is scanned is not what Chroma has."""
        copied = self._loaded().vectors()
        wrong = {
            i
            for known, vectors in self._fetch(self._listed())
            for i, vector in zip(known, vectors, strict=True)
            if i not in copied or not np.array_equal(copied.pop(i), vector)
        }
        return wrong | set(copied)

    def copy_anew(self) -> Matrix:
        """Makes what is scanned anew from Chroma."""
        with self._changing:
            self._matrix = Matrix(self._sidecar.replace(self._rows(self._listed())))
            return self._matrix

    def close(self) -> None:
        self._matrix = None
        self._clear_unwritten()
        with _chroma(self.folder):
            if self._client is not None:
                _close(self._client)

    def _open(self) -> None:
        with _chroma(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            client = _client(self.folder)
            try:
                self._opened = client.get_or_create_collection(
                    _NAME,
                    # Chroma's own default would download a model.
                    embedding_function=None,
                    configuration={"hnsw": {"space": "cosine"}},
                )
            except BaseException:
                _close(client)
                raise
            self._client = client

    @property
    def _collection(self) -> Stored:
        """Opened again where that failed, for want of room say, when it had to be."""
        # Who only reads does not wait for a change, which takes long.
        if (opened := self._opened) is not None:
            return opened
        with self._changing:
            if self._opened is None:
                self._open()
            assert self._opened is not None  # noqa: S101 - `_open` raises, or opens
            return self._opened

    @contextmanager
    def _change(self) -> Iterator[Matrix | None]:
        """Around a change; yields what is scanned, to be changed too, or None if that is to be
        made anew anyway.

        A write that failed, on a full disk say, leaves Chroma's connection in a transaction
        in which every later call would wait for ever: it is closed and opened again.
        """
        with self._changing:
            matrix = self._at_hand()
            try:
                with _chroma(self.folder):
                    if matrix is None or not len(matrix.rows):
                        self._sidecar.discard()
                    else:
                        self._sidecar.begin()
                    yield matrix
                    self._sidecar.commit(len(self._matrix or ()))
            except BaseException as error:
                self._matrix = None
                if isinstance(error, LibraryError):
                    self._revive()
                raise

    def _count(self) -> int:
        """How many there are. Chroma loads its whole index to count."""
        if (matrix := self._matrix) is not None:
            return len(matrix)
        size = self._sidecar.size()
        return len(self) if size is None else size

    def _loaded(self) -> Matrix:
        if (matrix := self._matrix) is not None:
            return matrix
        with self._changing:
            matrix = self._at_hand()
            return self.copy_anew() if matrix is None else matrix

    def _at_hand(self) -> Matrix | None:
        """What is scanned, if it need not be made anew."""
        if self._matrix is None:
            rows = self._sidecar.read()
            if rows is None and not len(self):
                rows = np.zeros(0, record(0))
            if rows is not None:
                self._matrix = Matrix(rows)
        return self._matrix

    def _with(self, matrix: Matrix, new: Records) -> Matrix:
        if not len(matrix.rows):
            return Matrix(self._sidecar.replace(new))
        at = matrix.room_for([(int(row["version"]), int(row["ordinal"])) for row in new])
        return Matrix(self._sidecar.write(matrix.rows, at, new))

    def _rows(self, ids: Sequence[str]) -> Records:
        """What Chroma has of these ids, as it is scanned."""
        made, size = np.zeros(0, record(0)), 0
        for known, vectors in self._fetch(ids):
            part = records([key_of(i) for i in known], vectors)
            made = made if size else np.zeros(len(ids), part.dtype)
            made[size : size + len(part)] = part
            size += len(part)
        return made[:size]

    def _nearly(self, vector: Floats, k: int) -> list[tuple[str, float]]:
        """Nearly the nearest, by Chroma's index."""
        with _chroma(self.folder):
            found = self._collection.query(
                query_embeddings=vector[None, :], n_results=k, include=["distances"]
            )
        distances = found["distances"] or [[]]
        return [
            (i, 1.0 - float(distance))
            for i, distance in zip(found["ids"][0], distances[0], strict=True)
        ]

    def _listed(self) -> list[str]:
        """Every id Chroma knows of."""
        with _chroma(self.folder):
            return [
                i
                for offset in range(0, self._collection.count(), _PAGE)
                for i in self._collection.get(limit=_PAGE, offset=offset, include=[])["ids"]
            ]

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
        with suppress(LibraryError):
            self.close()
        # Its connections close when nothing refers to them.
        self._client = self._opened = None
        gc.collect()
        with suppress(LibraryError):
            self._open()

    def _fetch(self, ids: Sequence[str]) -> Iterator[tuple[list[str], Floats]]:
        for i in range(0, len(ids), _BATCH * 8):
            with _chroma(self.folder):
                found = self._collection.get(
                    ids=list(ids[i : i + _BATCH * 8]), include=["embeddings"]
                )
            if found["ids"]:
                yield found["ids"], np.asarray(found["embeddings"], dtype=np.float32)


def _client(folder: Path) -> ClientAPI:
    try:
        return chromadb.PersistentClient(
            path=str(folder), settings=ChromaSettings(anonymized_telemetry=False)
        )
    except BaseException:
        # Chroma remembers one that it could not start, and would hand it out the next time.
        SharedSystemClient._identifier_to_system.pop(str(folder), None)
        raise


def _close(client: ClientAPI) -> None:
    client.close()  # type: ignore[attr-defined]


@contextmanager
def _chroma(folder: Path) -> Iterator[None]:
    with translated(folder, LibraryDamaged, ChromaError, ValueError, RuntimeError):
        yield
