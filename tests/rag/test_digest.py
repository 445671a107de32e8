"""One article in brief."""

from __future__ import annotations

import numpy as np
import pytest

from rag.digest import central, choose
from rag.engine import Engine
from rag.settings import Settings
from rag.telling import sentences
from rag.types import Article, Filters, Turn

LONG = Article(
    id="long",
    title="Tarn dredges its harbour",
    text="Tarn dredges its harbour\nBy Ida Brandt\n"
    + "\n".join(
        f"In the {nth} month the dredger Molly took {n + 3} thousand tonnes of mud out of the"
        f" harbour of Tarn, and the crew rested for {n + 1} days."
        for n, nth in enumerate(("first", "second", "third", "fourth", "fifth", "sixth"))
    )
    + "\nThe harbour master, Oda Brink, says the basin is now deep enough for the new ferries."
    "\nFishermen complain that the noise drives the herring away from the coast.",
)


@pytest.fixture(scope="module")
def library(tmp_path_factory, model, engine):
    settings = Settings(library=tmp_path_factory.mktemp("digest") / "library")
    with Engine.create(settings, embedding=model) as made:
        for source in engine.library.articles():
            made.library.put(engine.library.article(source.id))
        made.library.put(LONG)
        yield made


def test_a_digest_is_of_the_articles_own_sentences_in_their_order(library: Engine):
    answer = library.ask("Summarise 'Tarn dredges its harbour'")
    assert {c.source.id for c in answer.citations} == {"long"}
    starts = [c.start for c in answer.citations]
    assert starts == sorted(starts)
    assert all(LONG.text[c.start : c.end] == c.quote for c in answer.citations)
    assert 3 <= len(answer.statements) <= 6
    assert sum(len(s.text.split()) for s in answer.statements) <= 120
    assert answer.statements[0].text.startswith("In the first month"), "title and byline go"


def test_the_article_is_named_by_its_topic(library: Engine):
    answer = library.ask("Sum up the article about the glasshouse")
    assert {c.source.id for c in answer.citations} == {"garden"}


def test_this_article_is_the_only_one_the_filters_let_through(library: Engine):
    answer = library.ask("Summarise this article", filters=Filters(articles=("ferry",)))
    assert {c.source.id for c in answer.citations} == {"ferry"}


def test_this_article_is_else_the_one_the_conversation_was_last_about(library: Engine):
    first = library.ask("How long will the harbour bridge be closed?")
    thanked = library.ask("Thanks", history=[Turn.of(first)])
    answer = library.ask("Summarise it", history=[Turn.of(first), Turn.of(thanked)])
    assert {c.source.id for c in answer.citations} == {"bridge"}


@pytest.mark.parametrize("text", ["Summarise this article", "Summarise 'The chess olympiad'"])
def test_no_article_that_is_known_is_a_refusal_that_asks_which(library: Engine, text: str):
    answer = library.ask(text)
    assert (answer.answered, answer.reason) == (False, "no_article")
    assert answer.text.startswith("Which article?")
    assert answer.hits


def test_a_removed_article_of_the_conversation_is_asked_for(tmp_path, model, articles):
    with Engine.create(Settings(library=tmp_path / "library"), embedding=model) as engine:
        engine.library.put(articles[0])
        engine.library.put(articles[1])
        turn = Turn.of(engine.ask("How long will the harbour bridge be closed?"))
        engine.library.remove("bridge")
        answer = engine.ask(
            "Summarise this", history=[Turn(turn.question, "", turn.passage_ids[:1])]
        )
        assert answer.reason == "no_article"


def test_what_many_sentences_resemble_is_central():
    like = np.array([[1, 0.8, 0.8, 0], [0.8, 1, 0.2, 0], [0.8, 0.2, 1, 0], [0, 0, 0, 1]], float)
    rank = central(like)
    assert rank.argmax() == 0
    assert abs(rank.sum() - 1) < 1e-6


def test_a_digest_covers_more_than_what_is_said_again_and_again(library: Engine, model):
    read = [s for passage in library.library.whole("long") for s in sentences(passage)][2:]
    chosen = choose(read, model.passages([s.text for s in read]))
    assert any("Oda Brink" in s.text or "herring" in s.text for s in chosen)
