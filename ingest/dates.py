"""Dates as they are written, never more exactly than that, and never guessed."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import product
from typing import Any

from rag.types import Dated, Precision

_ISO = re.compile(r"\d{4}(-\d{1,2}(-\d{1,2}([T ]\d{2}:\d{2}.*)?)?)?")
_YEAR = re.compile(r"(?<!\d)(1\d|20|21)\d\d(?!\d)")
# Two dates that differ in every part, and in the day of the week: where what was parsed
# differs with them, the text did not say.
_DEFAULTS = (datetime(2001, 1, 1, 0, 0), datetime(2012, 6, 17, 11, 31))


def read_date(value: object, origin: str) -> Dated:
    """A date in ISO 8601 or another usual form. Raises ``ValueError`` for anything else,
    also where day and month, or the century, could be confused."""
    if isinstance(value, datetime):
        return Dated(value, "minute", origin)
    if isinstance(value, date):
        return Dated(value, "day", origin)
    text = str(value).strip()
    if _ISO.fullmatch(text):
        try:
            return Dated.parse(text, origin)
        except ValueError:
            pass  # such as "2024-12-10 09:30:00 -0500"
    if not _YEAR.search(text) or len(text) > 100:
        raise ValueError(f"no date: {text[:100]!r}")
    return _written_out(text, origin)


def _written_out(text: str, origin: str) -> Dated:
    # Nobody writes year, day, month; everything else is written both ways round somewhere.
    ways = [(False, True)] if _YEAR.match(text) else list(product((False, True), repeat=2))
    moments = {
        default: {
            _parsed(text, default=default, dayfirst=dayfirst, yearfirst=yearfirst)
            for dayfirst, yearfirst in ways
        }
        for default in _DEFAULTS
    }
    if any(len(readings) > 1 for readings in moments.values()):
        raise ValueError(f"ambiguous date: {text!r}")
    one, other = (readings.pop() for readings in moments.values())
    if one.year != other.year:
        raise ValueError(f"no year: {text!r}")
    precision: Precision = "year"
    if one.month == other.month:
        precision = "month" if one.day != other.day else "day"
    elif one.day == other.day:
        raise ValueError(f"a day without its month: {text!r}")
    if precision == "day" and (one.hour, one.minute) == (other.hour, other.minute):
        return Dated(one, "minute", origin)
    first = date(one.year, one.month if precision != "year" else 1, 1)
    return Dated(one.date() if precision == "day" else first, precision, origin)


def _parsed(text: str, **options: Any) -> datetime:
    from dateutil import parser

    try:
        moment = parser.parse(text, tzinfos=_zone, **options)
    except (OverflowError, TypeError) as error:  # what the parser lets through
        raise ValueError(str(error)) from error
    if not isinstance(moment, datetime):
        raise ValueError(f"no date: {text!r}")
    return moment


def _zone(_name: str | None, seconds: int | None) -> timezone | None:
    # Names of time zones are not unique ("IST"): the time is kept as the clock there showed it.
    if seconds is None:
        return None
    return timezone(timedelta(seconds=seconds)) if seconds else UTC
