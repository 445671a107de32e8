"""Answers without a language model: the sentences that answer, word for word."""

from __future__ import annotations

from collections.abc import Sequence

from rag.evidence import Evidence, Sentence
from rag.types import Citation, Statement, Support

_WORTH = 0.85
"""A further sentence is quoted only if it scores at least this share of the best."""
_WORDS = 85
"""Words an answer has at most, unless a single sentence has more."""


def choose(evidence: Evidence, *, most: int) -> list[Sentence]:
    """The best sentence, then those that are nearly as good and say something else, ``most`` in
    all: what answers most directly comes first."""
    telling = [sentence for sentence in evidence.sentences if _tells(sentence)]
    ranked = sorted(telling or evidence.sentences, key=lambda s: -s.similarity)
    if not ranked:
        return []
    chosen = [ranked[0]]
    for sentence in ranked[1:]:
        if len(chosen) == most or sentence.similarity < _WORTH * ranked[0].similarity:
            break
        words = sum(len(s.text.split()) for s in [*chosen, sentence])
        if words <= _WORDS and not any(_same(sentence, other) for other in chosen):
            chosen.append(sentence)
    return chosen


def statements(sentences: Sequence[Sentence]) -> list[Statement]:
    """Each sentence as a quoted statement; markers count in order of first use."""
    return [
        Statement(sentence.text, (_citation(sentence, marker),), Support.QUOTED)
        for marker, sentence in enumerate(sentences, start=1)
    ]


def _citation(sentence: Sentence, marker: int) -> Citation:
    hit = sentence.hit
    return Citation(
        marker=marker,
        source=hit.source,
        passage_id=hit.passage.id,
        quote=sentence.text,
        start=sentence.start,
        end=sentence.end,
        locator=hit.passage.locator,
    )


def _tells(sentence: Sentence) -> bool:
    """A question answers nothing, however like the one asked; a headline is shown anyway."""
    text = sentence.text.strip()
    return not text.endswith("?") and text.casefold() != sentence.hit.source.title.casefold()


def _same(one: Sentence, other: Sentence) -> bool:
    """The same words, as in wire copy that two papers carry."""
    a, b = set(one.text.casefold().split()), set(other.text.casefold().split())
    return len(a & b) >= 0.8 * len(a | b)
