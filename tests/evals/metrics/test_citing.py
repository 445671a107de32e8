"""Citations that resolve, quote truly and bear out what they are cited for, and others."""

from __future__ import annotations

from dataclasses import replace

import pytest

from evals.metrics.citing import (
    citation_precision,
    citation_recall,
    citation_validity,
    evidence_precision,
    evidence_recall,
    quote_fidelity,
    stands_in,
)
from evals.metrics.evidence import pieces_of
from evals.sets.questions import Case, Evidence
from rag.types import Article, Citation, Source, Statement

MILL = Article(
    id="mill", title="The mill", text="The mill burnt down in 1911. It was rebuilt by Ida Roth."
)
ARTICLES = {"mill": MILL}
BURNT, REBUILT = "The mill burnt down in 1911.", "It was rebuilt by Ida Roth."


def cite(quote: str, article: Article = MILL) -> Citation:
    start = article.text.index(quote)
    source = Source(article.id, article.title)
    return Citation(1, source, "1.0", quote, start, start + len(quote))


GOOD = cite(BURNT)


@pytest.mark.parametrize(
    "bad",
    [
        replace(GOOD, source=Source("pier", "The pier")),
        replace(GOOD, source=Source("mill", "The Mill, a history")),
        replace(GOOD, end=len(MILL.text) + 1),
        replace(GOOD, start=-5),
        replace(GOOD, start=9, end=9),
    ],
)
def test_a_citation_is_valid_when_article_title_and_offsets_are(bad):
    assert citation_validity([GOOD], ARTICLES.get) == 1.0
    assert citation_validity([GOOD, bad], ARTICLES.get) == 0.5


@pytest.mark.parametrize(
    "bad",
    [
        replace(GOOD, source=Source("pier")),
        replace(GOOD, quote="The mill burnt down in 1912."),
        replace(GOOD, start=1),
        replace(GOOD, quote=MILL.text[-10:-1], start=-10, end=-1),
        replace(GOOD, quote="", end=0),
    ],
)
def test_a_quote_is_true_when_it_stands_at_its_offsets(bad):
    assert quote_fidelity([GOOD], ARTICLES.get) == 1.0
    assert quote_fidelity([GOOD, bad], ARTICLES.get) == 0.5


def test_a_sentence_that_is_quoted_is_borne_out_by_itself():
    quoting = [
        Statement(BURNT, (cite(BURNT),)),
        Statement(f"{BURNT}\n {REBUILT}", (cite(MILL.text),)),
    ]
    assert citation_recall(quoting) == citation_precision(quoting) == 1.0
    assert not stands_in(BURNT, "")


def judge(*bearing: str):
    """A judge to whom exactly the quotes in ``bearing``, each a line or more, are enough."""
    return lambda premise, claim: any(set(one.split()) <= set(premise.split()) for one in bearing)


def claims(*cited: str) -> Statement:
    source = Source("letters")
    return Statement("A claim.", tuple(Citation(1, source, "1.0", q, 0, 1) for q in cited))


@pytest.mark.parametrize(
    ("cited", "bearing", "recall", "precision"),
    [
        # One citation: as good as the statement it bears out.
        ("a", ["a"], 1, 1),
        ("a", ["b"], 0, 0),
        # Both are needed together, and each is of use.
        ("ab", ["a b"], 1, 1),
        # The second adds nothing: alone it is not enough, and the first does without it.
        ("ab", ["a"], 1, 1 / 2),
        # Either is enough alone: both are of use.
        ("ab", ["a", "b"], 1, 1),
        # c alone is not enough, and a with b do without it.
        ("abc", ["a b"], 1, 2 / 3),
        # Not borne out: none counts, though one would be relevant.
        ("abc", ["d"], 0, 0),
        # Of words cited twice, either one can be left out; what they need cannot.
        ("aab", ["a b"], 1, 1 / 3),
    ],
)
def test_recall_and_precision_are_alces(cited, bearing, recall, precision):
    statements = [claims(*cited)]
    assert citation_recall(statements, judge(*bearing)) == recall
    assert citation_precision(statements, judge(*bearing)) == pytest.approx(precision)


def test_recall_is_over_statements_and_precision_over_citations():
    statements = [claims("a", "x", "y"), claims("a"), claims()]
    assert citation_recall(statements, judge("a")) == pytest.approx(2 / 3)
    assert citation_precision(statements, judge("a")) == pytest.approx(2 / 4)


def wanted(evidence: list[Evidence]):
    return pieces_of(Case("one", "What?", evidence=tuple(evidence)))


WANTED = wanted([Evidence("mill", BURNT), Evidence("copy", BURNT), Evidence("pier", "It is long.")])


def test_the_evidence_that_is_cited_and_the_citations_that_are_evidence():
    assert evidence_recall([cite(BURNT)], WANTED) == 0.5
    assert evidence_precision([cite(BURNT), cite(REBUILT)], WANTED) == 0.5
    copy = replace(GOOD, source=Source("copy"))
    assert evidence_recall([copy], WANTED) == evidence_recall([copy, GOOD], WANTED) == 0.5


def test_with_nothing_cited_or_nothing_wanted_there_is_no_score():
    assert citation_validity([], ARTICLES.get) is quote_fidelity([], ARTICLES.get) is None
    assert citation_recall([]) is citation_precision([]) is citation_precision([claims()]) is None
    assert evidence_recall([GOOD], []) is evidence_precision([GOOD], []) is None
    assert evidence_precision([], WANTED) is None
    assert evidence_recall([], WANTED) == 0.0
