"""Where a library is, and where one can be made."""

from __future__ import annotations

from pathlib import Path

from rag.errors import LibraryNotFound, NotALibrary
from rag.storage import translated

CATALOG = "catalog.sqlite3"
INDEXES = "indexes"
LOCK = "owner.lock"
NOTE = "owner.json"
TOKEN = "token"  # noqa: S105 - the name of its file
SETTINGS = "pullquote.toml"


def check_library(path: Path) -> None:
    """Raises ``LibraryNotFound`` or ``NotALibrary`` unless there is one at ``path``."""
    with translated(path, NotALibrary):
        if not path.exists():
            raise LibraryNotFound(
                f"There is no library at {path}.",
                "Check the path, or make one with 'pullquote ingest'.",
            )
        if not (path / CATALOG).is_file():
            raise NotALibrary(f"{path} is not a library.", "Check the path.")


def check_vacant(path: Path) -> None:
    """Raises ``NotALibrary`` when none can be made at ``path`` because it holds other things."""
    with translated(path, NotALibrary):
        if path.is_file():
            raise NotALibrary(f"{path} is a file, not a library.", "Choose another path.")
        if not path.exists() or (path / CATALOG).exists():
            return
        # What a creation cut short leaves behind is no obstacle to the next.
        if {entry.name for entry in path.iterdir()} - {LOCK, NOTE, TOKEN, SETTINGS, INDEXES}:
            raise NotALibrary(
                f"{path} holds other files and is not a library.", "Choose another folder."
            )
