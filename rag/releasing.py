"""Lets statements out: each is checked against the words it cites before anybody sees it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from rag.checking.checker import Checker
from rag.checking.faults import Quote
from rag.types import Statement, Support


class Releaser:
    """Checks statements by ``checker``. What is not borne out is dropped and noted, or with
    ``mark`` shown as such; both tell the reasons. A sentence quoted whole costs nothing.

    Explanations in brackets are not checked against the quote they explain: they say what stands
    elsewhere in the article, word for word, or a day worked out from that of the article.
    """

    def __init__(self, checker: Checker, *, mark: bool) -> None:
        self._checker = checker
        self._mark = mark

    def released(
        self, statements: Iterable[Statement], note: Callable[[str], None]
    ) -> Iterator[Statement]:
        """Those of ``statements`` that may be shown, one at a time."""
        for statement in statements:
            quotes = [Quote.of(c.quote, c.source) for c in statement.citations]
            checked = self._checker.check(statement.text, quotes)
            if checked.holds:
                yield statement
                continue
            if self._mark:
                yield replace(statement, support=Support.UNSUPPORTED, why=checked.why)
            else:
                note(f"A statement was left out that its quotes do not bear out: {checked.why}.")
