"""Which of the articles found are about a topic, and which of their sentences speak of it?

A topic ("the harbour bridge") is shorter than a question, and several articles may be about it.
An article is when its title and a passage hold most of what the topic's words weigh, weighed by
their rarity; where no article does so in words, by what the passage means.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from rag.evidence import EvidenceReader, Sentence
from rag.library import Library
from rag.types import Hit

_SHARE = 0.6
"""Of a topic's weight in words, what a passage with its title must hold."""
_MEANT = 0.55
"""Or the weighted MaxSim that its passage must reach."""
_READ = 8
"""Passages that are read for what they mean."""

_WORD = re.compile(r"\w+(?:['’-]\w+)*")


class Topics:
    """``weight`` tells a word's rarity."""

    def __init__(
        self, library: Library, reader: EvidenceReader, weight: Callable[[str], float]
    ) -> None:
        self._library = library
        self._reader = reader
        self._weight = weight

    def about(self, topic: str, hits: Sequence[Hit]) -> list[Hit]:
        """The best passage of each article that is about ``topic``, best first."""
        weights = self._weights(topic)
        held = [hit for hit in hits if self._share(weights, _words_of(hit)) >= _SHARE]
        return _one_each(held or self._meant(topic, hits[:_READ]))

    def speaking(self, topic: str, sentences: Sequence[Sentence]) -> Sentence | None:
        """The first of the sentences that hold most of the topic; None when none holds any."""
        weights = self._weights(topic)
        shares = [self._share(weights, sentence.text) for sentence in sentences]
        best = max(shares, default=0.0)
        return sentences[shares.index(best)] if best > 0 else None

    def share(self, topic: str, text: str) -> float:
        """How much of the topic's weight ``text`` holds, from 0 to 1."""
        return self._share(self._weights(topic), text)

    def _weights(self, topic: str) -> dict[str, float]:
        weights: dict[str, float] = {}
        for word in _WORD.findall(topic):
            for term in self._library.terms(word):
                weights[term] = max(weights.get(term, 0.0), self._weight(word))
        return weights

    def _share(self, weights: dict[str, float], text: str) -> float:
        total = sum(weights.values())
        held = set(self._library.terms(text))
        return sum(w for term, w in weights.items() if term in held) / total if total else 0.0

    def _meant(self, topic: str, hits: Sequence[Hit]) -> list[Hit]:
        stored = self._library.stored([hit.passage.id for hit in hits])
        passages = [(hit, stored[hit.passage.id]) for hit in hits if hit.passage.id in stored]
        evidence = self._reader.read(topic, passages)
        pairs = zip(passages, evidence.similarity, strict=True)
        return [hit for (hit, _), similarity in pairs if similarity >= _MEANT]


def _words_of(hit: Hit) -> str:
    return f"{hit.source.title}\n{hit.passage.text}"


def _one_each(hits: Sequence[Hit]) -> list[Hit]:
    """The first hit of each article."""
    first: dict[str, Hit] = {}
    for hit in hits:
        first.setdefault(hit.source.id, hit)
    return list(first.values())
