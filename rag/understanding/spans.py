"""Spans of days that a text names: "since 3 March", "from 1811 to 1827", "in the week of 5 June".

Moments, what the words before them make of them, and two of them joined.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from rag.understanding import moments, relative
from rag.understanding.moments import Form, Moment
from rag.understanding.relative import Bounds

_TO = re.compile(r"\s*(?:(?:up )?to|until|till|through|and|-|–|—)\s+(?:the )?|\s?[-–—]\s?")
_LEAD = re.compile(
    r"\b(since|after|following|before|prior to|until|till|up to|by|from|between|in|on|of|as of"
    r"|during|over|within|for|throughout|through|around|about|circa|c\.|dated)\s+"
    r"(?:the )?(?:(?:the )?(?:month|years?|(week)|period) (?:of |from |between )?)?(?:the )?$",
    re.IGNORECASE,
)
_SINCE = re.compile(r"\b([Ss]ince) (?:the )?()$")
"""All that counts before a moment in an article, whose many moments are to be read quickly."""
_ONWARDS = re.compile(r" (?:on|onwards?)\b(?! \w)")
_POSSESSIVE = re.compile(r"['’]s?(?!\w)")
# A number that is no year.
_OF_THINGS = re.compile(
    r"\s?(?:%|°|(?:people|men|women|persons|children|words?|miles?|kilomet|met(?:re|er)s?|km|m|feet"
    r"|ft|tons?|tonnes?|kg|dollars|euros|pounds|votes?|seats?|copies|times|days?|weeks?|months?"
    r"|years?|hours?|minutes?|seconds?|acres|hectares|soldiers|troops|workers|houses|ships|members"
    r"|students|million|billion|bc|b\.c)\b)",
    re.IGNORECASE,
)
_NUMBERED = re.compile(
    r"\b(?:room|rooms|no\.?|number|page|pages|p\.|flight|route|highway|model|section|bus|gate|line"
    r"|channel|verse|psalm|flat|apartment|unit|type|series|engine|platform|motion|bill)\s+$",
    re.IGNORECASE,
)
_NEVER_A_YEAR_AFTER = ("on", "over", "within", "through")
_NEVER_A_MONTH_AFTER = ("of", "on", "for", "about", "over", "around", "after", "following")


@dataclass(frozen=True, slots=True)
class Span:
    """Days from ``since`` to ``until``, either of which may be open, named by
    ``text[start:end]``: a ``lead`` and, from ``at`` on, one moment or two. ``form`` is that of
    the last, ``said`` are the days it names before the lead is heeded."""

    since: date | None
    until: date | None
    start: int
    end: int
    at: int
    said: Bounds
    form: Form = Form.DATE
    lead: str = ""


def find(text: str, as_of: date) -> Span | None:
    """The first span of days that a question names, as meant on the day ``as_of``; a year that
    is part of a name, as in "the 2024 election", is none."""
    return next((s for s in every(text, as_of) if s.lead or s.form is not Form.YEAR), None)


def every(text: str, as_of: date | None, *, article: bool = False) -> Iterator[Span]:
    """All spans that ``text`` names, in order. An ``article`` names days with fewer words
    before them than a question, and may look ahead of the day it appears on."""
    found = list(moments.find(text, as_of, latest=not article))
    at = 0
    while at < len(found):
        group = found[at : at + 1]
        if len(found) > at + 1 and _joins(text, *found[at : at + 2]):
            group = found[at : at + 2]
        at += len(group)
        at_most = max(0, group[0].start - 40)
        lead = (_SINCE if article else _LEAD).search(text, at_most, group[0].start)
        if not _is_number(text, group) and (article or _is_meant(text, group, lead)):
            yield from _span(text, group, lead, article)


def _joins(text: str, one: Moment, other: Moment) -> bool:
    between = _TO.fullmatch(text, one.end, other.start)
    if between is None:
        return False
    return "and" not in between[0] or bool(
        re.search(r"\b(?:between|from)\s+(?:the )?$", text[: one.start], re.IGNORECASE)
    )


def _is_number(text: str, group: Sequence[Moment]) -> bool:
    """No year but so many things, or one thing of many with numbers."""
    return group[-1].form is Form.YEAR and bool(
        _OF_THINGS.match(text, group[-1].end)
        or _NUMBERED.search(text, max(0, group[0].start - 12), group[0].start)
    )


def _is_meant(text: str, group: Sequence[Moment], lead: re.Match[str] | None) -> bool:
    """What could be a name or a number in a question needs a word before it."""
    if len(group) == 2:
        return True
    moment, word = group[0], lead[1].casefold() if lead else ""
    named = text[moment.start : moment.end].casefold()
    if moment.form is Form.MONTH and moment.yearless and " " not in named:
        return bool(word) and word not in _NEVER_A_MONTH_AFTER
    if moment.form is Form.WEEKDAY:
        return bool(word) or " " in named
    if moment.form is Form.YEAR and re.fullmatch(r"\d{4}", named):
        if word in _NEVER_A_YEAR_AFTER:
            return False
        return bool(word) or _is_name_with_year(text, moment)
    return True


_EVENT = re.compile(
    r"\b(?:Cup|Olympics|Games|Championships?|Euro|Expo|Eurovision|[Ee]lections?|Act|[Ff]estival"
    r"|Awards|Oscars|[Ss]eason|[Ss]ummer|[Ss]pring|[Ww]inter|[Aa]utumn) $"
)


def _is_name_with_year(text: str, moment: Moment) -> bool:
    """ "the 2022 World Cup", "the country's 1994 election", "Expo 2010"."""
    before, after = text[: moment.start], text[moment.end :]
    if re.search(r"\b(?:the|a|an|[\w]+['’]s?|its|their|his|her) $", before, re.IGNORECASE):
        return bool(re.match(r" [^\W\d]", after))
    return bool(_EVENT.search(before))


def _span(
    text: str, group: Sequence[Moment], lead: re.Match[str] | None, article: bool
) -> Iterator[Span]:
    first, last = group[0], group[-1]
    word = lead[1].casefold() if lead else ""
    if len(group) == 2:
        first, last = _one_year(first, last)
        days = first.first, last.last
        if days[0] > days[1]:
            return
        bounds: tuple[date | None, date | None] = days
    else:
        days = first.first, first.last
        if lead and lead[2]:
            days = relative.whole("week", days[0])
        try:
            bounds = _led("since" if _ONWARDS.match(text, last.end) else word, *days)
        except OverflowError:  # after the last day there is
            return
    start = lead.start() if lead else first.start
    possessive = None if article else _POSSESSIVE.match(text, last.end)
    end = possessive.end() if possessive else last.end
    yield Span(*bounds, start, end, first.start, days, last.form, word)


def _one_year(first: Moment, last: Moment) -> tuple[Moment, Moment]:
    """The year said of one counts for both: "from March to May 2024", "from May 2023 to June"."""
    if first.yearless:
        first = _moved(first, last.first.year)
        if first.first > last.first:
            first = _moved(first, first.first.year - 1)
    elif last.yearless:
        last = _moved(last, first.first.year)
        if last.first < first.first:
            last = _moved(last, last.first.year + 1)
    return first, last


def _moved(moment: Moment, year: int) -> Moment:
    begins = moment.first + relativedelta(year=year)
    ends = (
        relativedelta(year=year, day=31) if moment.form is Form.MONTH else relativedelta(year=year)
    )
    return replace(moment, first=begins, last=moment.last + ends)


def _led(lead: str, first: date, last: date) -> tuple[date | None, date | None]:
    """What a word before them makes of the days from ``first`` to ``last``."""
    match lead:
        case "since":
            return first, None
        case "after" | "following":
            return last + timedelta(1), None
        case "before" | "prior to":
            return None, first - timedelta(1)
        case "until" | "till" | "up to" | "by":
            return None, last
    return first, last
