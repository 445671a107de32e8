"""Days that are told from another day: "last week", "this summer", "a fortnight ago".

Counted days are read by ``dateparser``: it knows number words and units, and to what precision
they are meant. Whole questions are not given to it, nor are single dates: it makes a day of "the
2022" and of a room number, and "1990s" is a moment ago to it. ``dateutil`` reckons the rest. Weeks
begin on Monday.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from functools import lru_cache

from dateutil.relativedelta import MO, relativedelta

Bounds = tuple[date, date]
"""First and last day, both included."""

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}

_NUMBER = (
    r"\d{1,4}|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen"
    r"|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty"
    r"|ninety|(?:a )?(?:couple(?: of)?|few)|several"
)
_UNIT = r"(?:day|week|fortnight|month|year|decade|century|centurie)s?"
_COUNTED = (
    rf"(?:the )?(?:last|past|previous) (?:{_NUMBER}) {_UNIT}"
    rf"|(?:{_NUMBER}) {_UNIT} (?:ago|from now)"
    r"|(?:the )?day (?:before yesterday|after tomorrow)"
)
PATTERN = (
    rf"(?P<counted>{_COUNTED})"
    r"|(?P<relative>(?:the )?(?:this|last|past|previous|next|coming)"
    r" (?:weekend|week|month|year|spring|summer|autumn|winter)(?! of\b)"
    r"|today|tonight|last night|yesterday|tomorrow|this (?:morning|afternoon|evening)"
    r"|right now|these days)"
)
"""What ``days`` reads, in small letters."""

_PAST = re.compile(r"(?:the )?(?:last|past|previous) (.+)")
# What dateparser has no number for.
_VAGUE = ((r"(?:a )?couple(?: of)?", "two"), (r"(?:a )?few|several", "five"))


def days(words: str, day: date) -> Bounds:
    """The days that ``words``, in small letters, mean on ``day``. A count of weeks, months or
    years back is the whole week, month or year. Raises ``ValueError`` for a day that never was."""
    words = words.removeprefix("the ")
    if words in _AWAY:
        first, last = _AWAY[words]
        return day + timedelta(first), day + timedelta(last)
    which, _, unit = words.partition(" ")
    if unit in _UNITS:
        return _unit(which, unit, day)
    if unit in SEASONS:
        return _season(unit, _STEPS.get(which, -1), day)
    return _counted(words, day)


_AWAY = {
    **dict.fromkeys(("today", "tonight", "this morning", "this afternoon", "this evening"), (0, 0)),
    **{"yesterday": (-1, -1), "tomorrow": (1, 1), "last night": (-1, 0)},
    **dict.fromkeys(("right now", "these days"), (-7, 0)),
}
_STEPS = {"this": 0, "next": 1, "coming": 1}
_UNITS = ("weekend", "week", "month", "year")


def _unit(which: str, unit: str, day: date) -> Bounds:
    step = _STEPS.get(which, -1)
    if unit == "weekend":
        sunday = whole("week", day + timedelta(7 * step))[1]
        return sunday - timedelta(1), sunday
    if which == "past":
        return day - length(unit), day
    begun, _ = whole(unit, day)
    return (begun, day) if step == 0 else whole(unit, begun + length(unit, step))


def _counted(words: str, day: date) -> Bounds:
    for vague, number in _VAGUE:
        words = re.sub(rf"\b(?:{vague})\b", number, words)
    past = _PAST.fullmatch(words)
    found, period = _read(f"{past[1]} ago" if past else words, day)
    if past:
        return found, day
    return whole(period, found)


def _season(name: str, step: int, day: date) -> Bounds:
    """This, the last or the next one: the last is over, or at least has begun."""
    every = [season(name, day.year + away) for away in (-2, -1, 0, 1)]
    if step > 0:
        return next(days for days in every if days[0] > day)
    if step < 0:
        return [days for days in every if days[1] < day][-1]
    return min(every, key=lambda days: min(abs(days[0] - day), abs(days[1] - day)))


def season(name: str, year: int) -> Bounds:
    """Of the northern half of the earth; a winter begins in the year before that it ends in."""
    first = date(year, SEASONS[name], 1)
    return first, first + relativedelta(months=3) - timedelta(1)


def weekday(words: str, day: date) -> Bounds:
    """The latest one up to ``day``; before it when it is said to be the last; after it when
    the next."""
    which, _, name = words.rpartition(" ")
    back = (day.weekday() - WEEKDAYS.index(name)) % 7
    if which == "last":
        back = back or 7
    found = day - timedelta(back - 7 if which == "next" else back)
    return found, found


def length(unit: str, count: int = 1) -> relativedelta:
    """So many days, weeks, months or years."""
    return relativedelta(**{f"{unit}s": count})  # type: ignore[arg-type]  # a name of a length


def whole(unit: str, day: date) -> Bounds:
    """The day, week, month or year that ``day`` lies in."""
    first = {
        "day": day,
        "week": day + relativedelta(weekday=MO(-1)),
        "month": day.replace(day=1),
        "year": day.replace(month=1, day=1),
    }[unit]
    return first, first + length(unit) - timedelta(1)


@lru_cache(maxsize=1024)
def _read(words: str, day: date) -> tuple[date, str]:
    # Loads for a quarter of a second: when days are first counted.
    from dateparser.date import DateDataParser

    settings = {
        "RELATIVE_BASE": datetime.combine(day, datetime.min.time()),
        "RETURN_AS_TIMEZONE_AWARE": False,
        "PARSERS": ["relative-time"],
    }
    parser = DateDataParser(languages=["en"], settings=settings, try_previous_locales=False)
    data = parser.get_date_data(words)
    if data.date_obj is None:
        raise ValueError(f"no day: {words}")
    return data.date_obj.date(), data.period
