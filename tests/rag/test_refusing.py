"""When the articles do not answer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from rag.embedding import SentenceEmbedding
from rag.engine import Engine
from rag.evidence import Evidence
from rag.fitted import Fitted
from rag.question import Question
from rag.refusing import Features, Weights, features
from rag.settings import Settings
from rag.types import Article, Dated

TODAY = date(2025, 3, 14)
STRIKE = "The dockers of Ellmere harbour went on strike for better pay."


def shipped() -> Weights:
    return Fitted.read().refusing.weights


def test_no_evidence_has_no_features_and_little_confidence():
    assert features(Question("When?"), Evidence(), []) == Features()
    assert shipped().confidence(Features()) < 0.01
    assert shipped().confidence(Features(1, 1, 1)) > 0.99


def test_better_evidence_never_lowers_the_confidence():
    middling = Features(0.5, 0.5, 0.2)
    for better in (Features(0.6, 0.5, 0.2), Features(0.5, 0.5, 0.3)):
        assert shipped().confidence(better) > shipped().confidence(middling)


@pytest.fixture(scope="module")
def harbour(tmp_path_factory: pytest.TempPathFactory, model: SentenceEmbedding) -> Iterator[Engine]:
    settings = Settings(library=tmp_path_factory.mktemp("untimely") / "library")
    with Engine.create(settings, embedding=model) as engine:
        engine.library.put(Article(id="old", text=STRIKE, published=Dated(date(2009, 6, 2))))
        yield engine


def untimely(engine: Engine, question: str) -> float:
    return engine.ask(question, as_of=TODAY).trace.evidence["untimely"]


def test_what_is_asked_of_these_days_is_not_answered_by_old_news(harbour: Engine):
    assert untimely(harbour, "Who went on strike this week?") == pytest.approx(1.0)
    assert untimely(harbour, "Who went on strike?") == 0.0
    assert untimely(harbour, "Who is on strike now?") == 0.0


def test_news_of_the_days_asked_about_is_timely(harbour: Engine):
    harbour.library.put(Article(id="new", text=STRIKE, published=Dated(date(2025, 3, 12))))
    try:
        assert untimely(harbour, "Who went on strike this week?") == 0.0
    finally:
        harbour.library.remove("new")


def test_what_is_untimely_is_less_sure():
    assert shipped().confidence(Features(0.6, 0.6, 0.3, 1.0)) < shipped().confidence(
        Features(0.6, 0.6, 0.3, 0.0)
    )
