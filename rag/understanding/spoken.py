"""The days that a passage's sentences speak of, as against the day its article appeared."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from rag.days import Dated, known_day
from rag.understanding import spans
from rag.understanding.moments import Form
from rag.understanding.relative import Bounds
from rag.understanding.spans import Span

_LEADS = "in|since|until|till|by|during|before|after|from|between|and|to|early|late|mid|through"
_BARE = re.compile(rf"(?:\b(?:{_LEADS})|last|this|next)[ -]$", re.IGNORECASE)
_NO_DAY = re.compile(
    r"\b(?:black|bloody|good|super|cyber|ash|palm|easter|fat|the) $", re.IGNORECASE
)
_NAMED = re.compile(r" (?:Times|Post|Mail|Telegraph|Night|School|Club|Mass)\b")


def spoken_days(text: str, published: Dated | date | None = None) -> tuple[Bounds, ...]:
    """First and last day of each span that ``text`` speaks of, in order, each once. What is
    told relative to the day of publication ("last Tuesday", "in May") is left out when that
    day is not known. Takes about 0.2 ms for 1,000 characters."""
    day = known_day(published) if isinstance(published, Dated) else published
    found = (_days(span, day) for span in _meant(text, day))
    return tuple(dict.fromkeys(days for days in found if days))


def told_from(text: str, day: date) -> Iterator[Span]:
    """The spans of ``text``, in order, that are told from the ``day`` of publication: "yesterday",
    "on Tuesday", "last month"."""
    return (s for s in _meant(text, day) if s.form in (Form.RELATIVE, Form.WEEKDAY))


def _meant(text: str, day: date | None) -> Iterator[Span]:
    return (s for s in spans.every(text, day, article=True) if not _is_a_name(text, s))


def _days(span: Span, day: date | None) -> Bounds | None:
    """Its days, both ends known: what began goes on to the day of the article; of what is said
    to be before or after a day, the day itself is all that is known."""
    if span.since and span.until:
        return span.since, span.until
    if span.lead == "since" and span.since and day and span.since <= day:
        return span.since, day
    return span.said


def _is_a_name(text: str, span: Span) -> bool:
    """ "Theresa May", "Bloody Sunday", "the Sunday Times"; and "may" and "march" as verbs."""
    first = text[span.at : span.end]
    if span.form is Form.WEEKDAY:
        return bool(_NO_DAY.search(text, 0, span.at) or _NAMED.match(text, span.end))
    if span.form is Form.MONTH and not re.search(r"\d", first):
        return not (first[:1].isupper() and _BARE.search(text, 0, span.at))
    return False
