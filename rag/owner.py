"""One owner a library: a lock that ends with its process, and a note of who holds it and where
it can be reached."""

from __future__ import annotations

import json
import os
import socket
import sys
from contextlib import suppress
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from rag.errors import LibraryError, LibraryInUse
from rag.place import LOCK, NOTE
from rag.storage import translated


@dataclass(frozen=True, slots=True)
class Owner:
    """A process that has a library open. ``address`` is empty while it listens nowhere; all is
    empty when its note cannot be read."""

    command: str = ""
    pid: int = 0
    host: str = ""
    since: str = ""
    address: str = ""

    @property
    def here(self) -> bool:
        """Whether it runs on this machine, so that an address on loopback means it."""
        return self.host == socket.gethostname()

    def __str__(self) -> str:
        if not self.command:
            return ""
        at = f" at {self.address}" if self.address else ""
        return f" by {self.command} (process {self.pid} on {self.host}){at}"


class Ownership:
    """Held from construction to ``release``. Raises ``LibraryInUse`` when another has it.

    The operating system lets go of the lock when the process ends, however it ends; the note
    may outlive it and is only believed while the lock is held.
    """

    def __init__(self, folder: Path, *, wait: float) -> None:
        self._folder = folder
        self._lock = _lock(folder)
        self._owner = Owner(
            command=Path(sys.argv[0]).name or "python",
            pid=os.getpid(),
            host=socket.gethostname(),
            since=datetime.now(UTC).isoformat(timespec="seconds"),
        )
        with translated(folder, LibraryError):
            try:
                self._lock.acquire(timeout=wait)
            except Timeout:
                raise in_use(folder, _noted(folder)) from None
            try:
                self._note()
            except OSError:
                self._lock.release()
                raise

    def announce(self, address: str) -> None:
        """Notes where this process listens."""
        self._owner = replace(self._owner, address=address)
        with translated(self._folder, LibraryError):
            self._note()

    def release(self) -> None:
        if self._lock.is_locked:
            with suppress(OSError):  # it is believed by nobody once the lock is gone
                (self._folder / NOTE).unlink(missing_ok=True)
            self._lock.release()

    def _note(self) -> None:
        (self._folder / NOTE).write_text(json.dumps(asdict(self._owner)), encoding="utf-8")


def owner_of(folder: Path) -> Owner | None:
    """Who has the library in ``folder`` open; None when nobody has. Makes nothing there."""
    if not (folder / NOTE).exists():
        return None
    with translated(folder, LibraryError):
        lock = _lock(folder)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            return _noted(folder)
        lock.release()
    return None


def in_use(folder: Path, owner: Owner) -> LibraryInUse:
    """What somebody is told who cannot have the library."""
    return LibraryInUse(
        f"The library at {folder} is in use{owner}.",
        "Wait until it is done, or stop it, and try again.",
    )


def _lock(folder: Path) -> FileLock:
    # Not a singleton: a second opener in this very process is refused like any other. Not one
    # thread's: who closes a library need not be the thread that opened it.
    return FileLock(folder / LOCK, is_singleton=False, thread_local=False)


def _noted(folder: Path) -> Owner:
    try:
        note = json.loads((folder / NOTE).read_text(encoding="utf-8"))
        told = {f.name: note.get(f.name, f.default) for f in fields(Owner)}
    except (OSError, ValueError, AttributeError):
        return Owner()
    fits = all(type(told[f.name]) is type(f.default) for f in fields(Owner))
    return Owner(**told) if fits else Owner()
