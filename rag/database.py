"""The catalog's file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from rag.errors import LibraryDamaged, LibraryError
from rag.migrations import migrate
from rag.sqlite import Shared
from rag.storage import storage_error, translated


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
    def beside(self) -> Iterator[sqlite3.Connection]:
        """A connection to the same file for work that takes long: who reads does not wait for
        it. Nobody may write meanwhile."""
        with self._guard(), closing(sqlite3.connect(self.path, isolation_level=None)) as other:
            other.execute("PRAGMA secure_delete = ON")
            yield other

    def vacuum(self) -> None:
        """Writes the file anew, without the room of what was removed."""
        with self.beside() as other:
            other.execute("VACUUM")

    def copy_to(self, path: Path) -> None:
        """A copy as of one moment, in a file that is not there yet. Trouble with the copy's disk
        is told of its folder, never of the catalog."""
        with (
            self.beside() as ours,
            translated(path.parent, LibraryError),
            closing(sqlite3.connect(path)) as copy,
        ):
            ours.backup(copy)

    def become(self, path: Path) -> None:
        """Takes on all that another catalog's file holds, of the same schema: all or nothing."""
        with closing(sqlite3.connect(path)) as other, self.beside() as ours:
            other.backup(ours)

    @contextmanager
    def _guard(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.ProgrammingError as error:
            raise LibraryError("The library is closed.", "Open it again.") from error
        except (sqlite3.Error, OSError) as error:
            raise storage_error(self.path, error, LibraryDamaged) from error
