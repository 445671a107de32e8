"""What is found: filters over many passages, titles, what no index can tell apart."""

from __future__ import annotations

from rag.engine import Engine
from rag.settings import Settings
from rag.types import Article, Filters


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
