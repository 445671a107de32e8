"""A question that goes on with the last one, put in its words: where there is one way to do it."""

from __future__ import annotations

import re

from rag.understanding.wording import names

_LEAD = re.compile(
    r"\W*(?:(?:and|but|so|or|then|ok|okay|what about|how about|what of)\b,? ?)+", re.IGNORECASE
)
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_DAYS = "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday"
_KINDS = tuple(rf"\b(?:{kind})\b" for kind in (r"(?:1[5-9]|20)\d\d", _MONTHS, _DAYS))
_BEFORE = r"(?:(?:in|on|for|from|during|since|by|at|near|to|of|with) )?"
_NAME = r"[A-Z][\w’'-]*(?: [A-Z][\w’'-]*)*"


def replaced(text: str, last: str, answer: str) -> str | None:
    """The ``last`` question with what ``text`` names in the place of its like: a year for its
    year, a name for its only name. None where that is not clear."""
    lead = _LEAD.match(text)
    rest = text[lead.end() if lead else 0 :].strip(" ?.!")
    for kind in _KINDS:
        if re.fullmatch(_BEFORE + kind, rest) and (new := re.search(kind, rest)):
            found = list(re.finditer(kind, last))
            return _put(last, found[0].span(), new[0]) if len(found) == 1 else None
    named = re.fullmatch(f"{_BEFORE}({_NAME})", rest)
    return _renamed(named[1], last, answer) if lead and named else None


def _renamed(name: str, last: str, answer: str) -> str | None:
    """One name in the place of another. A name of the answer is asked about, not asked for."""
    found = list(names(last))
    if name in answer or len(found) != 1:
        return None
    start, end = found[0][0].start, found[0][-1].end
    # "the Garrow Fell Race", "Aldermouth harbour": the name is part of what is meant.
    if re.search(r"\b(?:the|an?) $", last[:start], re.IGNORECASE):
        return None
    return _put(last, (start, end), name)


def _put(text: str, place: tuple[int, int], new: str) -> str:
    return text[: place[0]] + new + text[place[1] :]
