"""The questions over the sample newspaper, against its articles as they are really taken in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

import evals
from evals.metrics.answers import holds
from evals.sets.gold import missing_evidence, unknown_articles
from evals.sets.reading import read_questions, write_questions
from ingest import sample
from ingest.sync import ingest
from rag.embedding import SentenceEmbedding
from rag.engine import Engine
from rag.types import Article

pytestmark = pytest.mark.slow

SET = Path(evals.__file__).parent / "question-sets" / "newspaper.jsonl"
QUESTIONS = read_questions(SET)
CASES = QUESTIONS.cases
ANSWERABLE = [case for case in CASES if case.answerable]


@pytest.fixture(scope="module")
def articles(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, Article]]:
    place = tmp_path_factory.mktemp("questions") / "library"
    with Engine.create(place, embedding=SentenceEmbedding()) as engine:
        assert not ingest(sample.newspaper(), into=engine.library).failures
        yield {s.id: engine.library.article(s.id) for s in engine.library.articles()}


def test_the_set_is_as_large_and_as_varied_as_its_card_says() -> None:
    tags = Counter(tag for case in CASES for tag in case.tags)
    card = SET.with_suffix(".md").read_text("utf-8")
    assert f"{len(CASES)} questions" in card
    for tag, number in tags.items():
        assert f"| `{tag}` | {number} |" in card
    assert len(CASES) >= 120
    assert len(CASES) - len(ANSWERABLE) == tags["no-answer"] == tags["near"] + tags["far"] >= 25


def test_every_case_says_whether_it_is_answerable_and_of_what_kind_it_is() -> None:
    for case in CASES:
        assert case.answerable is not None, case.id
        assert case.tags, case.id


def test_no_two_cases_ask_the_same_in_the_same_circumstances() -> None:
    asked = Counter((c.question, c.as_of, c.filters, c.history) for c in CASES)
    assert max(asked.values()) == 1


def test_the_set_is_written_as_it_was_read(tmp_path: Path) -> None:
    write_questions(QUESTIONS, tmp_path / SET.name)
    assert read_questions(tmp_path / SET.name) == QUESTIONS


def test_every_quote_stands_word_for_word_in_its_article(articles: Mapping[str, Article]) -> None:
    assert unknown_articles(QUESTIONS, articles) == ()
    assert missing_evidence(QUESTIONS, lambda name: articles[name].text) == ()
    for case in CASES:
        for evidence in case.evidence:
            assert evidence.quote in articles[evidence.article].text, case.id
        assert set(case.articles) == {e.article for e in case.evidence}, case.id


def test_every_answer_stands_in_the_words_given_for_it() -> None:
    for case in ANSWERABLE:
        quotes = [evidence.quote for evidence in case.evidence]
        assert case.answers and quotes, case.id
        for quote in quotes:
            assert holds(quote, case.answers), (case.id, quote)
        if case.wants_all:
            for answer in case.answers:
                assert any(holds(quote, [answer]) for quote in quotes), (case.id, answer)


def test_nothing_is_given_for_a_question_without_an_answer() -> None:
    for case in CASES:
        if not case.answerable:
            assert not case.answers and not case.evidence, case.id


def test_evidence_was_there_on_the_day_and_in_the_papers_asked(
    articles: Mapping[str, Article],
) -> None:
    assert any(case.filters for case in CASES)
    for case in ANSWERABLE:
        sources = case.filters.sources
        for article in (articles[name] for name in case.articles):
            assert not sources or article.source in sources, case.id
            if case.as_of and article.published:
                assert article.published.last <= case.as_of, case.id


def test_what_needs_two_articles_a_history_or_a_day_has_them() -> None:
    for case in ANSWERABLE:
        if "two-articles" in case.tags:
            assert len(case.articles) >= 2, case.id
        if "follow-up" in case.tags:
            assert case.history, case.id
        if "as-of" in case.tags:
            assert case.as_of, case.id
