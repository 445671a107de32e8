"""What day "yesterday" was, by the day the article appeared on.

Only what has one meaning there: a day of the week in what is told of the past, "last month", "two
days ago"; not "next Friday", "these days" or the summer, which is another one elsewhere.
"""

from __future__ import annotations

import re
from calendar import month_name
from collections.abc import Iterator
from datetime import date

from rag.types import Gloss
from rag.understanding import spoken
from rag.understanding.moments import Form
from rag.understanding.spans import Span

_PLAIN = re.compile(
    r"(?:yesterday|tomorrow|tonight|last night|this (?:morning|afternoon|evening)"
    r"|(?:last|this|next) (?:week|month|year)"
    r"|(?:\d{1,2}|two|three|four|five|six|seven|eight|nine|ten) days ago)",
    re.IGNORECASE,
)
_TODAY = re.compile(r"\b(?:\w+ed|said|says|won|lost|began|earlier|later|will be|was|were) $")
_NEAR = ("yesterday", "today", "tomorrow")
_AT_ANY_TIME = re.compile(
    r"\b(?:may|might|(?:on|of|for|and) (?:today|tomorrow)|(?:of|and) yesterday)\b"
    r"|\b(?:yesterday|today)\b.*\b(?:yesterday|today|tomorrow)\b",
    re.IGNORECASE | re.DOTALL,
)
"""What makes any day of them: "it may be gone tomorrow", "the readers of today"."""
_BEFORE_WEEKDAY = re.compile(r"(?:\b[Oo]n |\b[Ll]ate |\b[Ee]arly |\bed |\w(?:ed|aid|old) )$")
_PAST = re.compile(
    r"\b(?:was|were|had|said|told|won|lost|took|came|went|made|gave|found|held|met|left|began|shot"
    r"|rose|fell|became|brought|broke|hit|struck|led|saw|ran|sent|spoke|\w{2,}ed)\b"
)
_AHEAD = re.compile(
    r"\b(?:will|would|shall|won't|to be|is to|are to|plans?|planned|expects?|expected|scheduled|due"
    r"|set to|next|upcoming|coming|ahead|opens?|begins?|starts?|returns?|closes?|meets?|every|each"
    r"|should|may|might|could|hopes?|until|before|deadline|usually|always|bring|please)\b",
    re.IGNORECASE,
)
_REST = re.compile(r"['’]s\b| (?:morning|afternoon|evening|night)\b")
"""What belongs to a day that is told."""
_COUNTED = re.compile(r"\b(?:week|fortnight|month|year|days|weeks) (?:on )?$")
"""What makes another day of the one that follows: "a week tomorrow"."""
_LONG_AGO = re.compile(r"\b(?:1\d|20)\d\d\b")
_LEAST = 3
"""Days since "last Thursday": when that was yesterday, it may be the one before."""


def told_days(text: str, published: date) -> Iterator[Gloss]:
    """The days of ``text`` that are told from the day its article was ``published`` on."""
    quoted = list(_quotations(text))
    for span in spoken.told_from(text, published):
        if any(a <= span.at < b for a, b in quoted):
            continue  # It may have been said on another day.
        words = text[span.at : span.end]
        if _another_date(text, span) or not _is_plain(text, span, words, published):
            continue
        rest = _REST.match(text, span.end)
        yield Gloss(rest.end() if rest else span.end, _said(words, span))


def _is_plain(text: str, span: Span, words: str, day: date) -> bool:
    """Whether ``words`` have one meaning where they stand."""
    before, words = text[: span.at], words.casefold()
    if _COUNTED.search(before) or text.startswith(" of ", span.end):
        return False
    if span.form is Form.WEEKDAY:
        return _is_past(text, before, words, (day - span.said[0]).days)
    if words in _NEAR and _AT_ANY_TIME.search(text):
        return False
    if words == "today":
        return bool(_TODAY.search(before)) and not text.startswith("'", span.end)
    # "the last week", "over the next month" are counted; "this year in 1945" is another.
    return bool(_PLAIN.fullmatch(words)) and not _LONG_AGO.search(text)


def _is_past(text: str, before: str, words: str, ago: int) -> bool:
    """Whether a day of the week is the latest one, so many days ``ago``."""
    if words.startswith(("this", "next")):
        return False
    if words.startswith("last"):
        return ago >= _LEAST
    past = _BEFORE_WEEKDAY.search(before) and _PAST.search(text)
    return bool(past) and not _AHEAD.search(text)


def _another_date(text: str, span: Span) -> bool:
    """Whether the date is said beside it: "on Thursday, 12 March"."""
    months = "|".join(name[:3] for name in month_name if name)
    near = rf",? \(?(?:the )?(?:\d|{months})"
    return bool(
        re.match(near, text[span.end :], re.IGNORECASE)
        or re.search(r"\d(?:st|nd|rd|th)?,? $", text[: span.at])
    )


def _quotations(text: str) -> Iterator[tuple[int, int]]:
    for match in re.finditer(r"\"[^\"]*(?:\"|$)|“[^”]*(?:”|$)|‘.*?(?:’(?!\w)|$)", text):
        yield match.span()
    # One that began in the sentence before.
    for closing in re.finditer(r"^[^“\"]*”", text):
        yield closing.span()


def _said(words: str, span: Span) -> str:
    """The days of ``span`` as people write them."""
    first, _ = span.said
    unit = words.casefold().split()[-1]
    if unit == "year":
        return str(first.year)
    if unit == "month":
        return f"{month_name[first.month]} {first.year}"
    day = f"{first.day} {month_name[first.month]} {first.year}"
    return f"the week of {day}" if unit == "week" else day
