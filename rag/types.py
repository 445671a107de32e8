"""The nouns of Pullquote, all frozen, none tied to a framework.

Every type has ``to_dict()`` and ``from_dict()`` (``rag.records``). Offsets count characters
(Python ``str`` indices), ends exclusive.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from enum import StrEnum
from typing import Self, overload

from rag.days import Dated, Days, Favoured, Precision, dated, day_of
from rag.records import SCHEMA, Record


def _texts(value: str | Iterable[str]) -> tuple[str, ...]:
    """One text is not a sequence of letters."""
    return (value,) if isinstance(value, str) else tuple(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Article(Record):
    """An article as it is kept: its text is never altered after it got here.

    Only ``text`` is required. Without an ``id`` the library gives it one from its URL,
    else from its content. ``published`` and ``updated`` also take a ``date`` or an ISO
    string. ``language`` is a two-letter code, empty when unknown. ``pages`` says where in
    ``text`` each page of the document begins, the first at 0; empty when it has none.
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
    pages: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        for name in ("published", "updated"):
            object.__setattr__(self, name, dated(getattr(self, name)))
        for name in ("authors", "tags"):
            object.__setattr__(self, name, _texts(getattr(self, name)))
        object.__setattr__(self, "pages", tuple(self.pages))


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
    """Whole sentences of one article: ``article.text[start:end] == text``.

    Of a document with pages, ``locator`` tells those it stands on ("p. 3", "pp. 3-4"), and
    ``pages`` holds (number, offset in the article where it begins) of each.
    """

    id: str
    article_id: str
    text: str
    start: int
    end: int
    locator: str = ""
    pages: tuple[tuple[int, int], ...] = ()


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
            object.__setattr__(self, name, day_of(getattr(self, name)))
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
            object.__setattr__(self, name, day_of(getattr(self, name)))


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
    """The exact words: ``library.article(source.id).text[start:end] == quote``. ``locator``
    tells the page they stand on, where there are pages."""

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
class Gloss(Record):
    """Words of explanation that are shown in square brackets after ``text[:at]`` of a statement,
    and are not among those quoted: whom "He" means, what day "yesterday" was."""

    at: int
    text: str


@dataclass(frozen=True, slots=True)
class Statement(Record):
    """One checked statement. ``marked`` holds (start, end) ranges within ``text``; ``glosses``, in
    order, explain words of it. ``lead``, not quoted, says before it who says it, or as of when.
    ``why`` tells what of an unsupported one is not borne out."""

    text: str
    citations: tuple[Citation, ...]
    support: Support = Support.QUOTED
    marked: tuple[tuple[int, int], ...] = ()
    glosses: tuple[Gloss, ...] = ()
    why: str = ""
    lead: str = ""

    @property
    def shown(self) -> str:
        """``text`` with its glosses, after its lead."""
        shown = self.text
        for gloss in reversed(self.glosses):
            shown = f"{shown[: gloss.at]} [{gloss.text}]{shown[gloss.at :]}"
        return f"{self.lead}: {shown}" if self.lead else shown

    @property
    def doubt(self) -> str:
        """In words, that it is not borne out, and why."""
        return f"(not borne out by its quotes: {self.why})" if self.why else ""

    def __str__(self) -> str:
        markers = "".join(f" [{citation.marker}]" for citation in self.citations)
        doubt = f" {self.doubt}" if self.why else ""
        return self.shown + markers + doubt


@dataclass(frozen=True, slots=True)
class LeftOut(Record):
    """A statement that a language model wrote and nobody was shown, and why it was left out."""

    text: str
    why: str = ""

    def __str__(self) -> str:
        return f"{self.text} ({self.why})" if self.why else self.text


@dataclass(frozen=True, slots=True)
class Trace(Record):
    """How an answer came about: enough to explain it, and to make it again.

    ``evidence`` holds the features the decision to answer rested on, and its ``confidence``.
    ``models`` are all that took part, ``model_calls`` how often a language model was asked, to
    read the question or to write, ``prompts`` a digest of what it was asked with. ``notes`` are
    for whoever reads the answer; ``left_out`` is what a model wrote and nobody was shown.
    ``writer`` is the model whose statements the answer is made of, be
    they quotes word for word; empty where the articles are quoted without one.
    """

    models: tuple[str, ...] = ()
    settings: str = ""
    prompts: str = ""
    as_of: date | None = None
    milliseconds: Mapping[str, float] = field(default_factory=dict)
    evidence: Mapping[str, float] = field(default_factory=dict)
    model_calls: int = 0
    notes: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    writer: str = ""


@dataclass(frozen=True, slots=True)
class Answer(Record):
    """An answer made of checked statements, or a plain refusal.

    When ``answered`` is false there are no citations, ``reason`` is a code
    (``no_evidence``, ``no_articles``, ``articles_changed``, ``stopped``; ``model_declined`` when a
    language model found no answer in what it read; ``no_article`` when a digest is asked of none
    that is known, ``not_a_question`` for a greeting, thanks and help) and ``hits`` are the nearest
    passages. ``uncovered`` are the parts of a question of several that the articles do not answer,
    where they answer others. ``listed``: the statements stand each for itself, one a line.
    """

    question: str
    text: str
    statements: tuple[Statement, ...] = ()
    citations: tuple[Citation, ...] = ()
    hits: tuple[Hit, ...] = ()
    answered: bool = False
    reason: str = ""
    uncovered: tuple[str, ...] = ()
    listed: bool = False
    understood: Understood = Understood()
    trace: Trace = Trace()

    @property
    def said(self) -> str:
        """``text`` without what it says of parts that are not covered."""
        return self.text.removesuffix(self.unsaid).rstrip("\n") if self.uncovered else self.text

    @property
    def unsaid(self) -> str:
        """In words, what is not covered; empty when all is."""
        return f"The articles do not say: {' '.join(self.uncovered)}" if self.uncovered else ""


@dataclass(frozen=True, slots=True)
class Turn(Record):
    """A question and its answer, as history for the next question."""

    question: str
    answer: str
    passage_ids: tuple[str, ...] = ()

    @classmethod
    def of(cls, answer: Answer) -> Self:
        return cls(answer.question, answer.said, tuple(c.passage_id for c in answer.citations))


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


@dataclass(frozen=True, slots=True)
class Compaction(Record):
    """What ``compact`` came to: bytes of all files of the library, before and after."""

    articles: int
    before: int
    after: int


__all__ = [
    "SCHEMA",
    "Answer",
    "Article",
    "Citation",
    "Compaction",
    "Dated",
    "Days",
    "Facets",
    "Favoured",
    "Filters",
    "Gloss",
    "Hit",
    "Hits",
    "Kind",
    "Outcome",
    "Passage",
    "Precision",
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
