"""Which of the articles found are about a topic, and which of their sentences speak of it?

A topic ("the harbour bridge") is shorter than a question, and several articles may be about it.
An article is when its title and one sentence hold most of what the topic's words weigh, weighed
by their rarity, and every name of it; where no article does so in words, by what the passage means.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from rag import telling
from rag.evidence import EvidenceReader, Sentence
from rag.library import Library
from rag.question import Question, effective_filters
from rag.rows import Stored
from rag.types import Hit

_SHARE = 0.75
"""Of a topic's weight in words, what a title with a sentence must hold: of two words both, unless
one of them says next to nothing."""
_MEANT = 0.6
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

    def gathered(self, question: Question, hits: Sequence[Hit]) -> list[Hit]:
        """What is about the topic of ``question`` or tagged with it: one passage an article."""
        understood, filters = question.understood, effective_filters(question.understood)
        topic = re.sub(r"^the ", "", understood.topic, flags=re.IGNORECASE)
        tagged = []
        if not filters.tags:
            only = replace(filters, tags=(topic,))
            openings = self._library.openings(only, question.as_of, limit=question.k)
            tagged = [Hit(stored.passage, stored.source, 0.0) for stored in openings]
        return _one_each([*self.about(understood.topic, hits, meant=not tagged), *tagged])

    def about(self, topic: str, hits: Sequence[Hit], *, meant: bool = True) -> list[Hit]:
        """The best passage of each article that is about ``topic``, best first; ``meant`` looks
        at what passages mean where none holds the words."""
        weights, names = self._weights(topic), self._names(topic)
        stored = self._library.stored([hit.passage.id for hit in hits])
        found = [(hit, stored[hit.passage.id]) for hit in hits if hit.passage.id in stored]
        held = [hit for hit, passage in found if self._held(weights, names, passage)]
        if not held and meant:
            held = self._meant(topic, found[:_READ])
        return _one_each(held)

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

    def _share(self, weights: Mapping[str, float], text: str) -> float:
        total = sum(weights.values())
        held = set(self._library.terms(text))
        return sum(w for term, w in weights.items() if term in held) / total if total else 0.0

    def _names(self, topic: str) -> set[str]:
        """Terms that are, or belong to, a name: another Porter is not Eugene Porter."""
        words = [word for word in _WORD.findall(topic) if word[0].isupper()]
        return {term for word in words for term in self._library.terms(word)}

    def _held(self, weights: Mapping[str, float], names: set[str], stored: Stored) -> bool:
        """Whether a sentence, with the title, holds the topic."""

        def holds(text: str) -> bool:
            text = f"{stored.source.title}\n{text}"
            named = names <= set(self._library.terms(text))
            return named and self._share(weights, text) >= _SHARE

        # The whole passage first: it holds what any sentence does, and most hold too little.
        return holds(stored.passage.text) and any(
            holds(sentence.text) for sentence in telling.sentences(stored)
        )

    def _meant(self, topic: str, passages: Sequence[tuple[Hit, Stored]]) -> list[Hit]:
        evidence = self._reader.read(topic, passages)
        pairs = zip(passages, evidence.similarity, strict=True)
        return [hit for (hit, _), similarity in pairs if similarity >= _MEANT]


def _one_each(hits: Sequence[Hit]) -> list[Hit]:
    """The first hit of each article."""
    first: dict[str, Hit] = {}
    for hit in hits:
        first.setdefault(hit.source.id, hit)
    return list(first.values())
