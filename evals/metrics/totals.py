"""Totals of a run: means over the cases that could be scored, with their intervals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import fsum

from evals.metrics.intervals import Share, bootstrap
from rag.types import Record

Scores = Mapping[str, float | None]

_SIGNED = ("crag",)  # from -1 to 1, not from 0


@dataclass(frozen=True, slots=True)
class Total(Record):
    """The mean of one metric over the cases it could score, with its 95 % interval: bootstrap
    over cases; Wilson's for a share where all cases are alike, of which a bootstrap says nothing.
    ``unscored`` cases are not in it. ``value`` is None when it scored none."""

    value: float | None
    low: float | None
    high: float | None
    scored: int
    unscored: int


def total(values: Iterable[float | None], *, least: float = 0.0) -> Total:
    """The mean of the values that are not None, and how many are. Values lie between ``least``
    and 1."""
    everything = list(values)
    scored = [value for value in everything if value is not None]
    unscored = len(everything) - len(scored)
    if not scored:
        return Total(None, None, None, 0, unscored)
    low, high = _interval(scored, least)
    return Total(fsum(scored) / len(scored), low, high, len(scored), unscored)


def totals(rows: Sequence[Scores], names: Sequence[str]) -> dict[str, Total]:
    """A total of each metric that is named."""
    return {
        name: total((row.get(name) for row in rows), least=-1.0 if name in _SIGNED else 0.0)
        for name in names
    }


def _interval(scored: Sequence[float], least: float) -> tuple[float, float]:
    found = None
    if len(set(scored)) == 1 and scored[0] in (least, 1.0):
        share = Share(len(scored) if scored[0] == 1.0 else 0, len(scored)).interval
        found = share and (least + share[0] * (1 - least), least + share[1] * (1 - least))
    found = found or bootstrap(scored)
    if found is None:
        raise ValueError("there is nothing to total")
    return found


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
