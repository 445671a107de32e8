"""From a question to a cited answer, along LlamaIndex's own path."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import date, datetime
from time import sleep

import pytest
from llama_index.core.callbacks import CallbackManager
from llama_index.core.postprocessor.types import BaseNodePostprocessor
from llama_index.core.schema import QueryBundle

from rag.engine import Engine
from rag.errors import (
    AnswerTimeout,
    LibraryError,
    LibraryNotFound,
    ModelError,
    QuestionError,
)
from rag.settings import Settings
from rag.types import Answer, Article, Days, Favoured, Filters, Turn, Understood

QUESTION = "How long will the harbour bridge be closed?"
HELD = "eleven weeks"


def test_the_answer_is_quoted_word_for_word_from_the_article(engine: Engine):
    answer = engine.ask(QUESTION)
    assert answer.answered
    assert HELD in answer.text
    first = answer.citations[0]
    assert (first.marker, first.source.title) == (1, "Harbour bridge to close for repairs")
    assert str(first.source.published) == "2024-02-12"
    for citation in answer.citations:
        text = engine.library.article(citation.source.id).text
        assert text[citation.start : citation.end] == citation.quote


def test_markers_count_from_one_in_order_of_first_use(engine: Engine):
    answer = engine.ask("Who spoke about the bridge and the boats?")
    markers = [c.marker for s in answer.statements for c in s.citations]
    assert list(dict.fromkeys(markers)) == list(range(1, len(answer.citations) + 1))


def test_what_the_articles_do_not_say_is_refused_with_the_nearest_articles(engine: Engine):
    answer = engine.ask("Who won the chess olympiad in Budapest?")
    assert (answer.answered, answer.reason, answer.citations) == (False, "no_evidence", ())
    assert answer.text == "The articles do not say."
    assert answer.hits


def test_a_refused_question_in_another_language_is_told_that_the_model_is_english(engine: Engine):
    answer = engine.ask("Wie viele Menschen wohnen in der Hauptstadt von Frankreich?")
    assert not answer.answered
    assert "not seem to be in English" in answer.trace.notes[0]
    assert engine.ask("Who won the chess olympiad in Budapest?").trace.notes == ()


def test_an_empty_library_says_so(tmp_path, model):
    settings = Settings(library=tmp_path / "empty")
    with Engine.create(settings, embedding=model) as engine:
        answer = engine.ask(QUESTION)
    assert (answer.answered, answer.reason) == (False, "no_articles")


def test_a_stream_releases_the_statements_of_the_answer(engine: Engine):
    with engine.stream(QUESTION) as stream:
        statements = list(stream)
    assert statements
    assert stream.answer.statements == tuple(statements)
    assert list(stream) == statements, "whoever listens in takes nothing away"


def test_an_error_on_the_way_is_not_taken_for_an_answer(engine: Engine):
    stream = engine.stream(QUESTION, timeout=0.5)
    sleep(0.6)
    for _ in range(2):
        with pytest.raises(AnswerTimeout):
            stream.answer  # noqa: B018


def test_a_task_cancelled_while_it_listens_ends_as_cancelled(engine: Engine):
    async def listen() -> None:
        async with engine.astream(QUESTION) as stream:
            async for _ in stream:
                pass

    async def cancelled() -> bool:
        task = asyncio.create_task(listen())
        # It has begun to ask, and has no answer yet.
        await asyncio.sleep(0)
        task.cancel()
        try:
            await task
        except asyncio.CancelledError:
            return True
        return False

    assert asyncio.run(cancelled())


def test_an_engine_that_is_closed_says_so(tmp_path, model):
    engine = Engine.create(Settings(library=tmp_path / "library"), embedding=model)
    engine.close()
    engine.close()
    with pytest.raises(LibraryError, match="closed"):
        engine.ask(QUESTION)
    with pytest.raises(LibraryError, match="closed"):
        asyncio.run(engine.aask(QUESTION))


def test_an_answer_under_way_is_whole_when_its_engine_is_closed_from_another_thread(
    tmp_path, model, articles
):
    settings = Settings(library=tmp_path / "library")
    engine = Engine.create(settings, embedding=model)
    for article in articles:
        engine.library.put(article)

    async def ask() -> Answer:
        async with engine.astream(QUESTION) as stream:
            async for _ in stream:
                await asyncio.to_thread(engine.close)
                break
        return stream._begun().answer

    assert asyncio.run(ask()).answered
    Engine.open(settings, embedding=model).close()


def test_the_asynchronous_ways_run_the_same_pipeline(engine: Engine):
    async def ask() -> tuple[str, list[str]]:
        answer = await engine.aask(QUESTION)
        async with engine.astream(QUESTION) as stream:
            texts = [statement.text async for statement in stream]
            whole = await stream.answer()
        assert [s.text for s in whole.statements] == texts
        assert len(await engine.asearch(QUESTION, k=2)) == 2
        return answer.text, texts

    text, texts = asyncio.run(ask())
    assert text == engine.ask(QUESTION).text
    assert all(t in text for t in texts)


def test_many_questions_side_by_side_get_their_own_answers(engine: Engine):
    questions = [QUESTION, "How many passengers does each boat carry?"] * 4

    async def ask_all():
        return await asyncio.gather(*(engine.aask(q) for q in questions))

    for question, answer in zip(questions, asyncio.run(ask_all()), strict=True):
        assert answer.question == question
        assert (HELD if question == QUESTION else "180 passengers") in answer.text


def test_search_returns_hits_best_first_with_what_was_understood(engine: Engine):
    hits = engine.search("extra boats while the bridge is closed", k=3)
    assert hits[0].source.id == "ferry"
    assert [hit.score for hit in hits] == sorted((h.score for h in hits), reverse=True)
    assert hits.understood.text == "extra boats while the bridge is closed"


def test_filters_hold_for_words_and_meaning_alike(engine: Engine):
    for filters in (Filters(sources="Coast Courier"), Filters(tags=("business",))):
        found = engine.search(QUESTION, filters=filters)
        assert {hit.source.id for hit in found} == {"ferry"}
    answer = engine.ask(QUESTION, filters=Filters(sources=("Nobody",)))
    assert (answer.reason, answer.text) == (
        "no_articles",
        "No article matches the filters and the day of the question.",
    )


def test_what_was_published_after_the_day_of_the_question_does_not_answer(engine: Engine):
    found = engine.search("boats for the bridge", as_of=date(2024, 2, 15))
    assert "ferry" not in {hit.source.id for hit in found}
    assert "garden" in {hit.source.id for hit in found}, "undated articles stay"


def test_a_range_of_dates_leaves_undated_articles_out_and_counts_them(engine: Engine):
    answer = engine.ask(QUESTION, filters=Filters(since=date(2024, 1, 1)))
    assert "garden" not in {hit.source.id for hit in answer.hits}
    assert answer.trace.notes == ("1 undated article was left out of the range of dates.",)


def test_what_is_dated_later_than_today_is_left_out_and_told(tmp_path, model):
    with Engine.create(tmp_path / "library", embedding=model) as engine:
        plan = "The new quay of Ellmere will be 90 metres long."
        engine.library.put(Article(id="plan", text=plan, published="2999-01-01"))
        engine.library.put(Article(id="old", text="The old quay fell.", published="2001-01-01"))
        answer = engine.ask("How long will the new quay be?")
    told = f"1 article is dated later than {date.today()} and left out."
    assert told in answer.trace.notes and "plan" not in {hit.source.id for hit in answer.hits}


@pytest.mark.parametrize(
    "given", [{"history": ["Who?"]}, {"history": Turn("Who?", "He.")}, {"as_of": "2024-01-01"}]
)
def test_what_is_no_conversation_or_no_day_is_one_clear_error(engine: Engine, given):
    with pytest.raises(QuestionError):
        engine.ask(QUESTION, **given)


def test_what_the_caller_understood_stands_over_what_is_read(engine: Engine):
    understood = Understood(text="boats chartered", until=date(2024, 2, 12))
    found = engine.search(QUESTION, understood=understood)
    assert {hit.source.id for hit in found} == {"bridge"}
    assert found.understood == understood


def test_days_that_a_question_of_fact_speaks_of_are_understood_and_do_not_filter(engine: Engine):
    found = engine.search("Who chartered boats in February 2024?", as_of=date(2024, 3, 1))
    read = found.understood
    assert read.spoken == (Days(date(2024, 2, 1), date(2024, 2, 29)),)
    assert read.favoured == Favoured(date(2024, 2, 1), date(2024, 2, 29), 29)
    assert (read.since, read.until) == (None, None)
    assert "garden" in {hit.source.id for hit in found}
    assert Understood.from_dict(read.to_dict()) == read


@pytest.mark.parametrize("ask", ["search", "ask"])
def test_a_clear_range_of_publication_filters_a_question_of_fact(engine: Engine, ask: str):
    question = "Which boats do the articles published before 15 February 2024 name?"
    found = getattr(engine, ask)(question, as_of=date(2024, 3, 1))
    hits = found if ask == "search" else found.hits
    assert found.understood.until == date(2024, 2, 14)
    assert {hit.source.id for hit in hits} == {"bridge"}


def test_a_range_that_holds_nothing_says_so(engine: Engine):
    answer = engine.ask("Who is named in articles published in May 2023?")
    assert (answer.answered, answer.reason) == (False, "no_articles")
    assert answer.text == "No article from 2023-05-01 to 2023-05-31 matches."
    without = engine.ask(answer.question, understood=replace(answer.understood, since=None))
    assert without.understood.until == date(2023, 5, 31)


@pytest.mark.parametrize("question", ["", "  \n ", "why " * 25_000, "who\ud800"])
def test_a_question_that_cannot_be_asked_gets_one_clear_line(engine: Engine, question: str):
    with pytest.raises(QuestionError) as caught:
        engine.ask(question)
    assert "\n" not in caught.value.line
    assert len(caught.value.line) < 200


@pytest.mark.parametrize("question", ["???", "the of and", "مرحبا", "🙂", "a\x00b", "x" * 1900])
def test_odd_questions_are_refused_or_answered_but_never_fail(engine: Engine, question: str):
    engine.ask(question)


def test_time_that_ran_out_is_an_error_in_time(engine: Engine):
    with pytest.raises(AnswerTimeout):
        engine.ask(QUESTION, timeout=0.0)


def test_an_answer_explains_itself(engine: Engine):
    trace = engine.ask(QUESTION, as_of=date(2024, 3, 1)).trace
    assert trace.models == ("all-MiniLM-L6-v2",)
    assert trace.settings == engine.settings.digest()
    assert trace.as_of == date(2024, 3, 1)
    assert trace.model_calls == 0
    assert list(trace.milliseconds) == [
        *("understand", "embed", "retrieve", "reorder", "read", "quote")
    ]
    assert 0 < trace.evidence["confidence"] < 1


def test_everything_is_json(engine: Engine):
    answer = engine.ask(QUESTION)
    read = json.loads(json.dumps(answer.to_dict()))
    assert read["schema"] == 1
    assert read["citations"][0]["source"]["published"]["value"] == "2024-02-12"


def test_asking_never_makes_a_library(tmp_path):
    with pytest.raises(LibraryNotFound):
        Engine.open(tmp_path / "typo")
    assert not (tmp_path / "typo").exists()


def test_a_stream_left_early_says_so_and_keeps_what_was_released(engine: Engine):
    with engine.stream(QUESTION) as stream:
        pass
    assert (stream.answer.answered, stream.answer.reason) == (False, "stopped")
    with engine.stream(QUESTION) as stream:
        first = next(iter(stream))
    assert stream.answer.statements == (first,)


def test_articles_that_changed_since_they_were_found_are_not_quoted(tmp_path, model, articles):
    with Engine.create(Settings(library=tmp_path / "library"), embedding=model) as engine:
        engine.library.put(articles[0])
        stream = engine.stream(QUESTION)
        assert stream.writer == ""  # known once passages are found
        engine.library.put(Article(id="bridge", text="The bridge never closes."))
        assert (stream.answer.answered, stream.answer.reason) == (False, "articles_changed")


def test_a_time_of_day_is_taken_for_its_day(engine: Engine):
    noon = datetime(2024, 2, 12, 12)
    found = engine.search(QUESTION, as_of=noon, filters=Filters(since=noon))
    assert {hit.source.id for hit in found} == {"bridge"}


def test_however_many_passages_are_asked_for(engine: Engine):
    assert len(engine.search(QUESTION, k=10**9)) == 3
    with pytest.raises(QuestionError):
        engine.search(QUESTION, k=0)


def test_passages_of_equal_words_are_all_found(tmp_path, model):
    with Engine.create(Settings(library=tmp_path / "library"), embedding=model) as engine:
        for n in range(3):
            engine.library.put(Article(id=str(n), title="Tides", text="High water is at noon."))
        assert len(engine.search("When is high water?")) == 3


def test_what_another_embedding_raises_is_one_clear_line(tmp_path):
    from llama_index.core.embeddings import MockEmbedding

    class Failing(MockEmbedding):
        def _get_query_embedding(self, query: str) -> list[float]:
            raise KeyError("quota")

    settings = Settings(library=tmp_path / "library")
    embedding = Failing(embed_dim=8, callback_manager=CallbackManager())
    with Engine.create(settings, embedding=embedding) as engine, pytest.raises(ModelError):
        engine.ask(QUESTION)


def test_an_engine_that_cannot_be_put_together_lets_go_of_the_library(tmp_path, model):
    settings = Settings(library=tmp_path / "library", lock_wait=0)
    with pytest.raises(AttributeError) as caught:
        Engine.create(settings, embedding=model, reranker=object())
    assert caught
    Engine.open(settings, embedding=model).close()


# LlamaIndex's own ways in.


def test_other_llamaindex_programs_can_use_the_query_engine(engine: Engine):
    response = engine.query_engine.query(QueryBundle(QUESTION))
    assert HELD in str(response)
    assert response.source_nodes[0].node.metadata["title"] == "Harbour bridge to close for repairs"
    assert response.metadata["answer"]["answered"]
    assert (
        str(engine.query_engine.query("Who won the chess olympiad?")) == "The articles do not say."
    )
    assert HELD in str(asyncio.run(engine.query_engine.aquery(QUESTION)))


def test_other_llamaindex_programs_can_use_the_retriever(engine: Engine):
    nodes = engine.retriever.retrieve("boats")
    assert nodes[0].node.get_content().startswith("Coastline Ferries")


def test_a_node_postprocessor_handed_in_reorders_unless_told_not_to(tmp_path, model, articles):
    class Backwards(BaseNodePostprocessor):
        def _postprocess_nodes(self, nodes, query_bundle=None):
            return nodes[::-1]

    settings = Settings(library=tmp_path / "library")
    backwards = Backwards(callback_manager=CallbackManager())
    with Engine.create(settings, embedding=model, reranker=backwards) as engine:
        for article in articles:
            engine.library.put(article)
        there = [h.source.id for h in engine.search(QUESTION, reorder=False)]
        assert [h.source.id for h in engine.search(QUESTION)] == there[::-1]


def test_any_llamaindex_embedding_can_be_handed_in(tmp_path):
    from llama_index.core.embeddings import MockEmbedding

    settings = Settings(library=tmp_path / "library")
    embedding = MockEmbedding(embed_dim=16, callback_manager=CallbackManager())
    with Engine.create(settings, embedding=embedding) as engine:
        engine.library.put(
            Article(text="The mayor of Ellmere is Ana Lund. She took office in May.")
        )
        assert "Ana Lund" in engine.ask("Who is the mayor of Ellmere?").text
        assert engine.library.status().dimension == 16
