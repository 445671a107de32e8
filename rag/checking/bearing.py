"""Meaning: do the quoted words, taken together, speak of what a statement says?

Late interaction (ColBERT: Khattab and Zaharia 2020, https://arxiv.org/abs/2004.12832): each word of
the statement is compared with every word of the quotes, in their context; the best match counts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from rag.checking.words import words
from rag.embedding import Encoding
from rag.passages import sentences

Encode = Callable[[Sequence[str]], Sequence[Encoding]]

_GRAMMAR = 0.1
"""What a word that only puts the sentence together weighs against one that says something."""


_LONGEST = 800
"""Characters of a quote that go through the model at once: what it reads is some 256 tokens."""


def _pieces(text: str) -> list[str]:
    """``text``, a long one in pieces of whole sentences."""
    if len(text) <= _LONGEST:
        return [text]
    pieces: list[str] = []
    start = end = 0
    for a, b in sentences(text):
        if b - start > _LONGEST and end > start:
            pieces.append(text[start:end])
            start = a
        end = b
    return [*pieces, text[start:]]


def bearing(statement: str, quotes: Sequence[str], encode: Encode) -> float:
    """How well ``quotes`` bear ``statement`` out by their meaning, at most 1."""
    said, *quoted = encode([statement, *(piece for text in quotes for piece in _pieces(text))])
    if not len(said.tokens):
        return 1.0
    telling = [(w.start, w.end) for w in words(statement) if w.says]
    starts = said.offsets[:, 0]
    weights = np.full(len(starts), _GRAMMAR, dtype=np.float32)
    for start, end in telling:
        weights[(starts >= start) & (starts < end)] = 1.0
    tokens = [q.tokens for q in quoted if len(q.tokens)]
    if not tokens:
        return 0.0
    best = (said.tokens @ np.concatenate(tokens).T).max(axis=1)
    return float(weights @ best / weights.sum())
