"""Answers without a language model: the sentences that answer, word for word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rag.directness import Weighed, higher
from rag.evidence import Sentence
from rag.locating import locator
from rag.types import Citation, Statement, Support

_WORTH = 1 / 2000
"""The chance to be the one that answers that a further sentence must have for each of its words.
Chosen on half 0 of ``squad2``, as is ``_ADDS``: with it, answers have two sentences on average;
at ten times as much they have one and a half and lack one answer in forty."""
_ADDS = 4.0
"""What a sentence gains that says words of the question which none before it says, if it says all
of them: a logarithm of odds, as the weights of ``rag.directness`` are."""
_WORDS = 120
"""Words an answer has at most, unless a single sentence has more."""


def choose(
    found: Sequence[Weighed], *, most: int, given: Sequence[Sentence] = ()
) -> list[Sentence]:
    """The first of ``found``, which are best first, then those that add something and are worth
    their words, ``most`` in all. What says the same as another is taken once. ``given`` are taken
    before all others."""
    chosen = list(given) or [one.sentence for one in found[:1]]
    rest = [one for one in found if one.sentence not in chosen]
    said = higher(*(one.says for one in found if one.sentence in chosen))
    while rest and len(chosen) < most:
        words = sum(map(_length, chosen))
        rest = [
            one
            for one in rest
            if one.chance >= _WORTH * _length(one.sentence)
            and words + _length(one.sentence) <= _WORDS
            and not any(_same(one.sentence, other) for other in chosen)
        ]
        rest.sort(key=lambda one: one.score + _ADDS * _added(one, said), reverse=True)
        chosen += [one.sentence for one in rest[:1]]
        said = higher(said, *(one.says for one in rest[:1]))
        rest = rest[1:]
    return chosen


def _added(one: Weighed, said: Mapping[str, float]) -> float:
    """What the question's words are worth that are said in it and not among those ``said``."""
    return sum(max(0.0, worth - said.get(term, 0.0)) for term, worth in one.says.items())


def _length(sentence: Sentence) -> int:
    return len(sentence.text.split())


def statements(sentences: Sequence[Sentence]) -> list[Statement]:
    """Each sentence as a quoted statement; markers count in order of first use."""
    return [
        Statement(sentence.text, (citation(sentence, marker),), Support.QUOTED)
        for marker, sentence in enumerate(sentences, start=1)
    ]


def citation(sentence: Sentence, marker: int) -> Citation:
    """Its words as a citation."""
    hit = sentence.hit
    return Citation(
        marker=marker,
        source=hit.source,
        passage_id=hit.passage.id,
        quote=sentence.text,
        start=sentence.start,
        end=sentence.end,
        locator=locator(hit.passage.pages, sentence.start, sentence.end),
    )


def _same(one: Sentence, other: Sentence) -> bool:
    """The same words, as in wire copy that two papers carry."""
    a, b = set(one.text.casefold().split()), set(other.text.casefold().split())
    return len(a & b) >= 0.8 * len(a | b)
