"""Every metric of one case, scored from what the engine gave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from evals.metrics.answers import exact_match, holds, holds_share, normalised, token_f1
from evals.metrics.citing import (
    Articles,
    citation_precision,
    citation_recall,
    citation_validity,
    evidence_precision,
    evidence_recall,
    quote_fidelity,
)
from evals.metrics.definitions import NAMES, SHOWN
from evals.metrics.evidence import ranks
from evals.metrics.ranking import full_evidence_at, hit_at, ndcg_at, recall_at, reciprocal_rank
from evals.metrics.refusals import crag, false_refusal, refusal
from evals.metrics.relevance import Relevance
from rag.types import Answer, Hit, Statement

_LONG = 10
"""Words from which an answer is taken for free words, which no article need hold."""

Scores = dict[str, float | None]
Raw = dict[str, float | bool | None]


@dataclass(frozen=True, slots=True)
class Scorer:
    """Scores what an engine gave. ``article`` gives an article of its library by id."""

    article: Articles

    def score(self, relevance: Relevance, found: Sequence[Hit], answer: Answer) -> Scores:
        """Every metric in ``METRICS``; None where the case lacks what it needs."""
        scores: Raw = {
            **ranking_scores(relevance, found),
            **answer_scores(relevance, answer),
            "citation_validity": citation_validity(answer.citations, self.article),
            "quote_fidelity": quote_fidelity(answer.citations, self.article),
            "citation_recall": citation_recall(answer.statements),
            "citation_precision": citation_precision(answer.statements),
            "evidence_precision": evidence_precision(answer.citations, relevance.pieces),
            "evidence_recall": evidence_recall(answer.citations, relevance.pieces),
            "refused": refusal(relevance.case.has_answer, answer.answered),
            "false_refusal": false_refusal(relevance.case.has_answer, answer.answered),
        }
        return {name: _number(scores[name]) for name in NAMES}


def ranking_scores(relevance: Relevance, found: Sequence[Hit]) -> Raw:
    """Of the passages that were found, best first, of their articles and of the evidence."""
    gold, wanted = relevance.gold_passages, relevance.articles
    of_gold = [article in wanted for article in dict.fromkeys(hit.source.id for hit in found)]
    # A copy that was folded into a passage stands where the passage stands.
    places = {source.id for hit in found[:SHOWN] for source in (hit.source, *hit.copies)}
    first = [article in wanted for article in places]
    relevant = [bool(relevance.gold(hit.passage)) for hit in found[:SHOWN]]
    texts = [(hit.source.id, hit.passage.text) for hit in found[:SHOWN]]
    return {
        **{f"article_hit@{k}": hit_at(k, of_gold) if wanted else None for k in (1, 5, 10)},
        # All that stands in the first ten passages counts: with copies that may be more than ten.
        "recall@10": recall_at(len(first), first, len(wanted)),
        **{f"hit@{k}": hit_at(k, relevant) if gold else None for k in (1, 3, 5, 10)},
        "mrr@10": reciprocal_rank(relevant, SHOWN) if gold else None,
        "ndcg@10": ndcg_at(SHOWN, [float(r) for r in relevant], [1.0] * len(gold or ())),
        "full_evidence@10": full_evidence_at(SHOWN, ranks(relevance.pieces, texts)),
    }


def answer_scores(relevance: Relevance, answer: Answer) -> Raw:
    """Of what the answer says. A refusal says nothing."""
    case = relevance.case
    answers = relevance.answers
    text = answer.said if answer.answered else ""
    first = answer.statements[0].shown if answer.statements else ""
    marked = marked_words(answer.statements)
    held = holds_share(text, answers) if _told_by_words(relevance) else None
    right = _right(relevance, answer, held)
    # Where an answer could not be told right, a refusal is not counted either: what is left
    # would be the refusals alone.
    judged = right is not None or case.has_answer is False
    return {
        "crag": crag(case.has_answer, answer.answered, right) if judged else None,
        "holds_gold": None if held is None else held > 0,
        "first_holds_gold": None if held is None else holds(first, answers),
        "holds_all": held if case.wants_all else None,
        "holds_wrong": holds(text, case.wrong) if case.wrong else None,
        "exact_match": exact_match(marked or text, answers),
        "token_f1": token_f1(marked or text, answers),
        "marked_f1": token_f1(marked, answers) if marked else None,
    }


def marked_words(statements: Sequence[Statement]) -> str:
    """The marked words of the first statement that has any; empty when none has."""
    for statement in statements:
        if statement.marked:
            return " ".join(statement.text[start:end] for start, end in statement.marked)
    return ""


def _told_by_words(relevance: Relevance) -> bool:
    """Whether an answer can be told right by the words it holds: a gold answer stands in a gold
    article, or is short and there is no evidence to go by."""
    if not relevance.answers:
        return False
    shortest = min(len(normalised(answer).split()) for answer in relevance.answers)
    return relevance.answer_stands or (shortest <= _LONG and not relevance.pieces)


def _right(relevance: Relevance, answer: Answer, held: float | None) -> bool | None:
    """Whether an answer is right, given the share of gold answers it holds; None where nothing
    tells."""
    if holds(answer.said, relevance.case.wrong):
        return False
    if held is not None:
        return held == 1 if relevance.case.wants_all else held > 0
    quoted = evidence_recall(answer.citations, relevance.pieces)
    return None if quoted is None else quoted > 0


def _number(score: float | bool | None) -> float | None:
    return None if score is None else float(score)
