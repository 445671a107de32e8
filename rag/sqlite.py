"""An SQLite connection that many threads share: one statement or transaction at a time."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any


class Shared:
    """What every file of ours is to its users. Whoever builds on it opens ``_db`` in autocommit
    mode, for all threads, and says in ``_guard`` what SQLite's errors mean."""

    _db: sqlite3.Connection

    def __init__(self) -> None:
        self._lock = threading.RLock()

    def close(self) -> None:
        """Waits for the statement under way; another thread's would be cut from under it. May
        be called twice."""
        with self._lock, self._guard():
            self._db.close()

    def rows(self, query: str, values: Sequence[Any] = ()) -> list[sqlite3.Row]:
        """What a query finds."""
        with self._lock, self._guard():
            cursor = self._db.cursor()
            cursor.row_factory = sqlite3.Row
            return cursor.execute(query, values).fetchall()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing of what is read and written within; part of a larger one if there is
        one. Nobody else writes meanwhile."""
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

    def _guard(self) -> AbstractContextManager[None]:
        raise NotImplementedError
