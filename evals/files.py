"""Files that are whole or not there at all."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from rag.errors import EvaluationError


def write(path: Path, text: str) -> None:
    """Puts ``text`` (as UTF-8) at ``path``. Whoever reads it meanwhile, or after a crash, finds
    the old file or the new one. Raises ``EvaluationError`` when it cannot be written."""
    path = path.resolve()  # a link stays one, and what it names is replaced
    if path.exists() and not path.is_file():
        raise EvaluationError(f"{path} is no file.", "Name another.")
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        raise EvaluationError(f"{path} cannot be written: {error.strerror}.") from error
    finally:
        with suppress(OSError):  # what went wrong has been said
            part.unlink(missing_ok=True)
