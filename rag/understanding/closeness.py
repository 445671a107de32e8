"""How near the days of a passage, and of its article, come to those a question is about."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, timedelta

from rag.types import Dated, Days, Favoured
from rag.understanding.relative import Bounds

_LOOSE = 0.1
"""What is lost of an overlap when the passage speaks of a longer time: a tenth power of how many
times longer. A day in a year keeps .55, a year in a century .63."""

_YEAR = 366
"""Days by which a span may begin or end otherwise than asked for, where that was longer."""


def agreement(spoken: Sequence[Days], passage: Sequence[Bounds]) -> float:
    """How well the days that a passage speaks of meet those of the question, 0 to 1, for the
    best of ``spoken``. Half of it is the part in common: whole where one span lies within the
    other, less a little for a passage that speaks of a much longer time, else its share of the
    shorter (overlap coefficient). Half is whether the passage names the first day asked for, and
    the last: "from 1811" and "until 1827" may stand apart. Nothing on either side is none."""
    return max((_agree(days, passage) for days in spoken), default=0.0)


def _agree(days: Days, passage: Sequence[Bounds]) -> float:
    ends = [end for end in (days.first, days.last) if end]
    if not passage or not ends:
        return 0.0
    common = max(_meet(days, *span) for span in passage)
    wanted = ((days.last or date.max) - (days.first or date.min)).days + 1
    near = timedelta(min(_YEAR, wanted))
    told = sum(
        any(abs(end - day) <= near for span in passage for day in span) for end in ends
    ) / len(ends)
    return (common + told) / 2


def _meet(days: Days, first: date, last: date) -> float:
    begins, ends = days.first or date.min, days.last or date.max
    common = (min(ends, last) - max(begins, first)).days + 1
    if common <= 0:
        return 0.0
    wanted, said = (ends - begins).days + 1, (last - first).days + 1
    return common / min(wanted, said) * math.pow(min(1.0, wanted / said), _LOOSE)


def recency(
    published: Dated | date | None, favoured: Favoured, *, begins: date | None = None
) -> float:
    """How near an article's day of publication is to those favoured, 0 to 1: 1 within them,
    half ``width`` days before them, a quarter at twice that. What happened is told on the days
    after it as well, so days after count half. 0 for an article without a date. ``begins`` is
    the day of the event, where the question says only that and it has been found."""
    if published is None:
        return 0.0
    first, last = (
        (published.first, published.last) if isinstance(published, Dated) else (published,) * 2
    )
    since = favoured.first or begins or favoured.last
    before, after = (since - last).days, (first - favoured.last).days
    return math.pow(0.5, max(before, after / 2, 0) / favoured.width)
