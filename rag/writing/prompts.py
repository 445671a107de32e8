"""Prompts: texts of their own in ``prompts/``, read as data and filled in."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from string import Template

from rag.model import Message

FOLDER = Path(__file__).resolve().parents[2] / "prompts"

_PARTED = re.compile(r"^---$", re.MULTILINE)


class Prompts:
    """The prompts in a folder, by name. ``digest`` changes with any word of them."""

    def __init__(self, folder: Path = FOLDER) -> None:
        files = sorted(path for path in folder.glob("*.md") if path.stem != "README")
        self._texts = {path.stem: path.read_text(encoding="utf-8") for path in files}
        written = "\0".join(f"{name}\0{text}" for name, text in self._texts.items())
        self.digest = hashlib.sha256(written.encode()).hexdigest()[:16]

    def text(self, name: str, **values: str) -> str:
        """A prompt filled in. What is put in is never read as a variable."""
        return Template(self._texts[name]).substitute(values).strip()

    def messages(self, name: str, **values: str) -> tuple[Message, ...]:
        """A prompt of two parts: the system's message and the user's."""
        parts = _PARTED.split(self._texts[name], maxsplit=1)
        filled = [Template(part).substitute(values).strip() for part in parts]
        return tuple(map(Message, ("system", "user"), filled))
