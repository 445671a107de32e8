"""Is one run better than another? Case by case, from the two runs alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields
from statistics import fmean

from evals.metrics.intervals import holm, paired
from evals.metrics.metric import Metric, of_names
from evals.reports.figures import steps
from evals.reports.outcomes import SCORE, Outcome, outcome
from evals.reports.pages import texts
from evals.runs.records import Row, Run
from rag.errors import EvaluationError
from rag.types import Record

SIGNIFICANT = 0.05
"""An adjusted p below this is more than chance."""


@dataclass(frozen=True, slots=True)
class Change(Record):
    """Something the two runs were made with that differs."""

    name: str
    a: str
    b: str


@dataclass(frozen=True, slots=True)
class Measured(Record):
    """One metric over the cases that both runs could score.

    ``difference`` is the mean of b - a, ``low`` to ``high`` its 95 % interval, ``p`` its paired
    two-sided significance, ``adjusted`` the same by Holm's method over all metrics. All are None
    where no case has the score in both. ``unscored`` compared cases lack it in either.
    """

    metric: Metric
    a: float | None
    b: float | None
    difference: float | None
    low: float | None
    high: float | None
    p: float | None
    adjusted: float | None
    cases: int
    unscored: int

    @property
    def is_significant(self) -> bool:
        return self.adjusted is not None and self.adjusted < SIGNIFICANT

    @property
    def is_better(self) -> bool:
        """Whether b is better, beyond chance."""
        return self.is_significant and self.metric.is_better(self.difference or 0)

    @property
    def is_worse(self) -> bool:
        """Whether b is worse, beyond chance."""
        return self.is_significant and self.metric.is_better(-(self.difference or 0))


@dataclass(frozen=True, slots=True)
class Flip(Record):
    """A case that ended differently, or was answered in one run and refused in the other."""

    case: str
    question: str
    a: Outcome
    b: Outcome
    a_answered: bool
    b_answered: bool

    @property
    def kind(self) -> str:
        """How it ended, before and after; where that is the same, answered or not."""
        if self.a is not self.b:
            return f"{self.a} → {self.b}"
        names = {True: "answered", False: "refused"}
        return f"{self.a}: {names[self.a_answered]} → {names[self.b_answered]}"


@dataclass(frozen=True, slots=True)
class Pace(Record):
    """Median milliseconds of a step in each run; None where it was not taken."""

    step: str
    a: float | None
    b: float | None


@dataclass(frozen=True, slots=True)
class Comparison(Record):
    """What changed from run ``a`` to run ``b``, over the ``cases`` that both have alike.

    ``only_a`` and ``only_b`` are the ids of cases that the other run lacks; ``changed`` of those
    that say something else there. None of these is compared. ``lost`` are those that ``a`` could
    score and ``b`` could not, by the headline.
    """

    a: str
    b: str
    cases: int
    only_a: tuple[str, ...]
    only_b: tuple[str, ...]
    changed: tuple[str, ...]
    lost: tuple[str, ...]
    setup: tuple[Change, ...]
    metrics: tuple[Measured, ...]
    flips: tuple[Flip, ...]
    paces: tuple[Pace, ...]

    @property
    def improvements(self) -> tuple[Measured, ...]:
        return tuple(measured for measured in self.metrics if measured.is_better)

    @property
    def regressions(self) -> tuple[Measured, ...]:
        """Metrics that are worse in ``b``, beyond chance."""
        return tuple(measured for measured in self.metrics if measured.is_worse)

    @property
    def verdict(self) -> str:
        """The whole in a sentence."""
        found = [
            f"{word} on {', '.join(map(_told, some))}"
            for word, some in (("better", self.improvements), ("worse", self.regressions))
            if some
        ]
        if found:
            said = f"{self.b} is {'; '.join(found)}; nothing else differs beyond chance."
        elif any(measured.difference for measured in self.metrics):
            said = f"Nothing differs beyond chance between {self.a} and {self.b}."
        else:
            said = f"{self.a} and {self.b} have the same scores wherever both have one."
        if self.lost:
            said += f" {self.b} could not score {len(self.lost)} cases that {self.a} scored."
        return said

    def lines(self) -> list[str]:
        """The comparison for a terminal, the verdict first."""
        kinds = Counter(flip.kind for flip in self.flips)
        apart = {self.a: self.only_a, self.b: self.only_b}
        return [
            self.verdict,
            "",
            f"{self.cases} cases compared.",
            *(f"Only in {name}: {_ids(ids)}" for name, ids in apart.items() if ids),
            *([f"Not the same case in both: {_ids(self.changed)}"] if self.changed else []),
            *(f"{c.name}: {texts.visible(c.a)} → {texts.visible(c.b)}" for c in self.setup),
            "",
            *_columns([_HEADER, *(_cells(measured) for measured in self.metrics)]),
            "",
            *(f"{count:>5}  {kind}" for kind, count in kinds.most_common()),
            *([""] if kinds else []),
            *(f"{p.step}: {_pace(p.a)} → {_pace(p.b)} ms (median)" for p in self.paces),
        ]


def compare(
    a: Run, b: Run, metrics: Sequence[Metric], *, names: tuple[str, str] = ("A", "B"), seed: int = 0
) -> Comparison:
    """Compares the cases that both runs have with the same id and the same content. Raises
    ``EvaluationError`` for runs of different sets, and where no case is left."""
    if a.setup.set != b.setup.set:
        raise EvaluationError(
            f"{names[0]} asks '{a.setup.set}', {names[1]} asks '{b.setup.set}'.",
            "Only runs of one question set can be compared.",
        )
    pairs = pairs_of(a, b)
    if not pairs:
        raise EvaluationError(
            f"{names[0]} and {names[1]} have no case in common.", "Run both on the same questions."
        )
    of_a, of_b = ({row.case.id: row.case for row in run.rows} for run in (a, b))
    known = of_names([*a.totals, *b.totals], metrics)
    return Comparison(
        a=names[0],
        b=names[1],
        cases=len(pairs),
        only_a=tuple(id_ for id_ in of_a if id_ not in of_b),
        only_b=tuple(id_ for id_ in of_b if id_ not in of_a),
        changed=tuple(id_ for id_ in of_a if id_ in of_b and of_a[id_] != of_b[id_]),
        lost=tuple(
            one.case.id
            for one, other in pairs
            if one.scores.get(SCORE) is not None and other.scores.get(SCORE) is None
        ),
        setup=_changes(a, b),
        metrics=_measured(pairs, known, seed),
        flips=tuple(flip for pair in pairs if (flip := flip_of(*pair))),
        paces=_paces(pairs),
    )


def pairs_of(a: Run, b: Run) -> list[tuple[Row, Row]]:
    """The rows of the cases that both have alike, in the order of ``a``."""
    others = {row.case.id: row for row in b.rows}
    both = ((row, others.get(row.case.id)) for row in a.rows)
    return [(one, other) for one, other in both if other and one.case == other.case]


def flip_of(a: Row, b: Row) -> Flip | None:
    """How a case flipped, if it did."""
    flip = Flip(a.case.id, a.case.question, outcome(a), outcome(b), a.answered, b.answered)
    return None if (flip.a, a.answered) == (flip.b, b.answered) else flip


def _changes(a: Run, b: Run) -> tuple[Change, ...]:
    names = [f.name for f in fields(a.setup) if f.name != "values"]
    pairs = [(n, getattr(a.setup, n), getattr(b.setup, n)) for n in names]
    set_a, set_b = a.setup.values, b.setup.values
    pairs += [(n, set_a.get(n), set_b.get(n)) for n in {**set_a, **set_b}]
    pairs.append(("machine", a.machine, b.machine))
    return tuple(Change(n.replace("_", " "), _text(x), _text(y)) for n, x, y in pairs if x != y)


def _text(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _measured(
    pairs: Sequence[tuple[Row, Row]], metrics: Sequence[Metric], seed: int
) -> tuple[Measured, ...]:
    scored = [_both(pairs, metric.name) for metric in metrics]
    differences = [paired([x for x, _ in some], [y for _, y in some], seed=seed) for some in scored]
    # A metric without any difference cannot be found to differ, whatever the level: it takes
    # no part in the adjustment (Tarone 1990, https://doi.org/10.2307/2531456).
    differing = [any(x != y for x, y in some) for some in scored]
    tested = [d.p for d, differs in zip(differences, differing, strict=True) if d and differs]
    adjusted = iter(holm(tested))
    return tuple(
        Measured(
            metric=metric,
            a=fmean(x for x, _ in some) if some else None,
            b=fmean(y for _, y in some) if some else None,
            difference=difference.mean if difference else None,
            low=difference.low if difference else None,
            high=difference.high if difference else None,
            p=difference.p if difference else None,
            adjusted=(next(adjusted) if differs else 1.0) if difference else None,
            cases=len(some),
            unscored=len(pairs) - len(some),
        )
        for metric, some, difference, differs in zip(
            metrics, scored, differences, differing, strict=True
        )
    )


def _both(pairs: Sequence[tuple[Row, Row]], name: str) -> list[tuple[float, float]]:
    """The scores of the cases that have one in both runs."""
    scores = ((a.scores.get(name), b.scores.get(name)) for a, b in pairs)
    return [(x, y) for x, y in scores if x is not None and y is not None]


def _paces(pairs: Sequence[tuple[Row, Row]]) -> tuple[Pace, ...]:
    of_a, of_b = (
        {step.name: step.p50 for step in steps(rows)}
        for rows in ([a for a, _ in pairs], [b for _, b in pairs])
    )
    return tuple(Pace(name, of_a.get(name), of_b.get(name)) for name in of_a | of_b)


# For a terminal.

_HEADER = ("metric", "a", "b", "difference", "95 % interval", "p (Holm)", "cases")


def _cells(measured: Measured) -> tuple[str, ...]:
    word = " better" if measured.is_better else " worse" if measured.is_worse else ""
    return (
        measured.metric.title,
        texts.number(measured.a),
        texts.number(measured.b),
        texts.number(measured.difference, sign=True),
        texts.interval(measured.low, measured.high, sign=True),
        texts.p_value(measured.adjusted) + word,
        str(measured.cases),
    )


def _columns(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            cell.ljust(width) if column in (0, 5) else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def _told(measured: Measured) -> str:
    return f"{measured.metric.title} ({texts.number(measured.difference, sign=True)})"


def _ids(ids: Sequence[str], most: int = 10) -> str:
    more = f" and {len(ids) - most} more" if len(ids) > most else ""
    return ", ".join(texts.visible(id_) for id_ in ids[:most]) + more


def _pace(value: float | None) -> str:
    return "–" if value is None else texts.milliseconds(value)
