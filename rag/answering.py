"""From passages to an answer: decide, quote, and release one checked statement at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rag import quoting, refusing
from rag.evidence import EvidenceReader
from rag.library import Library
from rag.question import Question, effective_filters
from rag.settings import Settings
from rag.stream import AnswerStream
from rag.types import Answer, Citation, Hit, Statement, Trace

NOTHING_FITS = "The articles do not say."
NO_ARTICLES = "There are no articles to answer from."
NONE_MATCH = "No article matches the filters."

_READ = 8
"""Passages read closely for the sentences that answer."""


class _Finish:
    """Makes the whole answer of the released statements; knows why there are none."""

    def __init__(self, question: Question, hits: Sequence[Hit], trace: Trace) -> None:
        self._question = question
        self._hits = tuple(hits)
        self._trace = trace
        self.reason = ""
        self.refusal = ""

    def refuse(self, reason: str, text: str) -> None:
        self.reason, self.refusal = reason, text

    def __call__(self, released: tuple[Statement, ...]) -> Answer:
        text = " ".join(map(str, released)) or self.refusal
        citations: dict[int, Citation] = {c.marker: c for s in released for c in s.citations}
        return Answer(
            question=self._question.asked,
            text=text,
            statements=released,
            citations=tuple(citations[marker] for marker in sorted(citations)),
            hits=self._hits,
            answered=bool(released),
            reason="" if released else self.reason,
            understood=self._question.understood,
            trace=self._trace,
        )


class Quoter:
    """Answers a question with the articles' own words."""

    def __init__(
        self,
        library: Library,
        reader: EvidenceReader,
        settings: Settings,
        *,
        models: tuple[str, ...],
    ) -> None:
        self._models = models
        self._library = library
        self._reader = reader
        self._settings = settings

    def answer(self, question: Question, hits: Sequence[Hit]) -> AnswerStream:
        """The answer in passages already found, best first."""
        trace = Trace(
            models=self._models,
            settings=self._settings.digest(),
            as_of=question.as_of,
            # The clock goes on while statements are made; the answer shows where it ended.
            milliseconds=question.clock.milliseconds,
            notes=tuple(self._notes(question)),
        )
        finish = _Finish(question, hits, trace)
        return AnswerStream(self._statements(question, hits, finish), finish)

    def _statements(
        self, question: Question, hits: Sequence[Hit], finish: _Finish
    ) -> Iterator[Statement]:
        if not hits:
            empty = not len(self._library)
            finish.refuse("no_articles", NO_ARTICLES if empty else NONE_MATCH)
            return
        best = hits[:_READ]
        # Read again, now: an article replaced since it was found is not quoted.
        stored = self._library.stored([hit.passage.id for hit in best])
        passages = [(hit, stored[hit.passage.id]) for hit in best if hit.passage.id in stored]
        evidence = self._reader.read(question.query_str, passages)
        question.clock.lap("read")
        if refusing.confidence(evidence) < self._settings.refuse_below:
            finish.refuse("no_evidence", NOTHING_FITS)
            return
        chosen = quoting.choose(evidence, most=self._settings.statements)
        question.clock.lap("quote")
        yield from quoting.statements(chosen)

    def _notes(self, question: Question) -> Iterator[str]:
        filters = effective_filters(question.understood)
        if filters.since or filters.until:
            undated = self._library.undated(filters)
            if undated:
                articles = "article was" if undated == 1 else "articles were"
                yield f"{undated} undated {articles} left out of the range of dates."
