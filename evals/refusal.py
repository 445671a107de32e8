"""When to refuse: fits the weights of ``rag.refusing`` on one half and reports the other.

``python -m evals.refusal`` needs the public data sets ``squad2``, ``clapnq`` and
``nomiracl_en``. Cases of four kinds count alike: answerable or not by what stands near
(``clapnq``, ``nomiracl_en``), answerable (``squad2``), and asked of articles that have nothing
on the matter (questions of the other two sets asked of ``squad2``'s articles).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass, fields

import click
import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from evals.corpus import library_of
from evals.datasets import Dataset
from evals.intervals import Share
from evals.questions import Case, half, sample
from rag.engine import Engine
from rag.refusing import Features, Weights
from rag.settings import Settings

FALSE_REFUSALS = (0.02, 0.05, 0.10)


@dataclass(frozen=True, slots=True)
class Scored:
    """A case of a group, whether the articles answer it, and what its evidence looks like."""

    group: str
    half: int
    answerable: bool
    features: Features


def collect(size: int, settings: Settings) -> Iterator[Scored]:
    """Every case of every group, asked. Takes minutes."""
    elsewhere: list[Case] = []
    for name in ("clapnq", "nomiracl_en"):
        data = Dataset.named(name, settings)
        cases = sample(data.cases(), size)
        elsewhere += cases[: size // 2]
        with library_of(data) as engine:
            yield from _asked(engine, name, [(c, bool(c.answerable)) for c in cases])
    data = Dataset.named("squad2", settings)
    answerable = sample((c for c in data.cases() if c.answerable), size)
    with library_of(data) as engine:
        yield from _asked(engine, "squad2", [(c, True) for c in answerable])
        yield from _asked(engine, "elsewhere", [(c, False) for c in elsewhere])


def _asked(engine: Engine, group: str, cases: Sequence[tuple[Case, bool]]) -> Iterator[Scored]:
    for case, answerable in cases:
        evidence = engine.ask(case.question).trace.evidence
        found = Features(**{f.name: evidence.get(f.name, 0.0) for f in fields(Features)})
        yield Scored(group, half(case.id), answerable, found)


def fit(cases: Sequence[Scored]) -> Weights:
    """Logistic regression; each group and answer weighs the same, however many cases it has."""
    x, y = _matrix(cases)
    kinds = [(c.group, c.answerable) for c in cases]
    weight = [1 / kinds.count(kind) for kind in kinds]
    model = LogisticRegression(C=1e3).fit(x, y, sample_weight=np.asarray(weight) * len(cases))
    values = [round(float(w), 2) for w in (*model.coef_[0], model.intercept_[0])]
    return Weights(*values)


def _matrix(cases: Sequence[Scored]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    x = np.asarray([astuple(c.features) for c in cases], dtype=np.float64)
    return x, np.asarray([c.answerable for c in cases])


def report(cases: Sequence[Scored], weights: Weights) -> Iterator[str]:
    """Refused of what is not answered, at several shares of false refusals."""
    scores = [weights.confidence(c.features) for c in cases]
    for group in ("clapnq", "nomiracl_en", "clapnq+nomiracl_en", "squad2+elsewhere"):
        rows = [(c, s) for c, s in zip(cases, scores, strict=True) if c.group in group.split("+")]
        yes = sorted(s for c, s in rows if c.answerable)
        no = [s for c, s in rows if not c.answerable]
        area = roc_auc_score([c.answerable for c, _ in rows], [s for _, s in rows])
        yield f"{group}: {len(yes)} answerable, {len(no)} not; area {area:.3f}"
        for share in FALSE_REFUSALS:
            threshold = yes[int(share * len(yes))]
            refused = Share(sum(s < threshold for s in no), len(no))
            yield f"  at {share:.2f} false refusals (threshold {threshold:.3f}): refused {refused}"
        shipped = Settings().refuse_below
        wrong, right = sum(s < shipped for s in yes), sum(s < shipped for s in no)
        yield (
            f"  shipped threshold {shipped}: refused {Share(right, len(no))},"
            f" false refusals {Share(wrong, len(yes))}"
        )


@click.command(help=__doc__)
@click.option("--size", default=600, help="Most cases of a group.")
def main(size: int) -> None:
    cases = list(collect(size, Settings.load()))
    fitted = fit([c for c in cases if c.half == 0])
    names = [f.name for f in fields(Weights)]
    print("fitted on one half:", dict(zip(names, astuple(fitted), strict=True)))
    print("shipped:           ", dict(zip(names, astuple(Weights()), strict=True)))
    print("the other half, with the shipped weights:")
    for line in report([c for c in cases if c.half == 1], Weights()):
        print(line)


if __name__ == "__main__":
    main()
