"""The days that a passage speaks of, and how they meet those of a question."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.types import Dated, Days, Favoured
from rag.understanding.closeness import agreement, recency
from rag.understanding.spoken import spoken_days

THURSDAY = date(2024, 11, 21)


def told(*spans: tuple[date, date]) -> str:
    return " ".join(f"{first}..{last}" if first != last else f"{first}" for first, last in spans)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It opened on 12 March 2024.", "2024-03-12"),
        ("It was open from Sept. 1908 to 1931.", "1908-09-01..1931-12-31"),
        ("Built in 1908, sold in May 1931.", "1908-01-01..1908-12-31 1931-05-01..1931-05-31"),
        ("Peter Tarn (1811–1827) was mayor.", "1811-01-01..1827-12-31"),
        ("He was mayor from 1805 to 1830.", "1805-01-01..1830-12-31"),
        ("He was mayor during 1916-1920 .", "1916-01-01..1920-12-31"),
        ("- 1811-27 - Peter Tarn", "1811-01-01..1827-12-31"),
        ("In the 1990s the harbour silted up.", "1990-01-01..1999-12-31"),
        ("It was dear in the late 19th century.", "1860-01-01..1899-12-31"),
        ("The council met last Tuesday.", "2024-11-19"),
        ("The council met on Tuesday, Holt said.", "2024-11-19"),
        ("The council meets today and met yesterday.", "2024-11-21 2024-11-20"),
        ("She has been mayor since 2011.", "2011-01-01..2024-11-21"),
        ("The ferry sails in December.", "2024-12-01..2024-12-31"),
        ("It will close on 3 March for eleven weeks.", "2025-03-03"),
        ("The inspection was in September.", "2024-09-01..2024-09-30"),
        ("Two weeks ago it rained.", "2024-11-04..2024-11-10"),
        ("He lived there until 1827.", "1827-01-01..1827-12-31"),
        ("It was built after 1827.", "1827-01-01..1827-12-31"),
    ],
)  # fmt: skip
def test_days_and_years_that_sentences_speak_of(text, expected):
    assert told(*spoken_days(text, THURSDAY)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Mrs May said that she may march.",
        "It cost 1,811 crowns and held 1811 people in room 1827.",
        "The Sunday Times wrote of Bloody Sunday.",
        "Flight 1984 was late by 1500 metres.",
        "There is nothing here.",
        "",
    ],
)
def test_no_days_are_made_of_names_and_numbers(text):
    assert spoken_days(text, THURSDAY) == ()


@pytest.mark.parametrize("published", [None, Dated.parse("2024"), Dated.parse("2024-11")])
def test_without_a_day_of_publication_only_what_says_its_year_is_read(published):
    text = "Yesterday, on Tuesday, in May and on 3 March; but also on 3 March 2021."
    assert told(*spoken_days(text, published)) == "2021-03-03"


@given(st.text(max_size=80), st.dates() | st.none())
def test_any_passage_is_read(text, published):
    for first, last in spoken_days(text, published):
        assert first <= last


def years(first: int, last: int) -> tuple[date, date]:
    return date(first, 1, 1), date(last, 12, 31)


ASKED = [Days(*years(1811, 1827))]


def test_agreement_is_whole_with_the_same_days_and_none_outside():
    assert agreement(ASKED, [years(1811, 1827)]) == 1
    assert agreement(ASKED, [years(1840, 1850)]) == 0
    assert agreement(ASKED, []) == agreement([], [years(1811, 1811)]) == 0
    assert agreement([Days()], [years(1811, 1811)]) == 0


def test_the_days_that_a_span_begins_and_ends_with_may_stand_apart():
    both = agreement(ASKED, [years(1811, 1811), years(1827, 1827)])
    one = agreement(ASKED, [years(1811, 1811)])
    within = agreement(ASKED, [years(1818, 1818)])
    assert both == 1 > one > within > 0


def test_a_longer_time_that_holds_the_days_agrees_more_than_a_part_in_common():
    holds = agreement(ASKED, [years(1805, 1830)])
    overlaps = agreement(ASKED, [years(1820, 1840)])
    century = agreement(ASKED, [years(1800, 1899)])
    assert 1 > holds > century > overlaps > 0


def test_the_best_of_the_question_counts_and_open_ends_are_met():
    both = [Days(*years(1950, 1950)), *ASKED]
    assert agreement(both, [years(1700, 1700), years(1811, 1827)]) == 1
    assert agreement([Days(date(1950, 1, 1), None)], [years(1960, 1960)]) == 0.5
    assert agreement([Days(None, date(1950, 1, 1))], [years(1960, 1960)]) == 0


@given(st.dates(), st.dates(), st.dates(), st.dates())
def test_agreement_lies_between_none_and_whole(a, b, c, d):
    asked, told = Days(min(a, b), max(a, b)), (min(c, d), max(c, d))
    assert 0 <= agreement([asked], [told]) <= 1


def test_recency_halves_with_the_width():
    lately = Favoured(THURSDAY, THURSDAY, 30)
    assert recency(THURSDAY, lately) == 1
    assert recency(THURSDAY - timedelta(30), lately) == 0.5
    assert recency(THURSDAY - timedelta(60), lately) == 0.25
    assert recency(None, lately) == 0


def test_days_after_the_event_count_more_than_days_before():
    week = Favoured(date(2024, 11, 11), date(2024, 11, 17), 7)
    assert recency(date(2024, 11, 12), week) == 1
    assert recency(date(2024, 11, 24), week) > recency(date(2024, 11, 4), week) == 0.5


def test_a_date_known_to_the_month_is_as_near_as_it_may_be():
    week = Favoured(date(2024, 11, 11), date(2024, 11, 17), 7)
    assert recency(Dated.parse("2024-11"), week) == 1


def test_an_event_that_was_found_begins_the_favoured_days():
    since = Favoured(None, THURSDAY, 180, "the election")
    assert recency(date(2024, 11, 6), since, begins=date(2024, 11, 5)) == 1
    assert recency(date(2024, 11, 6), since) < 1
