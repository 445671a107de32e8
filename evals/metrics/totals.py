"""Totals of a run: means over the cases that could be scored, with their intervals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import fsum

from evals.metrics.intervals import bootstrap
from evals.runs.records import Total

Scores = Mapping[str, float | None]


def total(values: Iterable[float | None], *, samples: int = 10_000) -> Total:
    """The mean of the values that are not None, and how many are."""
    everything = list(values)
    scored = [value for value in everything if value is not None]
    unscored = len(everything) - len(scored)
    if not scored:
        return Total(None, None, None, 0, unscored)
    low, high = bootstrap(scored, samples=samples) or (None, None)
    return Total(fsum(scored) / len(scored), low, high, len(scored), unscored)


def totals(rows: Sequence[Scores], names: Sequence[str]) -> dict[str, Total]:
    """A total of each metric that is named."""
    return {name: total(row.get(name) for row in rows) for name in names}


def by_tag(
    rows: Sequence[tuple[Sequence[str], Scores]], names: Sequence[str]
) -> dict[str, dict[str, Total]]:
    """The totals of the cases of each tag, the largest tag first."""
    tags: dict[str, list[Scores]] = {}
    for own, scores in rows:
        for tag in own:
            tags.setdefault(tag, []).append(scores)
    largest = sorted(tags, key=lambda tag: (-len(tags[tag]), tag))
    return {tag: totals(tags[tag], names) for tag in largest}
