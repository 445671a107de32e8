"""Every metric of a run: its name, its title, its definition."""

from __future__ import annotations

from evals.metrics.metric import Metric

DEPTH = 50
"""Passages asked of the search, so that ten articles can be told from ten passages."""

SHOWN = 10
"""Passages that a run keeps of each case."""

METRICS = (
    Metric(
        "crag",
        "CRAG score",
        "+1 for a right answer, 0 for none, -1 for a wrong one (Yang et al. 2024). Right: the"
        " answer holds a gold answer, or all of them where all are wanted, and none that is known"
        " to be wrong; where no gold answer stands in the articles, it quotes the evidence. Of a"
        " question that the articles do not answer, declining is right.",
        "higher",
        "headline",
    ),
    *(
        Metric(
            f"hit@{k}",
            f"Hit@{k}",
            f"Whether one of the first {k} passages is gold: of a gold article, and holding a"
            " gold answer (where no answer stands in one, meeting the evidence).",
            "higher",
            "retrieval",
        )
        for k in (1, 3, 5, 10)
    ),
    Metric(
        "mrr@10",
        "MRR@10",
        "One divided by the rank of the first gold passage; 0 beyond the tenth.",
        "higher",
        "retrieval",
    ),
    Metric(
        "ndcg@10",
        "nDCG@10",
        "Discounted gain of the gold passages among the first ten, divided by the best possible.",
        "higher",
        "retrieval",
    ),
    Metric(
        "recall@10",
        "Recall@10",
        "Share of the gold articles among the articles of the first ten passages, and of copies"
        " folded into them.",
        "higher",
        "retrieval",
    ),
    Metric(
        "full_evidence@10",
        "Full evidence@10",
        "Whether the first ten passages bear every piece of the evidence.",
        "higher",
        "retrieval",
    ),
    *(
        Metric(
            f"article_hit@{k}",
            f"Article hit@{k}",
            f"Whether a gold article is among the first {k} articles, taken in the order of"
            f" their best passages (of {DEPTH}).",
            "higher",
            "retrieval",
        )
        for k in (1, 5, 10)
    ),
    Metric(
        "holds_gold",
        "Answer holds gold",
        "Whether the answer holds a gold answer on word boundaries, normalised; a refusal holds"
        " none. Not scored where no gold answer stands in the articles and there is evidence to"
        " go by instead.",
        "higher",
        "answers",
    ),
    Metric(
        "first_holds_gold",
        "First statement holds gold",
        "The same of the answer's first statement alone.",
        "higher",
        "answers",
    ),
    Metric(
        "holds_all",
        "Share of parts held",
        "Of a question whose answer has several parts: the share of them that the answer holds.",
        "higher",
        "answers",
    ),
    Metric(
        "holds_wrong",
        "Answer holds a wrong one",
        "Whether the answer holds one of the answers that are known to be wrong.",
        "lower",
        "answers",
    ),
    Metric(
        "exact_match",
        "Exact match",
        "Whether the marked words of the first statement that has any, else the whole answer,"
        " equal a gold answer, normalised (SQuAD).",
        "higher",
        "answers",
    ),
    Metric(
        "token_f1",
        "Token F1",
        "Harmonic mean of the shares of words that the same words and the nearest gold answer"
        " have in common (SQuAD).",
        "higher",
        "answers",
    ),
    Metric(
        "marked_f1",
        "Token F1 of marked words",
        "Token F1 of the marked words, where there are any.",
        "higher",
        "answers",
    ),
    Metric(
        "citation_validity",
        "Citation validity",
        "Share of the citations that name an article of the library, a place in it and its title.",
        "higher",
        "citations",
    ),
    Metric(
        "quote_fidelity",
        "Quote fidelity",
        "Share of the citations whose quote stands in the article at its place, letter by letter.",
        "higher",
        "citations",
    ),
    Metric(
        "citation_recall",
        "Citation recall",
        "Share of the statements that their citations bear out together (ALCE, Gao et al. 2023)."
        " Borne out here means: standing in them word for word.",
        "higher",
        "citations",
    ),
    Metric(
        "citation_precision",
        "Citation precision",
        "Share of the citations that their statement needs (ALCE).",
        "higher",
        "citations",
    ),
    Metric(
        "evidence_precision",
        "Evidence precision",
        "Share of the quotes that are words of the gold evidence, or hold it.",
        "higher",
        "citations",
    ),
    Metric(
        "evidence_recall",
        "Evidence recall",
        "Share of the pieces of gold evidence that are quoted.",
        "higher",
        "citations",
    ),
    Metric(
        "refused",
        "Refused, not answerable",
        "Of the questions that the articles do not answer: the share that was declined.",
        "higher",
        "refusals",
    ),
    Metric(
        "false_refusal",
        "Refused, answerable",
        "Of the questions that the articles answer: the share that was declined.",
        "lower",
        "refusals",
    ),
)

NAMES = tuple(metric.name for metric in METRICS)
