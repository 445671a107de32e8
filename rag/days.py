"""Days, as far as they are known: of articles, and of questions. ``rag.types`` has them, too."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, Self

from rag.records import Record

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
            object.__setattr__(self, "value", day_of(self.value))
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


@dataclass(frozen=True, slots=True)
class Days(Record):
    """The days from ``first`` to ``last``, both included; None where they are open."""

    first: date | None = None
    last: date | None = None

    def __post_init__(self) -> None:
        for name in ("first", "last"):
            object.__setattr__(self, name, day_of(getattr(self, name)))

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
            object.__setattr__(self, name, day_of(getattr(self, name)))
        if self.width < 1:
            raise ValueError(f"a width of {self.width} days")


def dated(value: Dated | date | str | None) -> Dated | None:
    """``value`` as a date with its precision. Raises ``ValueError`` for a text that is none."""
    if value is None or isinstance(value, Dated):
        return value
    if isinstance(value, datetime):
        return Dated(value, "minute")
    return Dated(value) if isinstance(value, date) else Dated.parse(value)


def spelt(day: Dated) -> str:
    """As people write it, as far as it is known and to the day at most: "12 March 2024"."""
    first = day.first
    if day.precision == "year":
        return str(first.year)
    month = f"{calendar.month_name[first.month]} {first.year}"
    return month if day.precision == "month" else f"{first.day} {month}"


def known_day(published: Dated | None) -> date | None:
    """The day of publication, where it is known to the day."""
    if published is None or published.first != published.last:
        return None
    return published.first


def day_of(value: date | None) -> date | None:
    """Without the time of day: a ``datetime`` is a ``date``, but does not compare with one."""
    return value.date() if isinstance(value, datetime) else value
