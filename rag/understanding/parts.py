"""The parts of a question of several parts, each to be searched for on its own.

Two questions in one sentence, comparisons, and questions about something that is itself only
described. Rules over plain English: whatever no rule is sure of is one question.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from rag.understanding.comparisons import Known, compared
from rag.understanding.phrases import (
    AUXILIARY,
    DETERMINER,
    PAST,
    PREPOSITION,
    PRONOUN,
    QUESTION_WORD,
    carried,
    definite,
    leans,
    plain,
    says,
    shared,
    stands,
)

Parts = tuple[str, ...]

_MOST = 4
"""Parts that are searched for: each costs a search."""

_STARTS = re.compile(rf"(?:[^,?]*,\s)?(?:{PREPOSITION}\s)?(?:{QUESTION_WORD}|{AUXILIARY})\b", re.I)


_BESIDE = re.compile(r"(?P<own>.+) \((?P<about>[^()]+)\)\?")
"""A part as ``carried`` makes it of one that does not stand alone."""


def split(text: str, known: Known = lambda _: False) -> Parts:
    """The parts of ``text``, in its order, each readable on its own; ``text`` alone when it is one
    question. ``known`` tells whether a phrase such as "Marks and Spencer" is one name."""
    question = plain(text)
    asked = _in_turn(question) or _before_and_after(question) or (question,)
    parts = [part for one in asked for part in compared(one, known) or (one,)]
    if len(parts) == 1:
        parts = list(_steps(question))
    return tuple(map(_marked, dict.fromkeys(parts)))[:_MOST] or (text,)


def own_words(part: str) -> tuple[str, str]:
    """``part`` in the question's own words, and what it is about where they do not say: what was
    put behind them in brackets, so that it can be looked for, unless they name a thing."""
    match = _BESIDE.fullmatch(part)
    if not match:
        return part, ""
    own = match["own"]
    return f"{own}?", "" if definite(own) and not leans(own) else match["about"]


def together(phrase: str, texts: Iterable[str]) -> bool:
    """Whether ``phrase``, two names joined by "and", is one name in ``texts``: one of the two
    stands alone less often than both stand together."""
    text = "\n".join(texts)
    joined, *names = (
        len(re.findall(rf"\b{re.escape(name)}\b", text))
        for name in (phrase, *phrase.split(" and "))
    )
    return min(names) - joined < joined


def _marked(part: str) -> str:
    """As it is written: with its mark where it asks."""
    return part[:1].upper() + part[1:] + ("?" if _STARTS.match(part) else "")


# Two questions, one after the other.

_HOW = r"how\s(?:many|much|long|old|far|often|big|tall|high|deep|large|fast|heavy|wide|well|soon)"
_SUBJECT = r"(?:he|she|it|they|there|that|this|these|those)"
_AND = re.compile(
    r",?\s(?:and|but)\s(?:also\s)?(?P<next>"
    rf"(?:{PREPOSITION}\s)?(?:{QUESTION_WORD}\s{AUXILIARY}\b|{_HOW}\b"
    rf"|(?:what|which)\s(?:(?!{PRONOUN}\b|{DETERMINER}\b|I\b|we\b|you\b)\w+\s){{1,4}}?(?:{AUXILIARY}|{PAST})\b)"
    rf"|(?:what|who)\s{PAST}\b"
    rf"|(?<=,\sand\s)(?:{AUXILIARY}\s{_SUBJECT}\b|(?:did|does|do)\s{DETERMINER}\b))",
    re.I,
)


def _in_turn(question: str) -> Parts:
    """Two questions in one: "Who founded it and when did it close?", or in two sentences."""
    sentences = [plain(s) for s in re.findall(r"[^?]+\?", question + "?") if s.strip(" ?")]
    if len(sentences) > 1:
        apart = all(map(_STARTS.match, sentences)) and all(map(says, sentences))
        return _told(sentences) if apart else ()
    for match in _AND.finditer(question):
        first, second = question[: match.start()], question[match.start("next") :]
        if _STARTS.match(first) and not _relative(first, second):
            first = shared(first, second)
            if stands(first) and says(second):
                return _told([first, second])
    return ()


def _told(questions: list[str]) -> Parts:
    """Each with what it takes for granted from the first."""
    first = questions[0]
    told = (first, *(carried(first, later) for later in questions[1:]))
    return () if any(map(leans, told)) and not definite(first) else told


def _relative(first: str, second: str) -> bool:
    """Whether ``second`` goes on describing: "the king who died and who was followed by"."""
    word = second.split(maxsplit=1)[0].lower()
    inner = re.split(r"\W+", first.lower())[1:]
    return word in ("who", "which", "whose", "where", "when") and word in inner


def _before_and_after(question: str) -> Parts:
    """What was the case before something, and what after it."""
    match = re.search(r"\bbefore and after\s(?=\w+\s\w+)", question)
    if not match:
        return ()
    head, tail = question[: match.start()], question[match.end() :]
    return (f"{head}before {tail}", f"{head}after {tail}")


# Two steps: something is asked about what is only described.

_STEP = re.compile(
    rf"{QUESTION_WORD}\s{AUXILIARY}\sthe\s(?:\w+\s)?(?P<what>\w+)\s(?:of|at|in)\s"
    r"(?P<inner>the\s(?:[\w-]+\s){1,3}?(?:who|that|which|where|whose|in\swhich)\s(?P<clause>\w+\s\w+.*))$",
    re.I,
)
_NO_STEP = re.compile(
    r"(?:names?|kind|type|sort|number|title|term|word|part|role|purpose|meaning|cause|reason|result"
    r"|case|use|list|start|end|beginning|middle|date|year|time|day)$",
    re.I,
)
"""What says nothing of another thing: the name of the company that built it is no second step."""


def _steps(question: str) -> Parts:
    """ "Who is the mayor of the town where the ferry ran aground?": first the town, then all."""
    match = _STEP.match(question)
    if not match or _NO_STEP.match(match["what"]):
        return ()
    return () if re.search(rf"\b{PRONOUN}\b", match["clause"]) else (match["inner"], question)
