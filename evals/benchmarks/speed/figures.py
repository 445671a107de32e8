"""Speed in a large collection: what was asked for, and what each side took."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from evals.benchmarks.measurement import Measurement
from rag.types import Record

VERSION = 1
"""Of speed files."""

UNFILTERED, REORDERED, DATED = "no filter", "no filter, reordered", "any date filter"
"""Ways of asking; the last is all those with days together."""


@dataclass(frozen=True, slots=True)
class Task(Record):
    """A collection of so many ``passages``, put together of sentences; and what is asked."""

    said: tuple[str, ...]
    passages: int
    questions: tuple[str, ...]
    reordered: bool

    @classmethod
    def read(cls, path: Path) -> Self:
        return cls.from_dict(json.loads(path.read_text(encoding="utf-8")))


@dataclass(frozen=True, slots=True)
class Filled(Record):
    """Seconds that filling took, and the machine's load as it began and ended."""

    passages: int
    seconds: float
    load: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Latency(Record):
    """Milliseconds of one question, warm, asked in one way. ``full`` is the share of the
    questions that were given all ten passages they asked for."""

    asked: str
    questions: int
    p50: float
    p95: float
    worst: float
    full: float


@dataclass(frozen=True, slots=True)
class Asked(Record):
    """What asking took. Memory is the process's peak so far, in megabytes (10^6 bytes): once open
    with the model loaded, and after each way of asking. ``load`` as of ``Filled``."""

    open_seconds: float
    open_mb: float
    first_ms: float
    latencies: tuple[Latency, ...]
    peak_mb: Mapping[str, float]
    threads: int
    load: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Side(Record):
    """One system: what it was filled with, and what it took. Disk is in megabytes, by parts."""

    name: str
    title: str
    versions: Mapping[str, str]
    filled: Filled
    disk_mb: Mapping[str, float]
    asked: Asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed(Measurement):
    """What each side took for so many passages and questions."""

    passages: int
    questions: int
    sides: tuple[Side, ...]
