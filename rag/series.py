"""Headlines of a series: "Weekly notes, 12 March", "Scrum, Part II", "Tarn 1.24.1"."""

from __future__ import annotations

import re

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_WORDS = "one|two|three|four|five|six|seven|eight|nine|ten"
_WORD = re.compile(r"\w+|#")
_ISSUE = re.compile(
    rf"\b(?:(?:{_DAY}\W+)?{_MONTH}\b(?:\W+{_DAY}\b)?"
    rf"|(?:part|no|number|issue|episode|week|day|vol|volume|chapter|session|round|phase|version|v)"
    rf"\W*(?:\d+|[ivx]+|{_WORDS})"
    r"|\d+(?:\.\d+)+|\d+(?:st|nd|rd|th)|(?:19|20)\d\d)\b"
)
"""What tells one issue from the next. A bare figure does not: it is news as a rule, as in "Storm
leaves 12 villages cut off"."""


def other_issues(title: str, other: str) -> bool:
    """Whether two headlines are those of different issues of one series: they differ in nothing
    but the day, the number or the part."""
    one, two = _ISSUE.sub("#", title.casefold()), _ISSUE.sub("#", other.casefold())
    return same_words(one, two) and not same_words(title, other)


def same_words(title: str, other: str) -> bool:
    """Whether two headlines say the same, but for case and punctuation."""
    return _WORD.findall(title.casefold()) == _WORD.findall(other.casefold())
