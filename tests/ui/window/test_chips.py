"""What was understood, as parts that can be taken away."""

from __future__ import annotations

from datetime import date

from rag.types import Answer, Days, Favoured, Filters, Understood
from ui.saved import Asked, Exchange
from ui.window.chips import asked_without, scope_chips, understood_chips, without
from ui.words import Words

WORDS = Words.load()
FILTERS = Filters(sources=("Tarn Post", "Herald"), since=date(2024, 12, 1), articles=("a", "b"))


def exchange(understood: Understood, *, as_of: date | None = None) -> Exchange:
    asked = Asked("What is new?", understood.filters, as_of)
    return Exchange("e", "c", asked, "", Answer("What is new?", "", understood=understood))


def test_the_scope_is_told_part_by_part() -> None:
    chips = scope_chips(FILTERS, date(2024, 12, 9), WORDS)
    assert [chip.text for chip in chips] == [
        "by Tarn Post",
        "by Herald",
        "since 1 December 2024",
        "2 chosen articles",
        "as of 9 December 2024",
    ]


def test_each_part_of_the_scope_can_be_taken_away() -> None:
    for chip in scope_chips(FILTERS, None, WORDS):
        left = without(FILTERS, chip.key)
        assert left != FILTERS
        assert chip.key not in {other.key for other in scope_chips(left, None, WORDS)}
    assert without(FILTERS, "nonsense") == FILTERS


def test_what_was_understood_is_told() -> None:
    read = Understood("news", "What is new?", date(2024, 12, 9), date(2024, 12, 11))
    chips = understood_chips(exchange(read), WORDS)
    assert [chip.text for chip in chips] == ["what is new", "9–11 December 2024"]


def test_taking_away_the_dates_asks_without_them() -> None:
    read = Understood("news", "What is new?", date(2024, 12, 9), date(2024, 12, 11))
    asked = asked_without(exchange(read), "span")
    assert asked.understood == Understood("news", "What is new?")


def test_taking_away_the_kind_asks_for_a_fact() -> None:
    read = Understood("news", "What is new?", filters=FILTERS)
    asked = asked_without(exchange(read), "kind")
    assert asked.understood is not None
    assert (asked.understood.kind, asked.understood.filters) == ("fact", FILTERS)


def test_taking_away_a_filter_takes_it_from_what_was_understood_too() -> None:
    read = Understood("fact", "Who?", filters=FILTERS)
    asked = asked_without(exchange(read), "sources:Herald")
    assert asked.filters.sources == ("Tarn Post",)
    assert asked.understood == Understood("fact", "Who?", filters=asked.filters)


def test_taking_away_the_day_asks_as_of_today() -> None:
    read = Understood("fact", "Who?")
    assert asked_without(exchange(read, as_of=date(2024, 1, 1)), "as_of").as_of is None


def test_days_that_are_favoured_and_spoken_of_are_told_and_can_be_taken_away() -> None:
    week = Favoured(date(2024, 12, 3), date(2024, 12, 9), 7)
    spoken = (
        Days(date(1811, 1, 1), date(1827, 12, 31)),
        Days(date(2022, 5, 1), date(2022, 5, 31)),
        Days(date(1950, 1, 1), None),
    )
    read = Understood("fact", "What is new?", favoured=week, spoken=spoken)
    chips = understood_chips(exchange(read), WORDS)
    assert [chip.text for chip in chips] == [
        "rather of 3–9 December 2024",
        "speaking of 1811–1827, May 2022, since 1 January 1950",
    ]
    left = asked_without(exchange(read), "favoured").understood
    assert left == Understood("fact", "What is new?", spoken=spoken)
    left = asked_without(exchange(read), "spoken").understood
    assert left == Understood("fact", "What is new?", favoured=week)


def test_what_is_new_or_began_with_an_event_is_told_in_words() -> None:
    today = date(2024, 12, 9)
    for favoured, told in (
        (Favoured(today, today, 30), "rather new"),
        (Favoured(None, today, 180, "the election"), "rather since the election"),
    ):
        [chip] = understood_chips(
            exchange(Understood("fact", "What is new?", favoured=favoured)), WORDS
        )
        assert chip.text == told


def test_a_follow_up_is_told_as_it_was_understood() -> None:
    asked = Asked("And in 2023?")
    read = Understood("fact", "How many seals were counted in 2023?")
    followed = Exchange("e", "c", asked, "", Answer(asked.question, "", understood=read))
    (chip,) = understood_chips(followed, WORDS)
    assert chip.text == "asked as “How many seals were counted in 2023?”"
    again = asked_without(followed, chip.key).understood
    assert again == Understood("fact", "And in 2023?")


def test_a_question_that_stands_alone_is_not_told_again() -> None:
    read = Understood("fact", "Who won?")
    alone = Exchange("e", "c", Asked("Who won? "), "", Answer("Who won?", "", understood=read))
    assert understood_chips(alone, WORDS) == []
