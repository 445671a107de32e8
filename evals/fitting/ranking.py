"""Fits what speaks for a passage, and how much (``rag.finding.ranking``).

The weights make the softmax of the scores of a question's candidates as likely as can be to fall
on those that are gold (ListNet's loss, see there), with a small penalty on large weights and none
below zero: nothing that is a reason for a passage becomes one against it. First those of all
candidates, then those of the best of them, which are read closely.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from evals.fitting.fits import FITTED, Fit, check_enough, figure, half_of
from evals.metrics.relevance import Relevance
from evals.sets.questions import Case
from rag.assembly import evidence_reader, reading_model
from rag.engine import Engine
from rag.errors import EvaluationError
from rag.finding import ranking
from rag.finding.interaction import LateInteraction
from rag.finding.ranking import CloseSignals, Ranking, SentenceSignals, Signals
from rag.fitted import Finding
from rag.question import Question
from rag.records import Record
from rag.retrieval import PassageRetriever
from rag.rows import Stored
from rag.types import Hit

Values = NDArray[np.float64]
S = TypeVar("S", Signals, CloseSignals, SentenceSignals)

CHOSEN = {"recent": 2.0}
"""Weights that no public set can tell which anything may be fitted on: none has both dates and
questions about now. The article of the week that is asked about is given odds of seven to one."""

_PENALTY = 1e-3
_DEEPEST = 10
_HITS = (1, 5, 10)


@dataclass(frozen=True, slots=True)
class Offered:
    """The candidates for a question of one half of a set, its ``source``: what speaks for each,
    (n, s), and which are ``gold``, (n,)."""

    source: str
    half: int
    values: Values
    gold: NDArray[np.bool_]

    def rank(self, weights: Values) -> int | None:
        """Where the first gold candidate stands, from 1; None when not in the first ten."""
        order = np.argsort(-(self.values @ weights), kind="stable")[:_DEEPEST]
        places = np.flatnonzero(self.gold[order])
        return int(places[0]) + 1 if len(places) else None


def usable(cases: Iterable[Case]) -> list[Case]:
    """Those that say which passages are gold."""
    return [case for case in cases if case.answerable and case.answers and case.articles]


@dataclass(frozen=True, slots=True)
class Asked:
    """A case, what was offered for it, and the candidates it was offered."""

    case: Case
    offered: Offered
    candidates: tuple[Stored, ...]


def collect(engine: Engine, source: str, cases: Iterable[Case]) -> Iterator[Asked]:
    """What ``engine`` is offered for each case of the set ``source`` that belongs to a half."""
    retriever = _retriever(engine)
    for case in cases:
        part = half_of(case)
        if part is None:
            continue
        found = retriever.weighed(question(engine, case))
        gold_of = relevance(engine, case).gold
        gold = [bool(gold_of(stored.passage)) for stored, _ in found]
        values = np.array([_numbers(signals) for _, signals in found], np.float64)
        offered = Offered(source, part, values.reshape(len(found), -1), np.array(gold, np.bool_))
        yield Asked(case, offered, tuple(stored for stored, _ in found))


def read_closely(engine: Engine, asked: Iterable[Asked], first: Signals) -> Iterator[Offered]:
    """The best of the candidates, by the weights ``first``, read as they are to be reordered."""
    reader = evidence_reader(engine.library, reading_model(engine.embedding))
    closely = LateInteraction(engine.library, reader, engine.settings.finding.weights.close)
    weights = np.array(_numbers(first))
    for one in asked:
        scores = one.offered.values @ weights
        order = np.argsort(-scores, kind="stable")[: engine.settings.shortlist]
        shares = ranking.chances(scores.tolist())
        best = [(one.candidates[i], shares[i]) for i in order]
        hits = [Hit(stored.passage, stored.source, share) for stored, share in best]
        found = closely.signals(question(engine, one.case), hits)
        values = np.array([_numbers(signals) for signals in found], np.float64)
        yield replace(
            one.offered, values=values.reshape(len(found), -1), gold=one.offered.gold[order]
        )


def check(offered: Iterable[Offered]) -> None:
    """Raises ``EvaluationError`` unless each half has enough questions."""
    check_enough("questions with a gold article and answer", (o.half for o in offered))


def best(kind: type[S], offered: Sequence[Offered]) -> S:
    """The likeliest weights of ``kind``. Each set counts the same, however many questions it has:
    the largest is one kind of article, too. Raises ``EvaluationError`` when no question has both
    gold candidates and others."""
    from scipy.optimize import minimize

    useful = [o for o in offered if o.gold.any() and not o.gold.all()]
    if not useful:
        raise EvaluationError(
            "No question finds a gold passage beside others.", "Take another set."
        )
    sizes = Counter(o.source for o in useful)
    shares = [1 / len(sizes) / sizes[o.source] for o in useful]
    names = [f.name for f in fields(kind)]
    scale = np.concatenate([o.values for o in useful]).std(axis=0)
    # What is the same everywhere tells nothing.
    bounds = [
        (0, None) if s > 0 and n not in CHOSEN else (0, 0)
        for n, s in zip(names, scale, strict=True)
    ]
    scale = np.where(scale > 0, scale, 1.0)

    def loss(weights: Values) -> tuple[float, Values]:
        total, slope = _PENALTY * float(weights @ weights), 2 * _PENALTY * weights
        for one, share in zip(useful, shares, strict=True):
            values = one.values / scale
            chances = _softmax(values @ weights)
            hit = float(chances[one.gold].sum())
            within = np.where(one.gold, chances, 0.0) / max(hit, 1e-300)
            total -= share * float(np.log(max(hit, 1e-300)))
            slope = slope + share * ((chances - within) @ values)
        return total, slope

    found = minimize(loss, np.full(len(names), 0.1), jac=True, bounds=bounds, method="L-BFGS-B")
    chosen = [round(float(w), 2) for w in found.x / scale]
    return kind(**{**dict(zip(names, chosen, strict=True)), **_chosen(names)})


@dataclass(frozen=True, slots=True)
class Both:
    """The candidates of the same questions at both steps, and the weights they are ordered by."""

    first: Sequence[Offered]
    close: Sequence[Offered]
    weights: Ranking

    def scores(self) -> dict[str, list[float]]:
        """Of the half that nothing is fitted on: reordered, and at the ``first`` step."""
        first, close = (np.array(_numbers(w)) for w in (self.weights.first, self.weights.close))
        before = [o.rank(first) for o in self.first if o.half != FITTED]
        after = [o.rank(close) for o in self.close if o.half != FITTED]
        return {
            f"mrr@{_DEEPEST}": [1 / rank if rank else 0.0 for rank in after],
            **{f"hit@{k}": [float(bool(r and r <= k)) for r in after] for k in _HITS},
            **{f"first hit@{k}": [float(bool(r and r <= k)) for r in before] for k in _HITS},
        }


def fit(values: Both, now: Both, *, left_out: int) -> Fit[Finding]:
    """How ``values``, fitted on one half, do on the other, beside those until ``now``; see
    ``Fit``. Raises ``EvaluationError`` for too few cases."""
    check(values.first)
    halves = [o.half for o in values.first]
    new, old = values.scores(), now.scores()
    return Fit(
        Finding(values.weights),
        Finding(now.weights),
        (halves.count(FITTED), len(halves) - halves.count(FITTED)),
        left_out,
        figures={name: figure(row) for name, row in new.items()},
        before={name: figure(row) for name, row in old.items()},
        difference={name: figure(_minus(row, old[name])) for name, row in new.items()},
        judged=tuple(name for name in new if not name.startswith("first ")),
    )


def _minus(new: Sequence[float], old: Sequence[float]) -> list[float]:
    return [a - b for a, b in zip(new, old, strict=True)]


def _numbers(record: Record) -> list[float]:
    values = record.to_dict()
    return [values[name] for name in values if name != "schema"]


def _chosen(names: Sequence[str]) -> dict[str, float]:
    return {name: value for name, value in CHOSEN.items() if name in names}


def _softmax(scores: Values) -> Values:
    powers: Values = np.exp(scores - scores.max())
    chances: Values = powers / powers.sum()
    return chances


def question(engine: Engine, case: Case) -> Question:
    """``case`` as ``engine`` reads it."""
    return _retriever(engine).reader.read(
        case.question,
        k=_DEEPEST,
        history=case.history,
        filters=case.filters,
        as_of=case.as_of,
    )


def relevance(engine: Engine, case: Case) -> Relevance:
    """What is gold for ``case`` in the library of ``engine``."""
    library = engine.library
    return Relevance(case, lambda name: [stored.passage for stored in library.whole(name)])


def _retriever(engine: Engine) -> PassageRetriever:
    if not isinstance(engine.retriever, PassageRetriever):
        raise EvaluationError("This engine has a retriever of its own, with nothing to be fitted.")
    return engine.retriever
