"""Which parts of a question do the articles answer? Each is decided as a question of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag import refusing
from rag.directness import Directness, Weighed
from rag.evidence import EvidenceReader, Sentence
from rag.fitted import Refusing
from rag.question import Question
from rag.refusing import Features
from rag.rows import Stored
from rag.types import Hit


@dataclass(frozen=True, slots=True)
class Reading:
    """What passages hold for a question, or for a part of one: its sentences, most direct first,
    and how sure it is, from 0 to 1, that they answer it; ``answers`` when that is enough."""

    asked: str
    found: tuple[Weighed, ...]
    features: Features
    confidence: float
    answers: bool


class CloseReader:
    """Reads passages closely; ``decision`` says when they answer."""

    def __init__(self, reader: EvidenceReader, directness: Directness, decision: Refusing) -> None:
        self._reader = reader
        self._directness = directness
        self._decision = decision

    def read(self, question: Question, passages: Sequence[tuple[Hit, Stored]]) -> Reading:
        """What ``passages`` hold for the whole ``question``."""
        asked = question.to_read
        evidence = self._reader.read(asked.bare, passages, about=asked.about)
        found = tuple(self._directness.weighed(question, evidence))
        features = refusing.features(question, evidence, found)
        confidence = self._decision.weights.confidence(features)
        answers = confidence >= self._decision.refuse_below
        return Reading(asked.bare, found, features, confidence, answers)

    def parts(
        self, question: Question, passages: Sequence[tuple[Hit, Stored]]
    ) -> tuple[Reading, ...]:
        """What ``passages`` hold for each part of ``question``; nothing when it is one question, or
        a part of it asks nothing by itself ("the town where it ran aground"), for how sure an
        answer is can be told of questions only."""
        if len(question.parts) < 2 or not all(part.endswith("?") for part in question.parts):
            return ()
        return tuple(self.read(question.part_to_read(part), passages) for part in question.parts)


@dataclass(frozen=True, slots=True)
class Heard:
    """The ``sentences`` that are heard on what is ``asked``, a question or a part of one, of all
    that were ``found`` for it; ``disputed`` when they differ."""

    asked: str
    found: tuple[Weighed, ...]
    sentences: tuple[Sentence, ...]
    disputed: bool


def given(heard: Sequence[Heard], more: Sequence[Weighed]) -> dict[Sentence, Heard]:
    """The sentences to be quoted for each part, and for which they are first: one that answers two
    parts is taken once. As they were read for ``more``, of which others may be added."""
    as_read = {_place(one.sentence): one.sentence for one in more}
    found: dict[Sentence, Heard] = {}
    places: dict[tuple[str, int], Sentence] = {}
    for part in heard:
        for sentence in part.sentences:
            place = _place(sentence)
            known = places.setdefault(place, as_read.get(place, sentence))
            found.setdefault(known, part)
    return found


def _place(sentence: Sentence) -> tuple[str, int]:
    return sentence.hit.passage.id, sentence.start
