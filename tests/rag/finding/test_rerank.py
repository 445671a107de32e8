"""Reordering the best of what was found, by reading it closely."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from rag import nodes
from rag.assembly import evidence_reader
from rag.embedding import SentenceEmbedding, bundled_path
from rag.engine import Engine
from rag.errors import ModelError
from rag.finding.crossencoding import CrossEncoding
from rag.finding.interaction import LateInteraction
from rag.finding.ranking import CloseSignals
from rag.finding.rerank import Reorder, reordered, worth_reading
from rag.question import Question
from rag.retrieval import PassageRetriever
from rag.settings import Settings
from rag.types import Article, Filters, Hit, Kind, Passage, Source, Turn, Understood

QUESTION = "How long will the harbour bridge be closed?"
TOWNS = ("Alder", "Birk", "Corran", "Dorne", "Elm", "Farrow", "Gant", "Holt")
ANY_COSTS = "What do the repairs of the bridge cost?"
COSTS = "What do the repairs of the harbour bridge cost?"


def _hit(name: str, score: float) -> Hit:
    return Hit(Passage(name, name, name, 0, len(name)), Source(name), score)


HITS = tuple(_hit(name, score) for name, score in zip("abcd", (0.5, 0.3, 0.1, 0.1), strict=True))


def by_length(question: Question, hits: Sequence[Hit]) -> list[float]:
    """A scorer that anybody can follow: the longer the better."""
    return [float(len(hit.passage.text)) for hit in hits]


def names(hits: Sequence[Hit]) -> list[str]:
    return [hit.source.id for hit in hits]


def retriever(engine: Engine) -> PassageRetriever:
    assert isinstance(engine.retriever, PassageRetriever)
    return engine.retriever


def put_in_order(engine: Engine, question: Question, hits: Sequence[Hit], depth: int) -> list[Hit]:
    """``hits`` after a ``Reorder`` by length."""
    reorder = Reorder(retriever(engine).reader, by_length, depth)
    found = reorder.postprocess_nodes([nodes.node(hit) for hit in hits], query_bundle=question)
    return list(nodes.hits(found))


@pytest.fixture(scope="module")
def towns(tmp_path_factory: pytest.TempPathFactory, model: SentenceEmbedding) -> Iterator[Path]:
    """A library of bridges in eight towns, one of them in a harbour."""
    place = tmp_path_factory.mktemp("towns") / "library"
    with Engine.create(place, embedding=model) as engine:
        for number, town in enumerate(TOWNS):
            what = "harbour bridge" if town == "Elm" else "bridge"
            text = f"Repairs of the {what} of {town} began in May. They cost {number + 2} crowns."
            engine.library.put(Article(id=town, title=f"The bridge of {town}", text=text))
    yield place


def opened(place: Path, model: SentenceEmbedding, **settings: object) -> Engine:
    return Engine.open(Settings(library=place, **settings), embedding=model)


# The order and its scores.


def test_what_was_scored_takes_its_new_order_and_the_rest_stays_behind():
    found = reordered(HITS, [0.0, 5.0])
    assert names(found) == ["b", "a", "c", "d"]
    found = reordered(HITS, [0.0, 0.0, 9.0])
    assert names(found) == ["c", "a", "b", "d"]


def test_new_scores_share_what_the_old_ones_had_and_descend():
    for scores in ([0.0, 5.0], [9.0, 0.0], [0.0, -2000.0, 3.0], [1.0, 1.0, 1.0, 1.0], []):
        found = reordered(HITS, scores)
        values = [hit.score for hit in found]
        assert values == sorted(values, reverse=True)
        assert all(0.0 <= value <= 1.0 for value in values)
        assert sorted(names(found)) == list("abcd")
    assert sum(hit.score for hit in reordered(HITS, [1.0, 2.0])[:2]) == pytest.approx(0.8)
    assert reordered(HITS, []) == list(HITS)
    assert reordered([], []) == []


def test_equal_scores_leave_the_order():
    assert names(reordered(HITS, [1.0] * 4)) == list("abcd")


def test_no_more_is_read_than_can_matter_and_no_more_than_allowed():
    assert names(worth_reading(HITS, 4)) == list("abcd")
    assert names(worth_reading(HITS, 2)) == ["a", "b"]
    plain = [_hit("a", 0.97), _hit("b", 0.015), _hit("c", 0.01), _hit("d", 0.005)]
    assert names(worth_reading(plain, 4)) == ["a", "b"]
    assert names(worth_reading([_hit("a", 0.99), *plain[1:]], 4)) == ["a"]
    assert worth_reading([], 4) == []
    assert names(worth_reading(plain, 4, enough=float("inf"))) == list("abcd")


# As a postprocessor.


def test_what_is_beyond_the_shortlist_stays_behind_it(engine: Engine):
    question = retriever(engine).reader.read(QUESTION)
    hits = [_hit("a", 0.4), _hit("bb", 0.3), _hit("ccccc", 0.2), _hit("dddd", 0.1)]
    assert names(put_in_order(engine, question, hits, 2)) == ["bb", "a", "ccccc", "dddd"]
    assert names(put_in_order(engine, question, hits, 3)) == ["ccccc", "bb", "a", "dddd"]
    assert names(put_in_order(engine, question, hits, 1000)) == ["ccccc", "dddd", "bb", "a"]


def test_as_many_are_kept_as_were_asked_for(engine: Engine):
    hits = [_hit("x" * n, 1 / 2**n) for n in range(1, 9)]
    for k in (1, 3, 8, 20):
        found = put_in_order(engine, retriever(engine).reader.read(QUESTION, k=k), hits, 4)
        assert names(found) == names([hits[i] for i in (3, 2, 1, 0, 4, 5, 6, 7)][:k])


@pytest.mark.parametrize(
    ("asked", "kind"),
    [
        ("What did Maren Holt say, and what did Paul Okoye say?", Kind.FACT),
        ("Any news about the bridge?", Kind.NEWS),
        ("List the articles about the bridge.", Kind.LIST),
        ("Summarise the article about the glasshouse.", Kind.DIGEST),
    ],
)
def test_parts_news_lists_and_digests_keep_their_order(engine: Engine, asked: str, kind: Kind):
    question = retriever(engine).reader.read(asked)
    assert question.understood.kind is kind
    assert bool(question.parts) == (kind is Kind.FACT)
    hits = [_hit("a", 0.4), _hit("bb", 0.3), _hit("ccccc", 0.2)]
    assert put_in_order(engine, question, hits, 16) == hits
    assert put_in_order(engine, replace(question, k=2), hits, 16) == hits[:2]


def test_nothing_found_is_nothing_to_reorder(engine: Engine):
    assert put_in_order(engine, retriever(engine).reader.read(QUESTION), [], 16) == []


def test_its_time_is_told_and_counts(engine: Engine):
    question = retriever(engine).reader.read(QUESTION)
    put_in_order(engine, question, HITS, 16)
    assert "reorder" in question.clock.milliseconds
    assert "reorder" in engine.ask(QUESTION).trace.milliseconds


# Late interaction.


def test_a_passage_that_says_it_comes_before_one_that_does_not(engine: Engine):
    hits = retriever(engine).find(retriever(engine).reader.read(QUESTION))
    closely = LateInteraction(
        engine.library, evidence_reader(engine.library, SentenceEmbedding()), CloseSignals(0, 1, 1)
    )
    question = retriever(engine).reader.read(QUESTION)
    backwards = hits[::-1]
    signals = closely.signals(question, backwards)
    assert all(s.before <= 0.0 for s in signals)
    assert all(0.0 < s.passage <= 1.0 and 0.0 < s.sentence <= s.passage + 1e-6 for s in signals)
    found = reordered(backwards, closely(question, backwards))
    assert found[0].source.id == "bridge"
    # The same passages in another order have the same signals.
    again = closely.signals(question, hits)
    assert again[::-1] == signals


def test_a_passage_that_goes_away_between_finding_and_reading_comes_last(tmp_path, model, articles):
    with Engine.create(Settings(library=tmp_path / "library"), embedding=model) as engine:
        for article in articles:
            engine.library.put(article)
        question = retriever(engine).reader.read(QUESTION)
        hits = retriever(engine).find(question)
        assert names(hits)[0] == "bridge"
        engine.library.remove("bridge")
        weights = engine.settings.finding.weights.close
        closely = LateInteraction(engine.library, evidence_reader(engine.library, model), weights)
        gone = closely.signals(question, hits)[0]
        assert (gone.passage, gone.sentence) == (0.0, 0.0)
        assert names(reordered(hits, closely(question, hits)))[-1] == "bridge"
        for name in ("ferry", "garden"):
            engine.library.remove(name)
        alone = closely.signals(question, hits)
        assert {(one.passage, one.sentence) for one in alone} == {(0.0, 0.0)}
        assert names(reordered(hits, closely(question, hits))) == names(hits)
        assert closely(question, []) == []


def test_a_follow_up_is_read_with_what_it_leans_on(engine: Engine):
    history = (Turn.of(engine.ask("Who is the director of the Tarn port authority?")),)
    found = engine.search("How long will it be closed?", history=history)
    assert found[0].source.id == "bridge"


# Through the engine.


def test_reordering_can_be_left_out_of_one_search_or_of_all(towns: Path, model: SentenceEmbedding):
    with opened(towns, model) as engine:
        first = engine.search(ANY_COSTS, k=8, reorder=False)
        close = engine.search(ANY_COSTS, k=8)
        assert [h.score for h in first] != [h.score for h in close]
        assert sorted(names(first)) == sorted(names(close)) == sorted(TOWNS)
    with opened(towns, model, reranker="none") as engine:
        for reorder in (None, False, True):
            assert engine.search(ANY_COSTS, k=8, reorder=reorder) == first
        assert "reorder" not in engine.ask(ANY_COSTS).trace.milliseconds


def test_what_was_asked_before_changes_nothing(towns: Path, model: SentenceEmbedding):
    """What is remembered of passages that were read is what would be read again."""
    with opened(towns, model, shortlist=5) as engine:
        first, said = engine.search(COSTS), engine.ask(COSTS)
    with opened(towns, model, shortlist=5) as engine:
        for town in TOWNS:
            engine.search(f"When did the repairs in {town} begin?", k=3)
        assert engine.search(COSTS) == first
        assert engine.ask(COSTS).trace.evidence == said.trace.evidence


@pytest.mark.parametrize("shortlist", [1, 2, 5, 1000])
def test_the_shortlist_alone_is_read_closely(towns: Path, model: SentenceEmbedding, shortlist: int):
    with opened(towns, model, shortlist=shortlist) as engine:
        first = engine.search(COSTS, k=8, reorder=False)
        close = engine.search(COSTS, k=8)
        assert set(names(close)[:shortlist]) == set(names(first)[:shortlist])
        assert names(close)[shortlist:] == names(first)[shortlist:]


@pytest.mark.parametrize("k", [1, 3, 8, 20])
def test_a_search_gives_as_many_as_it_is_asked_for(towns: Path, model: SentenceEmbedding, k: int):
    with opened(towns, model, shortlist=4) as engine:
        for reorder in (None, False):
            assert len(engine.search(COSTS, k=k, reorder=reorder)) == min(k, len(TOWNS))
        assert names(engine.search(COSTS, k=3)) == names(engine.search(COSTS, k=8))[:3]


def test_parts_and_filters_hold_with_reordering(towns: Path, model: SentenceEmbedding):
    with opened(towns, model) as engine:
        found = engine.search(COSTS, filters=Filters(articles=("Alder", "Birk")))
        assert set(names(found)) == {"Alder", "Birk"}
        both = "What did the bridge of Alder cost, and what did the bridge of Gant cost?"
        assert {"Alder", "Gant"} <= set(names(engine.search(both))[:4])


# A cross-encoder.


def cross_encoder(place: Path) -> Path:
    """A cross-encoder of one tiny layer that nobody has trained, and that always says the same."""
    import torch
    from sentence_transformers import CrossEncoder
    from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification

    tokenizer = AutoTokenizer.from_pretrained(bundled_path())
    config = BertConfig(
        vocab_size=len(tokenizer), hidden_size=16, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=16, num_labels=1,
    )  # fmt: skip
    torch.manual_seed(0)
    BertForSequenceClassification(config).save_pretrained(place)
    tokenizer.save_pretrained(place)
    CrossEncoder(str(place))
    return place


def test_a_cross_encoder_on_this_machine_reorders(
    towns: Path, model: SentenceEmbedding, tmp_path: Path
):
    name = str(cross_encoder(tmp_path / "cross-encoder"))
    with opened(towns, model, reranker=name, shortlist=5) as engine:
        first = engine.search(COSTS, k=8, reorder=False)
        scores = CrossEncoding(name)(Question(COSTS), first[:5])
        assert len(set(scores)) > 1
        expected = reordered(first, scores)
        found = engine.search(COSTS, k=8)
        assert names(found) == names(expected)
        assert [h.score for h in found] == pytest.approx([h.score for h in expected])
        assert engine.search(COSTS, k=8) == found
        assert engine.ask(COSTS).answered


@pytest.mark.parametrize("made", [False, True])
def test_a_cross_encoder_that_is_not_there_is_one_clear_line(
    towns: Path, model: SentenceEmbedding, tmp_path: Path, made: bool
):
    name = tmp_path / "cross-encoder"
    if made:
        name.mkdir()
        (name / "config.json").write_text("{}")
    with opened(towns, model, reranker=str(name)) as engine:
        for ask in (engine.search, engine.ask):
            with pytest.raises(ModelError) as caught:
                ask(COSTS)
            assert f"The reranker '{name}' cannot be loaded" in caught.value.line
            assert "'bundled' or 'none'" in caught.value.hint
            assert "\n" not in caught.value.line
            assert len(caught.value.line) < 500
        # What does not need it goes on.
        assert engine.search(COSTS, reorder=False)
        assert engine.search(COSTS, understood=Understood(text=COSTS, kind=Kind.LIST, topic=COSTS))
