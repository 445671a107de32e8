"""A benchmark: what each contestant took in each round, their medians, and how they compare."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal

from evals.benchmarks.measurement import Measurement
from rag.types import Record

VERSION = 1
"""Of benchmark files."""

_STEADY = 0.2
"""Rounds agree when the slowest lies within this share of the median from the quickest."""


@dataclass(frozen=True, slots=True)
class Figures(Record):
    """What one contestant took in one process.

    Memory is the process's peak so far, in megabytes (10^6 bytes): once open, after each part;
    disk is what its folder holds when closed. Milliseconds are those of one question,
    warm. ``hit_*`` and ``answers_held`` are shares of the questions. What a contestant does not
    do is None. ``threads`` are the model's; ``load`` is the machine's, over a minute, at the start.
    """

    open_seconds: float
    open_mb: float
    ingest_seconds: float
    ingest_mb: float
    search_mb: float
    answer_mb: float | None
    disk_mb: float
    passages: int
    passages_per_second: float
    search_p50: float
    search_p95: float
    answer_p50: float | None
    answer_p95: float | None
    hit_1: float
    hit_5: float
    hit_10: float
    answers_held: float | None
    threads: int
    load: float


@dataclass(frozen=True, slots=True)
class Rounds(Record):
    """One contestant's figures, a round each, and the versions of its packages."""

    name: str
    title: str
    versions: Mapping[str, str]
    figures: tuple[Figures, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Benchmark(Measurement):
    """What contestants took for the same articles and questions."""

    data: str
    articles: int
    questions: int
    number_type: str
    contestants: tuple[Rounds, ...]


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure: its field in ``Figures``, what it is called, and the words for more and less of
    it; without words it is not compared. ``timed`` ones need a quiet machine."""

    field: str
    title: str
    form: str
    more: str = ""
    less: str = ""
    timed: bool = False


MEASURES = (
    Measure("open_seconds", "import and open, s", "{:.2f}", "slower", "quicker", True),
    Measure("ingest_seconds", "ingest, s", "{:.1f}", "slower", "quicker", True),
    Measure("passages", "passages", "{:.0f}"),
    Measure("passages_per_second", "passages a second", "{:.1f}", timed=True),
    Measure("ingest_mb", "peak MB, ingest", "{:.0f}", "more", "less"),
    Measure("search_mb", "peak MB, search", "{:.0f}", "more", "less"),
    Measure("answer_mb", "peak MB, answer", "{:.0f}", "more", "less"),
    Measure("disk_mb", "MB on disk", "{:.1f}", "more", "less"),
    Measure("search_p50", "search p50, ms", "{:.1f}", "slower", "quicker", True),
    Measure("search_p95", "search p95, ms", "{:.1f}", "slower", "quicker", True),
    Measure("answer_p50", "answer p50, ms", "{:.1f}", "slower", "quicker", True),
    Measure("answer_p95", "answer p95, ms", "{:.1f}", "slower", "quicker", True),
    Measure("hit_1", "hit@1", "{:.3f}"),
    Measure("hit_5", "hit@5", "{:.3f}"),
    Measure("hit_10", "hit@10", "{:.3f}"),
    Measure("answers_held", "gold answer held", "{:.3f}"),
)


@dataclass(frozen=True, slots=True)
class Spread:
    """The median over the rounds, the lowest and the highest."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        return cls(median(values), min(values), max(values))

    def inverse(self) -> Spread:
        return Spread(1 / self.median, 1 / self.high, 1 / self.low)


def spread(rounds: Rounds, measure: Measure) -> Spread | None:
    """None where the contestant does not do it."""
    values = [getattr(figures, measure.field) for figures in rounds.figures]
    return None if None in values else Spread.of(values)


def ratio(rounds: Rounds, ours: Rounds, measure: Measure) -> Spread | None:
    """``rounds`` to ``ours``, each taken within one round; None where one of them has none."""
    pairs = [
        (getattr(theirs, measure.field), getattr(own, measure.field))
        for theirs, own in zip(rounds.figures, ours.figures, strict=True)
    ]
    if any(theirs is None or not own for theirs, own in pairs):
        return None
    return Spread.of([theirs / own for theirs, own in pairs])


Direction = Literal["more", "less", "same"]


def direction(compared: Spread) -> Direction:
    """``same`` unless all rounds say so."""
    if compared.low > 1:
        return "more"
    return "less" if compared.high < 1 else "same"


def unsteady(benchmark: Benchmark) -> Iterator[tuple[str, str]]:
    """Contestants and timed measures whose rounds do not agree."""
    for rounds in benchmark.contestants:
        for measure in MEASURES:
            found = spread(rounds, measure) if measure.timed else None
            if found and found.high - found.low > _STEADY * found.median:
                yield rounds.title, measure.title
