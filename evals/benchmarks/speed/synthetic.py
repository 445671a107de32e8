"""A large collection that nobody wrote: real sentences shuffled into articles, made-up vectors.

Words come as often as they do in real texts, so the words index has its real work. The vectors
are those of no model: each article has a topic, and its passages lie around the topic's centre.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from rag.types import Article, Dated

Floats = NDArray[np.float32]

FIRST, DAYS = date(2020, 1, 1), 5 * 365
"""Every article is from one of these days, each as likely as the others."""

_SENTENCES = 5
"""In a passage: with real ones, about 110 words."""
_PASSAGES = 5
"""In an article at most; three on average."""
_TOPICS = 2000
_SPREAD = 1.5
"""How far passages lie from their topic, where 1 is as far as the topic from the middle."""
_END = re.compile(r"(?<=[.!?])\s+")


_PORTION = 7000
"""Articles made together."""


@dataclass(frozen=True, slots=True)
class Made:
    """An article and where its passages are: (start, end, spans of the sentences) each."""

    article: Article
    passages: tuple[tuple[int, int, tuple[tuple[int, int], ...]], ...]

    def texts(self) -> list[str]:
        """The words of its passages."""
        return [self.article.text[start:end] for start, end, _ in self.passages]

    @property
    def day(self) -> int:
        """Of publication, as Python counts days."""
        assert self.article.published  # noqa: S101 - every one has a day
        return self.article.published.first.toordinal()


def sentences(articles: Iterable[Article], most: int = 200_000) -> list[str]:
    """Different sentences of ordinary length, in the order they are met."""
    found: dict[str, None] = {}
    for article in articles:
        for line in article.text.splitlines():
            found.update((s, None) for s in _END.split(line.strip()) if 40 <= len(s) <= 300)
        if len(found) >= most:
            break
    return list(found)[:most]


def portions(
    said: Sequence[str], passages: int, dimension: int, *, seed: int = 0
) -> Iterator[tuple[list[Made], Floats]]:
    """Articles with so many passages altogether, some thousand at a time, and the unit vectors of
    their passages in order, (n, dimension); the same ones for the same seed."""
    rest, number = articles(said, passages, seed=seed), 0
    while some := list(islice(rest, _PORTION)):
        counts = [len(one.passages) for one in some]
        yield some, _vectors(counts, dimension, np.random.default_rng([seed, number]))
        number += 1


def articles(said: Sequence[str], passages: int, *, seed: int = 0) -> Iterator[Made]:
    """Articles with so many passages altogether; the same ones for the same seed."""
    draw = np.random.default_rng(seed)
    left, number = passages, 0
    while left:
        count = min(left, int(draw.integers(1, _PASSAGES + 1)))
        chosen = draw.integers(len(said), size=count * _SENTENCES + 1)
        title, *rest = (said[i] for i in chosen)
        day = FIRST + timedelta(days=int(draw.integers(DAYS)))
        yield _made(f"made-{number}", " ".join(title.split()[:8]), rest, day)
        left, number = left - count, number + 1


def _vectors(counts: Sequence[int], dimension: int, draw: np.random.Generator) -> Floats:
    """Of articles with so many passages each."""
    centres = np.random.default_rng(0).standard_normal((_TOPICS, dimension), np.float32)
    topics = np.repeat(draw.integers(_TOPICS, size=len(counts)), counts)
    made: Floats = centres[topics]
    made += _SPREAD * draw.standard_normal(made.shape, np.float32)
    made /= np.linalg.norm(made, axis=1, keepdims=True)
    return made


def _made(name: str, title: str, rest: Sequence[str], day: date) -> Made:
    spans, at = list[tuple[int, int]](), 0
    for sentence in rest:
        spans.append((at, at + len(sentence)))
        at += len(sentence) + 1
    text = " ".join(rest)
    groups = [tuple(spans[i : i + _SENTENCES]) for i in range(0, len(spans), _SENTENCES)]
    return Made(
        Article(id=name, title=title, text=text, published=Dated(day), language="en"),
        tuple((group[0][0], group[-1][1], group) for group in groups),
    )
