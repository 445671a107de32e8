"""A question that only names something new, put into the words of the last one."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.understanding.wording import names

_LEAD = re.compile(
    r"\W*(?:(?:and|but|so|or|then|ok|okay|what about|how about|what of)\b,? ?)+", re.IGNORECASE
)
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_DAYS = "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday"
_KINDS = tuple(rf"\b(?:{kind})\b" for kind in (r"(?:1[5-9]|20)\d\d", _MONTHS, _DAYS))
_BEFORE = r"(?:(?:in|on|for|from|during|since|by|at|near|to|of|with) )?"
_NAME = r"[A-Z][\w’'-]*(?: [A-Z][\w’'-]*)*"


@dataclass(frozen=True, slots=True)
class Gap:
    """What a question such as "And in 2023?" puts in the place of its like. ``kind`` matches what
    may stand there; empty for a name."""

    new: str
    kind: str = ""


def gap_in(text: str) -> Gap | None:
    """A year, a month, a day of the week or a name that is all a question says."""
    lead = _LEAD.match(text)
    rest = text[lead.end() if lead else 0 :].strip(" ?.!")
    for kind in _KINDS:
        if re.fullmatch(_BEFORE + kind, rest) and (new := re.search(kind, rest)):
            return Gap(new[0], kind)
    named = re.fullmatch(f"{_BEFORE}({_NAME})", rest)
    return Gap(named[1]) if lead and named else None


def filled(gap: Gap, last: str, answer: str) -> str | None:
    """The ``last`` question with what ``gap`` says in the place of its like: of its year, or of
    its only name. None where that is not clear."""
    if gap.kind:
        places = [match.span() for match in re.finditer(gap.kind, last)]
    elif gap.new in answer:
        return None  # what the answer names is asked about, not put in the place of another
    else:
        places = [(run[0].start, run[-1].end) for run in names(last)]
    if len(places) != 1:
        return None
    start, end = places[0]
    # "the Garrow Fell Race" is more than a name: the race on Garrow Fell.
    if not gap.kind and re.search(r"\b(?:the|an?) $", last[:start], re.IGNORECASE):
        return None
    return last[:start] + gap.new + last[end:]
