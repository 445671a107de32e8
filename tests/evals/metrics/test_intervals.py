"""Intervals and p-values are those of the textbooks, and of scipy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from evals.metrics.intervals import Difference, Share, bootstrap, holm, paired, randomisation

REAL = np.random.default_rng(1).random(150).tolist()
BINARY = [1.0] * 60 + [0.0] * 140


def test_a_share_of_nothing_is_not_scored_rather_than_zero():
    assert Share(0, 0).value is None
    assert str(Share(0, 0)) == "not scored"


@pytest.mark.parametrize(("count", "total"), [(8, 10), (10, 10), (0, 7), (412, 600)])
def test_the_interval_of_a_share_is_wilsons(count, total):
    reference = stats.binomtest(count, total).proportion_ci(method="wilson")
    assert Share(count, total).interval == pytest.approx(tuple(reference), abs=1e-4)


def test_a_share_shows_its_interval():
    assert str(Share(8, 10)) == "0.800 [0.490, 0.943]"


@pytest.mark.parametrize("values", [BINARY, REAL, [0.0, 0.5, 1.0] * 20], ids=len)
def test_the_bootstrap_is_scipys(values):
    reference = stats.bootstrap(
        (values,), np.mean, n_resamples=10_000, method="percentile", rng=np.random.default_rng(7)
    ).confidence_interval
    # Both are drawn at random: with 10,000 draws an end strays by about 2 % of the width.
    width = reference.high - reference.low
    assert bootstrap(values) == pytest.approx(tuple(reference), abs=0.08 * width)


def test_few_different_values_and_many_are_drawn_alike():
    # A trifle added makes every value another, and the draw the other one.
    distinct = [value + 1e-9 * place for place, value in enumerate(BINARY)]
    assert bootstrap(distinct) == pytest.approx(bootstrap(BINARY), abs=0.01)


def test_the_same_seed_gives_the_same_interval_in_any_order():
    for values in (BINARY, REAL):
        assert bootstrap(values) == bootstrap(values[::-1])
    assert bootstrap(REAL, seed=1) != bootstrap(REAL, seed=2)


def test_an_interval_of_one_value_has_no_width_and_of_none_there_is_none():
    assert bootstrap([0.25] * 9) == (0.25, 0.25)
    assert bootstrap([]) is None


QUARTERS = st.integers(-4, 4).map(lambda n: n / 4)


@given(st.lists(QUARTERS, min_size=2, max_size=9))
def test_p_of_few_differences_is_exact_and_scipys(differences):
    reference = stats.permutation_test(
        (differences,), np.sum, permutation_type="samples", n_resamples=10_000
    )
    assert randomisation(differences) == pytest.approx(reference.pvalue)


@given(st.integers(0, 8), st.integers(0, 8))
def test_p_of_flips_is_that_of_the_sign_test(better, worse):
    differences = [1.0] * better + [-1.0] * worse + [0.0] * 50
    n = better + worse
    reference = stats.binomtest(better, n).pvalue if n else 1.0
    assert randomisation(differences) == pytest.approx(reference)


@pytest.mark.parametrize("shift", [0.0, 0.02, 0.05])
def test_p_of_many_differences_is_scipys(shift):
    differences = (np.random.default_rng(3).normal(size=300) * 0.3 + shift).tolist()
    reference = stats.permutation_test(
        (differences,), np.sum, permutation_type="samples", n_resamples=10_000,
        rng=np.random.default_rng(7),
    )  # fmt: skip
    assert randomisation(differences) == pytest.approx(reference.pvalue, abs=0.015)


def test_p_is_never_zero():
    assert randomisation([1.0] * 200) == pytest.approx(1 / 10_001)


def test_a_difference_is_after_less_before():
    before, after = [0.0, 0.5, 1.0, 0.0], [1.0, 0.5, 1.0, 1.0]
    found = paired(before, after)
    assert found == Difference(0.5, *bootstrap([1.0, 0.0, 0.0, 1.0]), p=0.5, cases=4)
    assert Difference.from_dict(found.to_dict()) == found


def test_a_change_of_nothing_is_no_difference():
    assert paired(REAL, REAL) == Difference(0.0, 0.0, 0.0, p=1.0, cases=len(REAL))
    assert paired([], []) is None


def test_runs_of_different_cases_are_not_compared():
    with pytest.raises(ValueError, match="shorter"):
        paired([1.0, 0.0], [1.0])


def test_by_chance_alone_one_in_twenty_is_significant_at_most_about():
    random = np.random.default_rng(5)
    ps = [randomisation(random.normal(size=12).tolist()) for _ in range(400)]
    assert np.mean(np.asarray(ps) <= 0.05) == pytest.approx(0.05, abs=0.03)


def test_holm_adjusts_in_the_order_that_came():
    # 4 * .005; 3 * .01; 2 * .03, and no less than that for .04.
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.6, 0.7]) == [1.0, 1.0]
    assert holm([0.2]) == [0.2]
    assert holm([]) == []
