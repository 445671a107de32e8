"""Late interaction: passages and their sentences read closely, by what ``rag.evidence`` finds."""

from __future__ import annotations

from collections.abc import Sequence
from math import log

from rag.evidence import EvidenceReader
from rag.finding import ranking
from rag.finding.ranking import CloseSignals
from rag.library import Library
from rag.question import Question
from rag.types import Hit

_LEAST = 1e-300
"""A chance of which the logarithm can still be taken."""


class LateInteraction:
    """Scores hits by the weighted MaxSim of their passages and sentences."""

    def __init__(self, library: Library, reader: EvidenceReader, weights: CloseSignals) -> None:
        self._library = library
        self._reader = reader
        self._weights = weights

    def __call__(self, question: Question, hits: Sequence[Hit]) -> list[float]:
        return [ranking.score(self._weights, one) for one in self.signals(question, hits)]

    def signals(self, question: Question, hits: Sequence[Hit]) -> list[CloseSignals]:
        """What speaks for each of ``hits``; nothing for one that is gone."""
        stored = self._library.stored([hit.passage.id for hit in hits])
        found = [(hit, stored[hit.passage.id]) for hit in hits if hit.passage.id in stored]
        asked = question.to_read
        evidence = self._reader.read(asked.bare, found, about=asked.about)
        best: dict[str, float] = {}
        for sentence in evidence.sentences:
            name = sentence.hit.passage.id
            best[name] = max(sentence.similarity, best.get(name, 0.0))
        whole = {
            hit.passage.id: value
            for (hit, _), value in zip(found, evidence.similarity, strict=True)
        }
        return [
            CloseSignals(
                before=log(max(hit.score, _LEAST) if hit.passage.id in whole else _LEAST),
                passage=whole.get(hit.passage.id, 0.0),
                sentence=best.get(hit.passage.id, 0.0),
            )
            for hit in hits
        ]
