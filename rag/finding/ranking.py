"""What speaks for a passage or a sentence, and how much: the order of what was found.

Three linear models with readable weights. The first orders all candidates by what is known without
reading them closely. The second reorders the best of them by late interaction. The third orders
the sentences of the best of these. All were fitted so that the softmax of their scores over one
question's candidates is the chance of each to be the one that answers (ListNet: Cao et al. 2007,
https://doi.org/10.1145/1273496.1273513); a weight is therefore a logarithm of odds. Weights:
``rag/fitted.json``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields

from rag.records import Record


@dataclass(frozen=True, slots=True)
class Signals(Record):
    """What speaks for a passage before it is read closely, each at most 1.

    ``meaning``: cosine similarity with the question. ``words``: BM25, over the best of the
    candidates. ``passage``, ``sentence``, ``neighbours``, ``phrases``: see
    ``rag.finding.coverage``. ``recent``: how near its article appeared to the days the question
    favours. ``days``: how well the days it speaks of agree with the question's.
    """

    meaning: float
    words: float
    passage: float
    sentence: float
    neighbours: float
    title: float
    phrases: float
    recent: float
    days: float


@dataclass(frozen=True, slots=True)
class CloseSignals(Record):
    """What speaks for a passage that was read closely.

    ``before``: its score by ``Signals``. ``passage`` and ``sentence``: the weighted MaxSim of the
    whole, and of its best sentence, at most 1.
    """

    before: float
    passage: float
    sentence: float


@dataclass(frozen=True, slots=True)
class SentenceSignals(Record):
    """What speaks for a sentence.

    ``meaning``: its weighted MaxSim, at most 1. ``chance``: the logarithm of its passage's chance.
    ``wanted``: whether it holds a thing of the kind that is asked for (``rag.wanted``) that is not
    in the question. ``context``: the share of the question's telling words that are said in it,
    in the sentence before or in the title. ``leans``: whether it goes on from the sentence before.
    ``brief``: minus the logarithm of its words.
    """

    meaning: float
    chance: float
    wanted: float
    context: float
    leans: float
    brief: float


@dataclass(frozen=True, slots=True)
class Ranking(Record):
    """The weights of both models of passages, one a signal."""

    first: Signals
    close: CloseSignals


def score(weights: Record, signals: Record) -> float:
    """The weighted sum of ``signals``, a record of the same kind."""
    return math.fsum(
        getattr(weights, f.name) * getattr(signals, f.name)
        for f in fields(signals)  # type: ignore[arg-type]  # every record is a dataclass
    )


def chances(scores: Sequence[float]) -> list[float]:
    """Their softmax: how likely each is the one that answers, if one of them does."""
    if not scores:
        return []
    best = max(scores)
    powers = [math.exp(value - best) for value in scores]
    total = math.fsum(powers)
    return [power / total for power in powers]
