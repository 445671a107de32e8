"""The sample newspaper: articles written for this project, to try it on and to test it with."""

from __future__ import annotations

import hashlib
from pathlib import Path


def newspaper() -> Path:
    """The folder of its articles, a source for ``ingest`` like any other."""
    return Path(__file__).parent / "newspaper" / "vennshire"


def digest() -> str:
    """Changes when a file of it does: a library that was made under another is out of step."""
    folder = newspaper()
    whole = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        whole.update(f"{path.relative_to(folder).as_posix()}\n".encode())
        whole.update(hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()
