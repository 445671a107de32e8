"""Where uploaded files lie until they are taken in."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import platformdirs


@contextmanager
def uploads_folder() -> Iterator[Path]:
    """A folder of this process, gone with it; what a killed one left goes now."""
    home = Path(platformdirs.user_cache_dir("pullquote", appauthor=False)) / "uploads"
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    for left in home.iterdir():
        if left.name.isdecimal() and not _is_alive(int(left.name)):
            shutil.rmtree(left, ignore_errors=True)
    ours = home / str(os.getpid())
    ours.mkdir(exist_ok=True, mode=0o700)
    try:
        yield ours
    finally:
        shutil.rmtree(ours, ignore_errors=True)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # somebody else's
        return True
    return True
