"""What is said before a quote: who says it and when, or as of when it was so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from rag.days import spelt
from rag.differing import corrects
from rag.evidence import Sentence
from rag.question import Question
from rag.types import Source
from rag.understanding.present import about_now

_FRESH = timedelta(days=7)
"""What is older than that, when it is asked how things are, is told with its day."""


def attributed(sentences: Sequence[Sentence], disputed: Sequence[Sentence]) -> Iterator[str]:
    """Who says each of ``sentences``, and when, where it is ``disputed``; else nothing. Where that
    is the same of two, by the titles of their articles."""
    voices = [_voice(sentence, _publishers(sentence)) for sentence in disputed]
    if len(set(voices)) < len(voices):
        voices = [_voice(s, [s.hit.source.title or s.hit.source.id]) for s in disputed]
    for sentence in sentences:
        yield voices[disputed.index(sentence)] if sentence in disputed else ""


def dated(sentences: Sequence[Sentence], question: Question) -> Iterator[str]:
    """As of when each of ``sentences`` was so, where the ``question`` is about now and it may be
    no longer; said once of sentences of one day, and of all that follow one with a day."""
    as_of = AsOf(question)
    for sentence in sentences:
        yield as_of.lead(sentence.hit.source)


class AsOf:
    """Says as of when things were so, of one statement after the other, as ``dated`` has it."""

    def __init__(self, question: Question) -> None:
        self._now = about_now(question.to_read.bare, question.understood, question.as_of)
        self._fresh = question.as_of - _FRESH
        self._told = ""

    def lead(self, source: Source) -> str:
        """What is said before the next statement, which rests on ``source``."""
        published = source.published
        old = published is not None and published.last < self._fresh
        # What came lately needs no day, unless it would be taken for as old as what stands before.
        day = spelt(published) if self._now and published and (old or self._told) else ""
        lead = f"As of {day}" if day and day != self._told else ""
        self._told = day or self._told
        return lead


def _publishers(sentence: Sentence) -> list[str]:
    """Who tells it, and who copies that."""
    hit = sentence.hit
    sources = (hit.source, *hit.copies)
    return list(dict.fromkeys(s.source or s.title or s.id for s in sources))


def _voice(sentence: Sentence, names: Sequence[str]) -> str:
    """Who tells it, and when."""
    who = " and ".join(names[:2]) + (" and others" if len(names) > 2 else "")
    published = sentence.hit.source.published
    what = ["correction"] if corrects(sentence) else []
    when = [spelt(published)] if published else []
    return ", ".join([who, " of ".join([*what, *when])]) if what or when else who
