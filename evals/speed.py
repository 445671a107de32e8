"""How long a question takes in a large library, beside others: ``python -m evals.speed``.

A collection of real sentences and made-up vectors is written past the model into Pullquote,
plain LlamaIndex over Chroma and txtai; then each is asked the same questions in a process of
its own, one after the other. docs/benchmarks.md says what is measured.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import TypeVar

import click

from evals.benchmarks import options, process
from evals.benchmarks.contestants.entries import Entry
from evals.benchmarks.speed import tables
from evals.benchmarks.speed.figures import VERSION, Asked, Filled, Side, Speed, Task
from evals.benchmarks.speed.sides import SIDES
from evals.benchmarks.speed.synthetic import sentences
from evals.benchmarks.table import draw, written
from evals.runs.machine import Machine
from evals.sets.datasets import Dataset
from evals.sets.questions import sample
from rag.errors import EvaluationError, PullquoteError
from rag.settings import Settings
from rag.types import Record

T = TypeVar("T", bound=Record)

_MEASURE = "evals.benchmarks.speed.measure"
_FILLED = "filled.json"
_PARTS = ("matrix", "vectors", "words")
"""Of Pullquote's indexes; the rest of it is the catalog."""


def task(words: Sequence[str], passages: int, questions: int, *, reordered: bool) -> Task:
    """A collection of the sentences of these data sets of ``PULLQUOTE_DATA``, and questions of
    the first of them. Raises ``SourceError``."""
    sets = [Dataset.named(name, Settings.load()) for name in words]
    said = sentences(chain.from_iterable(data.articles() for data in sets))
    cases = sample((case for case in sets[0].cases() if not case.history), questions)
    return Task(tuple(said), passages, tuple(case.question for case in cases), reordered)


def run(
    given: Task,
    entries: Sequence[Entry],
    folder: Path,
    *,
    progress: Callable[[str], None] = lambda line: None,
) -> Speed:
    """Fills and asks each. One that ``folder`` holds already, filled with as many passages, is
    only asked. One that lacks a package, or fails, is left out and named. Raises
    ``EvaluationError`` when none is left."""
    started = datetime.now(UTC).isoformat(timespec="minutes")
    sides, skipped = list[Side](), dict[str, str]()
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "task.json"
    path.write_text(json.dumps(given.to_dict()), encoding="utf-8")
    for entry in entries:
        if lacking := entry.lacking():
            skipped[entry.name] = f"not installed: {', '.join(lacking)}"
            continue
        try:
            sides.append(_side(entry, given, path, progress))
        except EvaluationError as error:
            skipped[entry.name] = str(error)
    if not sides:
        raise EvaluationError(f"Nothing could be measured: {skipped}.")
    return Speed(
        version=VERSION,
        started=started,
        machine=Machine.here(),
        passages=given.passages,
        questions=len(given.questions),
        sides=tuple(sides),
        skipped=skipped,
    )


def _side(entry: Entry, given: Task, task: Path, progress: Callable[[str], None]) -> Side:
    place = task.parent / f"{entry.name}-{given.passages}"
    held, note = place / "collection", place / _FILLED
    if not note.exists():
        if place.exists():
            raise EvaluationError(f"{place} was not filled to the end: delete it.")
        progress(f"{entry.title}: {given.passages} passages")
        place.mkdir()
        process.measure(_MEASURE, "fill", entry.name, held, task, place / "filling.json")
        (place / "filling.json").replace(note)
    progress(f"{entry.title}: {len(given.questions)} questions")
    process.measure(_MEASURE, "ask", entry.name, held, task, place / "asked.json")
    return Side(
        name=entry.name,
        title=entry.title,
        versions=entry.versions(),
        filled=_read(Filled, note),
        disk_mb=_sizes(held),
        asked=_read(Asked, place / "asked.json"),
    )


def _read(kind: type[T], path: Path) -> T:
    return kind.from_dict(json.loads(path.read_text(encoding="utf-8")))


def _sizes(folder: Path) -> dict[str, float]:
    """Megabytes (10^6 bytes) of each part of ``folder``."""
    sizes: dict[str, float] = {}
    for path in folder.rglob("*"):
        if path.is_file():
            within = path.relative_to(folder).parts
            part = next((part for part in _PARTS if part in within), "the rest")
            sizes[part] = sizes.get(part, 0.0) + path.stat().st_size / 1e6
    return sizes


@click.command(name="speed", help=__doc__)
@click.option("--passages", default=100_000, type=click.IntRange(100), help="How many.")
@click.option("--questions", default=200, type=click.IntRange(1), help="How many, in each way.")
@click.option(
    "--words",
    default="squad2,realtimeqa_2022,mtrag_clapnq",
    help="Folders of PULLQUOTE_DATA to take sentences from; the questions are of the first.",
)
@click.option("--reordered", is_flag=True, help="Ask with reordering too.")
@options.only(SIDES, "Whom to measure; may be given several times. All otherwise.")
@click.option(
    "--folder",
    type=click.Path(path_type=Path),
    help="Keep the collections there, and fill none that is there already.",
)
@options.files
def main(
    *,
    passages: int,
    questions: int,
    words: str,
    reordered: bool,
    only: tuple[str, ...],
    folder: Path | None,
    as_json: Path | None,
    as_markdown: Path | None,
) -> None:
    from rich.console import Console

    with ExitStack() as stack:
        place = folder or Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="pullquote-speed-"))
        )
        try:
            given = task(words.split(","), passages, questions, reordered=reordered)
            entries = [entry for entry in SIDES if not only or entry.name in only]
            done = run(given, entries, place, progress=lambda line: click.echo(line, err=True))
        except PullquoteError as error:
            raise click.ClickException(error.line) from error
    shown, notes = tables.grid(done), list(tables.notes(done))
    draw([shown], notes, Console())
    options.write(done, written([shown], notes), as_json, as_markdown)


if __name__ == "__main__":
    main()
