"""Numbers, their units and what they count: "12,000", "£1.2m", "14 per cent", "twelve men"."""

from __future__ import annotations

import re
from calendar import month_name
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rag.checking.hedges import Hedge, hedge
from rag.checking.numbers import number
from rag.checking.steps import step
from rag.checking.words import Word, snippet, words

_UNITS_OF = """%: per-cent percent percentage pct|m: m metre metres meter meters|mm: mm
    millimetre millimetres millimeter millimeters|cm: cm centimetre centimetres centimeter
    centimeters|km: km kilometre kilometres kilometer kilometers|mile: mi mile miles|ft: ft
    foot feet|inch: inch inches|yard: yard yards|kg: kg kilogram kilograms kilogramme
    kilogrammes kilo kilos|g: gram grams gramme grammes|mg: mg milligram milligrams|lb: lb
    lbs|oz: oz ounce ounces|tonne: tonne tonnes|ton: ton tons|litre: litre litres liter
    liters|gallon: gallon gallons|acre: acre acres|hectare: hectare hectares ha|second: second
    seconds|minute: minute minutes min mins|hour: hour hours hr hrs|day: day days|night: night
    nights|week: week weeks|month: month months|year: year years yr yrs|decade: decade
    decades|century: century centuries|mph: mph|kmh: kmh|knot: knot knots|watt: watt watts|kw:
    kw kilowatt kilowatts|mw: mw megawatt megawatts|gw: gw gigawatt gigawatts|degree: degree
    degrees|celsius: celsius|fahrenheit: fahrenheit|$: dollar dollars|£: pound pounds
    sterling|€: euro euros|¥: yen yuan|cent: cent cents|penny: pence penny p|rupee: rupee
    rupees|crown: crown crowns krona|franc: franc francs|byte: bytes|kb: kb kilobytes|mb: mb
    megabytes|gb: gb gigabytes|hz: hz hertz|khz: khz|mhz: mhz|am: am|pm: pm"""
_UNITS = {
    form: name.strip()
    for entry in _UNITS_OF.split("|")
    for name, forms in [entry.split(":")]
    for form in forms.split()
}
_SIGNS = {"%": "%", "$": "$", "£": "£", "€": "€", "¥": "¥", "°": "degree"}
_MONTHS = frozenset(name.casefold() for name in month_name if name)
_EXACTLY = frozenset(("only", "just", "exactly"))
_SEVERAL = frozenset(("people", "men", "women", "children", "teeth", "mice", "geese", "oxen"))
_PLURAL = re.compile(r"\w\w(?<![su'’])(?<!i)s$")
_ROUNDED, _BEYOND = 0.05, 0.25
"""How far a number may be from one it is said to be about; and one it is said to exceed."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number as said in ``text[start:end]``. ``values`` are what it may mean ("9m"); ``unit`` is
    empty when none is said, ``nouns`` are stems of what is counted. ``counted`` is the stem of the
    things that it plainly counts: a plural behind it, or what "1" or "only one" stands before;
    empty with a unit. ``dated``: it is the day of a month. ``step``: ``by`` or ``to``, where
    something changes so. ``spoken`` is ``said`` with the words around it."""

    values: tuple[float, ...]
    start: int
    end: int
    unit: str = ""
    nouns: tuple[str, ...] = ()
    hedge: Hedge = Hedge.NONE
    ordinal: bool = False
    said: str = ""
    counted: str = ""
    dated: bool = False
    step: str = ""
    spoken: str = ""

    def same(self, other: Figure) -> bool:
        return any(abs(a - b) <= 1e-9 * max(1.0, abs(b)) for a in self.values for b in other.values)

    def rounds(self, other: Figure) -> bool:
        """Whether this, as hedged, may be said of the other."""
        a, b = self.values[0], other.values[0]
        if not b or (self.hedge and other.hedge and not self._agrees(other)):
            return False
        over, apart = a <= b, abs(a - b) / abs(b)
        match self.hedge:
            case Hedge.ABOUT | Hedge.NEARLY:
                return apart <= _ROUNDED and _round(a)
            case Hedge.OVER:
                return over and apart <= _BEYOND and _round(a)
            case Hedge.UNDER:
                return not over and apart <= _BEYOND and _round(a)
        return False

    def _agrees(self, other: Figure) -> bool:
        return self.hedge == other.hedge or other.hedge in (Hedge.ABOUT, Hedge.NEARLY)


def _round(value: float) -> bool:
    digits = f"{value:.6g}".replace(".", "").strip("0")
    return len(digits) <= 2 and value >= 10


def figures(text: str) -> list[Figure]:
    """The numbers that ``text`` says, in order."""
    found = words(text)
    read: list[tuple[int, int, Figure]] = []
    at = 0
    while at < len(found):
        read_here = number(text, found, at)
        if read_here is None:
            at += 1
            continue
        after = read_here.after
        start, end = found[at].start, found[after - 1].end
        figure = Figure(read_here.values, start, end, ordinal=read_here.ordinal)
        read.append((at, after, _described(text, found, at, after, figure)))
        at = after
    return list(_with_shared_units(text, found, read))


def _described(text: str, found: Sequence[Word], at: int, after: int, figure: Figure) -> Figure:
    unit, end = _unit(text, found, after, figure)
    nouns: list[str] = []
    counted = ""
    one = is_one(figure)
    exact = one and (text[figure.start] == "1" or _exactly(found, at))
    for i in range(after, min(after + 3, len(found))):
        if found[i].breaks and i > after:
            break
        if found[i].breaks and text[found[i - 1].end : found[i].start].strip(" -"):
            break
        if found[i].says and not found[i].text[0].isdigit():
            nouns.append(found[i].stem)
            if not (counted or unit) and (exact if one else plural(found[i].plain)):
                counted = found[i].stem
        elif found[i].plain not in ("other", "more", "of", "the") or one:
            break
    said = " ".join(text[_with_sign(text, figure.start) : end].split())
    described = replace(figure, unit=unit, nouns=tuple(nouns), end=end, said=said)
    described = replace(described, counted=counted, dated=_dated(found, at, after))
    spoken = snippet(text, found, at - 2, after)
    hedged = hedge(found, at, after)
    return replace(described, hedge=hedged, step=step(found, at), spoken=spoken)


def _exactly(found: Sequence[Word], at: int) -> bool:
    return at > 0 and found[at - 1].plain in _EXACTLY


def _dated(found: Sequence[Word], at: int, after: int) -> bool:
    beside = (*found[at - 1 : at], *(w for w in found[after : after + 1] if not w.breaks))
    return any(w.capital and w.plain in _MONTHS for w in beside)


def plural(plain: str) -> bool:
    """Whether a word looks like several things."""
    return plain in _SEVERAL or bool(_PLURAL.search(plain))


def is_one(figure: Figure) -> bool:
    return figure.values == (1.0,) and not figure.ordinal


def _with_sign(text: str, start: int) -> int:
    return start - 1 if text[start - 1 : start] in _SIGNS else start


def _unit(text: str, found: Sequence[Word], after: int, figure: Figure) -> tuple[str, int]:
    """The unit of a number that ends before the word ``after``, and where its words end."""
    before, behind = text[: figure.start].rstrip()[-1:], text[figure.end :].lstrip()[:1]
    if before in _SIGNS:
        return _SIGNS[before], figure.end
    if behind in ("%", "°"):
        return _SIGNS[behind], text.index(behind, figure.end) + 1
    shape = ""
    for i in range(after, min(after + 3, len(found))):
        gap = text[found[i - 1].end : found[i].start].strip()
        if gap not in ("", "-", "‑"):
            break
        plain = found[i].plain.rstrip(".")
        if plain == "per" and i + 1 < len(found) and found[i + 1].plain == "cent":
            return "%", found[i + 1].end
        if plain in ("square", "cubic", "sq", "us", "u.s", "nautical", "million", "billion"):
            shape += {"square": "²", "sq": "²", "cubic": "³"}.get(plain, "")
            continue
        if plain == "second" and not gap and figure.values[0] > 1:
            break  # "2 second-half goals"
        if plain in _UNITS and (plain != "p" or gap == ""):
            hour = _UNITS[plain] == "mile" and [w.plain for w in found[i + 1 : i + 3]]
            if hour and hour[0] in ("an", "per") and hour[1:] == ["hour"]:
                return "mph", found[i + 2].end
            return _UNITS[plain] + shape, found[i].end
        break
    return "", figure.end


def _with_shared_units(
    text: str, found: Sequence[Word], read: list[tuple[int, int, Figure]]
) -> Iterator[Figure]:
    """ "From 7.4 to 9 metres": the unit said last is that of both."""
    for place, (_, after, figure) in enumerate(read):
        following = read[place + 1] if place + 1 < len(read) else None
        if following and not figure.unit:
            between = [w.plain for w in found[after : following[0]]]
            bare = text[figure.end : following[2].start].strip()
            if between in (["to"], ["and"], ["or"]) or (not between and bare in ("-", "–", "—")):
                nouns = figure.nouns or following[2].nouns
                counted = figure.counted or following[2].counted
                yield replace(figure, unit=following[2].unit, nouns=nouns, counted=counted)
                continue
        yield figure
