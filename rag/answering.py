"""From passages to an answer, by the kind of question it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from rag.draft import NO_ARTICLES, Draft, Quoter
from rag.glossing.glosser import Glosser
from rag.library import Library
from rag.question import COURTESIES, Question, effective_filters
from rag.releasing import Releaser
from rag.settings import Settings
from rag.stream import AnswerStream
from rag.types import Hit, Kind, Statement


class Answerer:
    """Hands a question to the quoter of its kind; ``releaser`` checks what it says and ``glosser``
    explains what it quotes.
    ``models`` names those that take part, the one that finds passages first, ``writer`` the
    language model that writes answers to questions of fact; it is empty where there is none."""

    def __init__(
        self,
        library: Library,
        settings: Settings,
        quoters: Mapping[Kind, Quoter],
        *,
        glosser: Glosser,
        releaser: Releaser,
        models: tuple[str, ...],
        writer: str = "",
    ) -> None:
        self._library = library
        self._glosser = glosser
        self._releaser = releaser
        self._settings = settings
        self._quoters = quoters
        self._models = models
        self._writer = writer

    def answer(self, question: Question, hits: Sequence[Hit]) -> AnswerStream:
        """The answer in passages already found, best first."""
        draft = Draft(question, hits, self._models)
        writes = question.write and question.understood.kind is Kind.FACT
        return AnswerStream(
            self._statements(draft),
            lambda released: draft.answer(released, self._settings),
            draft.stop.ask,
            writer=self._writer if writes else "",
        )

    def _statements(self, draft: Draft) -> Iterator[Statement]:
        if draft.stop.asked:
            return
        kind = draft.question.understood.kind
        if kind not in COURTESIES:
            draft.note(*self._undated(draft.question), *self._to_come(draft.question))
            if not draft.hits and not len(self._library):
                draft.refuse("no_articles", NO_ARTICLES)
                return
        made = self._quoters[kind].statements(draft)
        yield from self._glosser.glossed(self._releaser.released(made, draft.note))

    def _to_come(self, question: Question) -> Iterator[str]:
        """What is dated later than today, by mistake or not, does not count: nobody asked for
        that."""
        newest = self._library.newest_day()
        if question.as_of < date.today() or newest is None or newest <= question.as_of:
            return
        if later := self._library.later(effective_filters(question.understood), question.as_of):
            articles = "article is" if later == 1 else "articles are"
            yield f"{later} {articles} dated later than {question.as_of} and left out."

    def _undated(self, question: Question) -> Iterator[str]:
        """What a range of dates or the day of the question means for articles without a date."""
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
