"""A connection to SQLite that many threads share, one statement or transaction at a time."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rag.errors import LibraryDamaged, LibraryError
from rag.migrations import migrate
from rag.storage import storage_error

SLICE = 500
"""Parameters a statement is given at most; it may carry only so many."""


class Database:
    """The catalog's file, brought to the newest schema. Errors are ``LibraryError``."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.RLock()
        with self._guard():
            self._db = sqlite3.connect(
                self.path, isolation_level=None, check_same_thread=False, timeout=5
            )
            try:
                # Removed text is overwritten, not just unlinked.
                self._db.execute("PRAGMA secure_delete = ON")
                self._db.execute("PRAGMA journal_mode = WAL")
                self._db.execute("PRAGMA synchronous = FULL")
                migrate(self._db)
            except BaseException:
                self._db.close()
                raise

    def close(self) -> None:
        """Waits for the statement under way; another thread's would be cut from under it."""
        with self._lock, self._guard():
            self._db.close()

    def rows(self, query: str, values: Sequence[Any] = ()) -> list[sqlite3.Row]:
        with self._lock, self._guard():
            cursor = self._db.cursor()
            cursor.row_factory = sqlite3.Row
            return cursor.execute(query, values).fetchall()

    def execute(self, statement: str, values: Sequence[Any] = ()) -> None:
        with self._lock, self._guard():
            self._db.execute(statement, values)

    def executemany(self, statement: str, values: Iterable[Sequence[Any]]) -> None:
        with self._lock, self._guard():
            self._db.executemany(statement, values)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing of what is executed within; part of a larger one if there is one."""
        with self._lock, self._guard():
            if self._db.in_transaction:
                yield
                return
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    @contextmanager
    def _guard(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.ProgrammingError as error:
            raise LibraryError("The library is closed.", "Open it again.") from error
        except (sqlite3.Error, OSError) as error:
            raise storage_error(self.path, error, LibraryDamaged) from error
