"""How a case ended, by CRAG's score: the one word that reports order and compare cases by."""

from __future__ import annotations

from enum import StrEnum

from evals.runs.records import Row

SCORE = "crag"


class Outcome(StrEnum):
    """In the order in which a reader wants to see them: what went wrong first."""

    WRONG = "wrong"
    REFUSED = "refused"
    ERROR = "error"
    UNSCORED = "unscored"
    RIGHT = "right"


ORDER = tuple(Outcome)


def outcome(row: Row) -> Outcome:
    """By CRAG's score (Yang et al. 2024, https://arxiv.org/abs/2406.04744): -1 is ``WRONG``, 0
    ``REFUSED``, above 0 ``RIGHT``, which includes what was rightly refused. No score is
    ``UNSCORED``, or ``ERROR`` where nothing was answered because something failed."""
    if row.error:
        return Outcome.ERROR
    score = row.scores.get(SCORE)
    if score is None:
        return Outcome.UNSCORED
    if score < 0:
        return Outcome.WRONG
    return Outcome.RIGHT if score > 0 else Outcome.REFUSED
