"""What was understood of a question, as small parts that a visitor can take away."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from rag.types import Days, Favoured, Filters, Kind, Understood
from ui.days import day_text, days_text, period_text
from ui.saved import Asked, Exchange
from ui.words import Words

_LISTS = {"sources": "source", "authors": "author", "tags": "tag", "languages": "language"}
_DATES = "dates"
_ARTICLES = "articles"


@dataclass(frozen=True, slots=True)
class Chip:
    """``key`` names the part, ``text`` says it, ``drop`` says what taking it away does."""

    key: str
    text: str
    drop: str


def scope_chips(filters: Filters, as_of: date | None, words: Words) -> list[Chip]:
    """What the next question is limited to."""
    found = [*_filter_parts(filters, words), *_as_of(as_of, words)]
    return [Chip(key, text, words("ask.unscope", what=text)) for key, text in found]


def understood_chips(exchange: Exchange, words: Words) -> list[Chip]:
    """What was read from an answered question, or given with it."""
    if exchange.answer is None:
        return []
    read, asked_as_of = exchange.answer.understood, exchange.asked.as_of
    found = [
        *_text(exchange.asked.question, read, words),
        *_kind(read, words),
        *_span("span", read.since, read.until, words),
        *_favoured(read.favoured, words),
        *_spoken(read.spoken, words),
        *_filter_parts(read.filters, words),
        *_as_of(asked_as_of, words),
    ]
    return [Chip(key, text, words("answer.drop", what=text)) for key, text in found]


def without(filters: Filters, key: str) -> Filters:
    """The filters without the part of this key."""
    if key == _ARTICLES:
        return replace(filters, articles=())
    if key == _DATES:
        return replace(filters, since=None, until=None)
    name, _, value = key.partition(":")
    if name not in _LISTS:
        return filters
    left: Any = tuple(v for v in getattr(filters, name) if v != value)
    return replace(filters, **{name: left})


def asked_without(exchange: Exchange, key: str) -> Asked:
    """The same question without what the part of this key stands for."""
    asked = exchange.asked
    read = exchange.answer.understood if exchange.answer else Understood()
    if key == "as_of":
        return replace(asked, as_of=None)
    dropped: dict[str, dict[str, Any]] = {
        "text": {"text": asked.question},
        "span": {"since": None, "until": None},
        "favoured": {"favoured": None},
        "spoken": {"spoken": ()},
    }
    if key in dropped:
        return replace(asked, understood=replace(read, **dropped[key]))
    if key == "kind":
        return replace(asked, understood=Understood(Kind.FACT, read.text, filters=read.filters))
    filters = without(read.filters, key)
    # What the question itself names would be read from it again.
    return replace(asked, filters=filters, understood=replace(read, filters=filters))


def _text(asked: str, read: Understood, words: Words) -> Iterator[tuple[str, str]]:
    """The question made self-contained, where it was not."""
    if read.kind is Kind.FACT and read.text and read.text != asked.strip():
        yield "text", words("chip.text", what=read.text)


def _kind(read: Understood, words: Words) -> Iterator[tuple[str, str]]:
    if read.kind in (Kind.DIGEST, Kind.NEWS, Kind.LIST):
        topic = read.topic
        about = f" {words('chip.topic', what=topic)}" if topic else ""
        yield "kind", words(f"chip.{read.kind}") + about


def _span(
    key: str, since: date | None, until: date | None, words: Words
) -> Iterator[tuple[str, str]]:
    if since and until:
        yield key, days_text([since, until])
    elif since:
        yield key, words("chip.since", day=day_text(since))
    elif until:
        yield key, words("chip.until", day=day_text(until))


def _favoured(favoured: Favoured | None, words: Words) -> Iterator[tuple[str, str]]:
    if favoured is None:
        return
    if favoured.event:
        yield "favoured", words("chip.event", what=favoured.event)
    elif favoured.first is None or (favoured.first == favoured.last and favoured.width > 2):
        yield "favoured", words("chip.latest")
    else:
        days = period_text(favoured.first, favoured.last)
        yield "favoured", words("chip.favoured", days=days)


def _spoken(spoken: Sequence[Days], words: Words) -> Iterator[tuple[str, str]]:
    """All of it as one part: "speaking of 1994, 1998"."""
    told = ", ".join(_period(days, words) for days in spoken)
    if told:
        yield "spoken", words("chip.spoken", days=told)


def _period(days: Days, words: Words) -> str:
    if days.first and days.last:
        return period_text(days.first, days.last)
    if days.first:
        return words("chip.since", day=day_text(days.first))
    return words("chip.until", day=day_text(days.last)) if days.last else ""


def _filter_parts(filters: Filters, words: Words) -> Iterator[tuple[str, str]]:
    for name, kind in _LISTS.items():
        values: Sequence[str] = getattr(filters, name)
        for value in values:
            yield f"{name}:{value}", words(f"chip.{kind}", what=value)
    yield from _span(_DATES, filters.since, filters.until, words)
    if filters.articles:
        yield _ARTICLES, words("chip.articles", n=len(filters.articles))


def _as_of(as_of: date | None, words: Words) -> Iterator[tuple[str, str]]:
    if as_of:
        yield "as_of", words("chip.as_of", day=day_text(as_of))
