"""Do the articles answer this at all? One calibrated threshold behind every answer.

A logistic model over three readable features of the evidence. ``rag/fitted.json`` holds its
weights and says what they were fitted on.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from rag.records import Record

if TYPE_CHECKING:
    from rag.directness import Weighed
    from rag.evidence import Evidence


@dataclass(frozen=True, slots=True)
class Features:
    """What the decision rests on.

    ``passage``: the weighted MaxSim of the best passage, at most 1. ``cosine``: the best
    passage's similarity with the question as a whole, at most 1. ``chance``: that of the sentence
    that answers most directly, among all that were read; what is merely about the same matter is
    everywhere alike, an answer stands out.
    """

    passage: float = 0.0
    cosine: float = 0.0
    chance: float = 0.0


@dataclass(frozen=True, slots=True)
class Weights(Record):
    """Of the logistic model: one a feature, and its intercept."""

    passage: float
    cosine: float
    chance: float
    intercept: float

    def confidence(self, features: Features) -> float:
        """How likely the articles answer the question, from 0 to 1."""
        z = self.intercept + sum(
            getattr(self, f.name) * getattr(features, f.name) for f in fields(features)
        )
        return 1.0 / (1.0 + math.exp(-z))


def features(evidence: Evidence, found: Sequence[Weighed]) -> Features:
    """Of ``evidence`` and its sentences as they were ``found``, most direct first."""
    if not found:
        return Features()
    return Features(
        passage=max(evidence.similarity),
        cosine=max(evidence.cosine),
        chance=found[0].chance,
    )
