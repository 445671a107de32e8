"""When: the days that a question is about.

Three things may be meant by them, and each is something else to a search. A question asks for
articles *published* on some days ("what did the papers say last month?"): a clear range filters.
Something about now ("this week", "the latest", "currently") is told best by what appeared lately:
such days are *favoured*. And a day, a year or an age ("from 1811 to 1827") is *spoken* of by the
sentences that answer, whenever they were published.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from rag.types import Days, Favoured
from rag.understanding import spans
from rag.understanding.moments import Form
from rag.understanding.spans import Span


@dataclass(frozen=True, slots=True)
class When:
    """What ``read`` found. ``since`` and ``until`` bound the days of publication; ``span`` is
    the first that the question names, and ``words`` are the ranges of the text it was read from."""

    since: date | None = None
    until: date | None = None
    favoured: Favoured | None = None
    spoken: tuple[Days, ...] = ()
    span: Span | None = None
    words: tuple[tuple[int, int], ...] = ()

    def of_articles(self) -> When:
        """The same read from a question for articles, such as one for news: whatever days it
        names are those of their publication."""
        if self.span is None:
            return When()
        span = self.span
        return When(span.since, span.until, span=span, words=((span.start, span.end),))


_VAGUE = (
    # What the words are; within how many days half of their meaning is gone.
    (r"breaking news|right now|just (?:now|announced|been)", 7),
    (r"(?<!at the )latest|newest|most recent(?:ly)?|recent(?:ly)?|lately|these days", 30),
    (r"in recent (?:days|weeks|months)|this (?:season|term)|over the (?:summer|winter)", 60),
    (r"(?<!until )(?<!is )(?<!are )(?<!the )now(?![ -](?:defunct|called|known|the|a|or)\b)", 90),
    (r"(?:the|['’]s|its|their|a) current (?!in|of|at|through|was|is|were|flow)[a-z]\w*", 90),
    (r"currently|at present|presently|nowadays|today", 90),
    (r"at the moment|so far|to date|in recent years", 90),
    (r"(?<!until )now(?=\W*$)", 90),
)
_NEW = re.compile(
    r"\b(?:is|are|has|have|does|do|will)\b.* (?:the|its|their|his|her|our) new(?= [a-z])"
    r"(?! (?:york|zealand|england|black|jersey|delhi|orleans|mexico|hampshire|testament|deal|world"
    r"|south|year))"
)
_NEW_WIDTH = 365
_SINCE_EVENT = re.compile(
    r"\bsince ((?:the|their|his|her|its|our|last|this) "
    r"(?!age |birth|childhood|inception|found|creation|beginning|dawn|time|days|end |first )"
    r"[\w'’ -]+?)"
    r"(?=\s*(?:[,.?!;:]|$)|,? (?:who|what|where|when|why|how|which|did|has|have|had|was|were)\b)",
    re.IGNORECASE,
)
_EVENT_WIDTH = 180
_LONGEST, _LONGEST_AGO = timedelta(days=100), timedelta(days=400)
"""What lasted longer says little about the day of an article on it; the second is for what is
told from the day of the question, such as "last year"."""


def read(text: str, as_of: date) -> When:
    """The days that ``text`` is about when it is asked on ``as_of``. Nothing is favoured or
    filtered that lies after that day, for nothing is known of it."""
    found = [s for s in spans.every(text, as_of) if not _is_now(text, s)]
    first = next((s for s in found if s.lead or s.form is not Form.YEAR), None)
    for span in found:
        if _of_publication(text, span):
            here = ((span.start, span.end),)
            return When(span.since, span.until, span=first, words=here)
    spoken = _narrowest([Days(s.since, s.until) for s in found])
    favoured, words = _favoured(text, found, as_of)
    every = {(s.start, s.end) for s in found} | set(words)
    return When(None, None, favoured, spoken, first, tuple(sorted(every)))


_STATE = re.compile(r"\b(?:is|are|do|does|can|lives?|known|called|used|still)\b", re.IGNORECASE)
_EVENTS = re.compile(r"\b(?:did|was|were|happen\w*|\w+ing)\b", re.IGNORECASE)


def _is_now(text: str, span: Span) -> bool:
    """ "How many people live there today?": these years, not this day."""
    today = text[span.start : span.end].casefold() == "today"
    return today and bool(_STATE.search(text)) and not _EVENTS.search(text)


def _favoured(
    text: str, found: Sequence[Span], as_of: date
) -> tuple[Favoured | None, list[tuple[int, int]]]:
    for span in found:
        if days := _told(span, as_of):
            return days, []
    if found:
        # What was in 1811 is told by no article the better for being new.
        return None, []
    if event := _SINCE_EVENT.search(text):
        return Favoured(None, as_of, _EVENT_WIDTH, event[1]), [event.span()]
    for pattern, width in _VAGUE:
        if match := re.search(rf"(?<![\w-])(?:{pattern})(?![\w-])", text, re.IGNORECASE):
            return Favoured(as_of, as_of, width), [match.span()]
    if match := _NEW.search(text):
        return Favoured(as_of, as_of, _NEW_WIDTH), [(match.end() - len("new"), match.end())]
    return None, []


def _told(span: Span, as_of: date) -> Favoured | None:
    """The days on which what happened within ``span`` was news; None when they are too many."""
    since, until = span.since, min(span.until or as_of, as_of)
    if since is None:
        return None
    if since > as_of:  # what is to come is told of by the latest
        return Favoured(as_of, as_of, 30) if since - as_of < _LONGEST_AGO else None
    longest = _LONGEST_AGO if span.form is Form.RELATIVE else _LONGEST
    if until - since > longest or span.form in (Form.YEAR, Form.ERA):
        return None
    if span.form is Form.RELATIVE and until == as_of:
        # Asked on a Monday, "this week" means the days before it as well.
        whole = timedelta(days=6) if until - since < timedelta(days=7) else timedelta()
        single = since == until
        since = since if single else min(since, as_of - whole)
    return Favoured(since, until, max(2, (until - since).days + 1))


def _narrowest(days: Sequence[Days]) -> tuple[Days, ...]:
    """Without those that hold another: "in May 2022, the year 2022"."""
    return tuple(
        dict.fromkeys(one for one in days if not any(one != d and one.holds(d) for d in days))
    )


# Asking for articles of some days.

_MANY = r"(?:articles|stories|news(?:papers?)?|papers|headlines|coverage|posts|reports|columns)"
_PUBLISHED = r"(?:published|written|printed|posted|that appeared|appearing)"
_BEFORE = re.compile(
    rf"\b(?:{_MANY}|article|story|press|editions?|issues?)"
    rf"(?: (?:that|which))?(?: (?:was|were|have been|are))? {_PUBLISHED}(?: only)?\W*$"
    rf"|\b(?:what|anything|everything|something|all|those) (?:(?:was|has been|have been|is) )?"
    rf"{_PUBLISHED}\W*$"
    r"|\bwhat (?:was|has been) (?:reported|said in the (?:news|papers|press))\W*$",
    re.IGNORECASE,
)
_PLURAL = re.compile(r"\b(?:articles|news|coverage|headlines|newspapers)\s+$", re.IGNORECASE)
_OF = ("from", "of", "since", "between", "dated", "before", "after", "until", "")
_OWN = re.compile(
    r"(?:['’]s)? (?:(?:news)?papers?|news|headlines|editions?|coverage|articles|issues?"
    r"|front page)\b",
    re.IGNORECASE,
)
_SAYING = re.compile(
    r"\b(?:did|do|does|have|has) (?:(?:the|our|all|local|national) )*"
    r"(?:(?:news)?papers?|press|news|media|articles|headlines|stories)\b.*?"
    r"\b(?:say|said|report(?:ed)?|write|written|print(?:ed)?|tell|told|cover(?:ed)?)\b",
    re.IGNORECASE,
)
_ABOUT = re.compile(r"\b(?:about|on|regarding|concerning|of)\b", re.IGNORECASE)


def _of_publication(text: str, span: Span) -> bool:
    """Whether the question says clearly that the span is when articles were published."""
    before, after = text[: span.start], text[span.end :]
    if _BEFORE.search(before):
        return True
    if span.lead in _OF and _PLURAL.search(before) and (span.lead or span.form is not Form.YEAR):
        return True
    if span.form in (Form.YEAR, Form.ERA):
        return False
    words = text[span.start : span.end]
    if _OWN.match(after) or (re.search(r"['’]s?$", words) and _OWN.match(f"'s{after}")):
        return True
    if saying := _SAYING.search(text):
        # "the storm of 3 March" is what they spoke of, "last week" when they spoke.
        about = _ABOUT.search(text, saying.end())
        return (
            about is None
            or span.start <= about.start()
            or (span.form is Form.RELATIVE and not re.search(r"\w", after))
        )
    return False
