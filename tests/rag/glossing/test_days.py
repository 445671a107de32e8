"""What day "yesterday" was in an article whose day is known."""

from __future__ import annotations

from datetime import date

import pytest

from rag.glossing.days import told_days
from rag.types import Statement

THURSDAY = date(2025, 3, 13)


def shown(text: str, published: date = THURSDAY) -> str:
    return Statement(text, (), glosses=tuple(told_days(text, published))).shown


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It closed yesterday.", "It closed yesterday [12 March 2025]."),
        ("It closed last night.", "It closed last night [12 March 2025]."),
        ("It will open tomorrow.", "It will open tomorrow [14 March 2025]."),
        ("The court ruled today.", "The court ruled today [13 March 2025]."),
        ("It closed last month.", "It closed last month [February 2025]."),
        ("This month it was closed.", "This month [March 2025] it was closed."),
        ("Sales fell last year.", "Sales fell last year [2024]."),
        ("It met last week.", "It met last week [the week of 3 March 2025]."),
        ("It closed two days ago.", "It closed two days ago [11 March 2025]."),
        ("It closed on Monday.", "It closed on Monday [10 March 2025]."),
        ("He was hurt on Monday night.", "He was hurt on Monday night [10 March 2025]."),
        ("It closed last Thursday.", "It closed last Thursday [6 March 2025]."),
        ("He lost last year's race.", "He lost last year's [2024] race."),
        (
            "It closed yesterday and on Monday it had leaked.",
            "It closed yesterday [12 March 2025] and on Monday [10 March 2025] it had leaked.",
        ),
    ],
)
def test_what_is_told_from_the_day_of_the_article_is_said_in_full(text, expected):
    assert shown(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        # Which one is meant is not plain.
        "It opens on Friday.",
        "It will open on Friday.",
        "It meets every Monday.",
        "It opened next Friday.",
        "It closed last Tuesday.",
        "It opens a week tomorrow.",
        "It closed on Friday of last autumn.",
        "Today, the town has 300 people.",
        "It is the largest park in the town today.",
        "It may be gone tomorrow.",
        "Nobody was asked about the world of tomorrow.",
        "What was built yesterday is laughed at today.",
        "It closed last summer.",
        "It closed some years ago.",
        "It grew over the last year.",
        "Bring it to the office by noon on Tuesday.",
        # It was said on another day.
        "“It closed yesterday,” she said.",
        "She said: “It closed last month.”",
        # It is said already, or is a name.
        "It closed on Monday, 10 March.",
        "It closed yesterday (12 March).",
        "The sale was on Black Friday.",
        "It closed in 2019.",
    ],
)
def test_what_may_mean_another_day_is_left_as_it_is(text):
    assert shown(text) == text


def test_last_thursday_is_told_once_it_can_only_be_one():
    assert "[6 March 2025]" in shown("It closed last Thursday.", date(2025, 3, 11))
    assert "[" not in shown("It closed last Thursday.", date(2025, 3, 7))
