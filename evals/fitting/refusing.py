"""Fits when to refuse (``rag.refusing``): the weights of the decision, and its threshold.

By logistic regression over the features of the evidence. Cases come in groups, such as those of
one data set that are answerable; each group weighs the same, however many cases it has.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from evals.fitting.fits import FITTED, Figure, Fit, check_enough, figure, half_of
from evals.sets.questions import Case
from rag.engine import Engine
from rag.fitted import Refusing
from rag.refusing import Features, Weights

FALSE_REFUSALS = 0.10
"""The share of answerable questions that may be refused."""

_WORSE = 4.0
"""What refusing an answerable question weighs against answering one that is not: who is refused
gets nothing, who is answered sees the quotes and where they stand."""

CHOSEN = {"untimely": -2.0}
"""Weights that no set can tell which anything may be fitted on: none has both dates and questions
about these days. Evidence of other days has odds of one to seven, as has a passage in finding."""

_FITTED = tuple(f.name for f in fields(Features) if f.name not in CHOSEN)

_SHARES = (0.02, 0.05, 0.10, 0.20)


@dataclass(frozen=True, slots=True)
class Decided:
    """A case of a group and a half, whether the articles answer it, and what its evidence is."""

    group: str
    half: int
    answerable: bool
    features: Features

    def right(self, refusing: Refusing) -> bool:
        return self.refused(refusing) != self.answerable

    def refused(self, refusing: Refusing) -> bool:
        return refusing.weights.confidence(self.features) < refusing.refuse_below


def collect(
    engine: Engine, group: str, cases: Iterable[Case], *, answerable: bool | None = None
) -> Iterator[Decided]:
    """Every case that belongs to a half, asked. ``answerable`` stands over what the cases say.

    Questions on which no evidence is weighed, such as those for news, are left out.
    """
    for case in cases:
        said = case.answerable if answerable is None else answerable
        part = half_of(case)
        if part is None or said is None:
            continue
        answer = engine.ask(
            case.question, history=case.history, filters=case.filters, as_of=case.as_of
        )
        evidence = answer.trace.evidence
        if all(f.name in evidence for f in fields(Features)):
            found = Features(**{f.name: evidence[f.name] for f in fields(Features)})
            yield Decided(group, part, said, found)


def fit(
    decided: Sequence[Decided],
    now: Refusing,
    *,
    share: float,
    left_out: int,
    strict: Mapping[str, float] | None = None,
) -> Fit[Refusing]:
    """Weights and threshold of one half, judged on the other; at most ``share`` of the answerable
    ones of each group of the first are refused, or as much as ``strict`` says of that group.
    Raises ``EvaluationError`` for too few cases."""
    for kind, name in ((True, "answerable questions"), (False, "questions without an answer")):
        check_enough(name, (c.half for c in decided if c.answerable is kind))
    fitting = [c for c in decided if c.half == FITTED]
    others = [c for c in decided if c.half != FITTED]
    weights = regressed(fitting)
    values = Refusing(weights, threshold(fitting, weights, share, strict or {}))
    return Fit(
        values,
        now,
        (len(fitting), len(others)),
        left_out,
        figures=_figures(others, values),
        before=_figures(others, now),
        difference=_differences(others, values, now),
        judged=("right",),
    )


def regressed(cases: Sequence[Decided]) -> Weights:
    """Logistic regression, next to unregularised, over all features but the chosen ones."""
    from sklearn.linear_model import LogisticRegression

    x, y = _matrix(cases)
    kinds = [(c.group, c.answerable) for c in cases]
    weight = np.asarray([(_WORSE if yes else 1) / kinds.count((g, yes)) for g, yes in kinds])
    weight *= len(cases) / weight.sum()
    model = LogisticRegression(C=1e3).fit(x, y, sample_weight=weight)
    values = (*model.coef_[0], model.intercept_[0])
    names = (*_FITTED, "intercept")
    return Weights(**{n: round(float(w), 2) for n, w in zip(names, values, strict=True)}, **CHOSEN)


def threshold(
    cases: Sequence[Decided], weights: Weights, share: float, strict: Mapping[str, float]
) -> float:
    """The highest, in hundredths, that refuses at most ``share`` of the answerable cases of each
    group, or what ``strict`` allows of it."""
    groups = _grouped(c for c in cases if c.answerable)
    held = (
        n / 100
        for n in range(100, 0, -1)
        if all(
            _share(group, Refusing(weights, n / 100)) <= strict.get(group[0].group, share)
            for group in groups
        )
    )
    return next(held, 0.0)


def _share(cases: Sequence[Decided], refusing: Refusing) -> float:
    """How many of ``cases`` are refused."""
    return sum(c.refused(refusing) for c in cases) / len(cases)


def _matrix(cases: Sequence[Decided]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    x = np.asarray([[getattr(c.features, n) for n in _FITTED] for c in cases], dtype=np.float64)
    return x, np.asarray([c.answerable for c in cases])


def _grouped(cases: Iterable[Decided]) -> list[list[Decided]]:
    """The answerable ones of each group, and those that are not."""
    groups: dict[tuple[str, bool], list[Decided]] = {}
    for case in cases:
        groups.setdefault((case.group, case.answerable), []).append(case)
    return list(groups.values())


def _refused(
    cases: Sequence[Decided], refusing: Refusing, *, answerable: bool
) -> list[list[float]]:
    groups = _grouped(c for c in cases if c.answerable is answerable)
    return [[float(c.refused(refusing)) for c in group] for group in groups]


def _figures(cases: Sequence[Decided], refusing: Refusing) -> dict[str, Figure]:
    return {
        "right": figure(*([float(c.right(refusing)) for c in g] for g in _grouped(cases))),
        "refused": figure(*_refused(cases, refusing, answerable=False)),
        "falsely refused": figure(*_refused(cases, refusing, answerable=True)),
    }


def _differences(cases: Sequence[Decided], new: Refusing, old: Refusing) -> dict[str, Figure]:
    def changed(some: Iterable[Decided], what: str) -> Figure:
        return figure(
            *([float(getattr(c, what)(new)) - getattr(c, what)(old) for c in group]
              for group in _grouped(some))
        )  # fmt: skip

    return {
        "right": changed(cases, "right"),
        "refused": changed((c for c in cases if not c.answerable), "refused"),
        "falsely refused": changed((c for c in cases if c.answerable), "refused"),
    }


def by_group(decided: Sequence[Decided], refusing: Refusing) -> Iterator[str]:
    """What is refused of the other half, set by set, at several shares of false refusals."""
    yield from told([c for c in decided if c.half != FITTED], refusing)


def told(others: Sequence[Decided], refusing: Refusing) -> Iterator[str]:
    """What is refused of all these cases, group by group: points of the curve, and its area."""
    from sklearn.metrics import roc_auc_score

    confidence = refusing.weights.confidence
    for group in dict.fromkeys(c.group for c in others):
        cases = [c for c in others if c.group == group]
        yes = sorted(confidence(c.features) for c in cases if c.answerable)
        no = [confidence(c.features) for c in cases if not c.answerable]
        yield f"  {group}: {len(yes)} answerable, {len(no)} not"
        if not yes or not no:
            continue
        area = roc_auc_score([c.answerable for c in cases], [confidence(c.features) for c in cases])
        yield f"    area under the curve {area:.3f}"
        yes_now, no_now = ([s < refusing.refuse_below for s in some] for some in (yes, no))
        yield (
            f"    at the threshold in force ({refusing.refuse_below:.2f}):"
            f" {figure(yes_now)} falsely refused, {figure(no_now)} refused"
        )
        for share in _SHARES:
            limit = yes[int(share * len(yes))]
            refused = figure([float(s < limit) for s in no])
            yield f"    at {share:.2f} falsely refused (threshold {limit:.3f}): {refused} refused"
