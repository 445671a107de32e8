"""Days that a question names, relative to the day it is asked on."""

from __future__ import annotations

from datetime import date

import pytest

from rag.understanding.spans import find

WEDNESDAY = date(2024, 11, 20)


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("What's new today?", "2024-11-20", "2024-11-20"),
        ("news of yesterday", "2024-11-19", "2024-11-19"),
        ("yesterday's headlines", "2024-11-19", "2024-11-19"),
        ("this week", "2024-11-18", "2024-11-20"),
        ("last week", "2024-11-11", "2024-11-17"),
        ("in the past week", "2024-11-13", "2024-11-20"),
        ("last weekend", "2024-11-16", "2024-11-17"),
        ("this month", "2024-11-01", "2024-11-20"),
        ("last month", "2024-10-01", "2024-10-31"),
        ("last year", "2023-01-01", "2023-12-31"),
        ("over the past 10 days", "2024-11-10", "2024-11-20"),
        ("in the last two months", "2024-09-20", "2024-11-20"),
        ("two weeks ago", "2024-11-04", "2024-11-10"),
        ("since Monday", "2024-11-18", None),
        ("on Wednesday", "2024-11-20", "2024-11-20"),
        ("last Wednesday", "2024-11-13", "2024-11-13"),
        ("since 3 March", "2024-03-03", None),
        ("since December 3rd", "2023-12-03", None),
        ("before 2024-02-01", None, "2024-01-31"),
        ("after March 3, 2024", "2024-03-04", None),
        ("up to 29 February", None, "2024-02-29"),
        ("in May", "2024-05-01", "2024-05-31"),
        ("in Sept. 2023", "2023-09-01", "2023-09-30"),
        ("in the week of 5 June 2024", "2024-06-03", "2024-06-09"),
        ("in 2022", "2022-01-01", "2022-12-31"),
        ("from March to May 2024", "2024-03-01", "2024-05-31"),
        ("between 1 March and 5 April", "2024-03-01", "2024-04-05"),
    ],
)
def test_days_are_read_relative_to_the_day_of_the_question(text, since, until):
    span = find(text, WEDNESDAY)
    assert span is not None
    assert (span.since and str(span.since), span.until and str(span.until)) == (since, until)


@pytest.mark.parametrize(
    "text",
    [
        "May the bridge close?",
        "on 03/04/2024",
        "since 31 June",
        "the 2024 election",
        "Mayday",
        "",
        "1",
    ],
)
def test_what_is_no_day_or_could_be_two_is_not_read(text):
    assert find(text, WEDNESDAY) is None


def test_a_span_says_where_it_stands():
    text = "What's new on the port this week, please?"
    span = find(text, WEDNESDAY)
    assert text[span.start : span.end] == "this week"


def test_weeks_begin_on_monday():
    monday, sunday = date(2024, 11, 18), date(2024, 11, 24)
    assert find("this week", monday).since == find("this week", sunday).since == monday


def test_the_end_of_time_is_no_error():
    assert find("9999 years ago", WEDNESDAY) is None
    find("last month", date(1, 1, 1))
