"""Questions with known answers: what a case is, whatever file it came from."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from rag.types import Record, Turn


@dataclass(frozen=True, slots=True)
class Evidence(Record):
    """Words of an article that bear an answer out."""

    article: str
    quote: str


@dataclass(frozen=True, slots=True)
class Case(Record):
    """One question. What it lacks is not scored: ``answerable`` is None when nobody said."""

    id: str
    question: str
    answers: tuple[str, ...] = ()
    answerable: bool | None = None
    articles: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    history: tuple[Turn, ...] = ()
    as_of: date | None = None
    tags: tuple[str, ...] = ()


def sample(cases: Iterable[Case], size: int) -> list[Case]:
    """``size`` cases, the same ones every time: those with the smallest digests of their ids."""
    return sorted(cases, key=lambda case: _digest(case.id))[:size]


def half(name: str) -> int:
    """0 or 1 by a digest of ``name``: which half of the data it belongs to, now and later."""
    return _digest(name)[-1] & 1


def _digest(name: str) -> bytes:
    return hashlib.sha256(name.encode()).digest()
