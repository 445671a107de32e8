"""Statements held against the quotes of several articles."""

from __future__ import annotations

import pytest

from rag.checking.checker import Checker
from rag.checking.faults import Checked, Quote, What

PORT = "Mayor Tilda Renn opened the rebuilt harbour and promised cheaper berths to 40 fishermen."
SHOP = "Oskar Brandt, a baker with 12 ovens, spoke of a quiet winter."


def check(statement: str, *articles: str) -> Checked:
    quotes = [Quote(text, article=str(place)) for place, text in enumerate(articles)]
    return Checker().check(statement, quotes)


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("Oskar Brandt opened the rebuilt harbour.", "Oskar Brandt"),
        ("Oskar Brandt promised cheaper berths, and Tilda Renn sang.", "Oskar Brandt"),
        ("To 12 fishermen cheaper berths were promised.", "12"),
    ],
)
def test_the_name_of_one_article_does_not_do_what_another_says(statement, told):
    faults = [fault for fault in check(statement, PORT, SHOP).faults if "no one" in fault.why]
    assert [fault.what for fault in faults] == [What.ROLE]
    assert faults[0].why == f"no one article quoted says it of “{told}”"


@pytest.mark.parametrize(
    "statement",
    [
        "Tilda Renn opened the rebuilt harbour.",
        "Tilda Renn opened the rebuilt harbour, while Oskar Brandt spoke of a quiet winter.",
        "Oskar Brandt has 12 ovens; Renn promised cheaper berths to 40 fishermen.",
        "Renn promised cheaper berths. Brandt spoke of winter.",
    ],
)
def test_what_each_article_says_holds_side_by_side(statement):
    assert check(statement, PORT, SHOP).why == ""


def test_what_two_articles_say_of_two_names_holds_of_both():
    other = "Greta Amsel opposed the water bill."
    statement = "Lorne Vey and Greta Amsel opposed the water bill."
    assert check(statement, "Lorne Vey opposed the water bill, too.", other).holds


def test_sentences_of_one_article_are_read_together():
    words = "Tilda Renn came late. She opened the rebuilt harbour."
    assert check("Tilda Renn opened the rebuilt harbour.", words, SHOP).holds
    quotes = [Quote(text, article="a") for text in words.split(". ")]
    assert Checker().check("Tilda Renn opened the rebuilt harbour.", quotes).holds
