"""A short list that holds something for each part of a question, and nothing twice."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from rag.passages import sentences
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
        place = _told_by(hit, chosen)
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


# Copies of one story.


def _told_by(hit: Hit, before: Sequence[Hit]) -> int | None:
    """The place of the hit that says most of what ``hit`` says, when all of it has been said by
    hits of its story in other articles: the same words, figures, dates and names."""
    if not hit.source.story:
        return None
    told = [
        (place, other)
        for place, other in enumerate(before)
        if hit.source.story == other.source.story
        and hit.source.id != other.source.id
        and _same_days(hit, other)
    ]
    if not told:
        return None
    said = [(place, words) for place, other in told for words in _statements(other.passage.text)]
    places: Counter[int] = Counter()
    for words in _statements(hit.passage.text):
        by = next((place for place, others in said if _says_no_more(words, others)), None)
        if by is None:
            return None
        places[by] += 1
    return places.most_common(1)[0][0] if places else None


def _with_copy(hit: Hit, copy: Hit) -> Hit:
    known = {source.id for source in hit.copies}
    more = [source for source in (copy.source, *copy.copies) if source.id not in known]
    return replace(hit, copies=(*hit.copies, *more))


_DATELINE = re.compile(r"^[A-Z][A-Z .'’-]+(?:, [A-Z]\w+\.? \d+)? \([\w .]+\) [-–—]\s*")
"""Where a wire report begins: "KELDERWICK, Nov 11 (Seaboard) - "."""
_DAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_WHICH_DAY = re.compile(rf"\b(?:on|last|this|next) (?={_DAY})", re.I)
"""How a paper of another day of the week says the same day."""
_RELATIVE = re.compile(rf"\b(?:{_DAY}|today|tonight|tomorrow|yesterday|last|this|next|ago)\b", re.I)
_WEEK = 6
"""Days between two papers in which "on Monday" may mean the same day."""
_WORD = re.compile(r"\w+(?:[.,:/'’-]\w+)*%?|[£$€]")
_SMALL = re.compile(r"(?:an?|and|of|that|the)$")
_TURNING = re.compile(
    r"(?:no|not|never|none|nobody|nothing|neither|nor|cannot|without|if|unless|may|might|could|about"
    r"|almost|nearly|den(?:y|ies|ied)|refus\w+|fail\w*|alleg\w+|reported\w*|.*n['’]t)$"
)
"""Words that turn what a sentence says, or make it less sure."""
_KEPT = 0.7
"""Share of the words of a sentence that a copy of it keeps, at least."""


def _statements(text: str) -> list[list[str]]:
    """The words of each sentence that tell something, in order."""
    text = _WHICH_DAY.sub("", _DATELINE.sub("", text))
    found = (_WORD.findall(text[a:b].casefold()) for a, b in sentences(text))
    return [[word for word in words if not _SMALL.match(word)] for words in found if words]


def _says_no_more(words: list[str], others: list[str]) -> bool:
    """Whether a sentence is another one with a few words less: nothing is in it that is not in the
    other, in the same order, and what it lacks turns nothing."""
    rest = iter(others)
    if len(words) < _KEPT * len(others) or not all(word in rest for word in words):
        return False
    return sum(map(_turns, words)) == sum(map(_turns, others))


def _turns(word: str) -> bool:
    return bool(_TURNING.match(word))


def _same_days(one: Hit, other: Hit) -> bool:
    """Whether days that are told from the day of print, as "on Monday", may be the same."""
    dates = one.source.published, other.source.published
    if not all(dates) or not _RELATIVE.search(one.passage.text):
        return True
    first, second = (date.first for date in dates if date)
    return abs((first - second).days) <= _WEEK
