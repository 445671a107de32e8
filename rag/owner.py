"""One owner a library: a lock that ends with its process, and a note of who holds it."""

from __future__ import annotations

import json
import os
import socket
import sys
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from rag.errors import LibraryError, LibraryInUse
from rag.place import LOCK, NOTE
from rag.storage import translated


class Ownership:
    """Held from construction to ``release``. Raises ``LibraryInUse`` when another has it.

    The operating system lets go of the lock when the process ends, however it ends; the note
    may outlive it and is only believed while the lock is held.
    """

    def __init__(self, folder: Path, *, wait: float) -> None:
        self._note = folder / NOTE
        # Not a singleton: a second opener in this very process is refused like any other.
        self._lock = FileLock(folder / LOCK, is_singleton=False)
        with translated(folder, LibraryError):
            try:
                self._lock.acquire(timeout=wait)
            except Timeout:
                raise LibraryInUse(
                    f"The library at {folder} is in use{self._who()}.",
                    "Wait until it is done, or stop it, and try again.",
                ) from None
            note = {
                "pid": os.getpid(),
                "host": socket.gethostname(),
                "command": Path(sys.argv[0]).name or "python",
                "since": datetime.now(UTC).isoformat(timespec="seconds"),
            }
            try:
                self._note.write_text(json.dumps(note), encoding="utf-8")
            except OSError:
                self._lock.release()
                raise

    def release(self) -> None:
        if self._lock.is_locked:
            self._note.unlink(missing_ok=True)
            self._lock.release()

    def _who(self) -> str:
        try:
            note = json.loads(self._note.read_text(encoding="utf-8"))
            return f" by {note['command']} (process {note['pid']} on {note['host']})"
        except (OSError, ValueError, KeyError, TypeError):
            return ""
