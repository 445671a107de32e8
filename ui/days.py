"""Days as people write them: ``9 December 2024``, ``9–11 December 2024``."""

from __future__ import annotations

import calendar
from collections.abc import Collection
from datetime import date

from rag.days import spelt
from rag.types import Dated


def day_text(day: date) -> str:
    return f"{day.day} {calendar.month_name[day.month]} {day.year}"


def dated_text(dated: Dated | None) -> str:
    """A publication date as far as it is known, to the day at most; nothing if it is not."""
    return spelt(dated) if dated else ""


def days_text(days: Collection[date]) -> str:
    """The span from the first of ``days`` to the last, nothing said twice."""
    first, last = min(days), max(days)
    if first == last:
        return day_text(last)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{day_text(last)}"
    if first.year == last.year:
        return f"{first.day} {calendar.month_name[first.month]} – {day_text(last)}"
    return f"{day_text(first)} – {day_text(last)}"


def period_text(first: date, last: date) -> str:
    """The days from ``first`` to ``last``; by their years or their month where those are whole:
    ``1811–1827``, ``May 2022``."""
    if (first.month, first.day, last.month, last.day) == (1, 1, 12, 31):
        return str(last.year) if first.year == last.year else f"{first.year}–{last.year}"
    days = calendar.monthrange(last.year, last.month)[1]
    if first == last.replace(day=1) and last.day == days:
        return f"{calendar.month_name[last.month]} {last.year}"
    return days_text([first, last])
