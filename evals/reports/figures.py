"""What a report draws beyond totals, as plain numbers made from the rows of a run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from evals.metrics.refusals import Point, area_under_risk_coverage, risk_coverage
from evals.reports.outcomes import ORDER, Outcome, outcome
from evals.runs.records import Row
from rag.types import Record


def outcomes(rows: Iterable[Row]) -> dict[Outcome, int]:
    """How many cases ended each way."""
    counts = Counter(map(outcome, rows))
    return {each: counts[each] for each in ORDER}


@dataclass(frozen=True, slots=True)
class Refusals(Record):
    """Cases by what should have been done and what was, at the threshold of the run. ``unsaid``
    counts those that nobody called answerable or not, and errors."""

    answerable_answered: int
    answerable_refused: int
    unanswerable_answered: int
    unanswerable_refused: int
    unsaid: int

    @classmethod
    def of(cls, rows: Sequence[Row]) -> Refusals:
        said = [row for row in rows if row.case.has_answer is not None and not row.error]
        counts = Counter((row.case.has_answer, row.answered) for row in said)
        return cls(
            answerable_answered=counts[True, True],
            answerable_refused=counts[True, False],
            unanswerable_answered=counts[False, True],
            unanswerable_refused=counts[False, False],
            unsaid=len(rows) - len(said),
        )


@dataclass(frozen=True, slots=True)
class Risk(Record):
    """Of the answers given, surest first: which share of them is wrong.

    What was refused is not in it, for it has no answer to judge: the last point is the threshold
    of the run. Empty ``points`` where no answer has both a confidence and a score. ``area`` is
    the mean risk over all coverages; 0 is best.
    """

    points: tuple[Point, ...]
    area: float | None
    cases: int

    @classmethod
    def of(cls, rows: Sequence[Row]) -> Risk:
        judged = [
            (row.confidence, outcome(row) is Outcome.RIGHT)
            for row in rows
            if row.answered
            and row.confidence is not None
            and outcome(row) in (Outcome.RIGHT, Outcome.WRONG)
        ]
        points = risk_coverage([sure for sure, _ in judged], [right for _, right in judged])
        return cls(points, area_under_risk_coverage(points), len(judged))


def thinned(points: Sequence[Point], most: int = 200) -> list[Point]:
    """At most about ``most`` of the points, first and last among them: enough to draw."""
    step = max(1, len(points) // most)
    kept = list(points[::step])
    return kept if not points or kept[-1] == points[-1] else [*kept, points[-1]]


def gold_ranks(rows: Iterable[Row]) -> dict[str, int]:
    """How often the first gold passage stood at each rank, from ``1`` to ``10`` (or further, if
    any run looked further); ``none`` found; ``unscored`` where nothing says which are gold."""
    counts = Counter(map(_gold_rank, rows))
    last = max([10, *(rank for rank in counts if isinstance(rank, int))])
    ranks = {str(rank): counts[rank] for rank in range(1, last + 1)}
    return ranks | {name: counts[name] for name in ("none", "unscored")}


def _gold_rank(row: Row) -> int | str:
    if row.error or row.case.answerable is False:
        return "unscored"
    if any(found.gold for found in row.found):
        return next(rank for rank, found in enumerate(row.found, start=1) if found.gold)
    return "unscored" if row.scores.get("hit@10") is None else "none"


def percentile(values: Sequence[float], share: float) -> float:
    """The least of ``values`` that at least ``share`` of them do not exceed (nearest rank)."""
    return sorted(values)[max(0, ceil(share * len(values)) - 1)]


@dataclass(frozen=True, slots=True)
class Step(Record):
    """Milliseconds that one step took in the cases that went through it."""

    name: str
    p50: float
    p95: float
    cases: int


def steps(rows: Sequence[Row]) -> list[Step]:
    """Each step in the order in which it is first taken, then ``all steps`` of a case."""
    taken: dict[str, list[float]] = {}
    for row in rows:
        for name, milliseconds in row.milliseconds.items():
            taken.setdefault(name, []).append(milliseconds)
    whole = whole_times(rows) if taken else []
    named = [*taken.items(), *([("all steps", whole)] if whole else [])]
    return [Step(n, percentile(v, 0.5), percentile(v, 0.95), len(v)) for n, v in named]


def whole_times(rows: Iterable[Row]) -> list[float]:
    """Milliseconds of all steps of each case that was timed."""
    return [sum(row.milliseconds.values()) for row in rows if row.milliseconds]


def spread(values: Iterable[float]) -> Mapping[str, int]:
    """How many values (milliseconds) lie between 1, 2, 5, 10, 20, 50, ...; without the empty
    ranges at both ends."""
    bounds = [0, *(digit * 10**power for power in range(7) for digit in (1, 2, 5))]
    counts = Counter(max(i for i, bound in enumerate(bounds) if bound <= v) for v in values)
    if not counts:
        return {}
    used = range(min(counts), max(counts) + 1)
    ends = [*(f"{bound:,}" for bound in bounds), "…"]
    return {f"{ends[i]} to {ends[i + 1]}": counts[i] for i in used}
