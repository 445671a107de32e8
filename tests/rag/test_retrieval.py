"""Fusing what both indexes offer, and filters over many passages."""

from __future__ import annotations

import pytest

from rag.engine import Engine
from rag.retrieval import Candidates, fuse
from rag.settings import Settings
from rag.types import Article, Filters


def test_the_weaker_of_two_that_hold_the_word_comes_before_those_that_do_not():
    dense = [(f"near {n}", 0.3 - n / 1000) for n in range(50)]
    ranked = fuse(
        Candidates(dense, lexical=[("a", 9.0), ("b", 6.0)]), Settings().fusion.dense_weight
    )
    assert [i for i, _ in ranked][:2] == ["a", "b"]


def test_both_scores_count_by_their_weight():
    candidates = Candidates(dense=[("a", 0.9), ("b", 0.5)], lexical=[("b", 7.0), ("c", 3.0)])
    assert fuse(candidates, 0.4) == [("b", 0.6), ("a", 0.4), ("c", pytest.approx(0.6 * 3 / 7))]
    assert next(i for i, _ in fuse(candidates, 1.0)) == "a"


def test_one_index_alone_is_enough():
    assert fuse(Candidates(dense=[("a", 0.3)], lexical=[]), 0.5) == [("a", 0.5)]
    assert fuse(Candidates(dense=[], lexical=[]), 0.5) == []


def test_ten_under_a_narrow_filter_are_ten_if_ten_exist(tmp_path, model):
    settings = Settings(library=tmp_path / "library", candidates=10)
    with Engine.create(settings, embedding=model) as engine:
        near = [Article(id=f"near {n}", text=f"The cat sat on mat {n}.") for n in range(60)]
        far = [
            Article(id=f"far {n}", text=f"Share prices fell by {n} points.", tags=("far",))
            for n in range(12)
        ]
        for _ in engine.library.put_all((article, "") for article in near + far):
            pass
        found = engine.search("Where did the cat sit?", k=10, filters=Filters(tags=("far",)))
    assert len(found) == 10
    assert all(hit.source.id.startswith("far") for hit in found)


def test_a_word_in_the_title_counts(tmp_path, model):
    with Engine.create(Settings(library=tmp_path / "library"), embedding=model) as engine:
        for title in ("Budget", "Weather", "Chess"):
            engine.library.put(Article(title=title, text="It was discussed at length again."))
        assert engine.search("weather")[0].source.title == "Weather"


def test_questions_of_common_words_alone_still_find(engine: Engine):
    assert len(engine.search("what is it", k=3)) == 3
