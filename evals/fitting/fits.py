"""Fitting: readable values from one half of the cases, judged on the other half.

What both kinds of fit (``evals.fitting.ranking``, ``evals.fitting.refusing``) have in common.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any, Generic, TypeVar

import numpy as np

from evals.sets.questions import Case, half
from rag.errors import EvaluationError
from rag.types import Article

T = TypeVar("T")

FITTED = 0
"""The half that values are fitted on; half 1 is what they are judged on."""

NEVER = frozenset({"realtimeqa_2022", "html", "seed"})
"""Public data that only measures. Were anything fitted on it, it could not say any more how the
system does on what it has never seen."""

FEWEST = 10
"""Cases of a kind in a half, below which nothing is fitted or judged."""

_RESTS_ON = frozenset(
    {"id", "question", "answers", "answerable", "articles", "history", "filters", "as_of"}
)
"""Fields of a case."""

_DRAWS = 2000


def check_allowed(name: str, path: Path | None = None, data: Path | None = None) -> None:
    """Raises ``EvaluationError`` for a set that only measures: by its name, or because ``path``
    lies in its folder of ``data``."""
    names = [name]
    if path and data and path.resolve().is_relative_to(data.resolve()):
        names.append(path.resolve().relative_to(data.resolve()).parts[0])
    for part in names:
        if part.split(".")[0] in NEVER:
            raise EvaluationError(
                f"Nothing is ever fitted on '{part}': it only measures.", "Take another set."
            )


def half_of(case: Case) -> int | None:
    """The half that all articles of ``case`` are in; None when they are in both. A case that
    names no article belongs where a digest of its id puts it."""
    halves = {half(article) for article in case.articles} or {half(case.id)}
    return halves.pop() if len(halves) == 1 else None


def data_digest(cases: Iterable[Case], articles: Iterable[Article]) -> str:
    """Sixteen hex digits over all of ``cases`` and ``articles`` that a fit can rest on, whatever
    their order. Tags, and fields that are empty, change nothing."""
    said = [{k: v for k, v in case.to_dict().items() if k in _RESTS_ON} for case in cases]
    said += [{k: v for k, v in article.to_dict().items() if k != "schema"} for article in articles]
    digests = sorted(
        hashlib.sha256(json.dumps(_filled(item), sort_keys=True).encode()).digest() for item in said
    )
    return hashlib.sha256(b"".join(digests)).hexdigest()[:16]


def _filled(value: Any) -> Any:
    """Without fields that say nothing."""
    if not isinstance(value, Mapping):
        return value
    kept = {key: _filled(item) for key, item in value.items()}
    return {key: item for key, item in kept.items() if item not in (None, "", [], {})}


def check_enough(kind: str, halves: Iterable[int]) -> None:
    """Raises ``EvaluationError`` unless there are enough cases of ``kind`` in each half."""
    found = list(halves)
    first, second = found.count(0), found.count(1)
    if min(first, second) < FEWEST:
        raise EvaluationError(
            f"There are {first} and {second} {kind} in the two halves;"
            f" at least {FEWEST} in each are needed.",
            "Take a larger set, or fit only what it has cases for.",
        )


@dataclass(frozen=True, slots=True)
class Figure:
    """A mean with its 95 % interval."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"

    def rounded(self) -> list[float]:
        return [round(number, 3) for number in (self.value, self.low, self.high)]


def balanced(*groups: Sequence[float]) -> float:
    """The mean of the groups' means: each group weighs the same."""
    return fmean(map(fmean, groups))


def figure(*groups: Sequence[float]) -> Figure:
    """``balanced`` with the interval of a seeded percentile bootstrap over the cases of each group
    (Efron and Tibshirani 1993, An Introduction to the Bootstrap, chapter 13)."""
    seeded = np.random.default_rng(0)
    drawn = [
        np.asarray(g, dtype=np.float64)[seeded.integers(len(g), size=(_DRAWS, len(g)))].mean(axis=1)
        for g in groups
    ]
    low, high = np.percentile(np.mean(drawn, axis=0), [2.5, 97.5])
    return Figure(balanced(*groups), float(low), float(high))


@dataclass(frozen=True, slots=True)
class Fit(Generic[T]):
    """Values fitted on ``cases[0]`` cases of one half, and how they do on the ``cases[1]`` of the
    other: their figures, those of the values in force until ``now``, and the difference, case by
    case. ``judged`` names the differences that must not be below zero. ``left_out`` counts cases
    whose articles are in both halves, or that could not be scored."""

    values: T
    now: T
    cases: tuple[int, int]
    left_out: int
    figures: Mapping[str, Figure]
    before: Mapping[str, Figure]
    difference: Mapping[str, Figure]
    judged: tuple[str, ...]

    @property
    def worse(self) -> bool:
        """Whether the other half is significantly worse off with the new values."""
        return any(self.difference[name].high < 0 for name in self.judged)

    @property
    def chosen(self) -> T:
        """The values to go on with."""
        return self.now if self.worse else self.values

    def other_half(self) -> dict[str, object]:
        """The figures as they stand in the file."""
        return {"cases": self.cases[1], **{k: f.rounded() for k, f in self.figures.items()}}

    def lines(self) -> Iterator[str]:
        """The other half, in words."""
        yield f"  fitted on {self.cases[0]} cases of one half; {self.left_out} left out"
        yield f"  the other half, {self.cases[1]} cases: fitted; until now; difference"
        for name, value in self.figures.items():
            yield f"    {name:15} {value}   {self.before[name]}   {self.difference[name]}"
        if self.worse:
            yield "  significantly worse: the values until now are kept"
