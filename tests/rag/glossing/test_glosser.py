"""Answers whose quotes are explained, and stay what they are."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rag.engine import Engine
from rag.types import Answer, Article, Gloss, Statement, Turn

TEXT = (
    "Maren Holt, 54, has run the harbour since 2019.\n"
    "She will close the Tarn bridge for eleven weeks from 3 March.\n"
    "Two of its nine pillars are cracked, engineers found."
)


@pytest.fixture(scope="module")
def paper(tmp_path_factory, model) -> Iterator[Engine]:
    with Engine.create(tmp_path_factory.mktemp("glosses") / "library", embedding=model) as engine:
        engine.library.put(Article(id="bridge", title="Repairs", text=TEXT, published="2024-02-13"))
        yield engine


def test_a_pronoun_is_explained_beside_the_quote_which_stays_as_it_is(paper):
    answer = paper.ask("When will the Tarn bridge be closed?")
    (first, *_) = answer.statements
    (citation,) = first.citations
    assert first.glosses == (Gloss(3, "Maren Holt"),)
    assert first.text == citation.quote == TEXT[citation.start : citation.end]
    assert first.shown.startswith("She [Maren Holt] will close")
    assert answer.text.startswith("She [Maren Holt] will close")
    assert "Maren Holt" in Turn.of(answer).answer


def test_marked_words_are_those_of_the_quote(paper):
    (first, *_) = paper.ask("When will the Tarn bridge be closed?").statements
    assert [first.text[a:b] for a, b in first.marked] == ["3 March"]


def test_glosses_come_back_from_their_json(paper):
    answer = paper.ask("When will the Tarn bridge be closed?")
    assert Answer.from_dict(answer.to_dict()) == answer


def test_a_statement_without_glosses_reads_as_before(paper):
    old = Statement("It opened.", ()).to_dict()
    del old["glosses"]
    assert Statement.from_dict(old).shown == "It opened."


@pytest.mark.parametrize(
    ("published", "shown"),
    [
        ("2024-02-13", "The ferry to Ostrava was stopped yesterday [12 February 2024]."),
        ("2024-02", "The ferry to Ostrava was stopped yesterday."),
        (None, "The ferry to Ostrava was stopped yesterday."),
    ],
)
def test_a_day_is_told_where_that_of_the_article_is_known(tmp_path, model, published, shown):
    text = "The ferry to Ostrava was stopped yesterday."
    with Engine.create(tmp_path / "library", embedding=model) as engine:
        engine.library.put(Article(id="ferry", text=text, published=published))
        (statement,) = engine.ask("When was the ferry to Ostrava stopped?").statements
    assert statement.shown == shown
    assert statement.text == statement.citations[0].quote == text
