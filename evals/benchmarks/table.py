"""A benchmark as tables: on the terminal and in Markdown, from the same cells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from evals.benchmarks.benchmark import (
    MEASURES,
    Benchmark,
    Measure,
    Rounds,
    Spread,
    direction,
    ratio,
    spread,
    unsteady,
)
from evals.benchmarks.contestants.entries import OURS


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of texts: its title, one heading a column, one row a measure."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def show(benchmark: Benchmark, console: Console) -> None:
    """Prints all of it."""
    draw(grids(benchmark), notes(benchmark), console)


def markdown(benchmark: Benchmark) -> str:
    return written(grids(benchmark), notes(benchmark))


def draw(grids: Iterable[Grid], notes: Iterable[str], console: Console) -> None:
    """Tables and notes on a terminal."""
    for grid in grids:
        console.print(grid.title, markup=False, highlight=False)
        table = Table()
        for number, heading in enumerate(grid.headings):
            table.add_column(heading, justify="right" if number else "left")
        for row in grid.rows:
            table.add_row(*row)
        console.print(table)
    for note in notes:
        console.print(note, markup=False, highlight=False)


def written(grids: Iterable[Grid], notes: Iterable[str]) -> str:
    """The same in Markdown."""
    parts = [_markdown(grid) for grid in grids]
    parts.append("".join(f"* {note}\n" for note in notes))
    return "\n".join(parts)


def grids(benchmark: Benchmark) -> Iterator[Grid]:
    """The figures, and the ratios when there is something to compare with."""
    everyone = benchmark.contestants
    rounds = len(everyone[0].figures) if everyone else 0
    among = f"median of {rounds} rounds (lowest to highest)" if rounds > 1 else "one round"
    about = f"{benchmark.data}: {benchmark.articles} articles, {benchmark.questions} questions"
    yield Grid(
        f"{about}; {among}",
        ("", *(one.title for one in everyone)),
        tuple((m.title, *(_cell(spread(one, m), m) for one in everyone)) for m in MEASURES),
    )
    ours = next((one for one in everyone if one.name == OURS.name), None)
    others = [one for one in everyone if one is not ours]
    if ours and others:
        yield Grid(
            f"Against {ours.title}: ratios within a round, {among}",
            ("", *(one.title for one in others)),
            tuple(_compared(others, ours)),
        )


def notes(benchmark: Benchmark) -> Iterator[str]:
    """What a reader must know beside the figures."""
    yield f"Measured {benchmark.started} on {benchmark.machine}."
    yield f"Pullquote and those alike run the model in {benchmark.number_type}."
    for one in benchmark.contestants:
        versions = ", ".join(f"{name} {number}" for name, number in one.versions.items())
        yield f"{one.title}: {versions}; {one.figures[0].threads} threads."
    for name, why in benchmark.skipped.items():
        yield f"Skipped: {name}: {why}"
    if shaky := list(unsteady(benchmark)):
        told = "; ".join(f"{title}, {measure}" for title, measure in shaky)
        yield f"The rounds differ by more than a fifth in: {told}. Measure on a quieter machine."


def _compared(others: Sequence[Rounds], ours: Rounds) -> Iterator[tuple[str, ...]]:
    for measure in MEASURES:
        if not measure.more:
            continue
        found = [ratio(one, ours, measure) for one in others]
        if any(found):
            yield measure.title, *(_in_words(one, measure) for one in found)


def _cell(found: Spread | None, measure: Measure) -> str:
    if found is None:
        return "-"
    shown = [measure.form.format(value) for value in (found.median, found.low, found.high)]
    return shown[0] if shown[1] == shown[2] else f"{shown[0]} ({shown[1]}–{shown[2]})"


def _in_words(found: Spread | None, measure: Measure) -> str:
    """As in ``2.1 times slower (2.0–2.3)``: that is the other, not Pullquote."""
    if found is None:
        return "-"
    where = direction(found)
    if where == "same":
        return f"no clear difference ({found.low:.2f}–{found.high:.2f})"
    word = measure.more if where == "more" else measure.less
    size = found if where == "more" else found.inverse()
    between = f" ({size.low:.2f}–{size.high:.2f})" if found.low != found.high else ""
    return f"{size.median:.2f} times {word}{between}"


def _markdown(grid: Grid) -> str:
    lines = [
        f"| {' | '.join(grid.headings)} |",
        f"|---|{'--:|' * (len(grid.headings) - 1)}",
        *(f"| {' | '.join(row)} |" for row in grid.rows),
    ]
    return f"{grid.title}:\n\n" + "\n".join(lines) + "\n"
