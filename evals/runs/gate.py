"""Floors: figures that a question set must not fall below.

They lie beside the set, as ``NAME.floors.json``: a list that only grows. The last entry of a
metric holds. One that is lower than the one before it needs a reason, or the file is refused;
so nothing is lowered silently.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Self

from evals.files import write
from evals.metrics.definitions import METRICS
from evals.metrics.totals import Total
from evals.runs.records import Setup, refused
from rag.errors import EvaluationError
from rag.types import Record

GATED = (
    "crag", "hit@1", "hit@5", "full_evidence@10", "holds_gold", "first_holds_gold",
    "citation_validity", "quote_fidelity", "refused", "false_refusal",
)  # fmt: skip
"""Metrics whose floors are set when none are named."""

_EXACT = ("citation_validity", "quote_fidelity")
_LOWER = frozenset(metric.name for metric in METRICS if metric.better == "lower")


@dataclass(frozen=True, slots=True)
class Floor(Record):
    """The worst that is let pass. For a metric of which less is better it is the most.
    ``measured`` is what it was set by, over ``scored`` cases."""

    metric: str
    floor: float
    measured: float
    scored: int
    on: date
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Floors(Record):
    """The floors of one set over one library, both named by their digests, asked as of one day.
    ``earlier`` are those of other questions or articles, which they were about before."""

    set: str
    set_digest: str
    questions: int
    library_digest: str
    as_of: date
    entries: tuple[Floor, ...] = ()
    earlier: tuple[Floor, ...] = ()

    @classmethod
    def read(cls, path: Path) -> Self:
        """The floors of a file. Raises ``EvaluationError`` for one that was lowered without a
        reason, or cannot be read."""
        try:
            floors = cls.from_dict(json.loads(path.read_text("utf-8"), parse_constant=refused))
        except OSError as error:
            raise EvaluationError(f"{path} cannot be read: {error.strerror}.") from error
        except ValueError as error:
            raise EvaluationError(f"{path} holds no floors: {error}.") from error
        held: dict[str, Floor] = {}
        for entry in floors.entries:
            before = held.get(entry.metric)
            lowered = before and _worse(entry.metric, entry.floor, before.floor)
            if before and lowered and not entry.reason.strip():
                raise EvaluationError(
                    f"{path}: the floor of {entry.metric} was lowered on {entry.on}"
                    f" from {before.floor} to {entry.floor} without a reason.",
                    "Give the reason, or take the entry back.",
                )
            least = _floor(entry.metric, entry.measured, entry.scored)
            if _worse(entry.metric, entry.floor, least):
                raise EvaluationError(
                    f"{path}: the floor {entry.floor} of {entry.metric} does not follow from the"
                    f" {entry.measured} that was measured.",
                    f"By the rule it is {least}; take the change back.",
                )
            held[entry.metric] = entry
        return floors

    def write(self, path: Path) -> None:
        """Raises ``EvaluationError`` when it cannot be written."""
        write(path, json.dumps(self.to_dict(), indent=1, ensure_ascii=False) + "\n")

    @property
    def now(self) -> dict[str, Floor]:
        """The floor of each metric that holds now."""
        return {entry.metric: entry for entry in self.entries}

    def broken(self, setup: Setup, totals: Mapping[str, Total], errors: int) -> Iterator[str]:
        """What a run does not keep to, a line each. Another set or library is one, too, and so
        is a run of some of the questions only."""
        if setup.set_digest != self.set_digest:
            yield f"the questions are others ({setup.set_digest}, not {self.set_digest})"
        if setup.library_digest != self.library_digest:
            yield f"the articles are others ({setup.library_digest}, not {self.library_digest})"
        if setup.questions != self.questions:
            yield f"{setup.questions} of {self.questions} questions were asked"
        if setup.as_of != self.as_of:
            yield f"asked as of {setup.as_of}, not {self.as_of}: run it with --as-of {self.as_of}"
        if errors:
            yield f"{errors} questions could not be asked"
        if not self.entries:
            yield "there are no floors"
        for metric, floor in self.now.items():
            total = totals.get(metric)
            value = total.value if total else None
            if total is None or value is None or 2 * total.scored < floor.scored:
                scored = total.scored if total else 0
                yield f"{metric} was scored in {scored} cases; its floor was set by {floor.scored}"
            elif _worse(metric, value, floor.floor):
                side = "above" if metric in _LOWER else "below"
                yield f"{metric} {value:.4f} lies {side} its floor {floor.floor}"

    def moved(
        self, totals: Mapping[str, Total], on: date, names: Sequence[str] = (), reason: str = ""
    ) -> Self:
        """Floors brought to what was measured: raised where it is better, and with a ``reason``
        lowered where it is worse. ``names``: only these metrics."""
        entries = list(self.entries)
        for metric in names or GATED:
            total, held = totals[metric], self.now.get(metric)
            if total.value is None:
                continue
            floor = _floor(metric, round(total.value, 4), total.scored)
            worse = held is not None and _worse(metric, floor, held.floor)
            if held is None or (floor != held.floor and (not worse or reason)):
                said = reason if worse or held is None else ""
                value = round(total.value, 4)
                entries.append(Floor(metric, floor, value, total.scored, on, said))
        return replace(self, entries=tuple(entries))


def gated(setup: Setup, path: Path, *, anew: bool) -> Floors:
    """The floors of a file, to be moved by a run of ``setup``; none yet where there is no file,
    or, with ``anew``, where it is about other questions or articles. Raises ``EvaluationError``."""
    fresh = Floors(setup.set, setup.set_digest, setup.questions, setup.library_digest, setup.as_of)
    if not path.exists():
        return fresh
    known = Floors.read(path)
    if replace(known, entries=(), earlier=()) == fresh:
        return known
    if anew:
        return replace(fresh, earlier=(*known.earlier, *known.entries))
    raise EvaluationError(
        f"{path} is about other questions or articles than this run.",
        "Begin it anew with --lower and the reason.",
    )


def _floor(metric: str, measured: float, scored: int) -> float:
    """A floor two cases under what was measured: another processor's numbers move one or two."""
    if metric in _EXACT:
        return measured
    # A right answer that turns wrong moves CRAG's score by two.
    room = (4 if metric == "crag" else 2) / scored
    if metric in _LOWER:
        return round(min(1.0, measured + room), 4)
    return round(max(-1.0 if metric == "crag" else 0.0, measured - room), 4)


def _worse(metric: str, value: float, than: float) -> bool:
    # Figures are rounded where they are written down.
    return value > than + 5e-5 if metric in _LOWER else value < than - 5e-5
