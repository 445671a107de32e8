"""Conversations: what each question is made to say, and what it takes from the turns before."""

import pytest

from rag.rarity import Rarity
from rag.types import Turn
from rag.understanding.followup import Carried, self_contained

SEALS = Turn(
    "How many seal pups were counted on Long Skear in 2025?",
    "Wardens counted 214 seal pups on Long Skear in November, eleven more than the year before.",
)
BYELECTION = Turn(
    "Who won the by-election on Garrow Moor?",
    "Hanna Prewitt has won the Garrow Moor by-election for the Moorland Residents.",
)
FERRY = Turn(
    "Who was killed in the ferry accident?",
    "Geoffrey Ambler, 71, a retired mathematics teacher from Upper Garrow, died yesterday.",
)
POPULATION = Turn("How many people live in Sallow Bay?", "Sallow Bay has 2,140 inhabitants.")
LIBRARY = Turn(
    "Which libraries may close?",
    "The council wants to close the libraries at Dunsel and Orrin.",
)


@pytest.fixture(scope="module")
def weight():
    """The rarity of words in English at large: a library that holds nothing."""
    return Rarity(lambda _: 0, lambda word: [word.lower()], lambda: 0).weight


@pytest.mark.parametrize(
    ("history", "asked", "expected"),
    [
        # A year, month or day for the one of the last question.
        ([SEALS], "And in 2023?", "How many seal pups were counted on Long Skear in 2023?"),
        ([SEALS], "What about 2023?", "How many seal pups were counted on Long Skear in 2023?"),
        # A name for the only one of the last question.
        ([POPULATION], "What about Kelderwick?", "How many people live in Kelderwick?"),
        ([POPULATION], "And in Upper Garrow?", "How many people live in Upper Garrow?"),
    ],
)
def test_a_gap_is_filled_where_there_is_one_way_to_do_it(history, asked, expected, weight):
    carried = self_contained(asked, history, weight)
    assert carried.text == carried.bare == expected


@pytest.mark.parametrize(
    ("history", "asked", "about"),
    [
        ([SEALS], "Why?", ["seal pups", "Long Skear"]),
        ([SEALS], "yes", ["seal pups", "Long Skear"]),
        ([SEALS], "How many died there?", ["Long Skear"]),
        ([BYELECTION], "What does she do for a living?", ["Garrow Moor"]),
        ([BYELECTION], "What about Hanna Prewitt?", ["Garrow Moor"]),
        ([FERRY], "And how old was he?", ["Geoffrey Ambler"]),
        ([FERRY], "Who else?", ["killed", "ferry accident"]),
        ([LIBRARY], "What about the second one?", ["libraries", "close"]),
    ],
)
def test_what_a_question_leans_on_is_said_behind_it(history, asked, about, weight):
    carried = self_contained(asked, history, weight)
    assert carried.bare == asked
    assert carried.text == f"{asked} ({carried.about})"
    assert all(words in carried.about for words in about)


@pytest.mark.parametrize(
    "asked",
    [
        "Who wrote the hymn that Elspeth Crane conducted in Kelderwick?",
        "How much will the new swimming pool cost?",
        "When did Colm Daventry say that he would resign?",
        "Is it true that the museum closes on Mondays?",
        "Which bakery won the pastry prize this week?",
    ],
)
def test_a_new_topic_takes_nothing_from_the_last_one(asked, weight):
    assert self_contained(asked, [FERRY, SEALS], weight) == Carried(asked)


def test_without_turns_before_it_a_question_stays_as_it_is(weight):
    assert self_contained("And in 2023?", [], weight) == Carried("And in 2023?")


def test_the_topic_is_carried_over_questions_that_lean_themselves(weight):
    history = [SEALS, Turn("And in 2023?", "There were 190."), Turn("Why so few?", "A storm.")]
    carried = self_contained("And in 2021?", history[:2], weight)
    assert carried.text == "How many seal pups were counted on Long Skear in 2021?"
    assert "seal" in self_contained("Who counted them?", history, weight).about


def test_the_newer_topic_counts_more(weight):
    history = [SEALS, POPULATION]
    weights = dict(self_contained("Why is that?", history, weight).carried)
    assert weights["Sallow"] > weights.get("Skear", 0.0)


def test_a_word_of_the_question_is_not_carried_again(weight):
    carried = dict(self_contained("Were those pups grey?", [SEALS], weight).carried)
    assert "pups" not in carried
    assert carried["seal"] > 0
