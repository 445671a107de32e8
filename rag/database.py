"""The catalog's file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rag.errors import LibraryDamaged, LibraryError
from rag.migrations import migrate
from rag.sqlite import Shared
from rag.storage import storage_error


class Database(Shared):
    """The catalog's file, brought to the newest schema. Errors are ``LibraryError``."""

    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__()
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

    def execute(self, statement: str, values: Sequence[Any] = ()) -> None:
        with self._lock, self._guard():
            self._db.execute(statement, values)

    def executemany(self, statement: str, values: Iterable[Sequence[Any]]) -> None:
        with self._lock, self._guard():
            self._db.executemany(statement, values)

    @contextmanager
    def _guard(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.ProgrammingError as error:
            raise LibraryError("The library is closed.", "Open it again.") from error
        except (sqlite3.Error, OSError) as error:
            raise storage_error(self.path, error, LibraryDamaged) from error
