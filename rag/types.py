"""The nouns of Pullquote, all frozen, none tied to a framework.

Every type has ``to_dict()`` and ``from_dict()`` (``rag.records``). Offsets count characters
(Python ``str`` indices), ends exclusive.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from enum import StrEnum
from typing import Literal, Self, overload

from rag.records import SCHEMA, Record

Precision = Literal["year", "month", "day", "minute"]
_ISO = {"year": "%Y", "month": "%Y-%m", "day": "%Y-%m-%d"}


@dataclass(frozen=True, slots=True)
class Dated(Record):
    """A date as far as it is known, and who said so.

    ``origin`` is ``given`` (the caller or a data file), ``page`` (a web page's own
    metadata), ``front matter`` or another word for where it was read. ``value`` is a
    ``datetime`` only with precision ``minute``.
    """

    value: date
    precision: Precision = "day"
    origin: str = "given"

    def __post_init__(self) -> None:
        if self.precision != "minute":
            object.__setattr__(self, "value", _day(self.value))
        elif not isinstance(self.value, datetime):
            object.__setattr__(self, "precision", "day")

    @classmethod
    def parse(cls, text: str, origin: str = "given") -> Self:
        """``2024``, ``2024-12``, ``2024-12-10`` or an ISO 8601 time; else ``ValueError``."""
        for precision in ("year", "month", "day"):
            try:
                moment = datetime.strptime(text, _ISO[precision])
            except ValueError:
                continue
            return cls(moment.date(), precision, origin)
        return cls(datetime.fromisoformat(text), "minute", origin)

    @property
    def first(self) -> date:
        """The first day it may mean."""
        return self.value.date() if isinstance(self.value, datetime) else self.value

    @property
    def last(self) -> date:
        """The last day it may mean: the end of the month or year when no day is known."""
        day = self.first
        if self.precision == "year":
            return date(day.year, 12, 31)
        if self.precision == "month":
            return day.replace(day=calendar.monthrange(day.year, day.month)[1])
        return day

    def __str__(self) -> str:
        if self.precision == "minute":
            return self.value.isoformat()
        return self.value.strftime(_ISO[self.precision])


def _dated(value: Dated | date | str | None) -> Dated | None:
    if value is None or isinstance(value, Dated):
        return value
    if isinstance(value, datetime):
        return Dated(value, "minute")
    return Dated(value) if isinstance(value, date) else Dated.parse(value)


def _texts(value: str | Iterable[str]) -> tuple[str, ...]:
    """One text is not a sequence of letters."""
    return (value,) if isinstance(value, str) else tuple(value)


def _day(value: date | None) -> date | None:
    """A ``datetime`` is a ``date`` too, but does not compare with one."""
    return value.date() if isinstance(value, datetime) else value


@dataclass(frozen=True, slots=True, kw_only=True)
class Article(Record):
    """An article as it is kept: its text is never altered after it got here.

    Only ``text`` is required. Without an ``id`` the library gives it one from its URL,
    else from its content. ``published`` and ``updated`` also take a ``date`` or an ISO
    string. ``language`` is a two-letter code, empty when unknown.
    """

    text: str
    id: str = ""
    title: str = ""
    url: str = ""
    source: str = ""
    authors: tuple[str, ...] = ()
    published: Dated | None = None
    updated: Dated | None = None
    language: str = ""
    section: str = ""
    tags: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in ("published", "updated"):
            object.__setattr__(self, name, _dated(getattr(self, name)))
        for name in ("authors", "tags"):
            object.__setattr__(self, name, _texts(getattr(self, name)))


@dataclass(frozen=True, slots=True)
class Source(Record):
    """An article without its text: what a citation says of where its words stand.

    ``story`` is the same for all articles that are near-duplicates of each other, and empty
    for an article that has none. It may change when articles come and go.
    """

    id: str
    title: str = ""
    url: str = ""
    source: str = ""
    authors: tuple[str, ...] = ()
    published: Dated | None = None
    story: str = ""


@dataclass(frozen=True, slots=True)
class Passage(Record):
    """Whole sentences of one article: ``article.text[start:end] == text``."""

    id: str
    article_id: str
    text: str
    start: int
    end: int
    locator: str = ""


@dataclass(frozen=True, slots=True)
class Hit(Record):
    """A passage found for a question. Scores order one result list, nothing more.

    ``copies`` are the other places of the same story that say no more than this passage and
    others before it, and were left out for that.
    """

    passage: Passage
    source: Source
    score: float
    copies: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class Filters(Record):
    """Which articles may answer. Values within a field are alternatives; fields all apply.

    ``since`` and ``until`` are inclusive and leave undated articles out.
    """

    sources: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    articles: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in ("since", "until"):
            object.__setattr__(self, name, _day(getattr(self, name)))
        for name in ("sources", "authors", "tags", "languages", "articles"):
            object.__setattr__(self, name, _texts(getattr(self, name)))

    def __bool__(self) -> bool:
        return any(getattr(self, f.name) for f in fields(self))


@dataclass(frozen=True, slots=True)
class Facets(Record):
    """How many articles there are of each kind, most frequent first, to choose filters from.

    Names that differ in case alone are one, as they are for ``Filters``. An article without a
    publisher, or language, is counted under none. ``undated`` counts articles without a date.
    """

    sources: Mapping[str, int] = field(default_factory=dict)
    authors: Mapping[str, int] = field(default_factory=dict)
    tags: Mapping[str, int] = field(default_factory=dict)
    languages: Mapping[str, int] = field(default_factory=dict)
    undated: int = 0


@dataclass(frozen=True, slots=True)
class Days(Record):
    """The days from ``first`` to ``last``, both included; None where they are open."""

    first: date | None = None
    last: date | None = None

    def __post_init__(self) -> None:
        for name in ("first", "last"):
            object.__setattr__(self, name, _day(getattr(self, name)))

    def holds(self, other: Self) -> bool:
        """Whether every day of ``other`` is one of these."""
        begins = self.first is None or (other.first is not None and self.first <= other.first)
        return begins and (
            self.last is None or (other.last is not None and other.last <= self.last)
        )


@dataclass(frozen=True, slots=True)
class Favoured(Record):
    """Days of publication that speak for an article without ruling out others: from ``first``
    to ``last`` wholly, ``width`` days before them half. ``event`` names what the days begin
    with where the question says only that ("since the election"); ``first`` is None then."""

    first: date | None
    last: date
    width: int
    event: str = ""

    def __post_init__(self) -> None:
        for name in ("first", "last"):
            object.__setattr__(self, name, _day(getattr(self, name)))
        if self.width < 1:
            raise ValueError(f"a width of {self.width} days")


class Kind(StrEnum):
    """What is asked for: a fact, what is new, one article in brief, a list of articles; or
    nothing that articles answer."""

    FACT = "fact"
    NEWS = "news"
    DIGEST = "digest"
    LIST = "list"
    HELP = "help"
    GREETING = "greeting"
    THANKS = "thanks"


@dataclass(frozen=True, slots=True)
class Understood(Record):
    """What was read from a question. May be changed and passed back.

    ``text`` is the question made self-contained; ``since`` and ``until`` bound the articles it
    asks for, ``favoured`` are days of publication that speak for an article, ``spoken`` those
    that the answer's sentences should speak of. ``topic`` is what news, a list or a digest is
    about; empty when the question names nothing. ``kind`` also takes its word, such as
    ``"news"``; ``ValueError`` for no kind.
    """

    kind: Kind = Kind.FACT
    text: str = ""
    since: date | None = None
    until: date | None = None
    names: tuple[str, ...] = ()
    filters: Filters = Filters()
    topic: str = ""
    favoured: Favoured | None = None
    spoken: tuple[Days, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", Kind(self.kind))
        for name in ("since", "until"):
            object.__setattr__(self, name, _day(getattr(self, name)))


@dataclass(frozen=True, slots=True)
class Hits(Sequence[Hit], Record):
    """Found passages, best first, with what was understood of the question."""

    items: tuple[Hit, ...] = ()
    understood: Understood = Understood()

    def __len__(self) -> int:
        return len(self.items)

    @overload
    def __getitem__(self, index: int) -> Hit: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Hit, ...]: ...
    def __getitem__(self, index: int | slice) -> Hit | tuple[Hit, ...]:
        return self.items[index]

    def __iter__(self) -> Iterator[Hit]:
        return iter(self.items)


@dataclass(frozen=True, slots=True)
class Citation(Record):
    """The exact words: ``library.article(source.id).text[start:end] == quote``."""

    marker: int
    source: Source
    passage_id: str
    quote: str
    start: int
    end: int
    locator: str = ""


class Support(StrEnum):
    """How a statement is borne out by the words it cites."""

    QUOTED = "quoted"
    SUPPORTED = "supported"
    UNSUPPORTED = "unsupported"


@dataclass(frozen=True, slots=True)
class Statement(Record):
    """One checked statement. ``marked`` holds (start, end) ranges within ``text``."""

    text: str
    citations: tuple[Citation, ...]
    support: Support = Support.QUOTED
    marked: tuple[tuple[int, int], ...] = ()

    def __str__(self) -> str:
        markers = "".join(f" [{citation.marker}]" for citation in self.citations)
        return self.text + markers


@dataclass(frozen=True, slots=True)
class Trace(Record):
    """How an answer came about: enough to explain it, and to make it again.

    ``evidence`` holds the features the decision to answer rested on, and its ``confidence``.
    """

    models: tuple[str, ...] = ()
    settings: str = ""
    prompts: str = ""
    as_of: date | None = None
    milliseconds: Mapping[str, float] = field(default_factory=dict)
    evidence: Mapping[str, float] = field(default_factory=dict)
    model_calls: int = 0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer(Record):
    """An answer made of checked statements, or a plain refusal.

    When ``answered`` is false there are no citations, ``reason`` is a code
    (``no_evidence``, ``no_articles``, ``articles_changed``, ``stopped``; ``no_article`` when a
    digest is asked of none that is known, ``not_a_question`` for a greeting, thanks and help)
    and ``hits`` are the nearest passages.
    """

    question: str
    text: str
    statements: tuple[Statement, ...] = ()
    citations: tuple[Citation, ...] = ()
    hits: tuple[Hit, ...] = ()
    answered: bool = False
    reason: str = ""
    uncovered: tuple[str, ...] = ()
    understood: Understood = Understood()
    trace: Trace = Trace()


@dataclass(frozen=True, slots=True)
class Turn(Record):
    """A question and its answer, as history for the next question."""

    question: str
    answer: str
    passage_ids: tuple[str, ...] = ()

    @classmethod
    def of(cls, answer: Answer) -> Self:
        return cls(answer.question, answer.text, tuple(c.passage_id for c in answer.citations))


class Outcome(StrEnum):
    """What putting an article into the library did."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Status(Record):
    """A library at a glance. Dates span the dated articles; sizes are bytes on disk."""

    path: str
    articles: int
    passages: int
    undated: int
    first: date | None
    last: date | None
    languages: Mapping[str, int]
    embedding: str
    dimension: int
    created: str
    schema_version: int
    stale: tuple[str, ...]
    bytes: int


@dataclass(frozen=True, slots=True)
class Verification(Record):
    """What ``verify`` found: nothing in ``problems`` means whole."""

    articles: int
    passages: int
    problems: tuple[str, ...] = ()
    repaired: bool = False

    @property
    def whole(self) -> bool:
        return not self.problems or self.repaired


__all__ = [
    "SCHEMA",
    "Answer",
    "Article",
    "Citation",
    "Dated",
    "Days",
    "Facets",
    "Favoured",
    "Filters",
    "Hit",
    "Hits",
    "Kind",
    "Outcome",
    "Passage",
    "Record",
    "Source",
    "Statement",
    "Status",
    "Support",
    "Trace",
    "Turn",
    "Understood",
    "Verification",
]
