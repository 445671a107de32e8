"""Was it right to answer, and to decline? One case at a time, and over all confidences.

``answerable`` is None when nobody said whether the articles answer; ``right`` is None when nothing
says what would be right.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple


def crag(answerable: bool | None, answered: bool, right: bool | None) -> int | None:
    """CRAG's score: +1 for a right answer, 0 for none, -1 for a wrong one.

    Yang et al. 2024, https://arxiv.org/abs/2406.04744, as scored automatically:
    accurate, missing, incorrect. Of a question that the articles do not answer, declining is
    right (+1) and answering wrong (-1). None when it cannot be told.
    """
    if answerable is False:
        return -1 if answered else 1
    if not answered:
        return 0 if answerable else None
    if right is None:
        return None
    return 1 if right else -1


def refusal(answerable: bool | None, answered: bool) -> bool | None:
    """Whether a question that the articles do not answer was declined; None for others. The mean
    is the refusal rate: the true positive rate of declining."""
    return not answered if answerable is False else None


def false_refusal(answerable: bool | None, answered: bool) -> bool | None:
    """Whether a question that the articles answer was declined; None for others. The mean is the
    rate of false refusals: the false positive rate of declining."""
    return not answered if answerable else None


class Point(NamedTuple):
    """What answering at confidences of ``threshold`` and above gives: the share of cases that are
    answered, and the share of those that are wrong."""

    coverage: float
    risk: float
    threshold: float


def risk_coverage(confidences: Sequence[float], right: Sequence[bool]) -> tuple[Point, ...]:
    """The risk-coverage curve: one point for each confidence there is, the highest first.

    ``right`` says of each case whether answering it is right: never for a question that the
    articles do not answer. It is wanted of all cases, also of those that were declined: from a
    run that answers everything (``refuse_below`` 0), or with ``answerable`` in its place. Cases
    of equal confidence cannot be told apart by a threshold, and enter together. Coverage at a
    threshold t is |confidence >= t| / n, risk |wrong, confidence >= t| / |confidence >= t|
    (El-Yaniv & Wiener 2010, https://jmlr.org/papers/v11/el-yaniv10a.html; Geifman & El-Yaniv
    2017, https://arxiv.org/abs/1705.08500). Empty without cases.
    """
    cases = sorted(zip(confidences, right, strict=True), key=lambda case: -case[0])
    points, answered, wrong = [], 0, 0
    for threshold, group in groupby(cases, key=lambda case: case[0]):
        for _, is_right in group:
            answered += 1
            wrong += not is_right
        points.append(Point(answered / len(cases), wrong / answered, threshold))
    return tuple(points)


def area_under_risk_coverage(curve: Sequence[Point]) -> float | None:
    """AURC: the mean risk over all coverages, from 0 to 1; less is better.

    Sum of risk * the coverage that its threshold adds. When no two confidences are equal, that is
    the mean of the risks at coverages 1/n, 2/n, ... 1 (Geifman et al. 2019,
    https://arxiv.org/abs/1805.08206). None for an empty curve.
    """
    if not curve:
        return None
    before = (0.0, *(point.coverage for point in curve))
    return sum(p.risk * (p.coverage - c) for p, c in zip(curve, before, strict=False))
