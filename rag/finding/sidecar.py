"""The matrix on disk: a file beside Chroma that is mapped into memory, and so quick to open.

It is a copy of what Chroma holds, and says in its header of which collection, and whether it is
whole. It is marked as not whole before Chroma is changed, and as whole again after both were:
what a crash leaves in between is not read, and the file is made anew from Chroma.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

import numpy as np

from rag.finding.matrix import Records, record

_HEADER = struct.Struct("<8sI16sI")
"""Whose file it is, its format, Chroma's collection, numbers in a vector."""
_STATE = struct.Struct("<IQ")
"""Whether it is whole, and how many passages it then has."""

_WHOSE, _FORMAT = b"PQMATRIX", 1
_STATE_AT, _ROWS_AT = 32, 64


class Sidecar:
    """The file of one collection. Where it cannot be written there is none, and the rows are
    kept in memory: nothing fails for want of it. For one thread at a time; the rows it hands
    out may be read by many."""

    def __init__(self, path: Path, collection: UUID) -> None:
        self._path = path
        self._new = path.with_suffix(".new")
        self._collection = collection
        self._file: BinaryIO | None = None
        with suppress(OSError):
            self._new.unlink(missing_ok=True)

    def size(self) -> int | None:
        """How many passages the file has, if it is whole and of this collection."""
        with suppress(OSError, struct.error), self._path.open("rb") as file:
            return self._told(file)[1]
        return None

    def read(self) -> Records | None:
        """The rows, if the file is whole and of this collection."""
        with suppress(OSError, struct.error), self._path.open("rb") as file:
            dimension, passages = self._told(file)
            if passages is not None:
                rows = _mapped(file, dimension)
                return rows if len(rows) >= passages else None
        return None

    def remains(self) -> Records:
        """All rows, whole or not; none where there is no file. Those of a change under way may be
        written in part, all others are as they were."""
        with suppress(OSError, struct.error), self._path.open("rb") as file:
            return _mapped(file, self._told(file)[0])
        return np.zeros(0, record(0))

    def replace(self, rows: Records) -> Records:
        """Keeps these rows and no others; returns them as they are kept."""
        dimension = rows["vector"].shape[-1]
        self._close()
        try:
            with self._new.open("w+b") as file:
                file.write(_HEADER.pack(_WHOSE, _FORMAT, self._collection.bytes, dimension))
                file.write(_STATE.pack(True, np.count_nonzero(rows["version"])))
                file.write(bytes(_ROWS_AT - file.tell()))
                file.write(np.ascontiguousarray(rows).view(np.uint8).data)
                _sync(file)
                mapped = _mapped(file, dimension)
            self._new.replace(self._path)
        except OSError:
            self._give_up()
            return np.array(rows)
        return mapped

    def begin(self) -> None:
        """Marks the file as not whole, before anything changes. Raises ``OSError`` where it can
        neither be marked nor deleted: then nothing may be changed."""
        try:
            self._file = self._path.open("r+b", buffering=0)
            self._mark(None)
        except FileNotFoundError:
            return
        except OSError:
            self.discard()

    def write(self, rows: Records, at: Sequence[int], new: Records) -> Records:
        """``rows`` with the ``new`` ones where ``at`` says, as they are kept."""
        if self._file is not None:
            try:
                for row, one in zip(at, new, strict=True):
                    _write(self._file, _ROWS_AT + row * rows.itemsize, one.tobytes())
                return _mapped(self._file, rows["vector"].shape[-1])
            except OSError:
                self._give_up()
        grown = np.zeros(max([len(rows), *(row + 1 for row in at)]), rows.dtype)
        grown[: len(rows)] = rows
        grown[list(at)] = new
        return grown

    def commit(self, passages: int) -> None:
        """What was written is on disk, and the file whole, with so many passages."""
        if self._file is None:
            return
        try:
            _sync(self._file)
            self._mark(passages)
        except OSError:
            self._give_up()
        self._close()

    def discard(self) -> None:
        """Deletes the file. Raises ``OSError``."""
        self._close()
        self._path.unlink(missing_ok=True)

    def _give_up(self) -> None:
        # What cannot be deleted is not whole, and is not read.
        self._close()
        for path in (self._new, self._path):
            with suppress(OSError):
                path.unlink(missing_ok=True)

    def _close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def _told(self, file: BinaryIO) -> tuple[int, int | None]:
        """Numbers in a vector, and passages: None when it is not whole, or of others."""
        *whose, dimension = _HEADER.unpack(file.read(_HEADER.size))
        whole, passages = _STATE.unpack(file.read(_STATE.size))
        ours = whole and whose == [_WHOSE, _FORMAT, self._collection.bytes]
        return int(dimension), int(passages) if ours else None

    def _mark(self, passages: int | None) -> None:
        if self._file is not None:
            state = _STATE.pack(passages is not None, passages or 0)
            _write(self._file, _STATE_AT, state)
            _sync(self._file)


def _mapped(file: BinaryIO, dimension: int) -> Records:
    """All whole rows of the file."""
    kind = record(dimension)
    rows = (os.fstat(file.fileno()).st_size - _ROWS_AT) // kind.itemsize
    if rows <= 0:
        return np.zeros(0, kind)
    return np.memmap(file, kind, "r", offset=_ROWS_AT, shape=(rows,))


def _write(file: BinaryIO, position: int, data: bytes) -> None:
    # Not through the mapping: a full disk would end the process there.
    file.seek(position)
    if file.write(data) != len(data):
        raise OSError("written in part")


def _sync(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())
