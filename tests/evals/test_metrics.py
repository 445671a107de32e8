"""Metrics read like their definitions, and give what those give."""

from __future__ import annotations

import pytest

from evals.metrics import Share, hit_at, holds, normalised, token_f1


def test_case_punctuation_and_articles_do_not_count():
    assert normalised("The  “Al-Bashir” government, a new one!") == "al bashir government new one"


@pytest.mark.parametrize(
    ("text", "answers", "expected"),
    [
        ("He paid $4.2 million.", ["4.2 million"], True),
        ("It happened in 2014.", ["201"], False),
        ("The cat sat.", ["category"], False),
        ("Born in Riyadh, Saudi Arabia.", ["Jeddah", "riyadh"], True),
        ("Anything at all.", [], False),
        ("Anything at all.", ["the"], False),
    ],
)
def test_an_answer_is_held_on_word_boundaries(text, answers, expected):
    assert holds(text, answers) is expected


def test_a_hit_is_any_relevant_result_among_the_first():
    relevant = [False, False, True]
    assert [hit_at(k, relevant) for k in (1, 2, 3, 10)] == [False, False, True, True]


def test_a_share_of_nothing_is_not_scored_rather_than_zero():
    assert Share(0, 0).value is None
    assert str(Share(0, 0)) == "not scored"


def test_the_interval_is_wilsons():
    # Computed by hand from the formula for 8 of 10.
    low, high = Share(8, 10).interval
    assert (round(low, 3), round(high, 3)) == (0.490, 0.943)
    assert str(Share(8, 10)) == "0.800 [0.490, 0.943]"
    assert Share(10, 10).interval[1] == 1.0


def test_token_f1_is_with_the_nearest_answer():
    assert token_f1("The mill", ["mill"]) == 1.0
    # Two of three words wanted, two of two found: 2 * (1 * 2/3) / (1 + 2/3).
    assert round(token_f1("Ida Roth", ["Peter", "Mrs Ida Roth"]), 3) == 0.8
    assert token_f1("", ["mill"]) == token_f1("mill", []) == 0.0
