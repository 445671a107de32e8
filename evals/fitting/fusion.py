"""Fits how much meaning, words and titles count when passages are found (``rag.retrieval``).

By exhaustive search of a small grid; what counts is the mean reciprocal rank, in the first ten, of
a passage of a gold article that holds a gold answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from statistics import fmean

from evals.fitting.fits import FITTED, Fit, check_enough, figure, half_of
from evals.metrics.relevance import Relevance
from evals.sets.questions import Case
from rag.embedding import encoder_for
from rag.engine import Engine
from rag.errors import EvaluationError
from rag.fitted import Fusion
from rag.question import QuestionReader
from rag.retrieval import Candidates, PassageRetriever, fuse

TITLE_WEIGHTS = (0.0, 0.1, 0.2, 0.3, 0.5, 0.8)
DENSE_WEIGHTS = tuple(n / 20 for n in range(21))

_DEEPEST = 10
_HITS = (1, 5, 10)


@dataclass(frozen=True, slots=True)
class Offered:
    """A question of one half: what the indexes offer for it, by the weight of titles, and which
    of that is ``gold``."""

    half: int
    candidates: Mapping[float, Candidates]
    gold: frozenset[str]

    def rank(self, fusion: Fusion) -> int | None:
        """Where the first gold passage stands, from 1; None when not in the first ten."""
        ranked = fuse(self.candidates[fusion.title_weight], fusion.dense_weight)
        places = (n for n, (i, _) in enumerate(ranked[:_DEEPEST], start=1) if i in self.gold)
        return next(places, None)


def usable(cases: Iterable[Case]) -> list[Case]:
    """Those that say which passages are gold."""
    return [case for case in cases if case.answerable and case.answers and case.articles]


def collect(engine: Engine, cases: Iterable[Case], now: Fusion) -> Iterator[Offered]:
    """What ``engine`` is offered for each case that belongs to a half."""
    retriever, encoder = engine.retriever, encoder_for(engine.embedding)
    if not isinstance(retriever, PassageRetriever):
        raise EvaluationError("This engine has a retriever of its own, with nothing to be fitted.")
    # The words as they are, as in a search: no filter is read from them.
    reader = QuestionReader(lambda _: False, engine.settings)
    titles = {now.title_weight, *TITLE_WEIGHTS}
    for case in cases:
        part = half_of(case)
        if part is None:
            continue
        question = reader.read(case.question, k=_DEEPEST, filters=case.filters, as_of=case.as_of)
        vector = encoder.question(question.query_str)
        candidates = {weight: retriever.candidates(question, vector, weight) for weight in titles}
        yield Offered(part, candidates, _gold(engine, case, candidates.values()))


def _gold(engine: Engine, case: Case, offers: Iterable[Candidates]) -> frozenset[str]:
    ids = {i for offer in offers for i, _ in (*offer.dense, *offer.lexical)}
    library = engine.library
    relevance = Relevance(case, lambda name: [stored.passage for stored in library.whole(name)])
    found = library.stored(sorted(ids)).items()
    return frozenset(i for i, stored in found if relevance.gold(stored.passage))


def best(offered: Sequence[Offered], now: Fusion) -> Fusion:
    """The weights nearest to ``now`` of those whose mean reciprocal rank is not significantly below
    the best: chance alone moves nothing (as the one-standard-error rule of Breiman et al. 1984,
    Classification and Regression Trees, section 3.4.3, with the 95 % interval)."""
    titles = {now.title_weight, *TITLE_WEIGHTS}
    grid = [Fusion(d, t) for d, t in product({now.dense_weight, *DENSE_WEIGHTS}, titles)]
    reached = {fusion: [_reciprocal(o.rank(fusion)) for o in offered] for fusion in grid}

    def order(fusion: Fusion) -> tuple[float, ...]:
        far = abs(fusion.dense_weight - now.dense_weight)
        far += abs(fusion.title_weight - now.title_weight)
        # Rounded, so that equal sums are equal; the last two leave no choice.
        values = (far, -fmean(reached[fusion]))
        return *(round(v, 9) for v in values), fusion.dense_weight, fusion.title_weight

    grid.sort(key=order)
    highest = max(grid, key=lambda fusion: round(fmean(reached[fusion]), 9))
    return next(f for f in grid if figure(_minus(reached[f], reached[highest])).high >= 0)


def fit(offered: Sequence[Offered], now: Fusion, *, left_out: int) -> Fit[Fusion]:
    """``best`` on one half, judged on the other. Raises ``EvaluationError`` for too few cases."""
    check_enough("questions with a gold article and answer", (o.half for o in offered))
    fitting = [o for o in offered if o.half == FITTED]
    others = [o for o in offered if o.half != FITTED]
    values = best(fitting, now)
    new, old = _scores(others, values), _scores(others, now)
    return Fit(
        values,
        now,
        (len(fitting), len(others)),
        left_out,
        figures={name: figure(row) for name, row in new.items()},
        before={name: figure(row) for name, row in old.items()},
        difference={name: figure(_minus(row, old[name])) for name, row in new.items()},
        judged=tuple(new),
    )


def _reciprocal(rank: int | None) -> float:
    return 1 / rank if rank else 0.0


def _scores(offered: Sequence[Offered], fusion: Fusion) -> dict[str, list[float]]:
    ranks = [o.rank(fusion) for o in offered]
    hits = {f"hit@{k}": [float(bool(r and r <= k)) for r in ranks] for k in _HITS}
    return {f"mrr@{_DEEPEST}": [_reciprocal(r) for r in ranks], **hits}


def _minus(new: Sequence[float], old: Sequence[float]) -> list[float]:
    return [a - b for a, b in zip(new, old, strict=True)]
