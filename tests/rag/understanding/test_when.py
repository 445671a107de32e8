"""What a question says of days: those it filters by, those it favours, those it speaks of."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.types import Days
from rag.understanding.when import When, read

WEDNESDAY = date(2024, 11, 20)


def days(text: str) -> tuple[date | None, date | None]:
    first, last = text.split("..")
    return (
        date.fromisoformat(first) if first else None,
        date.fromisoformat(last) if last else None,
    )


def spoken(found: When) -> list[tuple[date | None, date | None]]:
    return [(one.first, one.last) for one in found.spoken]


@pytest.mark.parametrize(
    ("text", "bounds"),
    [
        ("What did the papers say last month about the bridge?", "2024-10-01..2024-10-31"),
        ("What did the papers say about the bridge last month?", "2024-10-01..2024-10-31"),
        ("In March 2024, what did the press write about boats?", "2024-03-01..2024-03-31"),
        ("According to articles published last week, who resigned?", "2024-11-11..2024-11-17"),
        ("Who is named in articles from March 2024?", "2024-03-01..2024-03-31"),
        ("Which ferries do the articles from 2023 mention?", "2023-01-01..2023-12-31"),
        ("What was reported yesterday about the ferry?", "2024-11-19..2024-11-19"),
        ("In yesterday's paper, who was named?", "2024-11-19..2024-11-19"),
        ("Who won, according to last week's news?", "2024-11-11..2024-11-17"),
        ("Who is quoted in stories published since 3 March 2024?", "2024-03-03.."),
        ("Who is quoted in articles published before 2020?", "..2019-12-31"),
        ("What do the March 2024 articles say of the dredging?", "2024-03-01..2024-03-31"),
    ],
)
def test_a_clear_range_of_publication_filters(text, bounds):
    found = read(text, WEDNESDAY)
    assert (found.since, found.until) == days(bounds)
    assert found.favoured is None
    assert not found.spoken


@pytest.mark.parametrize(
    "text",
    [
        "Who won the election in 1994?",
        "What did the papers say about the storm of 3 March 2024?",
        "Which novel was published in 1994?",
        "Who wrote the paper on gravity in 1915?",
        "Who founded the press in 1920?",
        "How many people were reported missing in 2019?",
        "What has the report from 2019 changed?",
        "Who won the 2022 World Cup?",
        "How many ferries sank last year?",
        "Who owned the newspaper from 1811 to 1827?",
        "What is the latest figure?",
    ],
)
def test_a_question_of_what_happened_does_not_filter(text):
    found = read(text, WEDNESDAY)
    assert (found.since, found.until) == (None, None)


@pytest.mark.parametrize(
    ("text", "bounds", "width"),
    [
        ("Which country was hit by floods this week?", "2024-11-14..2024-11-20", 7),
        ("Who resigned today?", "2024-11-20..2024-11-20", 2),
        ("Who resigned on Sunday?", "2024-11-17..2024-11-17", 2),
        ("What did the council decide last month?", "2024-10-01..2024-10-31", 31),
        ("How many have drowned since Monday?", "2024-11-18..2024-11-20", 3),
        ("How many ferries sank last year?", "2023-01-01..2023-12-31", 365),
        ("What was opened in December 2023?", "2023-12-01..2023-12-31", 31),
        ("What is the latest figure?", "2024-11-20..2024-11-20", 30),
        ("Who was recently elected mayor?", "2024-11-20..2024-11-20", 30),
        ("Who is currently the mayor?", "2024-11-20..2024-11-20", 90),
        ("Who is mayor now?", "2024-11-20..2024-11-20", 90),
        ("How many people live in Tarn today?", "2024-11-20..2024-11-20", 90),
        ("Who is the current mayor?", "2024-11-20..2024-11-20", 90),
        ("Who is the new mayor?", "2024-11-20..2024-11-20", 365),
        ("When does the council meet next week?", "2024-11-20..2024-11-20", 30),
    ],
)
def test_what_is_about_now_favours_days(text, bounds, width):
    favoured = read(text, WEDNESDAY).favoured
    assert favoured is not None
    assert (favoured.first, favoured.last, favoured.width) == (*days(bounds), width)


@pytest.mark.parametrize(
    ("text", "event"),
    [
        ("What has changed since the election?", "the election"),
        ("Since the bridge closed, how do people cross?", "the bridge closed"),
        ("Who has resigned since their defeat in the council?", "their defeat in the council"),
    ],
)
def test_an_event_that_days_begin_with_is_named(text, event):
    favoured = read(text, WEDNESDAY).favoured
    assert favoured is not None
    assert (favoured.first, favoured.last, favoured.event) == (None, WEDNESDAY, event)


@pytest.mark.parametrize(
    "text",
    [
        "Who crossed what is now Turkey?",
        "Which town, now known as Tarn, was flooded?",
        "When must it be paid at the latest?",
        "Who plays in New York?",
        "How did the new king reply?",
        "How did the boats of new england fare?",
        "Who sings it's now or never?",
        "What is said of the new testament?",
        "How warm is the current in the Gulf?",
        "Who was the new king in 1811?",
        "Who was the latest to arrive in 1950?",
        "Why is the bridge closed?",
        "Who has sailed since the age of ten?",
        "How many have led the port since its founding?",
        "",
    ],
)
def test_what_only_sounds_like_now_favours_nothing(text):
    assert read(text, WEDNESDAY).favoured is None


@pytest.mark.parametrize(
    ("text", "bounds"),
    [
        ("Who was mayor from 1811 to 1827?", "1811-01-01..1827-12-31"),
        ("Who was mayor from 1811 until 1827?", "1811-01-01..1827-12-31"),
        ("Who was mayor 1811–1827?", "1811-01-01..1827-12-31"),
        ("Who was mayor, 1811–27?", "1811-01-01..1827-12-31"),
        ("Who was mayor between 1811 and 1827?", "1811-01-01..1827-12-31"),
        ("Who led it from March 1811 to May 1827?", "1811-03-01..1827-05-31"),
        ("Who led it from 1911 to Feb 1927?", "1911-01-01..1927-02-28"),
        ("Who led it between March and May 2022?", "2022-03-01..2022-05-31"),
        ("Who led it from November 2021 to May?", "2021-11-01..2022-05-31"),
        ("Who led it from December to May 2022?", "2021-12-01..2022-05-31"),
        ("What was opened in December 2023?", "2023-12-01..2023-12-31"),
        ("what was opened in december 2023", "2023-12-01..2023-12-31"),
        ("Who spoke on the 12th of March 2024?", "2024-03-12..2024-03-12"),
        ("Who spoke on March 12th, 2024?", "2024-03-12..2024-03-12"),
        ("Who spoke from 3 to 5 March 2024?", "2024-03-03..2024-03-05"),
        ("Who spoke on 12 March?", "2024-03-12..2024-03-12"),
        ("Which bands played in the 1990s?", "1990-01-01..1999-12-31"),
        ("Which bands played in the early 1990s?", "1990-01-01..1993-12-31"),
        ("Who painted in the 19th century?", "1800-01-01..1899-12-31"),
        ("Who painted in the early 19th century?", "1800-01-01..1840-01-01"),
        ("Who painted in the second half of the eighteenth century?", "1750-01-01..1799-12-31"),
        ("Who ruled after 1950?", "1951-01-01.."),
        ("Who ruled before 1850?", "..1849-12-31"),
        ("Who has ruled from 1990 onwards?", "1990-01-01.."),
        ("Who won the 2022 World Cup?", "2022-01-01..2022-12-31"),
        ("Who won Euro 2016?", "2016-01-01..2016-12-31"),
        ("What was sold in the first quarter of 2020?", "2020-01-01..2020-03-31"),
        ("Where did it rain in the summer of 2019?", "2019-06-01..2019-08-31"),
        ("Who left two years ago?", "2022-01-01..2022-12-31"),
        ("Who left a fortnight ago?", "2024-11-04..2024-11-10"),
        ("When does the council meet next week?", "2024-11-25..2024-12-01"),
    ],
)
def test_days_the_answer_should_speak_of(text, bounds):
    assert spoken(read(text, WEDNESDAY)) == [days(bounds)]


def test_two_years_are_two_spans_and_a_span_within_another_is_enough():
    assert spoken(read("What was sold in 2019 and in 2021?", WEDNESDAY)) == [
        days("2019-01-01..2019-12-31"),
        days("2021-01-01..2021-12-31"),
    ]
    found = read("Who won in May 2022, the year of the 2022 flood?", WEDNESDAY)
    assert spoken(found) == [days("2022-05-01..2022-05-31")]


@pytest.mark.parametrize(
    "text",
    [
        "May the bridge close?",
        "What did Theresa May say?",
        "What is said of May?",
        "Where did the soldiers march?",
        "Who works in room 1984?",
        "Who wrote 1984?",
        "Who sings in Blade Runner 2049?",
        "Who wrote in 1500 words what happened?",
        "How many of 2000 people were saved?",
        "Is $1984 enough?",
        "Who sold 1,984 boats?",
        "What was on Bloody Sunday?",
        "Who reads the Sunday Times?",
        "on 03/04/2024",
        "since 31 June",
        "9999 years ago",
        "Who has model 1984-B?",
        "Who lives at 1600 Pennsylvania Avenue?",
    ],
)
def test_no_days_are_made_of_names_and_numbers(text):
    found = read(text, WEDNESDAY)
    assert found == When()


def test_the_words_it_was_read_from_are_told():
    text = "Who was mayor from 1811 to 1827?"
    assert [text[a:b] for a, b in read(text, WEDNESDAY).words] == ["from 1811 to 1827"]
    text = "What is the latest figure?"
    assert [text[a:b] for a, b in read(text, WEDNESDAY).words] == ["latest"]


_WORDS = (
    "from to since in between and last next this week month year May March 12 1811 1990s 31 June"
    " early century 19th ago two days – - latest now articles published papers say did what the"
    " of 29 February on before after 9999 2024-02-30 0001 summer first half 's ? ,"
)


@settings(max_examples=500, deadline=None)
@given(
    st.one_of(
        st.lists(st.sampled_from(_WORDS.split()), max_size=12).map(" ".join), st.text(max_size=60)
    ),
    st.dates() | st.just(WEDNESDAY),
)
def test_any_text_on_any_day_is_read_and_no_range_ends_before_it_begins(text, as_of):
    found = read(text, as_of)
    ranges = [Days(found.since, found.until), *found.spoken]
    if favoured := found.favoured:
        ranges.append(Days(favoured.first, favoured.last))
        assert favoured.last <= as_of
    for one in ranges:
        assert one.first is None or one.last is None or one.first <= one.last
    for start, end in found.words:
        assert 0 <= start < end <= len(text)


@given(
    st.dates(date(1500, 1, 1), date(2099, 12, 31)),
    st.sampled_from(["%-d %B %Y", "%B %-d, %Y", "%d %b %Y", "the %-dth of %B %Y", "%Y-%m-%d"]),
)
def test_a_full_date_is_read_as_the_library_for_dates_reads_it(day, form):
    import dateparser

    text = day.strftime(form)
    theirs = dateparser.parse(text, languages=["en"])
    assert theirs is not None
    assert spoken(read(f"Who came on {text}?", WEDNESDAY)) == [(theirs.date(), theirs.date())]


@given(st.integers(1, 40), st.sampled_from(["day", "week", "month", "year"]))
def test_what_is_counted_back_holds_the_day_so_long_ago(count, unit):
    from dateutil.relativedelta import relativedelta

    ago = WEDNESDAY - relativedelta(**{f"{unit}s": count})
    [(first, last)] = spoken(read(f"Who left {count} {unit}s ago?", WEDNESDAY))
    assert first is not None and last is not None
    assert first <= ago <= last
    assert last - first < timedelta(days=367)
