"""What disks say, in our own words."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from rag.errors import LibraryDamaged, LibraryError, StorageFailed, StorageFull

_FULL = ("no space left", "disk is full", "disk full", "enospc", "os error 28")
_DENIED = ("readonly", "read-only", "permission denied", "os error 13", "os error 30")
_FAILED = ("disk i/o error",)
"""What SQLite says of whatever the system would not do."""
_LITTLE = 1_000_000
"""Bytes left with which a disk is taken for full where something failed."""
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
    damaged = isinstance(error, sqlite3.DatabaseError) and any(w in words for w in _DAMAGED)
    # Many a package says only that it failed; then what the disk says is the likelier reason.
    vague = not damaged and not number
    full = number in (errno.ENOSPC, errno.EDQUOT) or any(word in words for word in _FULL)
    if full or (vague and _room(folder) < _LITTLE):
        return StorageFull(
            f"No space is left where {folder} lies.",
            "Nothing stored was lost. Free some space and run the same command again.",
        )
    denied = number in (errno.EACCES, errno.EPERM, errno.EROFS)
    denied = denied or any(word in words for word in _DENIED)
    if denied or (vague and not _writable(folder)):
        return StorageFailed(
            f"{folder} cannot be written.",
            "Check its permissions, and whether its disk is read-only.",
        )
    first = str(error).strip().splitlines()[0] if str(error).strip() else repr(error)
    if damaged:
        return LibraryDamaged(f"{folder} is damaged: {first}.", "Restore it from a backup.")
    if isinstance(error, OSError):
        return StorageFailed(f"{folder} cannot be used: {error.strerror or first}.")
    if any(word in words for word in _FAILED):
        return StorageFailed(f"{folder} cannot be used: {first}.", "Check its disk.")
    hint = DAMAGED_HINT if otherwise is LibraryDamaged else ""
    return otherwise(f"{folder} failed: {first}", hint)


def _room(folder: Path) -> int:
    """Bytes that are left on the disk of ``folder``, which may not be there."""
    for path in (folder, *folder.parents):
        with suppress(OSError):
            told = os.statvfs(path)
            return told.f_bavail * told.f_frsize
    return 0


def _writable(folder: Path) -> bool:
    """Whether files can be made where ``folder``, or a file of that name, is."""
    there = next((path for path in (folder, *folder.parents) if path.is_dir()), folder)
    return os.access(there, os.W_OK)


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
