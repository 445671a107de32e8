"""Questions of fact, quoted: the sentences that answer, word for word."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from rag import attribution, quoting
from rag.deciding import Decided, Decider
from rag.draft import Draft
from rag.pinpoint import pinpoint
from rag.types import Statement


class FactQuoter:
    """Quotes the sentences that answer most directly, ``most`` of them or one for each part."""

    def __init__(self, decider: Decider, most: int) -> None:
        self._decider = decider
        self._most = most

    def statements(self, draft: Draft) -> Iterator[Statement]:
        decided = self._decider.decide(draft)
        if decided is not None:
            yield from self.quoted(draft, decided)

    def quoted(self, draft: Draft, decided: Decided) -> Iterator[Statement]:
        """What answers the question, or those of its parts that are answered."""
        given, disputed = decided.given, decided.disputed
        if len(decided.heard) > 1:
            draft.between = "\n"
        most = max(self._most, len(given))
        chosen = quoting.choose(decided.more, most=most, given=list(given))
        if disputed:
            draft.note("The articles differ: each is quoted with who says so.")
            leads = attribution.attributed(chosen, disputed)
        else:
            leads = attribution.dated(chosen, draft.question)
        draft.question.clock.lap("quote")
        quoted = zip(quoting.statements(chosen), chosen, leads, strict=True)
        for statement, sentence, lead in quoted:
            asked = given[sentence].asked if sentence in given else decided.asked
            yield replace(statement, marked=pinpoint(asked, statement.text), lead=lead)
