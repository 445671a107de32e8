"""What is said to a greeting, to thanks, and to somebody who asks what can be asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rag.draft import Draft
from rag.library import Library
from rag.types import Kind, Statement

_GREETING = "Hello. Ask about anything the articles may tell, or ask what is in here."
_THANKS = "You are welcome. Ask whenever there is more you want to know."
_HOW = (
    'Ask about a person, a place, a number or an event ("Who …?", "When did …?", "How much …?");'
    ' for news ("What\'s new on … this week?"); for one article in brief ("Summarise \'TITLE\'");'
    ' or for a list ("List the articles about …"). Every answer is quoted from the articles.'
)
_NONE = "There are no articles here yet."


class Courtesy:
    """Answers what is no question to the articles, without looking into them."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def statements(self, draft: Draft) -> Iterator[Statement]:
        draft.models = ()
        match draft.question.understood.kind:
            case Kind.GREETING:
                text = _GREETING
            case Kind.THANKS:
                text = _THANKS
            case _:
                text = " ".join((*holdings(self._library), _HOW))
        draft.refuse("not_a_question", text)
        yield from ()


def holdings(library: Library) -> Iterator[str]:
    """What a library holds, in sentences."""
    status = library.status()
    if not status.articles:
        yield _NONE
        return
    count = "1 article" if status.articles == 1 else f"{status.articles:,} articles"
    days = ""
    if status.first and status.last:
        alone = status.first == status.last
        days = f", of {status.first}" if alone else f", from {status.first} to {status.last}"
    yield f"Here {'is' if status.articles == 1 else 'are'} {count}{days}."
    facets = library.facets()
    if facets.sources:
        yield f"Published by {_listed(facets.sources, most=6)}."
    if facets.tags:
        yield f"Frequent tags: {_listed(facets.tags, most=8)}."


def _listed(counts: Mapping[str, int], *, most: int) -> str:
    named = [f"{name} ({count:,})" for name, count in counts.items()][:most]
    rest = len(counts) - len(named)
    return ", ".join(named) + (f" and {rest:,} more" if rest else "")
