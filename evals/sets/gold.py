"""Does a library hold what a question set calls gold? What it lacks can never be found."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass
from functools import cache

from evals.sets.questions import QuestionSet
from rag.types import Record


@dataclass(frozen=True, slots=True)
class Missing(Record):
    """An article that a case names and the library lacks; or, with ``quote``, words that do not
    stand in the article they are said to stand in."""

    case: str
    article: str
    quote: str = ""

    def __str__(self) -> str:
        if not self.quote:
            return f"{self.case}: there is no article '{self.article}'"
        return f"{self.case}: not in '{self.article}': \"{_spaced(self.quote):.80}\""


def unknown_articles(questions: QuestionSet, known: Container[str]) -> tuple[Missing, ...]:
    """Articles that cases name, also those that their filters name, and that are not among
    the ids ``known``."""
    return tuple(
        Missing(case.id, article)
        for case in questions.cases
        for article in dict.fromkeys((*case.articles, *case.filters.articles))
        if article not in known
    )


def missing_evidence(
    questions: QuestionSet, text_of: Callable[[str], str | None]
) -> tuple[Missing, ...]:
    """Quotes that do not stand in their article, however white space is set. ``text_of`` gives
    an article's text by its id, None where there is none: those are ``unknown_articles``."""

    @cache
    def spaced(article: str) -> str | None:
        text = text_of(article)
        return None if text is None else _spaced(text)

    return tuple(
        Missing(case.id, evidence.article, evidence.quote)
        for case in questions.cases
        for evidence in case.evidence
        if (text := spaced(evidence.article)) is not None and _spaced(evidence.quote) not in text
    )


def _spaced(text: str) -> str:
    return " ".join(text.split())


def told(missing: Iterable[Missing]) -> str:
    """What is missing, counted, as one line for people; empty when nothing is."""
    found = list(missing)
    articles = {item.article for item in found if not item.quote}
    cases = {item.case for item in found if not item.quote}
    quotes = sum(bool(item.quote) for item in found)
    parts = []
    if articles:
        parts.append(f"articles named and not there: {len(articles)}, by cases: {len(cases)}")
    if quotes:
        parts.append(f"quotes that do not stand in their article: {quotes}")
    return "; ".join(parts)
