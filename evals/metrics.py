"""Metrics: each a small pure function that reads like its definition."""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

_ARTICLES = re.compile(r"\b(a|an|the)\b")
_PUNCTUATION = str.maketrans(dict.fromkeys(string.punctuation + "‘’“”–—…", " "))


def normalised(text: str) -> str:
    """Lower case, without punctuation and English articles, single spaces.

    As in the evaluation of SQuAD (Rajpurkar et al. 2016, https://arxiv.org/abs/1606.05250), but
    punctuation parts words instead of joining them.
    """
    return " ".join(_ARTICLES.sub(" ", text.casefold().translate(_PUNCTUATION)).split())


def holds(text: str, answers: Sequence[str]) -> bool:
    """Whether any of ``answers`` stands in ``text``, on word boundaries, both normalised."""
    padded = f" {normalised(text)} "
    return any(f" {wanted} " in padded for wanted in map(normalised, answers) if wanted)


def token_f1(text: str, answers: Sequence[str]) -> float:
    """Token F1 of ``text`` with the nearest of ``answers``, from 0 to 1, both normalised: the
    harmonic mean of the shares of words they have in common (as in SQuAD's evaluation)."""
    return max((_f1(normalised(text).split(), normalised(a).split()) for a in answers), default=0.0)


def _f1(found: Sequence[str], wanted: Sequence[str]) -> float:
    common = (Counter(found) & Counter(wanted)).total()
    return 2 * common / (len(found) + len(wanted)) if common else 0.0


def hit_at(k: int, relevant: Sequence[bool]) -> bool:
    """Whether any of the first ``k`` results is relevant; ``relevant`` is in rank order."""
    return any(relevant[:k])


@dataclass(frozen=True, slots=True)
class Share:
    """A share of cases with its 95 % interval."""

    count: int
    total: int

    @property
    def value(self) -> float | None:
        """None when there was nothing to count."""
        return self.count / self.total if self.total else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Wilson's score interval (Wilson 1927, https://doi.org/10.2307/2276774)."""
        if not self.total:
            return None
        z, n, p = 1.96, self.total, self.count / self.total
        centre = (p + z * z / (2 * n)) / (1 + z * z / n)
        spread = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
        return max(0.0, centre - spread), min(1.0, centre + spread)

    def __str__(self) -> str:
        if self.value is None or self.interval is None:
            return "not scored"
        low, high = self.interval
        return f"{self.value:.3f} [{low:.3f}, {high:.3f}]"
