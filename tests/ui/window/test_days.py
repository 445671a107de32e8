"""Days as people write them."""

from __future__ import annotations

from datetime import date

import pytest

from rag.types import Dated
from ui.days import dated_text, days_text


@pytest.mark.parametrize(
    ("days", "text"),
    [
        ([date(2024, 12, 9)], "9 December 2024"),
        ([date(2024, 12, 11), date(2024, 12, 9), date(2024, 12, 10)], "9–11 December 2024"),
        ([date(2024, 11, 30), date(2024, 12, 9)], "30 November – 9 December 2024"),
        ([date(2023, 12, 31), date(2024, 1, 1)], "31 December 2023 – 1 January 2024"),
    ],
)
def test_a_span_says_nothing_twice(days: list[date], text: str) -> None:
    assert days_text(days) == text


@pytest.mark.parametrize(
    ("dated", "text"),
    [
        (None, ""),
        (Dated.parse("2024"), "2024"),
        (Dated.parse("2024-12"), "December 2024"),
        (Dated.parse("2024-12-09"), "9 December 2024"),
        (Dated.parse("2024-12-09T23:30:00"), "9 December 2024"),
    ],
)
def test_a_date_is_told_as_far_as_it_is_known(dated: Dated | None, text: str) -> None:
    assert dated_text(dated) == text
