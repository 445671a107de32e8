"""Headlines of a series are known by what differs in them."""

from __future__ import annotations

import pytest

from rag.series import other_issues


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Weekly notes, 12 March", "Weekly notes, 19 March"),
        ("Weekly Notes - Jan 18th", "Weekly notes - Jan 22nd"),
        ("Net making, Part I", "Net making, part II"),
        ("Tarn engine 1.24.0", "Tarn engine 1.24.1"),
        ("Council plan for September 2025", "Council plan for December 2025"),
    ],
)
def test_another_day_number_or_part_is_another_issue(one: str, other: str) -> None:
    assert other_issues(one, other)
    assert not other_issues(one, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Storm leaves 12 villages cut off", "Storm leaves 14 villages cut off"),
        ("Bridge to close", "Bridge to close in May"),
        ("Harbour plan, Part I", "Harbour plan: what it costs"),
    ],
)
def test_news_that_moves_on_is_no_series(one: str, other: str) -> None:
    assert not other_issues(one, other)
