"""A copy folded into a passage is found where the passage is."""

from __future__ import annotations

from dataclasses import replace

from evals.metrics.relevance import Relevance
from evals.metrics.scoring import ranking_scores
from evals.sets.questions import Case
from rag.types import Hit, Passage, Source


def test_a_folded_copy_counts_for_recall():
    passages = {name: [Passage(name, name, "It is 9 metres.", 0, 15)] for name in ("wire", "post")}
    case = Case("1", "How long?", answers=("9 metres",), articles=("wire", "post"))
    relevance = Relevance(case, lambda name: passages.get(name, []))
    hit = Hit(passages["wire"][0], Source("wire"), 1.0)
    assert ranking_scores(relevance, [hit])["recall@10"] == 0.5
    assert ranking_scores(relevance, [replace(hit, copies=(Source("post"),))])["recall@10"] == 1.0


def test_every_copy_counts_however_many_there_are():
    passage = Passage("wire", "wire", "It is 9 metres.", 0, 15)
    papers = tuple(f"paper {n}" for n in range(30))
    case = Case("1", "How long?", answers=("9 metres",), articles=papers)
    relevance = Relevance(case, lambda name: [replace(passage, id=name, article_id=name)])
    hit = Hit(passage, Source("wire"), 1.0, copies=tuple(map(Source, papers)))
    assert ranking_scores(relevance, [hit])["recall@10"] == 1.0
