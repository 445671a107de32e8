"""A short list that holds something for each part of a question, and nothing twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from rag.finding.folding import told_by
from rag.types import Hit

_LEAD, _ROUNDS = 2, 2
"""Hits for the whole question before those for its parts, and how often they take turns. Fitted on
joined pairs of questions of half 0 (``python -m evals.parts squad2``)."""
_MOST = 6
"""Passages of one article in a row of results, before others are looked at."""
_REACH = 0.2
"""Others come first when they score at least this share of what they are put before: odds of five
to one. How many are let through was chosen on 600 questions of half 0 of ``squad2``: the widest
variety with no hit lost."""


def gathered(
    whole: Sequence[Hit],
    parts: Sequence[Sequence[Hit]],
    *,
    lead: int = _LEAD,
    rounds: int = _ROUNDS,
) -> list[Hit]:
    """``whole``, the hits for a question, with the best for each of its parts among the first.

    All are best first. After each ``lead`` hits for the whole comes the next best for each part,
    unless it is there already, ``rounds`` times; the order of the others stays. Scores of other
    questions do not compare with these: a hit for a part takes the score it stands at.
    """
    if not parts:
        return list(whole)
    found: dict[str, Hit] = {}
    rest = list(whole)
    level = rest[0].score if rest else 0.0
    for turn in range(rounds):
        for hit in rest[:lead]:
            level = hit.score
            found.setdefault(hit.passage.id, hit)
        for hit in (hits[turn] for hits in parts if turn < len(hits)):
            found.setdefault(hit.passage.id, replace(hit, score=level))
        rest = [hit for hit in rest if hit.passage.id not in found]
    return [*found.values(), *rest]


def varied(hits: Sequence[Hit], k: int, *, most: int = _MOST, reach: float = _REACH) -> list[Hit]:
    """The first ``k`` of ``hits``, best first, so that they say different things.

    A copy that says nothing new is folded into the hit that said it (``Hit.copies``). Beyond
    ``most`` passages of one article, those of others come first that score at least ``reach``
    of what they are put before; scores are not negative. What was moved or folded still comes
    when there is nothing else: there are ``k`` if ``hits`` are that many.
    """
    chosen: list[Hit] = []
    folded: list[Hit] = []
    for hit in _spread(hits, most, reach):
        if len(chosen) == k:
            break
        place = told_by(hit, chosen)
        if place is None:
            chosen.append(hit)
        else:
            chosen[place] = _with_copy(chosen[place], hit)
            folded.append(hit)
    return _descending([*chosen, *folded][:k])


def _spread(hits: Sequence[Hit], most: int, reach: float) -> Iterator[Hit]:
    """``hits``, those beyond ``most`` of one article behind others within reach."""
    seen: Counter[str] = Counter()
    waiting: list[Hit] = []
    for hit in hits:
        if seen[hit.source.id] >= most:
            waiting.append(hit)
            continue
        while waiting and hit.score < reach * waiting[0].score:
            yield waiting.pop(0)
        seen[hit.source.id] += 1
        yield hit
    yield from waiting


def _descending(hits: Sequence[Hit]) -> list[Hit]:
    """The same hits with scores that fit their order."""
    level, fitting = float("inf"), []
    for hit in hits:
        level = min(level, hit.score)
        fitting.append(hit if hit.score == level else replace(hit, score=level))
    return fitting


def _with_copy(hit: Hit, copy: Hit) -> Hit:
    known = {source.id for source in hit.copies}
    more = [source for source in (copy.source, *copy.copies) if source.id not in known]
    return replace(hit, copies=(*hit.copies, *more))
