"""What speaks for a passage, and how much."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import astuple, fields, replace
from datetime import date

import pytest

from rag.engine import Engine
from rag.finding import ranking
from rag.finding.ranking import CloseSignals, Ranking, Signals
from rag.retrieval import PassageRetriever
from rag.settings import Settings
from rag.types import Article, Filters

NOTHING = Signals(**dict.fromkeys((f.name for f in fields(Signals)), 0.0))
COSTS = "What will the repairs of the harbour bridge cost?"


@pytest.fixture(scope="module")
def papers(tmp_path_factory, model) -> Iterator[Engine]:
    """The same words in other places, on other days."""
    with Engine.create(tmp_path_factory.mktemp("papers") / "library", embedding=model) as engine:
        for number, day in enumerate(("2024-01-10", "2024-06-10", None)):
            engine.library.put(
                Article(
                    id=f"council {number}",
                    title=f"Council meeting {number}",
                    text=f"The council met in room {number}. It will vote on 3 March 1998.",
                    published=day,
                )
            )
        engine.library.put(
            Article(id="title", title="Swimming pool", text="It stays shut until autumn.")
        )
        yield engine


def signals(engine: Engine, question: str, **options) -> dict[str, Signals]:
    """What speaks for each article's passage."""
    retriever = engine.retriever
    assert isinstance(retriever, PassageRetriever)
    asked = retriever.reader.read(question, **options)
    return {stored.source.id: found for stored, found in retriever.weighed(asked)}


# The model.


def test_a_score_is_the_weighted_sum_of_what_speaks_for_a_passage():
    weights = replace(NOTHING, meaning=2.0, title=3.0)
    assert ranking.score(weights, replace(NOTHING, meaning=0.5, title=0.2, days=1.0)) == 1.6
    assert ranking.score(weights, NOTHING) == 0.0
    assert ranking.score(CloseSignals(1.0, 2.0, 3.0), CloseSignals(-4.0, 0.5, 0.5)) == -1.5


def test_chances_add_up_to_one_in_the_order_of_the_scores():
    chances = ranking.chances([1.0, 3.0, 2.0])
    assert sum(chances) == pytest.approx(1.0)
    assert chances[1] > chances[2] > chances[0] > 0
    # The weights are logarithms of odds.
    assert math.log(chances[1] / chances[2]) == pytest.approx(1.0)


def test_chances_stay_numbers_however_far_scores_lie_apart():
    assert ranking.chances([]) == []
    assert ranking.chances([7.0]) == [1.0]
    assert ranking.chances([0.0, 0.0]) == [0.5, 0.5]
    assert ranking.chances([5000.0, -5000.0]) == [1.0, 0.0]


def test_a_ranking_is_the_same_after_json():
    weights = Ranking(replace(NOTHING, meaning=2.5), CloseSignals(0.5, 20.0, 12.0))
    assert Ranking.from_dict(weights.to_dict()) == weights
    with pytest.raises(ValueError, match="lacks title"):
        Signals.from_dict({k: v for k, v in NOTHING.to_dict().items() if k != "title"})


# What is read of a library.


def test_each_candidate_has_its_signals_and_none_is_above_one(engine, papers):
    for where, question in ((engine, COSTS), (papers, "When will the council vote?")):
        found = signals(where, question)
        assert set(found) == {source.id for source in where.library.articles()}
        for one in found.values():
            assert all(-1.0 <= value <= 1.0 + 1e-6 for value in astuple(one))


def test_the_passage_that_answers_has_most_that_speaks_for_it(engine):
    found = signals(engine, COSTS)
    bridge = found.pop("bridge")
    assert bridge.words == 1.0
    assert bridge.passage == pytest.approx(1.0)
    assert bridge.phrases > 0
    # The newest need not be the one that answers.
    others = [replace(other, recent=bridge.recent) for other in found.values()]
    for other in others:
        assert all(b >= o for b, o in zip(astuple(bridge), astuple(other), strict=True))


def test_words_of_the_title_count_as_such(papers):
    found = signals(papers, "swimming pool")
    assert found["title"].title == pytest.approx(1.0)
    assert found["title"].passage == found["title"].sentence == 0.0
    assert found["council 0"].title == 0.0


def test_the_day_of_an_article_counts_where_the_question_favours_days(papers):
    found = signals(papers, "What did the council discuss this week?", as_of=date(2024, 6, 12))
    assert found["council 1"].recent > found["council 0"].recent
    assert found["council 1"].recent > found["council 2"].recent
    assert {one.days for one in found.values()} == {0.0}
    plain = signals(papers, "What did the council discuss?", as_of=date(2024, 6, 12))
    # Who names no day is told of what is new, with less weight.
    assert 0.0 < plain["council 1"].recent < found["council 1"].recent
    assert plain["council 0"].recent < plain["council 1"].recent
    dated = signals(papers, "What did the council discuss in 1998?", as_of=date(2024, 6, 12))
    assert {one.recent for one in dated.values()} == {0.0}


def test_the_days_a_passage_speaks_of_count_where_the_question_names_some(papers):
    found = signals(papers, "What happened in March 1998?", as_of=date(2024, 6, 12))
    assert found["council 2"].days > found["title"].days
    # Their days of publication say nothing about it.
    assert max(one.recent for one in found.values()) < 1e-9


def test_recency_decides_between_articles_that_say_the_same(papers):
    for day, first in ((date(2024, 6, 12), "council 1"), (date(2024, 1, 12), "council 0")):
        found = papers.search("What did the council do this week?", as_of=day)
        assert found[0].source.id == first


# What comes of it.


@pytest.mark.parametrize("reorder", [False, None])
@pytest.mark.parametrize("question", [COSTS, "bridge", "what is it", "palm trees and ferries"])
def test_scores_are_chances_best_first_and_the_same_every_time(engine, question, reorder):
    found = engine.search(question, reorder=reorder)
    scores = [hit.score for hit in found]
    assert scores == sorted(scores, reverse=True)
    assert all(0.0 <= score <= 1.0 for score in scores)
    assert sum(scores) == pytest.approx(1.0)
    assert engine.search(question, reorder=reorder) == found


def test_a_filter_leaves_the_order_of_what_it_lets_through(engine):
    everything = [hit.source.id for hit in engine.search(COSTS)]
    found = engine.search(COSTS, filters=Filters(articles=("garden", "ferry")))
    assert [hit.source.id for hit in found] == [i for i in everything if i != "bridge"]


def test_the_order_does_not_hang_on_the_order_articles_came_in(tmp_path, model, articles):
    found = []
    for number, order in enumerate((articles, articles[::-1])):
        settings = Settings(library=tmp_path / str(number))
        with Engine.create(settings, embedding=model) as engine:
            for article in order:
                engine.library.put(article)
            found.append([(h.source.id, h.score) for h in engine.search(COSTS)])
    first, second = found
    assert [name for name, _ in first] == [name for name, _ in second]
    assert [s for _, s in first] == pytest.approx([s for _, s in second], abs=1e-5)
