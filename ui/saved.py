"""What is kept of a visitor's conversations, as frozen records.

Times are ISO 8601 in UTC. Saved answers keep their quoted words, titles and dates, whatever
becomes of the articles.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from rag.records import Record
from rag.types import Answer, Filters, Turn, Understood


@dataclass(frozen=True, slots=True)
class Asked(Record):
    """A question as it is put to an engine, with all that was chosen beside it. ``write`` is false
    where the articles are to be quoted although a language model is set."""

    question: str
    filters: Filters = field(default_factory=Filters)
    as_of: date | None = None
    understood: Understood | None = None
    write: bool = True


@dataclass(frozen=True, slots=True)
class Verdict(Record):
    """What a visitor says of an answer: thumbs up or down, why, and what would be right."""

    good: bool
    reason: str = ""
    right_answer: str = ""


@dataclass(frozen=True, slots=True)
class Exchange(Record):
    """A question and what came of it: an ``answer`` (a refusal is one), or one line in
    ``error``, or neither yet."""

    id: str
    conversation: str
    asked: Asked
    at: str
    answer: Answer | None = None
    error: str = ""
    suggestions: tuple[str, ...] = ()
    verdict: Verdict | None = None

    @property
    def pending(self) -> bool:
        return self.answer is None and not self.error


@dataclass(frozen=True, slots=True)
class Conversation(Record):
    """Exchanges over one library, oldest first. ``library`` is a key, such as its path."""

    id: str
    library: str
    title: str
    created: str
    updated: str
    exchanges: tuple[Exchange, ...] = ()


@dataclass(frozen=True, slots=True)
class Heading(Record):
    """A conversation in a list. ``exchanges`` counts them."""

    id: str
    title: str
    updated: str
    exchanges: int


@dataclass(frozen=True, slots=True)
class Feedback(Record):
    """A verdict with all that is needed to ask again and compare: it stands on its own, and
    stays when the conversation is deleted. It does not say whose it is. The digest of the
    settings is in the answer's trace."""

    exchange: str
    at: str
    verdict: Verdict
    library: str
    asked: Asked
    history: tuple[Turn, ...]
    answer: Answer


@dataclass(frozen=True, slots=True)
class Pending(Record):
    """An exchange that has neither answer nor error, and how often its answer was begun."""

    visitor: str
    library: str
    exchange: Exchange
    tries: int
