"""Days, months and years: "12 March 2024", "on 12 March", "last Tuesday", "the 1990s".

Both sides are read as meant on the day of the article, where that is known. A day is borne out by
the same day; a month or a year by any day in it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from rag.checking.faults import Fault, Quote, What
from rag.checking.figures import figures
from rag.understanding import moments
from rag.understanding.moments import Form, Moment

_ANY = date(2004, 7, 1)
"""A day to read dates from that say no year, where none is known; years so inferred count not."""
_WIDE = (Form.MONTH, Form.YEAR, Form.ERA)


@dataclass(frozen=True, slots=True)
class Told:
    """A moment, and whether its year is known."""

    moment: Moment
    dated: bool

    @property
    def days(self) -> tuple[date, date]:
        return self.moment.first, self.moment.last


def told(text: str, day: date | None) -> list[Told]:
    """The moments that ``text`` names; without a day, no weekday and nothing told from today."""
    measured = {f.start for f in figures(text) if f.unit}
    return [
        Told(m, day is not None or not m.yearless)
        for m in moments.find(text, day or _ANY, latest=False)
        if (day or m.form not in (Form.WEEKDAY, Form.RELATIVE))
        and not _is_no_day(text, m)
        and not (m.form is Form.YEAR and m.start in measured)
    ]


def _is_no_day(text: str, moment: Moment) -> bool:
    """ "May" and "march" as other words."""
    said = text[moment.start : moment.end]
    return (
        said.casefold() in ("may", "march", "sun", "sat", "mar", "second") and not said[0].isupper()
    )


def unsupported(
    statement: str, quotes: Sequence[Quote]
) -> tuple[list[Fault], list[tuple[int, int]]]:
    """Faults, and the ranges of the statement that were read as days."""
    day = next((q.published for q in quotes if q.published), None)
    said = told(statement, day)
    known = [t for q in quotes for t in told(f"{q.text}\n{q.title}", q.published)]
    published = [q.published for q in quotes if q.published]
    faults = []
    for one in said:
        if (
            any(_bears(k, one) for k in known)
            or _from_to(one, known)
            or _published_then(one, published, known)
        ):
            continue
        if _stands(statement[one.moment.start : one.moment.end], quotes):
            continue
        start, end = one.moment.start, one.moment.end
        faults.append(Fault(What.DATE, start, end, _why(statement[start:end], known, quotes)))
    return faults, [(t.moment.start, t.moment.end) for t in said]


def _bears(known: Told, said: Told) -> bool:
    first, last = said.days
    begin, end = known.days
    if said.moment.form is Form.YEAR and first.year != last.year:
        return _years(known) == _years(said)
    if said.moment.form is Form.YEAR and known.moment.form is Form.YEAR:
        return said.days[0].year in _years(known)
    if not (known.dated and said.dated):
        if said.moment.form in (Form.YEAR, Form.ERA) or known.moment.form in (Form.YEAR, Form.ERA):
            return known.dated and said.dated
        # One of the two says no year.
        first, last, begin, end = (d.replace(year=2004) for d in (first, last, begin, end))
    if first <= begin and end <= last:
        return True
    single = said.moment.form is Form.DATE
    return single and (first == last) and first in (begin, end) and (end - begin).days < 40


def _from_to(said: Told, known: Sequence[Told]) -> bool:
    """A range of years whose ends are told apart from each other."""
    ends = {year for k in known if k.moment.form is Form.YEAR for year in _years(k)}
    joint = any(len(set(_years(k))) > 1 for k in known if k.moment.form is Form.YEAR)
    return said.moment.form is Form.YEAR and not joint and set(_years(said)) <= ends


def _years(told: Told) -> tuple[int, int]:
    return told.moment.first.year, told.moment.last.year


def _published_then(said: Told, published: Sequence[date], known: Sequence[Told]) -> bool:
    """A year or a month that is that of the article, whose words name none."""
    if said.moment.form not in _WIDE or any(k.dated and _absolute(k) for k in known):
        return False
    return any(said.moment.first <= day <= said.moment.last for day in published)


def _absolute(known: Told) -> bool:
    return not known.moment.yearless and known.moment.form in (*_WIDE, Form.DATE)


def _stands(said: str, quotes: Sequence[Quote]) -> bool:
    plain = re.compile(rf"(?<!\w){re.escape(said)}(?![\w–-])")
    return any(plain.search(f"{q.text} {q.title}") for q in quotes)


def _why(said: str, known: Sequence[Told], quotes: Sequence[Quote]) -> str:
    words = _words(known, quotes)
    if words:
        return f"says {said}; the quoted words say {words}"
    return f"nothing quoted says {said}"


def _words(known: Sequence[Told], quotes: Sequence[Quote]) -> str:
    if not known:
        return ""
    first = known[0].moment
    text = next(
        (f"{q.text}\n{q.title}" for q in quotes if told(f"{q.text}\n{q.title}", q.published)), ""
    )
    return text[first.start : first.end]
