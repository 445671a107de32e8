"""A refusal of news and lists that says what there is nothing of, and shows what lies nearest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from rag.draft import NONE_MATCH, Draft
from rag.question import Question
from rag.types import Hit

Find = Callable[[Question], list[Hit]]
"""The retriever's way from a question to passages."""

_SHOWN = 12


def refuse(draft: Draft, find: Find, nothing: str) -> None:
    """``nothing``: "There is no news". The nearest are those found; else those of other days."""
    understood = draft.question.understood
    whenever = replace(understood, since=None, until=None)
    hits = draft.hits or tuple(find(replace(draft.question, understood=whenever)))
    if not hits:
        draft.refuse("no_articles", NONE_MATCH)
        return
    draft.hits = hits[:_SHOWN]
    on = f" on “{understood.topic}”" if understood.topic else ""
    draft.refuse("no_evidence", f"{nothing}{on}{between(understood.since, understood.until)}.")


def between(since: date | None, until: date | None) -> str:
    """A range of days in words, with a space before it."""
    if since and until:
        return f" of {since}" if since == until else f" from {since} to {until}"
    if since:
        return f" since {since}"
    return f" up to {until}" if until else ""
