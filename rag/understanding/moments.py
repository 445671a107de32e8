"""Moments: single days, months, years and eras that a text names.

"3 March", "Sept. 2023", "the late 1990s", "the 19th century", "last week", "two days ago". Found
by patterns of ours, so that nothing is made up of a name or a number. What can mean two things
("03/04/2024") is not read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from dateutil.relativedelta import relativedelta

from rag.understanding import relative
from rag.understanding.relative import Bounds

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH = (
    "january|february|march|april|may|june|july|august|september|october|november|december"
    r"|(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)(?:\.|\b)"
)
_DAY = r"(?:3[01]|[12]\d|0?[1-9])"
_TH = r"(?:st|nd|rd|th)?"
_YEAR = r"(?:1\d|20)\d\d"
_ORDINALS = {
    **{"fifteenth": 15, "sixteenth": 16, "seventeenth": 17, "eighteenth": 18},
    **{"nineteenth": 19, "twentieth": 20, "twenty-first": 21},
}
_PARTS = {"early": 0, "start": 0, "beginning": 0, "mid": 1, "middle": 1, "late": 2, "end": 2}
_NTH = {"first": 0, "second": 1, "third": 2, "fourth": 3, "1": 0, "2": 1, "3": 2, "4": 3}


class Form(StrEnum):
    """How a moment is named: by its date, by a month, year or more, or from another day."""

    DATE = "date"
    MONTH = "month"
    YEAR = "year"
    ERA = "era"
    WEEKDAY = "weekday"
    RELATIVE = "relative"


@dataclass(frozen=True, slots=True)
class Moment:
    """The days from ``first`` to ``last`` that ``text[start:end]`` names. ``yearless``: no year
    is said, it was inferred."""

    first: date
    last: date
    start: int
    end: int
    form: Form
    yearless: bool = False


_PART = (
    r"(?:(?:the )?(?P<part>early|late|mid(?:dle)?|beginning|start|end)"
    r"(?: part)?(?: of)?(?: the)?(?: year)?[ -])?"
)
_DATE = (
    rf"(?:(?:the )?(?:(?P<from>{_DAY}){_TH}(?:-|–|—| to | and ))?(?P<day>{_DAY}){_TH}(?: of)?[ -])?"
    rf"(?:(?P<which>last|this|next) )?(?P<month>{_MONTH})"
    rf"(?: (?:the )?(?P<day2>{_DAY}){_TH}(?:(?:-|–|—| to | and )(?P<to>{_DAY}){_TH}(?! \w))?"
    r"(?![\w:.]\d?))?"
    rf"(?:,? (?:of )?(?P<year>{_YEAR}))?"
)
_ERA = (
    rf"(?:the )?(?:(?P<decade>{_YEAR[:-2]}0)['’]?s"
    rf"|(?:(?P<half>first|second) half of the )?"
    rf"(?:(?P<century>\d\d)(?:st|nd|rd|th)|(?P<spelt>{'|'.join(_ORDINALS)}))[ -]century)"
)
_SHARE = (
    r"(?:the )?(?:(?P<nth>first|second|third|fourth|last) (?P<share>half|quarter) of"
    rf"|(?P<q>[qh])(?P<n>[1-4]))(?: the year)? (?P<share_of>{_YEAR})"
)
_PATTERN = re.compile(
    r"\b(?=[\dacdefhjlmnopqrstwy])(?<![$£€#./-])(?<!\d[,.])(?:"
    rf"(?P<iso>{_YEAR}-\d\d-\d\d)"
    rf"|{_PART}(?:{_DATE}|{_ERA}|(?P<only>{_YEAR})(?:(?:-|–|—|/)(?P<until>{_YEAR}|\d\d))?)"
    rf"|(?:the )?(?P<season>spring|summer|autumn|fall|winter)(?: of|,)? (?P<season_of>{_YEAR})"
    rf"|{_SHARE}"
    rf"|(?P<weekday>(?:last |this |next )?(?:{'|'.join(relative.WEEKDAYS)}))"
    rf"|{relative.PATTERN}"
    r")(?![\w%]|[-–—]\w|[,.]\d)"
)
"""In small letters, which is four times faster than in any. What may begin a moment is looked at
first; the last line keeps from reading half a number, or half a name with a hyphen."""


def find(text: str, day: date | None, *, latest: bool = True) -> Iterator[Moment]:
    """The moments that ``text`` names, in order, as meant on ``day``. Without a day, only those
    that say their year. A month or date without a year is the latest one that has begun;
    with ``latest`` false the nearest, as in an article that may also look ahead."""
    for match in _PATTERN.finditer(_small(text)):
        # 31 June, or a day before there were years.
        with suppress(ValueError, OverflowError):
            if found := _moment(match, day, latest):
                yield found


def _small(text: str) -> str:
    """In small letters, each of them where it stood."""
    small = text.lower()
    if len(small) == len(text):
        return small
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def _moment(match: re.Match[str], day: date | None, latest: bool) -> Moment | None:
    for group, (read, form) in _ABSOLUTE.items():
        if match[group]:
            return Moment(*read(match), *match.span(), form)
    if match["month"]:
        dated = Form.DATE if match["day"] or match["day2"] else Form.MONTH
        if match["year"]:
            return Moment(*_in_year(match, int(match["year"])), *match.span(), dated)
        if day:
            return Moment(*_inferred(match, day, latest), *match.span(), dated, yearless=True)
    elif day:
        words = re.sub(r"\s+", " ", match[0])
        if match["weekday"]:
            return Moment(*relative.weekday(words, day), *match.span(), Form.WEEKDAY)
        return Moment(*relative.days(words, day), *match.span(), Form.RELATIVE)
    return None


def _iso(match: re.Match[str]) -> Bounds:
    day = date.fromisoformat(match["iso"])
    return day, day


def _season(match: re.Match[str]) -> Bounds:
    return relative.season(match["season"], int(match["season_of"]))


def _share(match: re.Match[str]) -> Bounds:
    """A half or a quarter of a year."""
    year, nth = int(match["share_of"]), (match["nth"] or match["n"])
    half = (match["share"] or match["q"]).startswith("h")
    months = 6 if half else 3
    first = date(year, 1, 1) + relativedelta(months=months * _NTH.get(nth, 12 // months - 1))
    if first.year != year:
        raise ValueError("a year has two halves")
    return first, first + relativedelta(months=months) - timedelta(1)


def _decade(match: re.Match[str]) -> Bounds:
    first = int(match["decade"])
    # "the 1900s" may be a century as well: the longer is no less true.
    length = 99 if first % 100 == 0 else 9
    return _part(match, date(first, 1, 1), date(first + length, 12, 31))


def _century(match: re.Match[str]) -> Bounds:
    number = int(match["century"]) if match["century"] else _ORDINALS[match["spelt"]]
    first, last = (number - 1) * 100, number * 100 - 1
    if not 1 < number <= 21:
        raise ValueError("no century that is spoken of")
    if match["half"]:
        early = match["half"] == "first"
        first, last = (first, first + 50) if early else (first + 50, last)
    return _part(match, date(first, 1, 1), date(last, 12, 31))


def _years(match: re.Match[str]) -> Bounds:
    year, until = match["only"], match["until"]
    last = int(until if not until or len(until) == 4 else year[:2] + until) if until else int(year)
    if last < int(year):
        raise ValueError("ends before it begins")
    return _part(match, date(int(year), 1, 1), date(last, 12, 31))


_ABSOLUTE: Mapping[str, tuple[Callable[[re.Match[str]], Bounds], Form]] = {
    "iso": (_iso, Form.DATE),
    "season": (_season, Form.MONTH),
    "share_of": (_share, Form.MONTH),
    "decade": (_decade, Form.ERA),
    "century": (_century, Form.ERA),
    "spelt": (_century, Form.ERA),
    "only": (_years, Form.YEAR),
}


def _part(match: re.Match[str], first: date, last: date) -> Bounds:
    """The beginning, middle or end of the days from ``first`` to ``last``, generously: two of
    five parts each."""
    if not match["part"]:
        return first, last
    fifth = (last - first + timedelta(1)) / 5
    which = _PARTS[match["part"]]
    begins = first + fifth * (0, 1.5, 3)[which]
    return begins, min(last, begins + fifth * 2)


def _in_year(match: re.Match[str], year: int) -> Bounds:
    month = _MONTHS.index(match["month"][:3]) + 1
    days = [int(d) for d in (match["from"], match["day"], match["day2"], match["to"]) if d]
    if days:
        first, last = date(year, month, days[0]), date(year, month, days[-1])
        if first > last:
            raise ValueError("ends before it begins")
        return first, last
    first = date(year, month, 1)
    return _part(match, first, first + relativedelta(day=31))


def _inferred(match: re.Match[str], day: date, latest: bool) -> Bounds:
    """In the latest year in which it has begun by ``day``, or in the nearest."""
    found = []
    # 29 February may be eight years back.
    for year in range(min(9998, day.year) + (not latest), max(0, day.year - 9), -1):
        with suppress(ValueError):
            days = _in_year(match, year)
            if not latest or days[0] <= day:
                found.append(days)
                if latest or len(found) == 3:
                    break
    if not found:
        raise ValueError("no such day")
    if match["which"] == "next":
        return _in_year(match, found[0][0].year + 1)
    if match["which"] == "last" and found[0][1] >= day:
        return _in_year(match, found[0][0].year - 1)
    return min(found, key=lambda days: abs(days[0] - day))
