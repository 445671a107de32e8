"""Explains what a quoted sentence says by what stands elsewhere in its article."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from rag.days import known_day
from rag.glossing.antecedents import antecedent, may_lean
from rag.glossing.days import told_days
from rag.glossing.people import People
from rag.library import Library
from rag.types import Citation, Gloss, Statement, Support


class Glosser:
    """Glosses quotes from ``library``: pronouns that begin them, and days told from another, these
    also in what is borne out by quotes of one day."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def glossed(self, statements: Iterable[Statement]) -> Iterator[Statement]:
        """``statements``, each with its glosses: those of one answer, in order."""
        before: Statement | None = None
        for statement in statements:
            glosses = sorted(self._glosses(statement, before), key=lambda gloss: gloss.at)
            yield replace(statement, glosses=tuple(glosses))
            before = statement

    def _glosses(self, statement: Statement, before: Statement | None) -> Iterator[Gloss]:
        citations = statement.citations
        if len(citations) == 1 and citations[0].quote == statement.text:
            if may_lean(statement.text):
                gloss = self._antecedent(citations[0])
                if gloss and not (before and _has_said(before, citations[0], gloss)):
                    yield gloss
        elif statement.support is Support.UNSUPPORTED:
            return
        # A language model says "tomorrow" as the article does that it read.
        published = {known_day(citation.source.published) for citation in citations}
        if len(published) == 1 and (day := published.pop()):
            yield from told_days(statement.text, day)

    def _antecedent(self, citation: Citation) -> Gloss | None:
        spans = [
            (a, stored.passage.text[a - stored.passage.start : b - stored.passage.start])
            for stored in self._library.whole(citation.source.id)
            for a, b in stored.sentences
        ]
        if (citation.start, citation.quote) not in spans:
            return None  # The article was replaced meanwhile.
        before = [text for start, text in spans if start < citation.start]
        people = People([text for _, text in spans], citation.source.title)
        return antecedent(citation.quote, before, people)


def _has_said(before: Statement, citation: Citation, gloss: Gloss) -> bool:
    """Whether the statement shown before, of the same article, has just said it."""
    said = gloss.text.removesuffix("’s")
    return any(c.source.id == citation.source.id for c in before.citations) and said in before.text
