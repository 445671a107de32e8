"""How good a ranking is. Each metric reads like its definition.

``relevant`` says of each result, best first, whether it is relevant. Ranks begin with 1; ``k``
is how many of the first results count. Where results are articles but passages were ranked, an
article stands at its first passage and nowhere else. A case that has nothing relevant is not
scored: None where the arguments tell, elsewhere the caller's to know.

Equal to trec_eval (https://github.com/usnistgov/trec_eval) where it has the metric.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from math import log2


def hit_at(k: int, relevant: Sequence[bool]) -> bool:
    """Whether any of the first ``k`` results is relevant (trec_eval's ``success``)."""
    return any(relevant[:k])


def recall_at(k: int, relevant: Sequence[bool], total: int) -> float | None:
    """The share of all ``total`` relevant ones that stands among the first ``k`` results.

    |relevant in the first k| / total (trec_eval's ``recall``). None when there are none.
    Raises ``ValueError`` when more are found than there are: something was counted twice.
    """
    if sum(relevant) > total:
        raise ValueError(f"{sum(relevant)} relevant results of {total} relevant ones")
    return sum(relevant[:k]) / total if total else None


def reciprocal_rank(relevant: Sequence[bool], k: int | None = None) -> float:
    """1 / the rank of the first relevant result; 0 when none is among the first ``k``, or all.

    Its mean over cases is MRR (Voorhees 1999, https://trec.nist.gov/pubs/trec8/papers/qa_report.pdf;
    trec_eval's ``recip_rank``).
    """
    return next((1 / rank for rank, yes in enumerate(relevant[:k], 1) if yes), 0.0)


def ndcg_at(k: int, gains: Sequence[float], ideal_gains: Collection[float]) -> float | None:
    """Normalised discounted cumulative gain: DCG of the first ``k`` results over the best there is.

    DCG = sum of gain / log2(rank + 1). The gain is the grade itself (1 or 0 when relevance is
    yes or no), not 2^grade - 1: Järvelin & Kekäläinen 2002 (https://doi.org/10.1145/582415.582418)
    with trec_eval's discount (``ndcg_cut``). ``gains`` are those of the results in rank order,
    0 for what is not relevant; ``ideal_gains`` those of all that is relevant, found or not, in
    any order. None when they hold no gain.
    """
    best = _dcg(sorted(ideal_gains, reverse=True)[:k])
    return _dcg(gains[:k]) / best if best else None


def _dcg(gains: Sequence[float]) -> float:
    return sum(gain / log2(rank + 1) for rank, gain in enumerate(gains, 1))


def full_evidence_at(k: int, pieces: Sequence[Collection[int]]) -> bool | None:
    """Whether every piece of evidence that is needed stands among the first ``k`` results.

    ``pieces`` holds for each piece the ranks at which it was found, none when it was not
    (``metrics.evidence.ranks``); one of them within ``k`` will do. None when no piece is known.
    The mean over cases is full-evidence recall: the paragraph exact match of Asai et al. 2020
    (https://arxiv.org/abs/1911.10470) at a cut-off.
    """
    if not pieces:
        return None
    return all(any(rank <= k for rank in ranks) for ranks in pieces)
