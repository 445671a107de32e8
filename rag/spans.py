"""Spans of days that a text names: "yesterday", "last week", "since 3 March", "in May 2024".

Read relative to a day. Weeks begin on Monday. What can mean two things ("03/04/2024", a bare
"may") is not read; a day or month without a year is the latest one that has begun.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.relativedelta import MO, relativedelta

Days = tuple[date, date]
"""First and last day, both included."""

_DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
_ABBREVIATED = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_WEEKDAYS = "|".join(_DAYS)
_MONTHS = (
    "January|February|March|April|May|June|July|August|September|October|November|December"
    rf"|(?:{'|'.join(_ABBREVIATED)}|Sept)\b\.?"
)
_NUMBERS = {
    **{"a": 1, "one": 1, "couple of": 2, "a couple of": 2, "two": 2, "three": 3, "four": 4},
    **{"few": 5, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10},
    **{"twelve": 12, "fourteen": 14, "thirty": 30},
}
_COUNT = rf"\d{{1,4}}|{'|'.join(sorted(_NUMBERS, key=len, reverse=True))}"
_DAY = r"(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?"
_YEAR = r"(?:1[5-9]|20)\d\d"

# A moment: days that can be told without a word before them.
_RELATIVE = (
    r"today|tonight|yesterday|this (?:morning|afternoon|evening)"
    r"|(?:this|(?:the )?last|(?:the )?past|(?:the )?previous) (?:week|weekend|month|year)"
    r"|right now|these days"
)
_PAST = (
    rf"(?:the )?(?:last|past|previous) (?:{_COUNT}) (?:days?|weeks?|months?|years?)"
    rf"|(?:{_COUNT}) (?:days?|weeks?|months?|years?) ago"
)
_FULL = (
    rf"\d{{4}}-\d\d-\d\d|{_DAY} (?:of )?(?:{_MONTHS}),? {_YEAR}|(?:{_MONTHS}) {_DAY},? {_YEAR}"
    rf"|(?:{_MONTHS}),? {_YEAR}|last (?:{_WEEKDAYS}|{_MONTHS})"
)
_NEEDS_LEAD = (
    rf"(?:the )?{_DAY} (?:of )?(?:{_MONTHS})|(?:{_MONTHS}) {_DAY}|(?:this )?(?:{_WEEKDAYS})"
    rf"|(?:this )?(?:{_MONTHS})|{_YEAR}"
)
_CLEAR = rf"{_PAST}|{_RELATIVE}|{_FULL}"
_ANY = rf"{_CLEAR}|{_NEEDS_LEAD}"

_SPAN = re.compile(
    rf"\b(?:(?:between|from) (?P<first>{_ANY}) (?:and|to|until|till) (?P<last>{_ANY})"
    rf"|(?P<lead>since|after|before|until|till|up to|from|in|on|of|during|over|within|for)"
    rf" (?:the (?:month |year |(?P<week>week ))?of )?(?P<led>{_ANY})"
    rf"|(?P<clear>{_CLEAR}))(?:'s|’s)?(?!\w|-\w)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Span:
    """Days from ``since`` to ``until``, either of which may be open, and where the text names
    them: ``text[start:end]``."""

    since: date | None
    until: date | None
    start: int
    end: int


def find(text: str, as_of: date) -> Span | None:
    """The first span of days that ``text`` names, as meant on the day ``as_of``."""
    for match in _SPAN.finditer(text):
        try:
            bounds = _bounds(match, as_of)
        except (ValueError, OverflowError):  # 31 June, or a day before there were years
            continue
        return Span(*bounds, match.start(), match.end())
    return None


def _bounds(match: re.Match[str], as_of: date) -> tuple[date | None, date | None]:
    if match["first"]:
        _, until = _days(match["last"], as_of)
        # "from March to May 2024": the year counts for both.
        since, _ = _days(match["first"], as_of if match["first"][-4:].isdigit() else until)
        if since > until:
            raise ValueError("ends before it begins")
        return since, until
    first, last = _days(match["led"] or match["clear"], as_of)
    if match["week"]:
        first, last = _whole("week", first)
    return _led((match["lead"] or "").casefold(), first, last)


def _led(lead: str, first: date, last: date) -> tuple[date | None, date | None]:
    """What a word before them makes of the days from ``first`` to ``last``."""
    match lead:
        case "since":
            return first, None
        case "after":
            return last + timedelta(1), None
        case "before":
            return None, first - timedelta(1)
        case "until" | "till" | "up to":
            return None, last
    return first, last


def _days(words: str, as_of: date) -> Days:
    """The days that one moment means. Raises ``ValueError`` for a day that never was."""
    words = re.sub(r"\s+", " ", words.casefold())
    return _relative(words, as_of) or _counted(words, as_of) or _dated(words, as_of)


def _relative(words: str, as_of: date) -> Days | None:
    if re.fullmatch(r"yesterday|today|tonight|this (morning|afternoon|evening)", words):
        return _whole("day", as_of - timedelta(words == "yesterday"))
    if words in ("right now", "these days"):
        return as_of - timedelta(7), as_of
    match = re.fullmatch(r"(?:the )?(this|last|past|previous) (week|weekend|month|year)", words)
    if not match:
        return None
    which, unit = match.groups()
    if unit == "weekend":
        sunday = _whole("week", as_of if which == "this" else as_of - timedelta(7))[1]
        return sunday - timedelta(1), sunday
    if which == "past":
        return as_of - _length(unit), as_of
    begun, _ = _whole(unit, as_of)
    return (begun, as_of) if which == "this" else _whole(unit, begun - timedelta(1))


def _counted(words: str, as_of: date) -> Days | None:
    match = re.fullmatch(
        rf"(?:(?:the )?(?:last|past|previous) )?({_COUNT}) (day|week|month|year)s?( ago)?", words
    )
    if not match:
        return None
    count = _NUMBERS.get(match[1]) or int(match[1])
    first = as_of - _length(match[2], count)
    return _whole(match[2], first) if match[3] else (first, as_of)


def _length(unit: str, count: int = 1) -> relativedelta:
    return relativedelta(**{f"{unit}s": count})  # type: ignore[arg-type]  # a name of a length


def _whole(unit: str, day: date) -> Days:
    """The day, week, month or year that ``day`` lies in."""
    first = {
        "day": day,
        "week": day + relativedelta(weekday=MO(-1)),
        "month": day.replace(day=1),
        "year": day.replace(month=1, day=1),
    }[unit]
    return first, first + _length(unit) - timedelta(1)


def _dated(words: str, as_of: date) -> Days:
    if re.fullmatch(rf"(?:last |this )?(?:{_WEEKDAYS})", words, re.IGNORECASE):
        return _weekday(words, as_of)
    if re.fullmatch(r"\d{4}-\d\d-\d\d", words):
        return date.fromisoformat(words), date.fromisoformat(words)
    year = re.search(rf"\b{_YEAR}\b", words)
    month = re.search(rf"\b(?:{_MONTHS})", words, re.IGNORECASE)
    if month is None:
        return date(int(words), 1, 1), date(int(words), 12, 31)
    number = _ABBREVIATED.index(month[0][:3].title()) + 1
    day = re.search(rf"\b({_DAY})\b", words.replace(year[0], "") if year else words)
    # Without a year: the latest that has begun. 29 February may be eight years back.
    for candidate in [int(year[0])] if year else range(as_of.year, as_of.year - 9, -1):
        with suppress(ValueError):
            first = date(candidate, number, int(re.sub(r"\D", "", day[0])) if day else 1)
            if year or first <= as_of:
                return first, first if day else first + relativedelta(day=31)
    raise ValueError("no such day")


def _weekday(words: str, as_of: date) -> Days:
    """The latest one before ``as_of``; that day itself when it is not said to be the last."""
    index = _DAYS.index(words.rsplit(maxsplit=1)[-1].title())
    back = (as_of.weekday() - index) % 7
    if back == 0 and words.startswith("last"):
        back = 7
    day = as_of - timedelta(back)
    return day, day
