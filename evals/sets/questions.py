"""Questions with known answers: what a case is, whatever file it came from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol, TypeVar

from rag.types import Filters, Record, Turn

EVERY = "every-evidence"
"""Tag of cases that want each of their quotes, whatever parts of the answer it holds."""


@dataclass(frozen=True, slots=True)
class Evidence(Record):
    """Words of an article that bear an answer out."""

    article: str
    quote: str


@dataclass(frozen=True, slots=True)
class Case(Record):
    """One question. What it lacks is not scored: ``answerable`` is None when nobody said.

    ``answers`` are ways to say the same, any of which will do; with the tag ``all`` each is a
    part, and all are wanted. ``wrong`` are answers that must not be given. Evidence of equal
    words in several articles is one piece: any of its places will do. ``as_of`` None is the day
    of the run.
    """

    id: str
    question: str
    answers: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()
    answerable: bool | None = None
    articles: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    history: tuple[Turn, ...] = ()
    as_of: date | None = None
    filters: Filters = field(default_factory=Filters)
    tags: tuple[str, ...] = ()

    @property
    def has_answer(self) -> bool | None:
        """Whether the articles answer it: as ``answerable`` says, else yes where an answer is
        known; None when nobody said."""
        if self.answerable is None and self.answers:
            return True
        return self.answerable

    @property
    def wants_all(self) -> bool:
        """Whether each of ``answers`` is a part of the answer."""
        return "all" in self.tags


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Cases under a name. ``digest``: sixteen hex digits over all that they say."""

    name: str
    cases: tuple[Case, ...]

    @property
    def digest(self) -> str:
        text = json.dumps([case.to_dict() for case in self.cases], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


class Named(Protocol):
    """What can be sampled: a case, or something made of cases."""

    @property
    def id(self) -> str: ...


Sampled = TypeVar("Sampled", bound=Named)


def sample(cases: Iterable[Sampled], size: int, *, seed: int = 0) -> list[Sampled]:
    """``size`` cases, the same ones every time: those with the smallest digests of their ids.
    Another ``seed`` gives others."""
    salt = f"{seed}:" if seed else ""
    return sorted(cases, key=lambda case: _digest(salt + case.id))[:size]


def chosen(cases: Sequence[Case], size: int, *, seed: int = 0) -> tuple[Case, ...]:
    """The ``sample`` of the cases, in the order they have."""
    ids = {case.id for case in sample(cases, size, seed=seed)}
    return tuple(case for case in cases if case.id in ids)


def half(name: str) -> int:
    """0 or 1 by a digest of ``name``: which half of the data it belongs to, now and later."""
    return _digest(name)[-1] & 1


def _digest(name: str) -> bytes:
    return hashlib.sha256(name.encode()).digest()
