"""Is a question about how things are now, or about these days? Then an answer's age matters."""

from __future__ import annotations

import re
from datetime import date, timedelta

from rag.types import Favoured, Understood
from rag.wanted import Wanted, wanted

_PRESENT = re.compile(
    r"\b(?:is|are|does|do|has|have|live|work|costs?"
    r"|who(?:['’]s| (?:runs|leads|owns|heads|chairs|holds|plays|edits|manages|governs)))\b",
    re.IGNORECASE,
)
_PAST = re.compile(r"\b(?:did|was|were|had|been)\b", re.IGNORECASE)
_LASTS = re.compile(r"\bhow (?:long|old|far|tall|high|deep|big|large|wide|heavy)\b", re.IGNORECASE)
_CHANGES = frozenset({Wanted.NAME, Wanted.PLACE, Wanted.NUMBER, Wanted.MEASURE})
"""Kinds of things that are one today and another tomorrow; a reason or a year hardly is."""


_LATE = timedelta(days=14)
"""How long ago days may have ended that are still just past: those of last week have."""


def just_past(understood: Understood, as_of: date) -> Favoured | None:
    """The days under way or just past that a question names ("this week", "yesterday"). Not those
    of "now" and "lately", which older articles may still tell of."""
    favoured = understood.favoured
    if favoured is None or favoured.first is None or favoured.first == favoured.last == as_of:
        return None
    return favoured if favoured.last > as_of - _LATE else None


def about_now(asked: str, understood: Understood, as_of: date) -> bool:
    """Whether the question ``asked`` is for the state of something on its day: by its words
    ("currently", "now"), or in the present tense for a name, a place or a figure that may change;
    and no other days are meant."""
    favoured = understood.favoured
    if understood.since or understood.until or understood.spoken:
        return False
    if favoured is not None:
        return favoured.first == favoured.last == as_of
    if _PAST.search(asked) or _LASTS.search(asked):
        return False
    return bool(_PRESENT.search(asked)) and wanted(asked) in _CHANGES
