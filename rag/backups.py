"""Backups: one SQLite file with the whole catalog, and the vector of every passage.

The indexes are made of these when it is restored, which takes no model: so nothing has to be
embedded again, and a backup does not depend on the file formats of Chroma and tantivy.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Self

from rag.catalog import Catalog
from rag.errors import LibraryError, LibraryTooNew, NotABackup, OtherModel, StorageFailed
from rag.migrations import MIGRATIONS
from rag.place import CATALOG
from rag.refilling import Known
from rag.rows import key_of, passage_id
from rag.storage import translated
from rag.understanding import mentions
from rag.upkeep import altered

if TYPE_CHECKING:
    from rag.embedding import Floats

_WHOSE = 0x50514255
"""In the header of the file, where SQLite keeps whose it is: "PQBU"."""
_BATCH = 2048
"""Vectors read and written together."""
_DIGEST = "vectors"
"""What the digest of its vectors is called among what a backup says of itself."""


def named(target: Path, library: Path) -> Path:
    """The file of a backup of ``library``: ``target``, or one named by the time when that is a
    folder. Raises ``LibraryError`` where it cannot be kept."""
    if target.is_dir():
        target /= f"{library.name}-{datetime.now(UTC):%Y-%m-%d-%H%M%S}.backup"
    if not target.parent.is_dir():
        raise StorageFailed(f"There is no folder {target.parent}.", "Make it, or name another.")
    if target.resolve().is_relative_to(library.resolve()):
        raise StorageFailed(
            f"{target} lies within the library.",
            "Name another folder, on another disk if there is one.",
        )
    return target


def write(catalog: Catalog, known: Known, target: Path) -> None:
    """A backup at ``target``, in place of one that is there. Nobody may write meanwhile.

    It has its name only once it is whole and on disk. Raises ``NotABackup`` when another file is
    there, and ``StorageFull`` and its like.
    """
    with translated(target.parent, LibraryError):
        if target.exists() and not is_backup(target):
            raise NotABackup(f"{target} is there, and is no backup.", "Choose another name.")
        half = target.with_name(f".{target.name}.half")
        try:
            half.unlink(missing_ok=True)
            catalog.copy_to(half)
            _complete(half, catalog, known)
            _synced(half)
            half.replace(target)
            _synced(target.parent)
        except BaseException:
            for beside in ("", "-journal", "-wal", "-shm"):
                with suppress(OSError):
                    half.with_name(half.name + beside).unlink(missing_ok=True)
            raise


def is_backup(path: Path) -> bool:
    """Whether the file says that it is one. Raises ``OSError``."""
    with path.open("rb") as file:
        header = file.read(100)
    return header[:16] == b"SQLite format 3\0" and header[68:72] == _WHOSE.to_bytes(4, "big")


def check(path: Path) -> None:
    """Raises ``NotABackup`` at a glance; ``Backup.opened`` reads all of it."""
    with _ours(path):
        if not path.is_file() or not is_backup(path):
            raise NotABackup(f"{path} is not a backup.", "Check the path.")


class Backup:
    """One that was found whole: see ``opened``."""

    def __init__(self, path: Path, db: sqlite3.Connection) -> None:
        self._path = path
        self._db = db

    @classmethod
    @contextmanager
    def opened(cls, path: Path, model: str) -> Iterator[Self]:
        """The backup at ``path``, once it has been read from end to end.

        Raises ``NotABackup``; ``OtherModel`` when another than ``model`` made its vectors;
        ``LibraryTooNew``.
        """
        check(path)
        with _ours(path):
            # Nothing is written, not even beside it.
            uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
            db = sqlite3.connect(uri, uri=True)
        with closing(db):
            backup = cls(path, db)
            with _ours(path):
                backup._check(model)
            yield backup

    def next_version(self) -> int:
        """The least number that none of its versions has."""
        (found,) = self._db.execute("SELECT max(version) FROM articles").fetchone()
        return int(found or 0) + 1

    def vectors(self, shift: int) -> Known:
        """Its vectors, of versions counted up by ``shift``."""

        import numpy as np

        def known(ids: Sequence[str]) -> dict[str, Floats]:
            found: dict[str, Floats] = {}
            query = "SELECT vector FROM vectors WHERE version = ? AND ordinal = ?"
            for version, ordinal in map(key_of, ids):
                with _ours(self._path):
                    row = self._db.execute(query, [version - shift, ordinal]).fetchone()
                    if row:
                        found[passage_id(version, ordinal)] = np.frombuffer(row[0], "<f4")
            return found

        return known

    def stage(self, folder: Path, *, shift: int) -> Catalog:
        """Its catalog as a file in ``folder``, brought to the newest schema, with versions
        counted up by ``shift``."""
        with translated(folder, LibraryError):
            shutil.copyfile(self._path, folder / CATALOG)
            with closing(sqlite3.connect(folder / CATALOG)) as db:
                db.execute("DROP TABLE vectors")
                db.execute("DELETE FROM meta WHERE name = ?", [_DIGEST])
                db.execute("PRAGMA application_id = 0")
                db.commit()
        staged = Catalog(folder)
        try:
            for fault in altered(staged):
                raise NotABackup(f"{self._path} is damaged: {fault}.", "Restore another backup.")
            staged.shift(shift)
            if staged.meta("names") != mentions.VERSION:
                staged.mention_anew(mentions.VERSION)
        except BaseException:
            staged.close()
            raise
        return staged

    def _check(self, model: str) -> None:
        (schema,) = self._db.execute("PRAGMA user_version").fetchone()
        if schema > len(MIGRATIONS):
            raise LibraryTooNew(
                f"{self._path} has schema {schema}; this Pullquote knows {len(MIGRATIONS)}.",
                "Update pullquote to restore it.",
            )
        faults = [row[0] for row in self._db.execute("PRAGMA integrity_check") if row[0] != "ok"]
        if faults:
            raise NotABackup(f"{self._path} is damaged: {faults[0]}.", "Restore another backup.")
        found = dict(self._db.execute("SELECT name, value FROM meta"))
        if found.get(_DIGEST) != _digest(self._db):
            raise NotABackup(
                f"{self._path} is damaged: its vectors are not those it was made with.",
                "Restore another backup.",
            )
        if found["embedding"] != model and self._db.execute("SELECT 1 FROM vectors").fetchone():
            raise OtherModel(
                f"{self._path} was made with the embedding model '{found['embedding']}', not"
                f" '{model}'.",
                "Set 'embedding' to that one to restore it.",
            )


def _complete(half: Path, catalog: Catalog, known: Known) -> None:
    """Adds the vectors, and makes it one file."""
    with closing(sqlite3.connect(half)) as db:
        db.execute("PRAGMA journal_mode = DELETE")
        db.execute(
            "CREATE TABLE vectors (version INTEGER NOT NULL, ordinal INTEGER NOT NULL,"
            " vector BLOB NOT NULL, PRIMARY KEY (version, ordinal)) STRICT"
        )
        ids = [passage_id(*key) for key in sorted(catalog.passage_keys())]
        for start in range(0, len(ids), _BATCH):
            found = known(ids[start : start + _BATCH])
            db.executemany(
                "INSERT INTO vectors VALUES (?, ?, ?)",
                ((*key_of(i), vector.astype("<f4").tobytes()) for i, vector in found.items()),
            )
        db.execute("REPLACE INTO meta VALUES (?, ?)", [_DIGEST, _digest(db)])
        db.execute(f"PRAGMA application_id = {_WHOSE}")
        db.commit()


def _digest(db: sqlite3.Connection) -> str:
    """Of all vectors, and whose they are. Nothing else in the file would tell of a changed one:
    articles have digests of their own."""
    made = hashlib.sha256()
    query = "SELECT version, ordinal, vector FROM vectors ORDER BY version, ordinal"
    for version, ordinal, vector in db.execute(query):
        made.update(f"{version}.{ordinal}:{len(vector)}:".encode())
        made.update(vector)
    return made.hexdigest()


def _synced(path: Path) -> None:
    """On disk: a file, or which files a folder has."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _ours(path: Path) -> Iterator[None]:
    """What is wrong with a backup is never taken for something wrong with the library."""
    try:
        yield
    except (sqlite3.DatabaseError, KeyError, OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise NotABackup(f"{path} cannot be read: {why}.", "Restore another backup.") from error
