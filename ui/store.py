"""The file of what visitors leave: conversations, feedback, users. SQLite, apart from any library.

::

    PullquoteError
    └── StoreError           the file cannot be read or written
        ├── StoreFull        no space is left on its disk
        ├── StoreDamaged     it does not hold what it should
        └── StoreTooNew      a newer Pullquote wrote it
"""

from __future__ import annotations

import os
import sqlite3
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from rag.errors import (
    LibraryDamaged,
    LibraryError,
    LibraryTooNew,
    PullquoteError,
    StorageFailed,
    StorageFull,
)
from rag.migrations import migrate
from rag.sqlite import Shared
from rag.storage import storage_error

PATIENCE = 10.0
"""Seconds to wait for another server that is writing the same file."""

_OURS = 0x70756C71
"""SQLite's ``application_id`` of these files, so that no other kind of file is ever written."""

STEPS: tuple[str, ...] = (
    # 1: conversations with their exchanges; feedback, which outlives them; users, sessions.
    f"""
    PRAGMA application_id = {_OURS};
    CREATE TABLE conversations (
      number INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      visitor TEXT NOT NULL,
      library TEXT NOT NULL,
      title TEXT NOT NULL,
      named INTEGER NOT NULL DEFAULT 0,
      created TEXT NOT NULL,
      updated TEXT NOT NULL
    ) STRICT;
    CREATE INDEX conversations_by_visitor ON conversations (visitor, library, updated);
    CREATE TABLE exchanges (
      number INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL UNIQUE,
      conversation INTEGER NOT NULL REFERENCES conversations ON DELETE CASCADE,
      at TEXT NOT NULL,
      asked TEXT NOT NULL,
      answer TEXT,
      answered INTEGER NOT NULL DEFAULT 0,
      error TEXT NOT NULL DEFAULT '',
      suggestions TEXT NOT NULL DEFAULT '[]',
      words TEXT NOT NULL,
      tries INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE INDEX exchanges_by_conversation ON exchanges (conversation, number);
    CREATE INDEX exchanges_pending ON exchanges (number) WHERE answer IS NULL AND error = '';
    CREATE TABLE feedback (
      exchange TEXT PRIMARY KEY,
      at TEXT NOT NULL,
      verdict TEXT NOT NULL,
      replay TEXT NOT NULL
    ) STRICT;
    CREATE TABLE users (
      name TEXT PRIMARY KEY,
      password TEXT NOT NULL,
      created TEXT NOT NULL
    ) STRICT;
    CREATE TABLE sessions (
      digest TEXT PRIMARY KEY,
      name TEXT NOT NULL REFERENCES users ON DELETE CASCADE,
      ends TEXT NOT NULL
    ) STRICT;
    CREATE INDEX sessions_by_name ON sessions (name, ends);
    """,
    # 2: whether a language model writes for a visitor.
    """
    CREATE TABLE choices (
      visitor TEXT PRIMARY KEY,
      writes INTEGER NOT NULL
    ) STRICT;
    """,
)


class StoreError(PullquoteError):
    code = "store_failed"


class StoreFull(StoreError):
    code = "store_full"


class StoreDamaged(StoreError):
    code = "store_damaged"


class StoreTooNew(StoreError):
    code = "store_too_new"


def folded(text: str) -> str:
    """``text`` as it is compared in a search: without case and accidents of spelling, its white
    space single spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def storable(text: str) -> str:
    """``text`` without what no database keeps as text: lone surrogates and NUL."""
    return text.encode("utf-8", "replace").decode().replace("\x00", "")


class Store(Shared):
    """An open file, made when it is missing. Safe to use from many threads, and while other
    processes use it too; one statement or transaction at a time. Raises ``StoreError``."""

    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__()
        with self._guard():
            path.parent.mkdir(parents=True, exist_ok=True)
            # Two servers that start together must not both make the tables.
            with FileLock(f"{path}.lock", timeout=PATIENCE, mode=0o600, is_singleton=False):
                self._db = self._opened()

    def change(self, statement: str, values: Sequence[Any] = ()) -> int:
        """Runs one statement that writes; returns how many rows it touched."""
        with self.transaction():
            return self._db.execute(statement, values).rowcount

    def sweep(self) -> None:
        """Empties the write-ahead log, which would keep what was deleted. As far as other
        servers let it: what stays is overwritten later."""
        with suppress(StoreError):
            self.rows("PRAGMA wal_checkpoint(TRUNCATE)")

    def _opened(self) -> sqlite3.Connection:
        _create(self.path)
        db = sqlite3.connect(
            self.path, isolation_level=None, check_same_thread=False, timeout=PATIENCE
        )
        try:
            self._check_ours(db)
            # SQLite gives the files it makes beside this one the same permissions.
            self.path.chmod(0o600)
            # What a visitor deletes is overwritten, not just unlinked.
            db.execute("PRAGMA secure_delete = ON")
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = FULL")
            db.execute("PRAGMA foreign_keys = ON")
            db.create_function("folded", 1, folded, deterministic=True)
            migrate(db, STEPS)
        except BaseException:
            db.close()
            raise
        return db

    def _check_ours(self, db: sqlite3.Connection) -> None:
        (mark,) = db.execute("PRAGMA application_id").fetchone()
        (tables,) = db.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if tables and mark != _OURS:
            raise StoreError(
                f"{self.path} is not a file of visitors' data.", "Check the setting 'visitors'."
            )

    @contextmanager
    def _guard(self) -> Iterator[None]:
        try:
            yield
        except LibraryTooNew as error:
            raise StoreTooNew(
                f"A newer Pullquote wrote {self.path}.", "Update pullquote to open it."
            ) from error
        except Timeout as error:
            raise StoreError(f"{self.path} is in use.", "Try again in a moment.") from error
        except sqlite3.ProgrammingError as error:
            raise StoreError(f"{self.path} is closed.", "Open it again.") from error
        except (sqlite3.Error, OSError) as error:
            raise _translated(self.path, error) from error


def _create(path: Path) -> None:
    """An empty file that only its owner may read. One that exists is not even opened: closing
    it would undo the locks SQLite holds on it in this process."""
    if path.is_dir():
        raise StoreError(f"{path} is a folder.", "Check the setting 'visitors'.")
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def _translated(path: Path, error: sqlite3.Error | OSError) -> StoreError:
    known = storage_error(path, error, LibraryError)
    said = getattr(error, "strerror", None) or str(error)
    if isinstance(known, StorageFull):
        return StoreFull(
            f"No space is left for visitors' data ({path}).",
            "Nothing stored was lost. Free some space and try again.",
        )
    if isinstance(known, LibraryDamaged):
        return StoreDamaged(
            f"{path} is damaged: {said}.", "Restore it from a backup, or move it away."
        )
    if isinstance(known, StorageFailed):
        return StoreError(f"{path} cannot be used: {said}.", "Check its permissions.")
    return StoreError(f"{path} failed: {said}.", "Try again in a moment.")
