"""What a published format is to those who read it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from evals.sets.questions import QuestionSet
from rag.types import Article

Contents = tuple[Iterable[Article], QuestionSet]
"""The articles of a data set, read while they are gone through, and its questions."""


@dataclass(frozen=True, slots=True)
class Format:
    """A format: the name a caller gives, its title, where it is published, the files that tell
    it; whether a folder holds them, and how they are read."""

    name: str
    title: str
    origin: str
    files: str
    found: Callable[[Path], bool]
    read: Callable[[Path], Contents]
