"""What a document's properties say of it counts where the document itself shows it.

Programs fill properties with whatever is at hand: a template's title, the name of an account, the
day a file was saved. Nothing of that is taken for what an article says of itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from rag.types import Dated

_LETTERS = re.compile(r"[\W_]+")
_BETWEEN = re.compile(r"\s*;\s*|\s*,\s*|\s+(?:and|&)\s+")
_NOT_PUBLISHED = re.compile(
    r"\b(?:print|download|access|retriev|view|sav|updat|revis|modif|expir|until|due)\w*", re.I
)
_MONTHS = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
]  # fmt: skip


def shown_title(title: str, head: str) -> str:
    """``title`` where ``head``, how the document begins, shows it; else nothing."""
    title = " ".join(title.split())
    return title if len(title) >= 3 and _plain(title) in _plain(head) else ""


def shown_names(names: str, head: str) -> tuple[str, ...]:
    """The names in ``names`` if ``head`` shows all of them; else none."""
    parts = tuple(part for part in _BETWEEN.split(names.strip()) if part)
    shown = f" {_plain(head)} "
    # A single word may be the name of an account that happens to be somebody's first name.
    if all(" " in part and f" {_plain(part)} " in shown for part in parts):
        return parts
    return ()


def shown_day(days: Iterable[date | None], head: str) -> Dated | None:
    """The first of ``days`` that a line of ``head`` shows as a date of its own, and not as the
    day something else was done."""
    lines = [line for line in head.split("\n") if not _NOT_PUBLISHED.search(line)]
    for day in days:
        if day and any(_writes(line, day) for line in lines):
            return Dated(day, "day", "document")
    return None


def _writes(line: str, day: date) -> bool:
    name = _MONTHS[day.month - 1]
    month = rf"(?:{name}|{name[:3]}\.?|Sept\.?)" if day.month == 9 else rf"(?:{name}|{name[:3]}\.?)"
    nth = rf"0?{day.day}(?:st|nd|rd|th)?"
    ways = (
        rf"{nth}(?:\s+of)?\s+{month},?\s+{day.year}",
        rf"{month}\s+{nth},?\s+{day.year}",
        rf"{day.year}-{day.month:02}-{day.day:02}",
    )
    return re.search(rf"(?<!\d)(?:{'|'.join(ways)})(?!\d)", line, re.IGNORECASE) is not None


def _plain(text: str) -> str:
    return _LETTERS.sub(" ", text).strip().casefold()
