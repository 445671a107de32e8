"""Lets statements out: each is checked against the words it cites before anybody sees it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import count

from rag.checking.checker import Checker
from rag.checking.faults import Quote
from rag.types import Citation, Statement, Support


class Releaser:
    """Checks statements by ``checker``. What is not borne out is dropped and noted, or with
    ``mark`` shown as such; both tell the reasons. A sentence quoted whole costs nothing. What is
    shown is numbered, so that nothing that was dropped leaves a gap.

    Explanations in brackets are not checked against the quote they explain: they say what stands
    elsewhere in the article, word for word, or a day worked out from that of the article.
    """

    def __init__(self, checker: Checker, *, mark: bool) -> None:
        self._checker = checker
        self._mark = mark

    def released(
        self, statements: Iterable[Statement], note: Callable[[str], None]
    ) -> Iterator[Statement]:
        """Those of ``statements`` that may be shown, one at a time. Their citations are numbered in
        order of first use."""
        numbering = Numbering()
        for statement in statements:
            if shown := self.release(statement, note):
                yield numbering.numbered(shown)

    def release(self, statement: Statement, note: Callable[[str], None]) -> Statement | None:
        """The ``statement`` as it may be shown; None if it may not."""
        quotes = [Quote.of(c.quote, c.source) for c in statement.citations]
        checked = self._checker.check(statement.text, quotes)
        if checked.holds:
            return statement
        if self._mark:
            return replace(statement, support=Support.UNSUPPORTED, why=checked.why)
        note(f"A statement was left out that its quotes do not bear out: {checked.why}.")
        return None


class Numbering:
    """Numbers the citations of one answer from 1; the same words have the same number."""

    def __init__(self) -> None:
        self._next = count(1)
        self._numbers: dict[tuple[str, int, int], int] = {}

    def numbered(self, statement: Statement) -> Statement:
        return replace(statement, citations=tuple(map(self._numbered, statement.citations)))

    def _numbered(self, citation: Citation) -> Citation:
        place = (citation.passage_id, citation.start, citation.end)
        if place not in self._numbers:
            self._numbers[place] = next(self._next)
        return replace(citation, marker=self._numbers[place])
