"""Answering and declining, scored one case at a time and over all confidences."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import precision_recall_curve

from evals.metrics.refusals import Point, area_under_risk_coverage, crag, false_refusal, refusal
from evals.metrics.refusals import risk_coverage as curve_of


@pytest.mark.parametrize(
    ("answerable", "answered", "right", "score"),
    [
        (True, True, True, 1),
        (True, True, False, -1),
        (True, False, None, 0),
        (True, True, None, None),
        (False, False, None, 1),
        (False, True, None, -1),
        (False, True, True, -1),
        (None, True, True, 1),
        (None, True, False, -1),
        (None, False, False, None),
        (None, True, None, None),
    ],
)
def test_right_is_one_nothing_is_zero_and_wrong_is_minus_one(answerable, answered, right, score):
    assert crag(answerable, answered, right) == score


def test_declining_is_a_refusal_or_a_false_one_by_what_the_articles_hold():
    assert [refusal(yes, answered=False) for yes in (False, True, None)] == [True, None, None]
    assert [false_refusal(yes, answered=False) for yes in (False, True, None)] == [None, True, None]
    assert refusal(False, answered=True) is false_refusal(True, answered=True) is False


def test_the_curve_by_hand_with_equal_confidences_entering_together():
    curve = curve_of([0.9, 0.5, 0.5, 0.1], [True, False, True, False])
    assert curve == (Point(0.25, 0.0, 0.9), Point(0.75, 1 / 3, 0.5), Point(1.0, 0.5, 0.1))
    assert area_under_risk_coverage(curve) == pytest.approx(0.5 * 1 / 3 + 0.25 * 0.5)


def test_without_cases_there_is_no_area():
    assert curve_of([], []) == ()
    assert area_under_risk_coverage(()) is None


CASES = st.lists(st.tuples(st.integers(0, 8), st.booleans()), min_size=1, max_size=40)


@given(CASES)
def test_risk_is_what_precision_lacks_at_each_threshold(cases):
    confidences, right = zip(*cases, strict=True)
    if not any(right):
        return  # Without one that is right, the reference has no curve.
    precision, recall, thresholds = precision_recall_curve(right, confidences)
    theirs = {float(t): 1 - p for p, t in zip(precision, thresholds, strict=False)}
    assert len(recall) == len(thresholds) + 1
    ours = {point.threshold: point.risk for point in curve_of(confidences, right)}
    assert ours == pytest.approx(theirs)


@given(CASES)
def test_the_curve_grows_to_all_cases_and_their_order_is_nothing(cases):
    curve = curve_of(*zip(*cases, strict=True))
    assert all(a.coverage < b.coverage and a.threshold > b.threshold for a, b in pairwise(curve))
    assert curve[-1].coverage == 1.0
    assert curve[-1].risk == pytest.approx(sum(not right for _, right in cases) / len(cases))
    assert curve == curve_of(*zip(*reversed(cases), strict=True))


@given(st.lists(st.booleans(), min_size=1, max_size=40))
def test_without_equal_confidences_the_area_is_the_mean_of_the_risks(right):
    confidences = [-float(place) for place in range(len(right))]
    risks = [sum(not r for r in right[:n]) / n for n in range(1, len(right) + 1)]
    area = area_under_risk_coverage(curve_of(confidences, right))
    assert area == pytest.approx(sum(risks) / len(risks))
