"""Numbers and units as they are written."""

from __future__ import annotations

import pytest

from rag.checking.amounts import ones, unsupported
from rag.checking.figures import figures


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("fourteen votes", 14, ""),
        ("a dozen eggs", 12, ""),
        ("two dozen eggs", 24, ""),
        ("half a million people", 500_000, ""),
        ("£1.2m", 1_200_000, "£"),
        ("$3 billion", 3e9, "$"),
        ("12,000 people", 12_000, ""),
        ("twelve thousand people", 12_000, ""),
        ("three hundred and forty-two", 342, ""),
        ("two million three hundred thousand", 2_300_000, ""),
        ("twenty-one miles", 21, "mile"),
        ("7.5 per cent", 7.5, "%"),
        ("7.5%", 7.5, "%"),
        ("60 miles an hour", 60, "mph"),
        ("30 square kilometres", 30, "km²"),
        ("the 21st row", 21, ""),
        ("the twenty-first row", 21, ""),
    ],
)
def test_a_number_is_read_with_its_unit(text, value, unit):
    (figure,) = figures(text)
    assert (figure.values[0], figure.unit) == (value, unit)


def test_numbers_that_share_a_unit_have_it_both():
    assert [f.unit for f in figures("from 7.4 to 9 metres")] == ["m", "m"]


@pytest.mark.parametrize(
    ("said", "quoted", "holds"),
    [
        ("about 12,000", "11,950", True),
        ("12,000", "11,950", False),
        ("about 13,000", "11,950", False),
        ("more than 11,000", "11,950", True),
        ("more than 12,000", "11,950", False),
        ("nearly 12,000", "11,950", True),
        ("9m", "£9m", True),
        ("14 men and 3 boys", "3 men and 14 boys", False),
        ("14 men", "the 14 who came", True),
        ("30 miles", "30 km", False),
    ],
)
def test_rounding_needs_a_word_and_what_is_counted_counts(said, quoted, holds):
    assert (not list(unsupported(figures(said), figures(quoted), list(ones(quoted)), ()))) is holds
