"""What speaks for each of a question's candidates, read from the library."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from rag.finding.coverage import QuestionTerms, Stems, coverage
from rag.finding.ranking import Signals
from rag.question import Question
from rag.rows import Stored
from rag.types import Favoured
from rag.understanding.closeness import agreement, recency
from rag.understanding.spoken import spoken_days

_STRESS = 3.0
"""What a word counts that sets one part of a question apart: what both parts say is found for
either."""

_LATELY, _LEAN = 30, 0.5
"""Who names no day rather asks about what was told lately: half of what a day that is named
counts, and half of that for an article a month old."""


class SignalReader:
    """Reads ``Signals``. ``terms`` makes index terms of a word, ``telling`` those of a text
    without the words that only put it together, ``weight`` tells a word's rarity."""

    def __init__(
        self,
        terms: Callable[[str], list[str]],
        telling: Callable[[str], list[str]],
        weight: Callable[[str], float],
    ) -> None:
        self.stems = Stems(terms)
        self._terms = terms
        self._telling = telling
        self._weight = weight

    def question_terms(self, question: Question) -> QuestionTerms:
        """The question's telling words, with those of earlier turns that it leans on."""
        asked = question.to_find
        also = [
            (term, share * weight)
            for words, share in asked.carried
            for term, weight in self._weighted(words)
        ]
        instead = {
            other: (own, share)
            for word, variants in question.expansions.variants.items()
            for own in self._terms(word)
            for variant, share in variants
            for other in self._terms(variant)
            if other != own
        }
        terms = [
            (term, weight * (_STRESS if term in question.stressed else 1.0))
            for term, weight in self._weighted(asked.bare)
        ]
        return QuestionTerms.of(terms, also=also, instead=instead)

    def _weighted(self, text: str) -> list[tuple[str, float]]:
        """The telling terms of ``text``, in order, and how rare their words are."""
        telling = set(self._telling(text))
        pairs = self.stems.words(text)
        return [(term, self._weight(word)) for word, term in pairs if term in telling]

    def read(
        self,
        question: Question,
        candidates: Sequence[Stored],
        meaning: Mapping[str, float],
        words: Mapping[str, float],
        *,
        begins: date | None = None,
    ) -> list[Signals]:
        """One for each of ``candidates``, whose cosine and BM25 scores are given by id.
        ``begins`` is the day of the event that the question asks for the time since."""
        terms = self.question_terms(question)
        best = max(words.values(), default=1.0)
        titled: dict[str, float] = {}
        found = []
        for stored in candidates:
            passage, source = stored.passage, stored.source
            spans = [(a - passage.start, b - passage.start) for a, b in stored.sentences]
            if source.title not in titled:
                titled[source.title] = terms.share_in(source.title, self.stems)
            covered = coverage(terms, passage.text, spans, self.stems)
            found.append(
                Signals(
                    meaning=meaning.get(passage.id, 0.0),
                    words=words.get(passage.id, 0.0) / best,
                    passage=covered.passage,
                    sentence=covered.sentence,
                    neighbours=covered.neighbours,
                    title=titled[source.title],
                    phrases=covered.phrases,
                    recent=_recent(question, stored, begins),
                    days=_days(question, stored),
                )
            )
        return found


def _recent(question: Question, stored: Stored, begins: date | None) -> float:
    understood, published = question.understood, stored.source.published
    if understood.favoured:
        return recency(published, understood.favoured, begins=begins)
    if understood.spoken or understood.since or understood.until:
        return 0.0
    lately = Favoured(question.as_of, question.as_of, _LATELY)
    return _LEAN * recency(published, lately)


def _days(question: Question, stored: Stored) -> float:
    spoken = question.understood.spoken
    if not spoken:
        return 0.0
    return agreement(spoken, spoken_days(stored.passage.text, stored.source.published))
