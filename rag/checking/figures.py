"""Numbers and their units: "12,000", "twelve thousand", "£1.2m", "14 per cent", "half a million".

A number is borne out by the same number, however it is written, or, said to be about so much, by
one that it rounds. Sums are not guessed, and units are not converted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rag.checking.faults import Fault, What
from rag.checking.numbers import number
from rag.checking.words import Word, words

_UNITS_OF = """%: per-cent percent percentage pct|m: m metre metres meter meters|mm: mm
    millimetre millimetres millimeter millimeters|cm: cm centimetre centimetres centimeter
    centimeters|km: km kilometre kilometres kilometer kilometers|mile: mi mile miles|ft: ft foot
    feet|inch: inch inches|yard: yard yards|kg: kg kilogram kilograms kilogramme kilogrammes kilo
    kilos|g: gram grams gramme grammes|mg: mg milligram milligrams|lb: lb lbs|oz: oz ounce
    ounces|tonne: tonne tonnes|ton: ton tons|litre: litre litres liter liters|gallon: gallon
    gallons|acre: acre acres|hectare: hectare hectares ha|second: second seconds|minute: minute
    minutes|hour: hour hours|day: day days|week: week weeks|month: month months|year: year
    years|decade: decade decades|century: century centuries|mph: mph|kmh: kmh|knot: knot
    knots|watt: watt watts|kw: kw kilowatt kilowatts|mw: mw megawatt megawatts|gw: gw gigawatt
    gigawatts|degree: degree degrees|celsius: celsius|fahrenheit: fahrenheit|$: dollar dollars|£:
    pound pounds sterling|€: euro euros|¥: yen yuan|cent: cent cents|penny: pence penny p|rupee:
    rupee rupees|crown: crown crowns krona|franc: franc francs|byte: bytes|kb: kb kilobytes|mb: mb
    megabytes|gb: gb gigabytes|hz: hz hertz|khz: khz|mhz: mhz|am: am|pm: pm"""
_UNITS = {
    form: name.strip()
    for entry in _UNITS_OF.split("|")
    for name, forms in [entry.split(":")]
    for form in forms.split()
}
_SIGNS = {"%": "%", "$": "$", "£": "£", "€": "€", "¥": "¥", "°": "degree"}
_ABOUT_WORDS = "about around roughly approximately some nearly almost circa close"
_ABOUT = frozenset(_ABOUT_WORDS.split())
_OVER_WORDS = "over above exceeding least"
_OVER = frozenset(_OVER_WORDS.split())
_UNDER_WORDS = "under below fewer less nearly almost"
_UNDER = frozenset(_UNDER_WORDS.split())
_ROUNDED, _BEYOND = 0.05, 0.25
"""How far a number may be from one it is said to be about; and one it is said to exceed."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number as said in ``text[start:end]``. ``values`` are what it may mean ("9m"); ``unit`` is
    empty when none is said, ``nouns`` are stems of what is counted. ``hedge`` is ``about``,
    ``over``, ``under`` or empty."""

    values: tuple[float, ...]
    start: int
    end: int
    unit: str = ""
    nouns: tuple[str, ...] = ()
    hedge: str = ""
    ordinal: bool = False
    said: str = ""

    def same(self, other: Figure) -> bool:
        return any(abs(a - b) <= 1e-9 * max(1.0, abs(b)) for a in self.values for b in other.values)

    def rounds(self, other: Figure) -> bool:
        """Whether this, as hedged, may be said of the other."""
        a, b = self.values[0], other.values[0]
        if not b or (self.hedge and other.hedge and self.hedge != other.hedge != "about"):
            return False
        over, apart = a <= b, abs(a - b) / abs(b)
        match self.hedge:
            case "about":
                return apart <= _ROUNDED and _round(a)
            case "over":
                return over and apart <= _BEYOND and _round(a)
            case "under":
                return not over and apart <= _BEYOND and _round(a)
        return False


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
    for i in range(after, min(after + 3, len(found))):
        if found[i].breaks and i > after:
            break
        if found[i].breaks and text[found[i - 1].end : found[i].start].strip(" -"):
            break
        if found[i].says and not found[i].text[0].isdigit():
            nouns.append(found[i].stem)
        elif found[i].plain not in ("other", "more", "of", "the"):
            break
    hedge = _hedge(found, at)
    said = " ".join(text[_with_sign(text, figure.start) : end].split())
    return replace(figure, unit=unit, nouns=tuple(nouns), hedge=hedge, end=end, said=said)


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
        if plain in _UNITS and (plain != "p" or gap == ""):
            hour = _UNITS[plain] == "mile" and [w.plain for w in found[i + 1 : i + 3]]
            if hour and hour[0] in ("an", "per") and hour[1:] == ["hour"]:
                return "mph", found[i + 2].end
            return _UNITS[plain] + shape, found[i].end
        break
    return "", figure.end


def _hedge(found: Sequence[Word], at: int) -> str:
    before = [w.plain for w in found[max(0, at - 3) : at]]
    near = set(before[-1:]) | (set(before[-2:-1]) if before[-1:] in (["to"], ["a"]) else set())
    if before[-1:] == ["than"]:
        return "over" if before[-2:-1] == ["more"] else "under"
    if near & _OVER:
        return "over"
    if near & _ABOUT:
        return "about"
    if near & _UNDER:
        return "under"
    return ""


def _with_shared_units(
    text: str, found: Sequence[Word], read: list[tuple[int, int, Figure]]
) -> Iterator[Figure]:
    """ "From 7.4 to 9 metres": the unit said last is that of both."""
    for place, (_, after, figure) in enumerate(read):
        following = read[place + 1] if place + 1 < len(read) else None
        if following and not figure.unit:
            between = [w.plain for w in found[after : following[0]]]
            bare = text[figure.end : following[2].start].strip()
            if between in (["to"], ["and"], ["or"]) or (not between and bare in "-–—"):
                yield replace(
                    figure, unit=following[2].unit, nouns=figure.nouns or following[2].nouns
                )
                continue
        yield figure


def unsupported(
    said: Sequence[Figure], quoted: Sequence[Figure], skip: Sequence[tuple[int, int]]
) -> Iterator[Fault]:
    """Which of ``said`` none of ``quoted`` bears out; what lies in ``skip`` is a date."""
    for figure in said:
        if any(a <= figure.start < b for a, b in skip) or _idle(figure):
            continue
        same = [q for q in quoted if figure.same(q)]
        # "6 December" does not bear "6 years" out where something else may.
        same = [q for q in same if q.unit or q.nouns] or same
        if not same and any(figure.rounds(q) and _units_fit(figure, q) for q in quoted):
            continue
        if not same:
            yield Fault(What.NUMBER, figure.start, figure.end, _why(figure, quoted))
        elif not any(_units_fit(figure, q) for q in same):
            told = f"says {figure.said}; the quoted words say {same[0].said}"
            yield Fault(What.UNIT, figure.start, figure.end, told)
        elif other := _counted_otherwise(figure, same, quoted):
            told = f"says {figure.said} {_noun(figure, other)}; the quoted words say {other.said}"
            yield Fault(What.NUMBER, figure.start, figure.end, told)


def _noun(figure: Figure, other: Figure) -> str:
    return "" if figure.unit else next(n for n in figure.nouns if n in other.nouns)


def _idle(figure: Figure) -> bool:
    """ "One of them": hardly a number."""
    return figure.values == (1.0,) and not figure.unit


def _units_fit(one: Figure, other: Figure) -> bool:
    if one.unit and not other.unit:
        # "6 December" and "6 men" are not six years.
        return not other.nouns
    return not one.unit or one.unit == other.unit


def _counted_otherwise(
    figure: Figure, same: Sequence[Figure], quoted: Sequence[Figure]
) -> Figure | None:
    """The number that the quoted words have of what this one counts, when it is another."""
    if not figure.nouns or figure.unit or figure.ordinal:
        return None
    if any(set(figure.nouns) & set(q.nouns) or not q.nouns for q in same):
        return None
    noun = figure.nouns[0]
    others = [q for q in quoted if noun in q.nouns[:1] and not q.unit]
    return others[0] if others else None


def _why(figure: Figure, quoted: Sequence[Figure]) -> str:
    alike = [q for q in quoted if q.unit == figure.unit and set(q.nouns) & set(figure.nouns)]
    alike = alike or [q for q in quoted if figure.unit and q.unit == figure.unit]
    if not alike and len(quoted) == 1:
        alike = list(quoted)
    if alike:
        return f"says {figure.said}; the quoted words say {alike[0].said}"
    return f"nothing quoted says {figure.said}"
