"""A metric by its name: what it measures and which way is better."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from rag.types import Record

Group = Literal["headline", "retrieval", "answers", "citations", "refusals"]


@dataclass(frozen=True, slots=True)
class Metric(Record):
    """``name`` is its key in ``Row.scores`` and ``Run.totals``; ``about`` defines it in a
    sentence or two for people who read a report."""

    name: str
    title: str
    about: str
    better: Literal["higher", "lower"]
    group: Group

    def is_better(self, difference: float) -> bool:
        """Whether a value that is higher by ``difference`` is the better one."""
        return difference > 0 if self.better == "higher" else difference < 0


def of_names(names: Iterable[str], metrics: Sequence[Metric]) -> tuple[Metric, ...]:
    """Those of ``metrics`` that are among ``names``, in their own order, then a bare one for
    each name that nothing is known of: what another version scored is shown all the same."""
    given = dict.fromkeys(names)
    known = tuple(metric for metric in metrics if metric.name in given)
    missing = given.keys() - {metric.name for metric in known}
    bare = (Metric(n, n, "Not known here.", "higher", "answers") for n in given if n in missing)
    return (*known, *bare)
