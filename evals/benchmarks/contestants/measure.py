"""One contestant measured, in a process of its own.

Memory, imports and what warms up are then its own. Started by ``evals.bench``.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import TypeVar

from evals.benchmarks.benchmark import Figures
from evals.benchmarks.contestants.contestant import Answering, Found
from evals.benchmarks.contestants.entries import Entry, entry
from evals.benchmarks.contestants.given import Given
from evals.metrics.answers import holds
from evals.metrics.ranking import hit_at
from evals.runs.machine import peak_memory
from evals.sets.questions import Case
from rag.storage import folder_size

DEPTH = 10
"""Passages that are asked for."""
_WARM_UP = 10
"""Questions asked before any is timed."""

T = TypeVar("T")


def measure(contestant: Entry, given: Given, folder: Path) -> Figures:
    """What ``contestant`` took and found; ``folder`` is empty, and its own."""
    load = os.getloadavg()[0]
    opened, open_ms = _timed(lambda: contestant.opened(folder, given))
    open_mb = peak_memory()
    passages, ingest_ms = _timed(lambda: opened.ingest(given))
    ingest_mb = peak_memory()

    questions = [case.question for case in given.cases]
    searches = _each(lambda question: opened.search(question, DEPTH), questions)
    search_mb = peak_memory()
    answers = _each(opened.answer, questions) if isinstance(opened, Answering) else []
    answer_mb = peak_memory() if answers else None
    opened.close()

    relevant = [
        _relevant(case, found) for case, (found, _) in zip(given.cases, searches, strict=True)
    ]
    held = [
        holds(text, case.answers) for case, (text, _) in zip(given.cases, answers, strict=False)
    ]
    search_ms, answer_ms = [ms for _, ms in searches], [ms for _, ms in answers]
    return Figures(
        open_seconds=open_ms / 1000,
        open_mb=open_mb,
        ingest_seconds=ingest_ms / 1000,
        ingest_mb=ingest_mb,
        search_mb=search_mb,
        answer_mb=answer_mb,
        disk_mb=folder_size(folder) / 1e6,
        passages=passages,
        passages_per_second=passages / (ingest_ms / 1000),
        search_p50=statistics.median(search_ms),
        search_p95=_p95(search_ms),
        answer_p50=statistics.median(answer_ms) if answer_ms else None,
        answer_p95=_p95(answer_ms) if answer_ms else None,
        hit_1=statistics.mean(hit_at(1, row) for row in relevant),
        hit_5=statistics.mean(hit_at(5, row) for row in relevant),
        hit_10=statistics.mean(hit_at(10, row) for row in relevant),
        answers_held=statistics.mean(held) if held else None,
        threads=_threads(),
        load=load,
    )


def _timed(work: Callable[[], T]) -> tuple[T, float]:
    """What ``work`` gives, and the milliseconds it took."""
    started = perf_counter()
    made = work()
    return made, (perf_counter() - started) * 1000


def _each(ask: Callable[[str], T], questions: Sequence[str]) -> list[tuple[T, float]]:
    for question in questions[:_WARM_UP]:
        ask(question)
    return [_timed(partial(ask, question)) for question in questions]


def _relevant(case: Case, found: Sequence[Found]) -> list[bool]:
    """A hit is the right article and a gold answer in the passage."""
    return [f.article in case.articles and holds(f.text, case.answers) for f in found]


def _p95(values: Sequence[float]) -> float:
    if len(values) < 2:
        return values[0]
    return statistics.quantiles(values, n=20, method="inclusive")[-1]


def _threads() -> int:
    """Threads of the model's library, which each contestant has imported by now; 0 if it has
    not. Looked up rather than imported: importing it here would cost the contestant memory."""
    torch = sys.modules.get("torch")
    return int(torch.get_num_threads()) if torch else 0


def main() -> None:
    """Arguments: a contestant's name, the file of what is given, its folder, the file to write."""
    name, given, folder, out = sys.argv[1:]
    figures = measure(entry(name), Given.read(Path(given)), Path(folder))
    Path(out).write_text(json.dumps(figures.to_dict()), encoding="utf-8")


if __name__ == "__main__":
    main()
