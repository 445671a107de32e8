"""What is not borne out, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from rag.days import known_day
from rag.records import Record
from rag.types import Source


class What(StrEnum):
    """The kinds of things that may not be borne out."""

    NAME = "name"
    NUMBER = "number"
    UNIT = "unit"
    DATE = "date"
    NEGATION = "negation"
    OPPOSITE = "opposite"
    ROLE = "role"
    MODALITY = "modality"
    MEANING = "meaning"


@dataclass(frozen=True, slots=True)
class Fault(Record):
    """``statement[start:end]`` is not borne out; ``why`` says so to a reader."""

    what: What
    start: int
    end: int
    why: str


@dataclass(frozen=True, slots=True)
class Checked(Record):
    """What came of checking one statement."""

    faults: tuple[Fault, ...] = ()

    @property
    def holds(self) -> bool:
        return not self.faults

    @property
    def why(self) -> str:
        """All reasons in one line; empty when the statement is borne out."""
        return "; ".join(dict.fromkeys(fault.why for fault in self.faults))


@dataclass(frozen=True, slots=True)
class Quote(Record):
    """Quoted words and what is known of their article. Title and publisher may bear out a name
    or a number; ``published`` is the day that "last Tuesday" is read from. ``article`` tells quotes
    of one article from those of another: its id, or empty when that is not known."""

    text: str
    title: str = ""
    publisher: str = ""
    published: date | None = None
    article: str = ""

    @classmethod
    def of(cls, text: str, source: Source) -> Quote:
        day = known_day(source.published)
        return cls(text, source.title, source.source, day, source.id)
