"""From passages to an answer: decide, quote, and release one checked statement at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date

from rag import quoting, refusing
from rag.embedding import BUNDLED_NAME
from rag.evidence import EvidenceReader
from rag.language import LanguageRecogniser
from rag.library import Library
from rag.question import Question, effective_filters
from rag.settings import Settings
from rag.stream import AnswerStream
from rag.types import Answer, Citation, Hit, Statement, Trace

NOTHING_FITS = "The articles do not say."
NO_ARTICLES = "There are no articles to answer from."
NONE_MATCH = "No article matches the filters and the day of the question."
CHANGED = "The articles changed while they were read. Ask again."
STOPPED = "Stopped before there was an answer."

_LETTERS, _SURE = 20, 0.98
"""How long a question must be, and how clear its language, for that to be remarked on."""

_READ = 8
"""Passages read closely for the sentences that answer."""


class _Draft:
    """An answer under way: all that is known of it but its statements."""

    def __init__(self, question: Question, hits: Sequence[Hit]) -> None:
        self.question = question
        self.hits = tuple(hits)
        self.evidence: Mapping[str, float] = {}
        self.notes: tuple[str, ...] = ()
        # What holds until it is decided: somebody stopped listening, or time ran out.
        self.reason = "stopped"
        self.refusal = STOPPED

    def refuse(self, reason: str, text: str) -> None:
        self.reason, self.refusal = reason, text

    def answer(
        self, released: tuple[Statement, ...], *, models: tuple[str, ...], settings: Settings
    ) -> Answer:
        citations: dict[int, Citation] = {c.marker: c for s in released for c in s.citations}
        return Answer(
            question=self.question.asked,
            text=" ".join(map(str, released)) or self.refusal,
            statements=released,
            citations=tuple(citations[marker] for marker in sorted(citations)),
            hits=self.hits,
            answered=bool(released),
            reason="" if released else self.reason,
            understood=self.question.understood,
            trace=Trace(
                models=models,
                settings=settings.digest(),
                as_of=self.question.as_of,
                milliseconds=dict(self.question.clock.milliseconds),
                evidence=self.evidence,
                notes=self.notes,
            ),
        )


class Quoter:
    """Answers a question with the articles' own words. ``models`` names those that took part,
    the one that finds passages first."""

    def __init__(
        self,
        library: Library,
        reader: EvidenceReader,
        settings: Settings,
        *,
        models: tuple[str, ...],
    ) -> None:
        self._library = library
        self._reader = reader
        self._settings = settings
        self._models = models
        self._languages = LanguageRecogniser()

    def answer(self, question: Question, hits: Sequence[Hit]) -> AnswerStream:
        """The answer in passages already found, best first."""
        draft = _Draft(question, hits)
        return AnswerStream(
            self._statements(draft),
            lambda released: draft.answer(released, models=self._models, settings=self._settings),
        )

    def _statements(self, draft: _Draft) -> Iterator[Statement]:
        draft.notes = tuple(self._notes(draft.question))
        if not draft.hits:
            draft.refuse("no_articles", NONE_MATCH if len(self._library) else NO_ARTICLES)
            return
        question, best = draft.question, draft.hits[:_READ]
        # Read again, now: an article replaced since it was found is not quoted.
        stored = self._library.stored([hit.passage.id for hit in best])
        passages = [(hit, stored[hit.passage.id]) for hit in best if hit.passage.id in stored]
        if not passages:
            draft.refuse("articles_changed", CHANGED)
            return
        evidence = self._reader.read(question.query_str, passages)
        features = refusing.features(evidence)
        confidence = refusing.Weights().confidence(features)
        draft.evidence = {**asdict(features), "confidence": confidence}
        question.clock.lap("read")
        if confidence < self._settings.refuse_below:
            draft.refuse("no_evidence", NOTHING_FITS)
            draft.notes += tuple(self._language_note(question))
            return
        chosen = quoting.choose(evidence, most=self._settings.statements)
        question.clock.lap("quote")
        yield from quoting.statements(chosen)

    def _language_note(self, question: Question) -> Iterator[str]:
        """Why a question may have found nothing: the bundled model is English."""
        text = question.query_str
        code = self._languages.recognise(text, letters=_LETTERS, sure=_SURE)
        if code not in ("", "en") and self._models[0] == BUNDLED_NAME:
            yield f"The question seems to be in another language ({code}); the model reads English."

    def _notes(self, question: Question) -> Iterator[str]:
        filters = effective_filters(question.understood)
        ranged = bool(filters.since or filters.until)
        if not ranged and question.as_of >= date.today():
            return
        if undated := self._library.undated(filters):
            articles = "article was" if undated == 1 else "articles were"
            if ranged:
                yield f"{undated} undated {articles} left out of the range of dates."
            else:
                yield f"{undated} undated {articles} taken for older than {question.as_of}."
