"""A large source taken in, and what it cost on the way. In a process of its own, started by
``evals.intake``."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, process_time

from evals.runs.machine import Machine, peak_memory
from rag.types import Record


@dataclass(frozen=True, slots=True)
class Mark(Record):
    """How far it was: articles done, seconds since the start, the peak of memory in megabytes."""

    articles: int
    seconds: float
    peak_mb: float


@dataclass(frozen=True, slots=True)
class Intake(Record):
    """An ingest, measured in a process of its own. ``processor_seconds`` are all cores', and do not
    depend on what else the machine did, as ``seconds`` do; ``load`` is its load at the start.
    ``open_mb`` is the peak of memory with the model loaded, before anything is read."""

    machine: Machine
    load: float
    report: str
    articles: int
    passages: int
    seconds: float
    processor_seconds: float
    open_mb: float
    marks: tuple[Mark, ...]

    def lines(self) -> list[str]:
        rate = self.passages / self.seconds
        busy = self.passages / self.processor_seconds
        told = [
            f"{self.report}: {self.articles:,} articles, {self.passages:,} passages",
            f"{self.seconds:.0f} s, {rate:.1f} passages a second; {self.processor_seconds:.0f} s of"
            f" processor time, {busy:.1f} passages for each; load {self.load:.1f} at the start",
            f"peak memory {self.marks[-1].peak_mb:.0f} MB, {self.open_mb:.0f} MB of it with the"
            " model loaded and nothing read",
        ]
        told += [
            f"  after {mark.articles:,} articles, {mark.seconds:.0f} s: {mark.peak_mb:.0f} MB"
            for mark in self.marks
        ]
        return [*told, str(self.machine)]


def taken(sources: Sequence[str], folder: Path, *, most: int, every: int) -> Intake:
    """Takes sources into a new library in ``folder``; ``most`` articles, 0 for all. A mark is made
    after ``every`` articles, and at the end."""
    from ingest.intake import Intake as Taking
    from ingest.report import Progress
    from ingest.sources import File, find
    from rag.engine import Engine
    from rag.settings import Settings

    marks: list[Mark] = []
    load = os.getloadavg()[0]
    items, _ = find(sources)
    with Engine.create(Settings(library=folder / "library")) as engine:
        engine.warm()
        open_mb, started, busy = peak_memory(), perf_counter(), process_time()

        def step(progress: Progress) -> None:
            if progress.done % every == 0:
                marks.append(Mark(progress.done, perf_counter() - started, peak_memory()))
            if most and progress.done >= most:
                raise _Enough

        taking = Taking(engine.library, engine.settings.file_limit, None, step)
        with suppress(_Enough):
            taking.take(item for item in items if isinstance(item, File))
        seconds, busy = perf_counter() - started, process_time() - busy
        status = engine.library.status()
    marks.append(Mark(status.articles, seconds, peak_memory()))
    report = taking.report()
    return Intake(
        Machine.here(), load, str(report), status.articles, status.passages, seconds, busy,
        open_mb, tuple(marks),
    )  # fmt: skip


class _Enough(Exception):
    """As many articles as were asked for."""


def main() -> None:
    """Arguments: the file to write, an empty folder, articles at most, articles between two
    marks, and the sources."""
    out, folder, most, every, *sources = sys.argv[1:]
    told = taken(sources, Path(folder), most=int(most), every=int(every))
    Path(out).write_text(json.dumps(told.to_dict()), encoding="utf-8")


if __name__ == "__main__":
    main()
