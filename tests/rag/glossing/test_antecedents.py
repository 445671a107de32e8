"""Whom a quoted sentence means that begins with a pronoun."""

from __future__ import annotations

import pytest

from rag.glossing.antecedents import antecedent, may_lean
from rag.glossing.people import People
from rag.types import Statement

HOLT = "Maren Holt took over the harbour in 2019."
SAID = "Ms Holt said that the bridge was safe."


def shown(*sentences: str, title: str = "") -> str:
    """The last of ``sentences``, with what explains it."""
    *before, last = sentences
    gloss = antecedent(last, before, People(sentences, title))
    return Statement(last, (), glosses=(gloss,) if gloss else ()).shown


@pytest.mark.parametrize(
    ("sentences", "expected"),
    [
        ((SAID, HOLT, "She closed it at once."), "She [Maren Holt] closed it at once."),
        (
            (SAID, HOLT, "In March she closed it."),
            "In March she [Maren Holt] closed it.",
        ),
        (
            (SAID, HOLT, "She closed it.", "She opened it again."),
            "She [Maren Holt] opened it again.",
        ),
        ((HOLT, SAID, "She closed it."), "She [Maren Holt] closed it."),
        ((SAID, HOLT, "Her office is on the quay."), "Her [Maren Holt’s] office is on the quay."),
        (
            ("Ludwig van Tarn, who was 54, sold the boat.", "He was happy."),
            "He [Ludwig van Tarn] was happy.",
        ),
    ],
)
def test_the_one_person_of_the_sentence_before_is_named(sentences, expected):
    assert shown(*sentences) == expected


@pytest.mark.parametrize(
    "sentences",
    [
        # Two may be meant.
        (SAID, "Maren Holt met Ida Brandt in 2019.", "She closed the bridge."),
        (SAID, "Maren Holt has a sister.", "She closed the bridge."),
        # Somebody is meant who has no name.
        (SAID, HOLT, "A woman was hurt.", "She is 45."),
        # No person is named, or none that is known for one.
        ("The ferry sails to Ostrava.", "He likes it."),
        ("Ostrava was built in 1810.", "He likes it."),
        # The other one.
        (SAID, HOLT, "He closed the bridge."),
        # Said again.
        (SAID, HOLT, "She closed the bridge, Holt said."),
        # It may be said of another, by another.
        (SAID, "“The bridge is safe,” said Maren Holt.", "She closed it."),
        ("Harbour bridge to close, Maren Holt said", "She closed it."),
        # Nothing stands before it.
        ("She closed it.",),
        (SAID, HOLT, "It was closed at once."),
        (SAID, HOLT, "They closed it at once."),
    ],
)
def test_nobody_is_named_where_it_is_not_plain(sentences):
    assert shown(*sentences) == sentences[-1]


def test_whose_it_is_is_told_only_while_nobody_else_is_spoken_of():
    other = "Ida Brandt wrote about it."
    assert shown(SAID, other, HOLT, "Her report is out.") == "Her report is out."
    assert shown(SAID, other, HOLT, "She closed it.") == "She [Maren Holt] closed it."


@pytest.mark.parametrize(
    ("sentences", "expected"),
    [
        (
            ("The Elmet Water Board owns the weir.", "The board said it was safe."),
            "The board [Elmet Water Board] said it was safe.",
        ),
        (
            ("Coastline is a company in Tarn.", "The company's boats are green."),
            "The company's boats are green.",
        ),
        (
            ("Coastline Ferries is a company in Tarn.", "The company has two boats."),
            "The company [Coastline Ferries] has two boats.",
        ),
        (
            ("It was signed by trade minister Paul Okoye.", "The minister said it was late."),
            "The minister [Paul Okoye] said it was late.",
        ),
        # Two boards; a name that is not there whole; more than one of its kind.
        (
            ("The Tarn Water Board and the Elmet Water Board met.", "The board was divided."),
            "The board was divided.",
        ),
        (
            ("The Office of Trade, Ports and Ferries opened.", "The office was small."),
            "The office was small.",
        ),
        (
            ("The Elmet Water Board met another board.", "The board was divided."),
            "The board was divided.",
        ),
        (
            ("According to the Census Bureau, the city has grown.", "The city is old."),
            "The city is old.",
        ),
        (("The example Holt uses is a bridge.", "The example is good."), "The example is good."),
    ],
)
def test_what_is_described_is_named_where_one_name_is_said_to_be_that(sentences, expected):
    assert shown(*sentences) == expected


def test_sentences_that_begin_otherwise_have_nothing_to_explain():
    assert may_lean("She closed it.")
    assert may_lean("The board said so.")
    assert not may_lean("Holt closed it.")
    assert not may_lean("The board of trade said so.")


def test_titles_and_articles_of_names_are_kept_as_they_are_printed():
    ship = "The Lady Orla left the quay with 52 passengers."
    kept = shown("The captain of the Lady Orla, Mr Holt, said so.", ship, "She can take 60.")
    assert kept in ("She can take 60.", "She [Lady Orla] can take 60.")
    singer = ("Sister Orla said so.", "Orla left.", "She sang.")
    assert shown(*singer, title="Orla (singer)") == "She [Orla] sang."
