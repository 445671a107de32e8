"""The words of a quoted sentence that answer most directly.

What is asked for (a name, a place, a day, a number, a reason) says what such words look like; of
those in the sentence that are not the question's own, the ones nearest to its words are taken.
Rules that read, and nothing rather than something wrong: a question that any words could answer
("What is a tide?") marks none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
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
    (Wanted.DAY, r"\bwhen\b"),
    (Wanted.PLACE, r"\bwhere\b"),
    (Wanted.NAME, r"\bwho(?:m|se)?\b"),
)  # fmt: skip

_MONTH = (
    "(?:January|February|March|April|May|June|July|August|September|October|November|December"
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
_WORD_NUMBER = (
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven"
    r"|eigh|nine)teen|(?:twen|thir|for|fif|six|seven|eigh|nine)ty(?:-\w+)?|a? ?hundred|a? ?thousand"
    r"|a? ?million|a? ?billion|half|dozens?|two-thirds|one-third|three-quarters)"
)
_SCALE = r"(?:hundred|thousand|million|billion|trillion)"
_DIGITS = r"\d+(?:,\d{3})*(?:\.\d+)?(?:(?:m|mn|bn|tn|k)\b)?"
_FIGURE = (
    rf"(?:(?:(?:US)?[$€£¥] ?)?{_DIGITS}|{_WORD_NUMBER}\b)(?: {_SCALE})?"
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
_MEASURES = (
    rf"from {_DAY_OR_YEAR} (?:to|until) {_DAY_OR_YEAR}",
    rf"{_NUMBERS[0]}(?:{_UNIT})+(?: per (?:year|month|week|day|hour|person|second))?",
    rf"(?:US)?[$€£¥] ?{_DIGITS}(?: {_SCALE})?",
    *_NUMBERS,
)
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

_WORD = re.compile(r"\w+(?:['’-]\w+)*")
_LITTLE = (
    "a an the and or but of in on at to for from by with as into than that this these those it its"
    " is are was were be been being do does did has have had will would can could should may might"
    " must not no what which who whom whose when where why how many much there their his her he she"
    " they them we you i name year also after before during about if so such some any all"
)
_SAYING_NOTHING = frozenset(_LITTLE.split())
_NO_NAMES = re.compile(
    rf"(?:{_MONTH}|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|(?:The|A|An|In|On|At|By|For|From|It|Its"
    r"|He|She|They|His|Her|Their|This|That|These|Those|There|When|While|After|Before|As|But|And|I"
    r"|However|Although|During|Since|With|If|To|Of|We|You|Also|Both|Each|Many|Most|Some|Other"
    r"|Another|According|Among|Under|Over|Not|One|Two|Three|Today|Later|Then)\b)",
)
_NAMING = re.compile(
    r"\b(?:called|known as|named|termed|dubbed|nicknamed|referred to as)(?: simply| also)?"
    r" (?:the |an? )?[\"“‘']?(?P<name>[\w’'-]+(?: (?!(?:and|or|in|on|at|by|for|to|with|which|who"
    r"|that|was|is|were|are|from|as|after|because|when|where)\b)[\w’'-]+){0,4})"
)
_KIND = re.compile(
    r"\b(?:what|which) (?:(?:type|kind|sort|form)s? of )?(?:[\w-]+ )?(?P<noun>[a-z]{3,})"
    r" (?:is|are|was|were|do|does|did|has|have|had|can|could|will|would)\b",
    re.IGNORECASE,
)
_PEOPLE = re.compile(r"\w+(?:ish|ese|[ai]ans?|[cn]ch)|Dutch|Greeks?|Arabs?|Germans?|Poles?|Turks?")
_PLACE_BEFORE = re.compile(r"\b(?:in|at|from|to|near|into|on|off|around|through|across) (?:the )?$")
_CLEAR = 2.0
"""How many times as fitting as the next name a name must be; figures and days are rarely beside
others, names often."""
_ADJECTIVES = 3
"""Words before a noun that may say which."""
_FIT = 0.5
"""How well a name must fit."""


def wanted(question: str) -> Wanted | None:
    """What ``question`` asks for, where its words say so."""
    for kind, pattern in _ASKED:
        if re.search(pattern, question, re.IGNORECASE):
            return kind
    return None


def pinpoint(question: str, sentence: str) -> tuple[Span, ...]:
    """Ranges of ``sentence`` that answer ``question``: one, or none."""
    asked = {_stem(w) for w in _WORD.findall(question)} - _SAYING_NOTHING
    kind = wanted(question)
    named = kind in (Wanted.NAME, Wanted.PLACE)
    found = list(_candidates(kind, sentence)) if kind else []
    found = found or list(_called(question, sentence)) or list(_of_kind(question, sentence))
    found = [
        span for span in found if _new(sentence[slice(*span)], asked, mostly=kind is None or named)
    ]
    anchors = [m.span() for m in _WORD.finditer(sentence) if _stem(m[0]) in asked]
    if not found or (not anchors and len(found) > 1):
        return ()
    fits = {span: _fit(kind, sentence, span) for span in found}
    worth = {span: fits[span] * _nearness(sentence, span, anchors) for span in found}
    best, *others = sorted(found, key=lambda span: -worth[span])
    clear = not others or worth[best] >= _CLEAR * worth[others[0]]
    return () if named and (fits[best] < _FIT or not clear) else (best,)


def _candidates(kind: Wanted, sentence: str) -> Iterator[Span]:
    """All that looks like what is wanted, from left to right, none within another."""
    taken: list[Span] = []
    for pattern in _LOOKS[kind]:
        for match in re.finditer(rf"(?<![\w-]){pattern}(?!\w)", sentence):
            start, end = match.span()
            if kind in (Wanted.NAME, Wanted.PLACE):
                start = _past_opening(sentence, start, end)
            if start < end and not any(start < b and a < end for a, b in taken):
                taken.append((start, end))
    yield from sorted(taken)


def _past_opening(sentence: str, start: int, end: int) -> int:
    """Where a name begins, without words that only stand before it or are none."""
    while match := _NO_NAMES.match(sentence, start, end):
        start = match.end()
        start += len(sentence[start:end]) - len(sentence[start:end].lstrip())
    return start


def _called(question: str, sentence: str) -> Iterator[Span]:
    """What something is called, if that is asked."""
    if re.search(r"\b(?:called|known as|named|names?|terms?|nickname|word)\b", question):
        for match in _NAMING.finditer(sentence):
            yield match.span("name")


def _of_kind(question: str, sentence: str) -> Iterator[Span]:
    """Things of the kind that "what cells" or "what type of engine" asks for, with the words
    before them that say which: "white blood cells"."""
    asked = _KIND.search(question)
    if asked is None:
        return
    noun, words = _stem(asked["noun"]), list(_WORD.finditer(sentence))
    for i, word in enumerate(words):
        first = i
        while first and i - first < _ADJECTIVES and _says_which(sentence, words, first):
            first -= 1
        if first < i and _stem(word[0]) == noun:
            yield words[first].start(), word.end()


def _says_which(sentence: str, words: Sequence[re.Match[str]], i: int) -> bool:
    """Whether the word before the ``i``-th belongs to it as an adjective does."""
    before = words[i - 1]
    gap = sentence[before.end() : words[i].start()]
    return gap == " " and _stem(before[0]) not in _SAYING_NOTHING


def _new(words: str, asked: set[str], *, mostly: bool) -> bool:
    """Whether there are words that are not the question's own, or ``mostly`` such."""
    stems = [_stem(w) for w in _WORD.findall(words)]
    telling = [stem for stem in stems if stem not in _SAYING_NOTHING] or stems
    known = sum(stem in asked for stem in telling)
    return 2 * known < len(telling) if mostly else known < len(telling)


def _fit(kind: Wanted | None, sentence: str, span: Span) -> float:  # noqa: PLR0911 - one a rule
    """How well the words, and those around them, fit what is asked for; about 1."""
    words, before, after = sentence[slice(*span)], sentence[: span[0]], sentence[span[1] :]
    match kind:
        case Wanted.NAME | Wanted.PLACE if _PEOPLE.fullmatch(words) or before.endswith("("):
            return 0.2
        case Wanted.PLACE if after.startswith(("'s", "’s")):
            return 0.2
        case Wanted.PLACE:
            return 1.5 if _PLACE_BEFORE.search(before) else 1.0
        case Wanted.NAME if before.endswith(("the ", "The ")) and re.match(" [a-z]", after):
            return 0.4  # "the Tarn bridge": the name says which bridge
        case Wanted.NAME:
            fit = 0.5 if _PLACE_BEFORE.search(before) else 1.0
            fit *= 1.5 if before.endswith(" by ") else 1.0
            return fit * (1.5 if " " in words else 1.0)
        case Wanted.NUMBER | Wanted.MEASURE if words.casefold() == "one":
            return 0.3
        case Wanted.MEASURE if re.fullmatch(rf"[\d,.]+|{_WORD_NUMBER}", words):
            return 0.5
    return 1.0


def _nearness(sentence: str, span: Span, anchors: Sequence[Span]) -> float:
    """Higher the nearer the question's words stand, and the more of them."""
    total = 0.0
    for start, end in anchors:
        between = sentence[end : span[0]] or sentence[span[1] : start]
        total += 1 / (1 + len(_WORD.findall(between)) + 2 * between.count(","))
    return total


def _stem(word: str) -> str:
    """Without the commonest endings, so that "founded" meets "found"."""
    word = re.sub(r"['’]s$", "", word.casefold())
    for ending in ("ing", "ed", "es", "s", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word.removesuffix(ending)
    return word
