"""Speed, memory and disk, side by side with others: ``python -m evals.bench``.

Pullquote, LlamaIndex over Chroma and txtai take the same articles in with the same model and are
asked the same questions, each in a process of its own, one after the other. What each finds is
scored too: speed without quality misleads. docs/benchmarks.md says what is compared, and how.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from evals.benchmarks import options, process
from evals.benchmarks.benchmark import VERSION, Benchmark, Figures, Rounds
from evals.benchmarks.contestants import given as given_of
from evals.benchmarks.contestants.entries import ENTRIES, OURS, Entry
from evals.benchmarks.contestants.given import Given
from evals.runs.machine import Machine
from evals.sets.datasets import Dataset
from rag.errors import EvaluationError, PullquoteError
from rag.settings import Settings


def run(
    given: Given,
    entries: Sequence[Entry] = ENTRIES,
    *,
    rounds: int = 3,
    progress: Callable[[str], None] = lambda line: None,
) -> Benchmark:
    """Measures each contestant in each round; every second round goes the other way about.

    One that lacks a package, or fails, is left out and named. Raises ``EvaluationError`` when
    none is left.
    """
    started = datetime.now(UTC).isoformat(timespec="minutes")
    skipped = {
        entry.name: f"not installed: {', '.join(lacking)}"
        for entry in entries
        if (lacking := entry.lacking())
    }
    figures: dict[str, list[Figures]] = {e.name: [] for e in entries if e.name not in skipped}
    with tempfile.TemporaryDirectory(prefix="pullquote-bench-") as place:
        path = Path(place) / "given.json"
        given.write(path)
        for number in range(rounds):
            for entry in entries if number % 2 == 0 else tuple(reversed(entries)):
                if entry.name not in figures:
                    continue
                progress(f"round {number + 1} of {rounds}: {entry.title}")
                try:
                    figures[entry.name].append(_measured(entry, path))
                except EvaluationError as error:
                    skipped[entry.name] = str(error)
                    del figures[entry.name]
    if not figures:
        raise EvaluationError(f"Nothing could be measured: {skipped}.")
    return Benchmark(
        version=VERSION,
        started=started,
        machine=Machine.here(),
        data=given.name,
        articles=len(given.articles),
        questions=len(given.cases),
        number_type=given.number_type,
        contestants=tuple(
            Rounds(entry.name, entry.title, entry.versions(), tuple(figures[entry.name]))
            for entry in entries
            if entry.name in figures
        ),
        skipped=skipped,
    )


def _measured(entry: Entry, given: Path) -> Figures:
    """The figures of one process. Raises ``EvaluationError`` if it fails."""
    with tempfile.TemporaryDirectory(dir=given.parent) as place:
        folder, out = Path(place) / "contestant", Path(place) / "figures.json"
        folder.mkdir()
        process.measure("evals.benchmarks.contestants.measure", entry.name, given, folder, out)
        return Figures.from_dict(json.loads(out.read_text(encoding="utf-8")))


def _given(data: str, articles: int, questions: int) -> Given:
    if data == "newspaper":
        return given_of.newspaper(articles, questions)
    return given_of.dataset(Dataset.named(data, Settings.load()), articles, questions)


@click.command(name="bench", help=__doc__)
@click.option("--data", default="newspaper", help="'newspaper', or a folder of PULLQUOTE_DATA.")
@click.option("--articles", default=0, help="How many articles, all with questions; 0 for all.")
@click.option("--questions", default=0, help="How many questions at most; 0 for all.")
@click.option("--rounds", default=3, type=click.IntRange(1), help="How often each is measured.")
@options.only(ENTRIES, "A contestant to measure, beside Pullquote; may be given several times.")
@options.files
def main(
    *,
    data: str,
    articles: int,
    questions: int,
    rounds: int,
    only: tuple[str, ...],
    as_json: Path | None,
    as_markdown: Path | None,
) -> None:
    from rich.console import Console

    from evals.benchmarks import table as benchtable

    try:
        given = _given(data, articles, questions)
        entries = [e for e in ENTRIES if not only or e is OURS or e.name in only]
        done = run(given, entries, rounds=rounds, progress=lambda line: click.echo(line, err=True))
    except PullquoteError as error:
        raise click.ClickException(error.line) from error
    benchtable.show(done, Console())
    options.write(done, benchtable.markdown(done), as_json, as_markdown)


if __name__ == "__main__":
    main()
