"""What kind of thing a question asks for, and what looks like one in a text.

A person or another name, a place, a day, a year, a number, a measure, a reason. Rules that read:
a question that any words could answer ("What is a tide?") asks for none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from enum import StrEnum

Span = tuple[int, int]


class Wanted(StrEnum):
    """What kind of thing answers."""

    NAME = "name"
    PLACE = "place"
    DAY = "day"
    YEAR = "year"
    NUMBER = "number"
    MEASURE = "measure"
    REASON = "reason"


_NOUNS = {
    Wanted.YEAR: "years?",
    Wanted.DAY: "dates?|days?|months?|century|centuries|decades?|time|era|period|season",
    Wanted.PLACE: "country|countries|city|cities|towns?|villages?|states?|nations?|continents?"
    "|islands?|regions?|provinces?|county|counties|rivers?|lakes?|seas?|oceans?|places?|locations?"
    "|streets?|districts?|boroughs?|neighborhoods?|mountains?|stadiums?|venues?",
    Wanted.NAME: "person|people|man|woman|king|queen|emperor|president|minister|director|mayor"
    "|author|writer|artist|actor|actress|singer|composer|architect|scientist|philosopher|leader"
    "|ruler|general|pope|bishop|company|companies|organi[sz]ation|agency|party|team|club|band"
    "|university|college|newspaper|magazine|book|novel|film|movie|song|album|network|station"
    "|airline|bank|ship|treaty|battle|war|conflict|award|prize|language|dynasty|tribe|brand|label"
    "|museum|palace|railroad|railway|nationality|theorem|church|politician|inventor|engineer"
    "|mathematician|physicist|explorer|manufacturer|composer|prophet",
    Wanted.MEASURE: "percentage|percent|proportion|amount|price|temperature|length|height|depth"
    "|weight|speed|distance|population|budget|salary|age|number",
}
_FIRST = r"^(?:(?!\b(?:what|which|how)\b).)*"
"""Nothing else is asked before: in "What happens when it rains?" no day is."""
_ASKED = (
    (Wanted.REASON, r"\bwhy\b|\b(?:what|which) (?:\w+ )?reasons?\b"),
    (Wanted.NUMBER, r"\bhow many\b"),
    (
        Wanted.MEASURE,
        r"\bhow (?:much|long|far|old|tall|high|deep|big|large|wide|fast|heavy)\b",
    ),
    *(
        (
            kind,
            rf"\b(?:what|which) (?:\w+ )?(?:{nouns})\b(?! of\b)"
            rf"|\b(?:what|which) (?:is|was) the (?:{nouns})\b",
        )
        for kind, nouns in _NOUNS.items()
    ),
    (Wanted.DAY, rf"{_FIRST}\bwhen\b"),
    (Wanted.PLACE, rf"{_FIRST}\bwhere\b"),
    (Wanted.NAME, r"\bwho(?:m|se)?\b"),
)  # fmt: skip

_MONTH = (
    r"(?:(?:January|February|March|April|May|June|July|August|September|October|November|December)\b"
    r"|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?)"
)
_YEAR = r"(?:\d{1,4} (?:AD|BC|BCE|CE)|(?:AD )?1\d{3}|20\d\d)\b"
_DAY_OR_YEAR = (
    rf"(?:\d{{1,2}} {_MONTH} {_YEAR}|{_MONTH} \d{{1,2}},? {_YEAR}|{_MONTH} {_YEAR}|{_YEAR})"
)
_DATES = (
    rf"(?:\d{{1,2}}(?:st|nd|rd|th)? (?:of )?{_MONTH}|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?\b)"
    rf"(?:,? {_YEAR})?",
    rf"{_MONTH}(?: of)? {_YEAR}",
    r"(?:the )?(?:(?:early|mid|late)[- ])?(?:the )?"
    r"(?:\d{1,2}(?:st|nd|rd|th)|[a-z]+(?:th|first|second|third))(?: and \d{1,2}(?:st|nd|rd|th))?"
    r"[ -](?:century|centuries)(?: (?:AD|BC|BCE|CE))?",
    r"(?:the )?(?:(?:early|mid|late)[- ])?(?:the )?(?:1\d|20)\d0['’]?s\b",
    rf"{_YEAR}(?: ?[-–—] ?\d{{2,4}}\b)?",
    rf"(?:last |next )?(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|{_MONTH}|yesterday|today)\b"
    r"(?: (?:morning|afternoon|evening|night))?",
)
WORD_NUMBER = (
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven"
    r"|eigh|nine)teen|(?:twen|thir|for|fif|six|seven|eigh|nine)ty(?:-\w+)?|a? ?hundred|a? ?thousand"
    r"|a? ?million|a? ?billion|half|dozens?|two-thirds|one-third|three-quarters)"
)
_SCALE = r"(?:hundred|thousand|million|billion|trillion)"
_DIGITS = r"\d+(?:,\d{3})*(?:\.\d+)?(?:(?:m|mn|bn|tn|k)\b)?"
_FIGURE = (
    rf"(?:(?:(?:US)?[$€£¥] ?)?{_DIGITS}|{WORD_NUMBER}\b)(?: ?{_SCALE})?"
    rf"(?:(?: to | or |[-–])(?:[$€£¥] ?)?{_DIGITS}(?: {_SCALE})?)?"
)
_UNIT = (
    r"(?: ?%| ?per ?cent\b| ?°[CF]?| (?:US )?(?:years?|months?|weeks?|days?|hours?|minutes?"
    r"|seconds?|decades?|centuries|km2?|kilomet(?:er|re)s?|m|met(?:er|re)s?|cm|mm|miles?|feet|ft|inch(?:es)?"
    r"|yards?|acres?|hectares?|tons?|tonnes?|kg|kilograms?|grams?|pounds?|lbs?|lit(?:er|re)s?"
    r"|gallons?|mph|km/h|knots|degrees?|dollars?|euros?|cents?|crowns?|francs?|yen|watts?|[kMG]W"
    r"|square (?:kilomet(?:er|re)s|miles|met(?:er|re)s|feet|km|mi)|times)\b)"
)
# A figure that counts or measures something, and no year or day of a month.
_NUMBERS = (rf"(?!{_YEAR}(?![,.]?\d))(?!\d{{1,2}} {_MONTH}){_FIGURE}",)
_MEASURED = rf"{_NUMBERS[0]}(?:{_UNIT})+"
_MEASURES = (
    rf"from {_DAY_OR_YEAR} (?:to|until) {_DAY_OR_YEAR}",
    # "Two hours and ten minutes" is one, and so is "six feet two inches".
    rf"{_MEASURED}(?:(?:,| and|, and)? {_MEASURED})*"
    r"(?: per (?:year|month|week|day|hour|person|second))?",
    rf"(?:US)?[$€£¥] ?{_DIGITS}(?: ?{_SCALE})?",
    *_NUMBERS,
)
_NOT_WITHIN, _NOR_BEFORE = r"(?<![\w-])(?<!\d[.,:])", r"(?!\w|(?<=\d)[.,:]\d)"
"""No part of a word or of a figure: the "5" of "5.40am" counts nothing."""
_UPPER = r"[A-ZÀ-ÖØ-ÞŁŚŻŹĆČŠŽĐİ]"
_CAPITAL = rf"(?:(?:{_UPPER}\.)+|{_UPPER}[\w’'-]*\w)"
_BETWEEN = (
    r" (?:of (?:the )?|de (?:la )?|du |van (?:der )?|von |di |da |la |le |y |bin |ibn |& )?|"
    r" (?:al|el)-"
)
_NAMES = (rf"{_CAPITAL}(?:(?:{_BETWEEN}){_CAPITAL})*(?<!['’]s)",)
_REASONS = (
    r"\b(?:because(?: of)?|due to|owing to|as a result of|so that|in order to|on account of|so as"
    r" to)\b[^.;]+?(?=[.;]|, (?:and|but|while|which|who|although|with)\b|$)",
)
_LOOKS = {
    Wanted.NAME: _NAMES,
    Wanted.PLACE: _NAMES,
    Wanted.DAY: _DATES,
    Wanted.YEAR: (rf"{_YEAR}(?: ?[-–—] ?\d{{2,4}}\b)?",),
    Wanted.NUMBER: _NUMBERS,
    Wanted.MEASURE: _MEASURES,
    Wanted.REASON: _REASONS,
}

WORD = re.compile(r"\w+(?:['’-]\w+)*")
_WORDS = (
    "a an the and or but of in on at to for from by with as into than that this these those it its"
    " is are was were be been being do does did has have had will would can could should may might"
    " must not no what which who whom whose when where why how many much there their his her he she"
    " they them we you i name year also after before during about if so such some any all"
)
LITTLE = frozenset(_WORDS.split())
_NO_NAMES = re.compile(
    rf"(?:{_MONTH}|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|(?:The|A|An|In|On|At|By|For|From|It|Its"
    r"|He|She|They|His|Her|Their|This|That|These|Those|There|When|While|After|Before|As|But|And|I"
    r"|However|Although|During|Since|With|If|To|Of|We|You|Also|Both|Each|Many|Most|Some|Other"
    r"|Another|According|Among|Under|Over|Not|One|Two|Three|Today|Later|Then)\b)",
)
NAMED = frozenset({Wanted.NAME, Wanted.PLACE})


def wanted(question: str) -> Wanted | None:
    """What ``question`` asks for, where its words say so."""
    for kind, pattern in _ASKED:
        if re.search(pattern, question, re.IGNORECASE):
            return kind
    return None


def things(kind: Wanted, text: str) -> Iterator[Span]:
    """All in ``text`` that looks like what is wanted, from left to right, none within another."""
    taken: list[Span] = []
    for pattern in _LOOKS[kind]:
        for match in re.finditer(rf"{_NOT_WITHIN}{pattern}{_NOR_BEFORE}", text):
            start, end = match.span()
            if kind in NAMED:
                start = _past_opening(text, start, end)
            if start < end and not any(start < b and a < end for a, b in taken):
                taken.append((start, end))
    yield from sorted(taken)


def holds(kind: Wanted | None, asked: Set[str], text: str) -> bool:
    """Whether ``text`` has a thing of the ``kind`` that is not made of the stems ``asked``."""
    return kind is not None and any(
        says_new(text[a:b], asked, mostly=kind in NAMED) for a, b in things(kind, text)
    )


def stems(text: str) -> frozenset[str]:
    """Of the telling words of ``text``."""
    return frozenset(stem(word) for word in WORD.findall(text)) - LITTLE


def says_new(words: str, asked: Set[str], *, mostly: bool) -> bool:
    """Whether there are words that are not among ``asked``, or ``mostly`` such."""
    found = [stem(word) for word in WORD.findall(words)]
    telling = [one for one in found if one not in LITTLE] or found
    known = sum(one in asked for one in telling)
    return 2 * known < len(telling) if mostly else known < len(telling)


def stem(word: str) -> str:
    """Without the commonest endings, so that "founded" meets "found"."""
    word = re.sub(r"['’]s$", "", word.casefold())
    for ending in ("ing", "ed", "es", "s", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word.removesuffix(ending)
    return word


def _past_opening(text: str, start: int, end: int) -> int:
    """Where a name begins, without words that only stand before it or are none."""
    while match := _NO_NAMES.match(text, start, end):
        start = match.end()
        start += len(text[start:end]) - len(text[start:end].lstrip())
    return start
