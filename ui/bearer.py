"""The word that opens a library's server: a file in its folder that only its owner may read."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from rag.errors import LibraryError
from rag.place import TOKEN
from rag.storage import translated

_LENGTH = 43
"""Characters of 32 random bytes in base64. What is shorter was cut off while it was written."""


def kept_token(folder: Path) -> str:
    """The library's token, made at the first call. Raises ``LibraryError``."""
    path = folder / TOKEN
    with translated(folder, LibraryError):
        token = read_token(folder)
        if len(token) < _LENGTH:
            token = secrets.token_urlsafe(32)
            path.unlink(missing_ok=True)
            # Nobody may read it even for the moment it takes to change its mode.
            file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(file, "w", encoding="ascii") as stream:
                stream.write(token)
        path.chmod(0o600)
    return token


def read_token(folder: Path) -> str:
    """The library's token; empty when there is none that this user may read."""
    try:
        return (folder / TOKEN).read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""
