"""Answers to what is not a question of fact: courtesies, news, lists."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from rag.engine import Engine
from rag.errors import AnswerTimeout
from rag.evidence import Sentence
from rag.news import stories
from rag.settings import Settings
from rag.types import Answer, Article, Filters, Hit, Kind, Passage, Source, Support, Understood

LATER = date(2024, 2, 21)


@pytest.fixture(scope="module")
def paper(tmp_path_factory, model, engine) -> Iterator[Engine]:
    """A small newspaper: the invented articles and more of them, some on the same matter."""
    settings = Settings(library=tmp_path_factory.mktemp("paper") / "library")
    with Engine.create(settings, embedding=model) as made:
        for source in engine.library.articles():
            made.library.put(engine.library.article(source.id))
        for day in range(1, 21):
            made.library.put(
                Article(
                    id=f"council{day}",
                    title=f"Council meets, day {day}",
                    text=(
                        f"Council meets, day {day}\nBy Jon Field\nThe town council of Ellmere spoke"
                        f" about motion {day * 7} on Monday evening, and put it off again."
                    ),
                    published=f"2024-01-{day:02}",
                    authors=("Jon Field",),
                )
            )
        yield made


def held(engine: Engine, answer: Answer) -> None:
    """Every statement is a quote that stands at its place in its article."""
    for statement in answer.statements:
        (citation,) = statement.citations
        text = engine.library.article(citation.source.id).text
        assert text[citation.start : citation.end] == citation.quote == statement.text
        assert statement.support is Support.QUOTED
    assert [c.marker for c in answer.citations] == list(range(1, len(answer.citations) + 1))


def articles_of(answer: Answer) -> list[str]:
    return [c.source.id for c in answer.citations]


# Courtesies.


@pytest.mark.parametrize("text", ["Hello!", "Thanks a lot.", "What is in here?"])
def test_what_is_no_question_is_answered_without_looking_or_reading(engine: Engine, text: str):
    answer = engine.ask(text, as_of=LATER)
    assert (answer.answered, answer.reason) == (False, "not_a_question")
    assert (answer.hits, answer.citations, answer.trace.models) == ((), (), ())
    assert answer.trace.milliseconds == {}
    assert answer.text


def test_help_says_what_the_library_holds(engine: Engine):
    text = engine.ask("What can you answer?").text
    for part in ("3 articles", "2024-02-12 to 2024-02-20", "Tarn Post (2)", "transport (2)"):
        assert part in text


def test_help_in_an_empty_library_says_that_it_is_empty(tmp_path, model):
    with Engine.create(Settings(library=tmp_path / "library"), embedding=model) as engine:
        assert engine.ask("help").text.startswith("There are no articles here yet.")
        for text in ("What's new?", "Summarise 'Tides'", "List all articles"):
            assert engine.ask(text).reason == "no_articles"


# News.


def test_news_are_told_newest_first_one_sentence_a_story(paper: Engine):
    answer = paper.ask("What's new?", as_of=LATER)
    assert articles_of(answer)[:3] == ["ferry", "bridge", "council20"]
    assert len(answer.statements) == 6
    held(paper, answer)
    assert answer.understood.kind is Kind.NEWS
    assert [hit.source.id for hit in answer.hits] == articles_of(answer)


def test_neither_the_title_nor_the_byline_tells_what_happened(paper: Engine):
    answer = paper.ask("What's new on motion 140?", as_of=LATER)
    assert answer.statements[0].text.startswith("The town council of Ellmere")


def test_news_on_a_topic_are_of_articles_about_it(paper: Engine):
    answer = paper.ask("Any news about the boats?", as_of=LATER)
    assert articles_of(answer) == ["ferry"]
    held(paper, answer)


def test_news_of_a_week_are_of_that_week(paper: Engine):
    answer = paper.ask("What's new this week?", as_of=LATER)
    assert (answer.understood.since, answer.understood.until) == (date(2024, 2, 19), LATER)
    assert articles_of(answer) == ["ferry"]


def test_news_that_are_old_say_from_when_they_are(paper: Engine):
    answer = paper.ask("What's new on the bridge?", as_of=date(2024, 8, 1))
    assert "The newest articles on it are from 2024-02-12 to 2024-02-20." in answer.trace.notes
    assert not any("newest" in note for note in paper.ask("What's new?", as_of=LATER).trace.notes)


def test_no_news_is_a_refusal_that_says_when_and_shows_the_nearest(paper: Engine):
    answer = paper.ask("What's new on the bridge this week?", as_of=date(2024, 8, 1))
    assert (answer.answered, answer.reason) == (False, "no_evidence")
    assert answer.text == "There is no news on “the bridge” from 2024-07-29 to 2024-08-01."
    assert "bridge" in {hit.source.id for hit in answer.hits}
    assert paper.ask("Any news about chess?").reason == "no_evidence"


def test_what_the_caller_understood_can_drop_the_days_or_correct_the_kind(paper: Engine):
    refused = paper.ask("What's new on the bridge this week?", as_of=date(2024, 8, 1))
    read = refused.understood
    anytime = Understood(kind="news", topic=read.topic)
    assert "bridge" in articles_of(paper.ask(refused.question, understood=anytime))
    fact = paper.ask(refused.question, understood=Understood())
    assert fact.understood.kind is Kind.FACT
    assert "confidence" in fact.trace.evidence


def test_copies_of_a_story_are_told_once():
    def told(article: str, text: str, story: str = "") -> Sentence:
        hit = Hit(
            Passage(f"{article}.0", article, text, 0, len(text)), Source(article, story=story), 0
        )
        return Sentence(hit, 0, len(text), text, 0)

    wire, copy = told("a", "The port reopened.", "s1"), told("b", "Port open again.", "s1")
    reprint, other = told("c", "The port reopened."), told("d", "Rain fell.", "s2")
    assert stories([wire, copy, reprint, other]) == [wire, other]


def test_time_that_ran_out_is_an_error_here_too(paper: Engine):
    with pytest.raises(AnswerTimeout):
        paper.ask("What's new?", timeout=0)


def test_news_stream_statement_by_statement(paper: Engine):
    with paper.stream("What's new?", as_of=LATER) as stream:
        first = next(iter(stream))
    assert stream.answer.statements == (first,)


# Lists.


def test_a_list_shows_the_title_where_it_stands_in_the_text(paper: Engine):
    answer = paper.ask("List the articles about the town council", as_of=LATER)
    assert answer.statements[0].text == "Council meets, day 20"
    assert len(answer.statements) == 12
    assert "8 more articles fit; these are the newest." in answer.trace.notes
    held(paper, answer)


def test_a_list_shows_the_sentence_on_the_topic_where_the_title_is_not_in_the_text(paper: Engine):
    answer = paper.ask("Which articles mention Maren Holt?")
    assert [s.text for s in answer.statements] == [
        "Director Maren Holt called the damage serious but repairable."
    ]


def test_a_list_by_an_author_a_publisher_or_a_tag(paper: Engine):
    by = paper.ask("Show me everything by Ida Brandt")
    assert (articles_of(by), by.understood.filters.authors) == (["bridge"], ("Ida Brandt",))
    assert articles_of(paper.ask("List all articles from the Tarn Post")) == ["bridge", "garden"]
    assert articles_of(paper.ask("List articles tagged transport")) == ["ferry", "bridge"]


def test_an_author_nobody_knows_is_looked_for_in_the_words(paper: Engine):
    answer = paper.ask("Show me everything by Paul Okoye")
    assert articles_of(answer) == ["ferry"]
    assert "No author or publisher is called 'Paul Okoye'" in answer.trace.notes[0]


def test_a_list_of_days_counts_all_that_fit(paper: Engine):
    answer = paper.ask("List all articles of January 2024")
    assert len(answer.statements) == 12
    assert "8 more articles fit; these are the newest." in answer.trace.notes
    none = paper.ask("List all articles since March 2024")
    assert (none.reason, none.text) == ("no_evidence", "There are no articles since 2024-03-01.")


def test_a_list_of_what_nobody_wrote_about_is_refused_with_the_nearest(paper: Engine):
    answer = paper.ask("List the articles about volcanoes")
    assert (answer.reason, bool(answer.hits)) == ("no_evidence", True)


def test_filters_of_the_caller_hold_for_every_kind(paper: Engine):
    only = Filters(articles=("garden",))
    for text in ("What's new?", "List all articles", "List the articles about the glasshouse"):
        assert articles_of(paper.ask(text, filters=only)) == ["garden"]


def test_a_search_looks_for_the_words_whatever_kind_they_seem(paper: Engine):
    hits = paper.search("hello", k=3)
    assert (len(hits), hits.understood.kind) == (3, Kind.FACT)


def test_other_llamaindex_programs_get_them_by_the_query_engine(paper: Engine):
    assert str(paper.query_engine.query("Hello")).startswith("Hello.")
    assert "Coastline Ferries" in str(paper.query_engine.query("What's new?"))
