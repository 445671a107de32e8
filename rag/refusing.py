"""Do the articles answer this at all? One calibrated threshold behind every answer.

A logistic model over a few readable features of the evidence. Its weights were fitted by
``python -m evals.refusal`` on one half of the questions of two public sets and measured on the
other; docs/quality.md has the figures.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields

from rag.evidence import Evidence


@dataclass(frozen=True, slots=True)
class Features:
    """What the decision rests on; each lies about between 0 and 1.

    The best sentence's similarity, the best passage's similarity, the best passage's cosine
    with the question, and the best share of the question's words that one passage holds.
    """

    sentence: float = 0.0
    passage: float = 0.0
    cosine: float = 0.0
    coverage: float = 0.0


@dataclass(frozen=True, slots=True)
class Weights:
    """Of the logistic model: one a feature, and its intercept."""

    sentence: float = 4.0
    passage: float = 4.0
    cosine: float = 4.0
    coverage: float = 4.0
    intercept: float = -8.0

    def confidence(self, features: Features) -> float:
        """How likely the articles answer the question, from 0 to 1."""
        z = self.intercept + sum(
            getattr(self, f.name) * getattr(features, f.name) for f in fields(features)
        )
        return 1.0 / (1.0 + math.exp(-z))


def features(evidence: Evidence) -> Features:
    if not evidence.sentences:
        return Features()
    return Features(
        sentence=max(s.similarity for s in evidence.sentences),
        passage=max(evidence.similarity),
        cosine=max(evidence.cosine),
        coverage=max(evidence.coverage),
    )
