"""A measurement of speed as a table and notes: on the terminal and in Markdown."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from evals.benchmarks.speed.figures import Side, Speed
from evals.benchmarks.table import Grid

_CELLS: tuple[tuple[str, Callable[[Side], str]], ...] = (
    ("first question, ms", lambda side: f"{side.asked.first_ms:.0f}"),
    ("import and open, s", lambda side: f"{side.asked.open_seconds:.1f}"),
    ("MB open", lambda side: f"{side.asked.open_mb:.0f}"),
    ("peak MB, no filter", lambda side: f"{next(iter(side.asked.peak_mb.values())):.0f}"),
    ("peak MB, all ways", lambda side: f"{max(side.asked.peak_mb.values()):.0f}"),
    ("MB on disk", lambda side: f"{sum(side.disk_mb.values()):.0f}"),
    ("filling, s", lambda side: f"{side.filled.seconds:.0f}"),
)


def grid(speed: Speed) -> Grid:
    """A column a side, a row a figure. Milliseconds are p50 / p95."""
    ways = dict.fromkeys(one.asked for side in speed.sides for one in side.asked.latencies)
    rows = [(f"{way}, ms", *(_latency(side, way) for side in speed.sides)) for way in ways]
    rows += [(title, *(cell(side) for side in speed.sides)) for title, cell in _CELLS]
    about = f"{speed.passages} passages, {speed.questions} questions in each way; p50 / p95"
    return Grid(about, ("", *(side.title for side in speed.sides)), tuple(rows))


def notes(speed: Speed) -> Iterator[str]:
    """What a reader must know beside the figures."""
    yield f"Measured {speed.started} on {speed.machine}."
    for side in speed.sides:
        versions = ", ".join(f"{name} {number}" for name, number in side.versions.items())
        filled, asked = side.filled.load, side.asked.load
        yield (
            f"{side.title}: {versions}; {side.asked.threads} threads. Load of the machine:"
            f" {filled[0]:.1f} to {filled[1]:.1f} when filled, {asked[0]:.1f} to {asked[1]:.1f}"
            " when asked."
        )
        if len(side.disk_mb) > 1:
            parts = ", ".join(f"{part} {size:.0f}" for part, size in side.disk_mb.items())
            yield f"{side.title}, MB on disk: {parts}."
        lacking = [f"{one.asked} {one.full:.0%}" for one in side.asked.latencies if one.full < 1]
        if lacking:
            yield f"{side.title} gave all ten passages to only: {', '.join(lacking)}."
    for name, why in speed.skipped.items():
        yield f"Skipped: {name}: {why}"


def _latency(side: Side, way: str) -> str:
    for one in side.asked.latencies:
        if one.asked == way:
            return f"{one.p50:.1f} / {one.p95:.1f}"
    return "-"
