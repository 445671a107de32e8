"""Follow-ups through the whole engine: found, read, answered."""

import pytest

from rag.types import Kind, Turn, Understood

FERRY = Turn(
    "Who runs Coastline Ferries?",
    "The first will sail on the morning of 3 March, chief executive Paul Okoye said.",
)
PALM = Turn(
    "When did the glasshouse of the botanic garden reopen?",
    "The glasshouse of the botanic garden in Ellmere reopened after two years.",
)


def test_a_search_finds_what_was_spoken_of(engine):
    found = engine.search("How much does it cost?", history=[PALM])
    assert found[0].source.id == "garden"
    assert found.understood.text.startswith("How much does it cost? (")
    assert "botanic garden" in found.understood.text


def test_an_answer_is_about_what_was_spoken_of(engine):
    assert "60 crowns" in engine.ask("How much does it cost?", history=[PALM]).text
    assert "4.2 million" in engine.ask("What will the repairs of the bridge cost?").text


def test_a_new_topic_is_found_as_if_nothing_had_been_said(engine):
    question = "Which engineers found cracks in the pillars of the Tarn bridge?"
    after = engine.search(question, history=[FERRY, PALM])
    assert after == engine.search(question)
    assert after.understood.text == question


def test_what_the_caller_understood_stands_over_the_turns_before(engine):
    read = Understood(text="How much does it cost?")
    found = engine.search("How much does it cost?", history=[PALM], understood=read)
    assert found.understood == read


@pytest.mark.parametrize("courtesy", ["Thanks!", "ok", "Hello"])
def test_a_courtesy_takes_nothing_from_the_turns_before(engine, courtesy):
    answer = engine.ask(courtesy, history=[PALM])
    assert answer.understood.text == courtesy
    assert answer.understood.kind in (Kind.THANKS, Kind.GREETING)


def test_news_of_something_pointed_at_are_news_of_what_was_spoken_of(engine):
    understood = engine.ask("Any news about it?", history=[PALM]).understood
    assert understood.kind is Kind.NEWS
    assert "botanic garden" in understood.topic


def test_words_looked_for_beside_the_question_count_by_their_weight(engine):
    library = engine.library

    def best(beside):
        return [i for i, _ in library.best_words("crowns", 3, title_weight=0.2, beside=beside)]

    (bridge,) = (h.passage.id for h in engine.search("bridge pillars", k=1))
    (garden,) = (h.passage.id for h in engine.search("botanic glasshouse", k=1))
    assert best([("pillars", 1.0)])[0] == bridge
    assert best([("glasshouse", 1.0), ("pillars", 0.01)])[0] == garden
    assert best([("crowns", 9.0)]) == best([])
