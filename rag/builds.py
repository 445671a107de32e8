"""The builds of a library's indexes: one in use, each in a folder of its own.

A rebuild fills the next one beside the one in use and changes over; questions under way keep the
old one open until they are done.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from rag.errors import LibraryDamaged, LibraryError
from rag.indexes import Indexes
from rag.place import INDEXES
from rag.storage import DAMAGED_HINT, translated


class Builds:
    """Of the library at ``path``. None is in use until one is opened."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._current: Indexes | None = None
        self._closed = False

    @property
    def opened(self) -> bool:
        return self._current is not None

    @property
    def current(self) -> Indexes:
        """The indexes in use, for who writes. Raises ``LibraryError``."""
        if self._closed:
            raise LibraryError(f"The library at {self._path} is closed.", "Open it again.")
        if self._current is None:
            raise LibraryDamaged(f"The indexes of {self._path} are not open.", DAMAGED_HINT)
        return self._current

    @contextmanager
    def reading(self) -> Iterator[Indexes]:
        """The indexes in use, left open until their reader is done."""
        with ExitStack() as stack:
            with self._lock:
                indexes = stack.enter_context(self.current.read())
            yield indexes

    def open(self, number: int) -> None:
        """Takes a build into use, and discards all others: what a rebuild left, done or not."""
        self.change_over(Indexes(self._folder(number)), number)

    def begin(self, number: int) -> Indexes:
        """A new build, empty and not in use."""
        self.discard(number)
        try:
            return Indexes(self._folder(number))
        except BaseException:
            with suppress(LibraryError):
                self.discard(number)
            raise

    def aside(self, number: int) -> Path:
        """The folder of a build that is never taken into use, for what is made on the way: it
        goes, as all do that are not in use."""
        self.discard(number)
        with translated(self._path, LibraryError):
            self._folder(number).mkdir(parents=True)
        return self._folder(number)

    def abandon(self, indexes: Indexes, number: int) -> None:
        """Gives up a build under way. Where even that fails the next opening discards it."""
        with suppress(LibraryError):
            indexes.close()
        with suppress(LibraryError):
            self.discard(number)

    def change_over(self, indexes: Indexes, number: int) -> None:
        """Takes ``indexes`` into use in place of the ones before, and discards all others."""
        with self._lock:
            before, self._current = self._current, indexes
        if before is not None:
            before.close()
        for folder in (self._path / INDEXES).iterdir():
            if folder.name.isdecimal() and int(folder.name) != number:
                self.discard(int(folder.name))

    def discard(self, number: int) -> None:
        """Deletes a build that nobody has open."""
        with translated(self._path, LibraryError):
            if self._folder(number).exists():
                shutil.rmtree(self._folder(number))

    def close(self) -> None:
        """Waits for readers. Nothing can be read or written afterwards."""
        with self._lock:
            self._closed = True
            before, self._current = self._current, None
        if before is not None:
            before.close()

    def _folder(self, number: int) -> Path:
        return self._path / INDEXES / str(number)
