"""Ranking metrics give what their definitions give, and what trec_eval gives."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.metrics.ranking import full_evidence_at, hit_at, ndcg_at, recall_at, reciprocal_rank

K = st.integers(1, 12)


@st.composite
def rankings(draw: st.DrawFn) -> tuple[list[int], list[int]]:
    """The grades, 0 to 3, of all documents there are, and which of them were found, best first."""
    grades = draw(st.lists(st.integers(0, 3), min_size=1, max_size=15).filter(any))
    order = draw(st.permutations(range(len(grades))))
    return grades, order[: draw(st.integers(1, len(order)))]


def reference(measure: str, grades: Sequence[int], found: Sequence[int]) -> float:
    """What ir-measures gives: trec_eval itself, but for RR with a cut-off."""
    ir_measures = pytest.importorskip("ir_measures", reason="ir-measures has no build here")
    judged = [ir_measures.Qrel("q", str(name), grade) for name, grade in enumerate(grades)]
    run = [ir_measures.ScoredDoc("q", str(name), -rank) for rank, name in enumerate(found)]
    wanted = ir_measures.parse_measure(measure)
    return float(ir_measures.calc_aggregate([wanted], judged, run)[wanted])


@given(rankings(), K)
def test_metrics_of_yes_and_no_equal_the_reference_to_six_digits(ranking, k):
    grades, found = ranking
    relevant = [grades[name] > 0 for name in found]
    total = sum(grade > 0 for grade in grades)
    ours = {
        f"Success@{k}": hit_at(k, relevant),
        f"R@{k}": recall_at(k, relevant, total),
        "RR": reciprocal_rank(relevant),
        f"RR@{k}": reciprocal_rank(relevant, k),
    }
    theirs = {measure: reference(measure, grades, found) for measure in ours}
    assert ours == pytest.approx(theirs, abs=5e-7)


@given(rankings(), K)
def test_graded_and_binary_ndcg_equal_the_reference_to_six_digits(ranking, k):
    grades, found = ranking
    binary = [min(grade, 1) for grade in grades]
    for gains in (grades, binary):
        ours = ndcg_at(k, [gains[name] for name in found], gains)
        assert ours == pytest.approx(reference(f"nDCG@{k}", gains, found), abs=5e-7)


@given(rankings(), K)
def test_evidence_is_full_when_recall_is_one(ranking, k):
    grades, found = ranking
    needed = [name for name, grade in enumerate(grades) if grade]
    pieces = [[found.index(name) + 1] if name in found else [] for name in needed]
    assert full_evidence_at(k, pieces) == (reference(f"R@{k}", grades, found) == 1)


def test_one_of_the_places_of_each_piece_will_do():
    pieces = [[1, 7], [9, 3]]
    assert [full_evidence_at(k, pieces) for k in (1, 2, 3, 10)] == [False, False, True, True]
    assert full_evidence_at(10, [[1], []]) is False


def test_the_definitions_by_hand():
    relevant = [False, True, False, True]
    assert [hit_at(k, relevant) for k in (1, 2)] == [False, True]
    assert recall_at(3, relevant, total=4) == 0.25
    assert reciprocal_rank(relevant) == 0.5
    assert reciprocal_rank(relevant, 1) == reciprocal_rank([]) == 0.0
    # (1 / log2(3)) / (1 + 1 / log2(3)): of two, one was found, second.
    assert ndcg_at(2, [0, 1], [1, 1]) == pytest.approx(0.386853, abs=1e-6)


def test_with_nothing_relevant_there_is_no_score():
    assert recall_at(3, [False], total=0) is None
    assert ndcg_at(3, [0, 0], []) is None
    assert ndcg_at(3, [0], [0]) is None
    assert full_evidence_at(3, []) is None


def test_what_was_counted_twice_is_refused():
    with pytest.raises(ValueError, match="2 relevant results of 1"):
        recall_at(5, [True, True], total=1)
