"""Do the articles answer this at all? One calibrated threshold behind every answer.

A logistic model over readable features of the evidence. ``rag/fitted.json`` holds its weights and
says what they were fitted on.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from rag.records import Record
from rag.understanding.closeness import recency
from rag.understanding.present import just_past

if TYPE_CHECKING:
    from rag.directness import Weighed
    from rag.evidence import Evidence
    from rag.question import Question

_QUOTED = 3
"""Sentences, most direct first, that may be quoted."""


@dataclass(frozen=True, slots=True)
class Features:
    """What the decision rests on.

    ``passage``: the weighted MaxSim of the best passage, at most 1. ``cosine``: the best
    passage's similarity with the question as a whole, at most 1. ``chance``: that of the sentence
    that answers most directly, among all that were read; what is merely about the same matter is
    everywhere alike, an answer stands out. ``untimely``: where the question names the days just
    past ("this week"), how far from them all articles that would be quoted appeared, 0 to 1; 1
    where none has a date.
    """

    passage: float = 0.0
    cosine: float = 0.0
    chance: float = 0.0
    untimely: float = 0.0


@dataclass(frozen=True, slots=True)
class Weights(Record):
    """Of the logistic model: one a feature, and its intercept. Files that were fitted before there
    was ``untimely`` go without it."""

    passage: float
    cosine: float
    chance: float
    intercept: float
    untimely: float = 0.0

    def confidence(self, features: Features) -> float:
        """How likely the articles answer the question, from 0 to 1."""
        z = self.intercept + sum(
            getattr(self, f.name) * getattr(features, f.name) for f in fields(features)
        )
        return 1.0 / (1.0 + math.exp(-z))


def features(question: Question, evidence: Evidence, found: Sequence[Weighed]) -> Features:
    """Of the ``evidence`` for ``question`` and its sentences as they were ``found``, most direct
    first."""
    if not found:
        return Features()
    return Features(
        passage=max(evidence.similarity),
        cosine=max(evidence.cosine),
        chance=found[0].chance,
        untimely=_untimely(question, found[:_QUOTED]),
    )


def _untimely(question: Question, found: Sequence[Weighed]) -> float:
    days = just_past(question.understood, question.as_of)
    if days is None:
        return 0.0
    return 1.0 - max(recency(one.sentence.hit.source.published, days) for one in found)
