"""How much of a question's words stands together in a passage.

A passage that answers holds the telling words of the question, and holds them close together.
Each word counts as much as it is rare, as in BM25; unlike there, saying it again counts nothing,
and where it stands counts: in one sentence, or two that follow each other, or as a phrase.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from rag.passages import Span

_WORD = re.compile(r"[^\W_]+")
_REMEMBERED = 200_000


@dataclass(frozen=True, slots=True)
class Wording:
    """The telling words of a question: the ``weights`` of its terms, which add up to 1, and the
    pairs of terms that follow each other. ``instead`` has other terms that may stand for one:
    (that one, how well it does so, at most 1)."""

    weights: Mapping[str, float] = field(default_factory=dict)
    phrases: frozenset[tuple[str, str]] = frozenset()
    instead: Mapping[str, tuple[str, float]] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        terms: Sequence[tuple[str, float]],
        *,
        also: Iterable[tuple[str, float]] = (),
        instead: Mapping[str, tuple[str, float]] | None = None,
    ) -> Wording:
        """Of a question's telling ``terms``, in order, and of those ``also`` looked for, each with
        its weight on any scale."""
        weights = dict(terms)
        for term, weight in also:
            weights.setdefault(term, weight)
        total = sum(weights.values())
        # Nothing but the commonest words: then each counts the same.
        shares = {t: w / total if total > 0 else 1 / len(weights) for t, w in weights.items()}
        return cls(shares, frozenset(pairwise(term for term, _ in terms)), instead or {})


@dataclass(frozen=True, slots=True)
class Coverage:
    """Shares of a question's words, 0 to 1: in the ``passage``, in its best ``sentence``, in the
    best two ``neighbours``, and in the ``title`` above it; and the share of its ``phrases``."""

    passage: float = 0.0
    sentence: float = 0.0
    neighbours: float = 0.0
    title: float = 0.0
    phrases: float = 0.0


class Stems:
    """Index terms of single words, remembered: a library has few words, said often."""

    def __init__(self, terms: Callable[[str], list[str]]) -> None:
        self._terms = terms
        self._known: dict[str, str] = {}

    def of(self, text: str) -> list[tuple[int, str]]:
        """Where each word begins, and its term."""
        return [(m.start(), self.stem(m[0])) for m in _WORD.finditer(text)]

    def stem(self, word: str) -> str:
        """The term of one word; empty for one that is not indexed."""
        return self._stem(word.lower())

    def words(self, text: str) -> list[tuple[str, str]]:
        """Each word and its term."""
        return [(m[0], self.stem(m[0])) for m in _WORD.finditer(text)]

    def _stem(self, word: str) -> str:
        stem = self._known.get(word)
        if stem is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            stem = self._known[word] = "".join(self._terms(word)[:1])
        return stem


def coverage(
    asked: Wording, said: Sequence[tuple[int, str]], sentences: Sequence[Span], title: Sequence[str]
) -> Coverage:
    """How ``asked`` is covered by the terms ``said``, each with the place it stands at;
    ``sentences`` are spans of such places."""
    if not asked.weights:
        return Coverage()
    found = [(place, *meant) for place, term in said if (meant := _meant(asked, term))]
    held = [_best((t, w) for place, t, w in found if a <= place < b) for a, b in sentences]
    single = [sum(one.values()) for one in held]
    double = [sum(_best([*one.items(), *two.items()]).values()) for one, two in pairwise(held)]
    own = [meant[0] if (meant := _meant(asked, term)) else "" for _, term in said]
    titled = _best(meant for term in title if (meant := _meant(asked, term)))
    together = asked.phrases & set(pairwise(own))
    return Coverage(
        passage=sum(_best((t, w) for _, t, w in found).values()),
        sentence=max(single, default=0.0),
        neighbours=max(single + double, default=0.0),
        title=sum(titled.values()),
        phrases=len(together) / len(asked.phrases) if asked.phrases else 0.0,
    )


def _meant(asked: Wording, term: str) -> tuple[str, float] | None:
    """The question's term that ``term`` is or stands for, and what that is worth."""
    weight = asked.weights.get(term)
    if weight is not None:
        return term, weight
    if term in asked.instead:
        meant, share = asked.instead[term]
        return meant, share * asked.weights.get(meant, 0.0)
    return None


def _best(pairs: Iterable[tuple[str, float]]) -> dict[str, float]:
    """Each term once, at its best."""
    best: dict[str, float] = {}
    for term, worth in pairs:
        best[term] = max(worth, best.get(term, 0.0))
    return best
