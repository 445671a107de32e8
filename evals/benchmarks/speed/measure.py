"""One system filled, or one asked, in a process of its own; started by ``evals.speed``."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from time import perf_counter

import numpy as np

from evals.benchmarks.speed.figures import (
    DATED,
    REORDERED,
    UNFILTERED,
    Asked,
    Filled,
    Latency,
    Task,
)
from evals.benchmarks.speed.searcher import DIMENSION, Days, Portions, Searcher
from evals.benchmarks.speed.sides import REORDERING, searcher
from evals.benchmarks.speed.synthetic import DAYS, FIRST, Floats, Made, portions
from evals.runs.machine import peak_memory
from rag.types import Record

_K = 10
_WARM_UP = 10
"""Questions asked before any is timed, in each way."""

_RANGES = {"a day": 1, "a week": 7, "a month": 30, "a year": 365}
_AS_OF = "up to a day"


Timed = list[tuple[float, int]]
"""Milliseconds and passages found, a question each."""


def fill(name: str, folder: Path, task: Task) -> Filled:
    load, started = os.getloadavg()[0], perf_counter()
    searcher(name).fill(folder, _told(portions(task.said, task.passages, DIMENSION)))
    return Filled(task.passages, perf_counter() - started, (load, os.getloadavg()[0]))


def ask(name: str, folder: Path, task: Task, *, reordered: bool) -> Asked:
    load, started = os.getloadavg()[0], perf_counter()
    opened = searcher(name).opened(folder)
    seconds, open_mb = perf_counter() - started, peak_memory()
    first = perf_counter()
    opened.search(task.questions[0], _K, Days(), reorder=False)
    first_ms = (perf_counter() - first) * 1000
    timed, peaks = dict[str, Timed](), dict[str, float]()
    for way, days in _ways(reordered=reordered).items():
        reorder = way == REORDERED
        _each(opened, task.questions[:_WARM_UP], days, reorder=reorder)
        timed[way] = _each(opened, task.questions, days, reorder=reorder)
        peaks[way] = peak_memory()
    opened.close()
    timed[DATED] = [one for name in (*_RANGES, _AS_OF) for one in timed[name]]
    torch = sys.modules.get("torch")
    return Asked(
        open_seconds=seconds,
        open_mb=open_mb,
        first_ms=first_ms,
        latencies=tuple(_latency(name, ones) for name, ones in timed.items()),
        peak_mb=peaks,
        threads=int(torch.get_num_threads()) if torch else 0,
        load=(load, os.getloadavg()[0]),
    )


def _ways(*, reordered: bool) -> dict[str, Callable[[int], Days]]:
    """How questions are asked: which days, for a question's number."""
    ways: dict[str, Callable[[int], Days]] = {UNFILTERED: lambda _: Days()}
    if reordered:
        ways[REORDERED] = lambda _: Days()
    for name, width in _RANGES.items():
        ways[name] = _range(width)
    ways[_AS_OF] = lambda number: Days(until=_range(1)(number).until)
    return ways


def _range(width: int) -> Callable[[int], Days]:
    """So many days within those of the articles: other ones for every number."""

    def chosen(number: int) -> Days:
        start = int(np.random.default_rng(number).integers(DAYS - width))
        since = FIRST + timedelta(days=start)
        return Days(since, since + timedelta(days=width - 1))

    return chosen


def _each(
    opened: Searcher, questions: Sequence[str], days: Callable[[int], Days], *, reorder: bool
) -> Timed:
    timed = Timed()
    for number, question in enumerate(questions):
        within = days(number)
        started = perf_counter()
        found = opened.search(question, _K, within, reorder=reorder)
        timed.append(((perf_counter() - started) * 1000, found))
    return timed


def _latency(name: str, timed: Timed) -> Latency:
    taken = np.array([ms for ms, _ in timed])
    return Latency(
        name,
        len(timed),
        float(np.percentile(taken, 50)),
        float(np.percentile(taken, 95)),
        float(taken.max()),
        sum(found == _K for _, found in timed) / len(timed),
    )


def _told(given: Portions) -> Iterator[tuple[list[Made], Floats]]:
    """Says on the way how many passages were handed over."""
    done = 0
    for some, vectors in given:
        yield some, vectors
        done += len(vectors)
        print(f"{done} passages", file=sys.stderr, flush=True)


def main() -> None:
    """Arguments: fill or ask, whom, its folder, the task, the file to write."""
    what, name, folder, task, out = sys.argv[1:]
    given = Task.read(Path(task))
    made: Record
    if what == "fill":
        made = fill(name, Path(folder), given)
    else:
        reordered = given.reordered and name in REORDERING
        made = ask(name, Path(folder), given, reordered=reordered)
    Path(out).write_text(json.dumps(made.to_dict()), encoding="utf-8")


if __name__ == "__main__":
    main()
