"""How much a word says: rare ones a lot, common ones little.

Inverse document frequency (Spärck Jones 1972, https://doi.org/10.1108/eb026526) over the
library's passages, with a prior so that it also works in a library of one article. The prior
is Zipf's law over the bundled model's vocabulary, which is in order of frequency.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache

_ZIPF = 0.1
"""The constant of Zipf's law for English: the r-th word makes up about 0.1 / r of a text."""
_WORDS = 150
"""Words in a passage, about."""
_PRIOR = 500
"""How many passages of the library the prior is worth."""
_FIRST = 1996
"""Where words begin in the vocabulary ("the"); marks and characters stand before."""
_UNKNOWN = 60_000
"""Rank of a word that the vocabulary does not hold."""


@lru_cache(maxsize=1)
def _ranks() -> dict[str, int]:
    from rag.embedding import bundled_path

    lines = (bundled_path() / "vocab.txt").read_text(encoding="utf-8").splitlines()
    return {word: rank for rank, word in enumerate(lines[_FIRST:], start=1)}


class Rarity:
    """Weights words by their rarity. ``frequency`` tells in how many passages a term occurs,
    ``terms`` makes index terms of a word, ``total`` tells how many passages there are."""

    def __init__(
        self,
        frequency: Callable[[str], int],
        terms: Callable[[str], list[str]],
        total: Callable[[], int],
    ) -> None:
        self._frequency = frequency
        self._terms = terms
        self._total = total

    def weight(self, word: str) -> float:
        """Natural logarithm of how many passages there are to one that holds the word.

        Punctuation weighs nothing.
        """
        terms = self._terms(word)
        if not terms:
            return 0.0
        seen = min(self._frequency(term) for term in terms)
        chance = (seen + _PRIOR * _background(word.lower())) / (self._total() + _PRIOR)
        return -math.log(min(chance, 1.0))


def ordinary(word: str) -> bool:
    """Whether ``word`` is one that English texts use, as the bundled model's vocabulary has it."""
    return word.lower() in _ranks()


def _background(word: str) -> float:
    """The chance that a passage of ordinary English holds the word."""
    rank = _ranks().get(word, _UNKNOWN)
    return 1.0 - math.exp(-_WORDS * _ZIPF / (rank + 1))
