"""What disks say, in our own words."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from rag.errors import LibraryDamaged, LibraryError, StorageFailed, StorageFull

_FULL = ("no space left", "disk is full", "disk full", "enospc", "os error 28")
_DENIED = ("readonly", "read-only", "permission denied", "os error 13", "os error 30")
_DAMAGED = ("malformed", "not a database", "corrupt")

DAMAGED_HINT = "Run 'pullquote rebuild': everything but the articles is made anew."


def storage_error(
    folder: Path, error: BaseException, otherwise: type[LibraryError]
) -> LibraryError:
    """The error of ours that says what ``error`` says.

    The packages underneath wrap the system's errors in their own, so beside the number
    their words are read.
    """
    words = str(error).lower()
    number = getattr(error, "errno", None)
    if number in (errno.ENOSPC, errno.EDQUOT) or any(word in words for word in _FULL):
        return StorageFull(
            f"No space is left where {folder} lies.",
            "Nothing stored was lost. Free some space and run the same command again.",
        )
    if number in (errno.EACCES, errno.EPERM, errno.EROFS) or any(w in words for w in _DENIED):
        return StorageFailed(
            f"{folder} cannot be written.",
            "Check its permissions, and whether its disk is read-only.",
        )
    first = str(error).strip().splitlines()[0] if str(error).strip() else repr(error)
    if isinstance(error, sqlite3.DatabaseError) and any(word in words for word in _DAMAGED):
        return LibraryDamaged(f"{folder} is damaged: {first}.", "Restore it from a backup.")
    if isinstance(error, OSError):
        return StorageFailed(f"{folder} cannot be used: {error.strerror or first}.")
    hint = DAMAGED_HINT if otherwise is LibraryDamaged else ""
    return otherwise(f"{folder} failed: {first}", hint)


def folder_size(folder: Path) -> int:
    """Bytes of all files in ``folder``. Files may come and go meanwhile."""
    total = 0
    for path in folder.rglob("*"):
        with suppress(FileNotFoundError):
            total += path.stat().st_size
    return total


@contextmanager
def translated(
    folder: Path, otherwise: type[LibraryError], *foreign: type[Exception]
) -> Iterator[None]:
    """Errors of the system and of ``foreign`` packages become ours."""
    caught: tuple[type[Exception], ...] = (OSError, sqlite3.Error, *foreign)
    try:
        yield
    except LibraryError:
        raise
    except caught as error:
        raise storage_error(folder, error, otherwise) from error
