"""Makes a true sentence say something else, by one change.

Each changer takes a sentence and a seeded chance, and gives the sentence changed, or None where
it has nothing that it could change. Written to be independent of the checker: none of its tables
or rules are used here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from random import Random

_NUMBER = re.compile(
    r"(?<![\w.,:/$£€-])[$£€]?(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?(?![\w/:-]|[.,]\d|(?:st|nd|rd|th)\b)"
)
_YEAR = re.compile(r"\b(1[0-9]\d\d|20[0-2]\d)\b(?!\s?(?:people|%|per|m\b|km|miles|feet|met))")
_SPELT_WORDS = """two three four five six seven eight nine ten eleven twelve thirteen fifteen twenty
    thirty forty fifty sixty"""
_SPELT = _SPELT_WORDS.split()
_SPELT_WORD = re.compile(rf"\b({'|'.join(_SPELT)})\b")
_MONTH_NAMES = """January February March April May June July August September October November
    December"""
_MONTHS = _MONTH_NAMES.split()
_DAY = re.compile(
    rf"\b(?:(\d{{1,2}}) ({'|'.join(_MONTHS)})|({'|'.join(_MONTHS)}) (\d{{1,2}}))\b(?!\d)"
)
_MONTH = re.compile(
    rf"\b(?:in|on|of|since|until|by|from) ({'|'.join(_MONTHS)})\b(?= \d{{4}}|[ ,.])"
)
_UNITS = (
    ("kilometres", "miles"), ("kilometers", "miles"), ("miles", "kilometres"), ("km", "miles"),
    ("metres", "feet"), ("meters", "feet"), ("feet", "metres"), ("mi", "km"), ("m", "ft"),
    ("ft", "m"),
    ("tonnes", "kilograms"), ("tons", "kilograms"), ("kg", "tonnes"), ("kilograms", "tonnes"),
    ("pounds", "tons"), ("inches", "feet"), ("mm", "cm"), ("cm", "mm"), ("acres", "hectares"),
    ("hectares", "acres"), ("years", "months"), ("months", "years"), ("weeks", "months"),
    ("days", "weeks"), ("hours", "minutes"), ("minutes", "hours"), ("seconds", "minutes"),
    ("million", "billion"), ("billion", "million"), ("percent", "million"),
    ("centuries", "decades"), ("decades", "centuries"), ("litres", "gallons"), ("mph", "km/h"),
    ("degrees", "metres"),
)  # fmt: skip
_BEFORE_UNIT = (
    rf"(?:\d|\b(?:{'|'.join(_SPELT)}|hundred|thousand|million|billion)\b)[\s-]?(?:square |cubic )?"
)
_THINGS_WORDS = "people houses dogs steps books ships doors trees"
_THINGS = _THINGS_WORDS.split()
_NAME = re.compile(r"(?<![.!?“\"`]\s)(?<=[a-z,;] )[A-Z][a-zà-ÿ]+(?: [A-Z][a-zà-ÿ]+)*(?!\.[A-Z])")
_NO_NAME_WORDS = """I The A An In On At Who What This Dr Mr Mrs Sir St Monday Tuesday Wednesday
    Thursday Friday Saturday Sunday AD BC"""
_NO_NAMES = frozenset(_NO_NAME_WORDS.split() + _MONTHS)
_AUXILIARY = re.compile(
    r"\b(is|are|was|were|has been|have been|had been|can|could|will|would|should|must|may|might)\b"
    r"(?! (?:not|n't|also not|never|no)\b|n't)",
)
_NEVER = re.compile(
    r"(?<=\w )(?<!was )(?<!were )(?<!been )([a-z]{3,}ed)"
    r"(?= (?:the|a|an|to|that|in|his|her|its)\b)"
)
_DENIAL = re.compile(
    r"\b(?:(did|does|do) not|(is|are|was|were|can|could|will|would|has|have|had|should|must|may"
    r"|might)(?: not| ?n't))\b(?! (?:only|just|until)\b)"
)
_HEDGED = re.compile(
    r"\b(?:(more than|at least|over)|(fewer than|less than|under|nearly|almost|up to))"
    rf"(?= (?:an? )?(?:[$£€]?\d|(?:{'|'.join(_SPELT)}|hundred|thousand|million|billion)\b))",
    re.IGNORECASE,
)
_UNSURE = re.compile(r"\b(?:may|might|could)\b(?! (?:not|have|or)\b|n't)")
_CLAUSE = re.compile(
    r",? (?:which|who|where|while|although|though|because|whereas|after|before|when) "
    r"|, (?:and|but|with|\w+ing) "
)
_SYMMETRIC = re.compile(
    r"\b(?:and|or|between|with|married|met|both|versus|vs|alongside|near|adjacent|borders?|along)\b"
)

Changer = Callable[[str, Random], str | None]


def number(text: str, chance: Random) -> str | None:
    """Another number: as many digits, a different value."""
    found = [m for m in _NUMBER.finditer(text) if not _YEAR.fullmatch(m[0])]
    found += list(_SPELT_WORD.finditer(text))
    found = [m for m in found if not _DAY.search(text[max(0, m.start() - 11) : m.end() + 11])]
    if not found:
        return None
    match = chance.choice(found)
    start, end = match.span(1)
    if match[1].isalpha():
        other = chance.choice([w for w in _SPELT if w != match[1]])
        return text[:start] + other + text[end:]
    value = int(match[1].replace(",", ""))
    low, high = (10 ** (len(str(value)) - 1), 10 ** len(str(value)) - 1) if value > 9 else (2, 9)
    new = chance.choice([v for v in (chance.randint(low, high) for _ in range(9)) if v != value])
    return text[:start] + (f"{new:,}" if "," in match[1] else str(new)) + text[end:]


def date(text: str, chance: Random) -> str | None:
    """Another year, day or month."""
    ways: list[str] = []
    for match in _YEAR.finditer(text):
        year = int(match[1])
        other = min(2024, year + chance.choice((-31, -12, -5, -2, -1, 1, 2, 4, 11)))
        if other != year:
            ways.append(text[: match.start()] + str(other) + text[match.end() :])
    for match in _DAY.finditer(text):
        group = 1 if match[1] else 4
        day = int(match[group])
        other = chance.choice([d for d in range(1, 29) if d != day])
        ways.append(text[: match.start(group)] + str(other) + text[match.end(group) :])
    for match in _MONTH.finditer(text):
        name = chance.choice([m for m in _MONTHS if m != match[1]])
        ways.append(text[: match.start(1)] + name + text[match.end(1) :])
    return chance.choice(ways) if ways else None


def unit(text: str, chance: Random) -> str | None:
    """Another unit after the same number, or another currency before it."""
    ways = []
    for one, other in _UNITS:
        for match in re.finditer(rf"{_BEFORE_UNIT}({one})\b", text):
            ways.append(text[: match.start(1)] + other + text[match.end(1) :])
    for match in re.finditer(r"(?<!S)([$£€])(?=\s?\d)", text):
        other = "€" if match[1] == "$" else "$"
        ways.append(text[: match.start()] + other + text[match.end() :])
    return chance.choice(ways) if ways else None


def counted(text: str, chance: Random) -> str | None:
    """Things counted where the sentence has a measure: "five years" as "five dogs"."""
    ways = []
    for one, _ in _UNITS:
        if one.endswith("s") or one in ("feet", "km", "percent"):
            for match in re.finditer(rf"{_BEFORE_UNIT}(?<!-)({one})\b(?! old\b)", text):
                things = chance.choice(_THINGS)
                ways.append(text[: match.start(1)] + things + text[match.end(1) :])
    return chance.choice(ways) if ways else None


def numbering(other: str) -> Changer:
    """Changes a number, no year, for one of the text ``other``, written as it is there."""
    theirs = [m[1] for m in _NUMBER.finditer(other) if not _YEAR.fullmatch(m[0])]

    def number(text: str, chance: Random) -> str | None:
        found = [m for m in _NUMBER.finditer(text) if not _YEAR.fullmatch(m[0])]
        free = [n for n in theirs if not re.search(rf"\b{n}\b", text)]
        if not found or not free:
            return None
        match = chance.choice(found)
        return text[: match.start(1)] + chance.choice(free) + text[match.end(1) :]

    return number


def joined(one: str, other: str) -> str:
    """Two sentences as one, each saying what it says."""
    first = other.split(maxsplit=1)[0]
    low = first.lower() if first in ("The", "A", "An", "In", "This", "It", "There") else first
    return f"{one.removesuffix('.')}, while {low}{other.removeprefix(first)}"


def mentioned(text: str) -> list[re.Match[str]]:
    """Names within ``text`` that do not begin it."""
    return [m for m in _NAME.finditer(text) if not set(m[0].split()) & _NO_NAMES]


def naming(others: Sequence[str]) -> Changer:
    """Changes a name for one of ``others`` of which the sentence holds no word, nor one that
    begins alike, as "Egyptian" does for "Egypt"."""

    def name(text: str, chance: Random) -> str | None:
        found = mentioned(text)
        begins = {word[:4] for word in re.findall(r"\w+", text.casefold())}
        free = [o for o in others if not {word[:4] for word in o.casefold().split()} & begins]
        if not found or not free:
            return None
        match, other = chance.choice(found), chance.choice(free)
        return text[: match.start()] + other + text[match.end() :]

    return name


def exchanging(known: Sequence[str]) -> Changer:
    """Puts two names in each other's place. What begins a sentence is a name where it is one of
    ``known``, which are written with a capital elsewhere, too."""
    return lambda text, chance: _exchanged(text, chance, frozenset(known))


def _exchanged(text: str, chance: Random, known: frozenset[str]) -> str | None:
    """With a verb of few words and no list between them: what it says of one it now says of the
    other."""
    ways = []
    opening = re.match(r"[A-Z][a-zà-ÿ]+(?: [A-Z][a-zà-ÿ]+)*", text)
    every = [m for m in (opening, *mentioned(text)) if m and m[0] in known]
    for one, other in pairwise(every):
        between = text[one.end() : other.start()]
        words = re.findall(r"[a-z]+", between)
        acts = re.search(r"\b\w{3,}(?:ed|ught|ook|ave|ade|on|ost|eat|ote)\b(?! and)", between)
        passive = re.search(r"\b(?:was|were|been|is|are) \w+ by\b", between)
        if not (acts or passive) or not 1 <= len(words) <= 5 or _SYMMETRIC.search(between):
            continue
        if re.search(r"[,;.()\"]", between) or not _stands(text, one) or not _stands(text, other):
            continue
        if one[0].split()[-1] == other[0].split()[-1]:
            continue
        ways.append(text[: one.start()] + other[0] + between + one[0] + text[other.end() :])
    return chance.choice(ways) if ways else None


def _stands(text: str, name: re.Match[str]) -> bool:
    """Whether it is no part of a longer word, as in "Chicago-area"."""
    return text[name.end() : name.end() + 1] in (" ", ".", ",", ";")


def negated(text: str, chance: Random) -> str | None:
    """With "not" after an auxiliary verb or "never" before another, in a sentence without one."""
    if re.search(r"\b(?:not|n't|never|no|nor|neither|without|cannot|none|few|only)\b|n't", text):
        return None
    ways = [text[: m.end()] + " not" + text[m.end() :] for m in _AUXILIARY.finditer(text)]
    ways = [re.sub(r"\b(has|have|had) been not\b", r"\1 not been", way) for way in ways]
    ways += [text[: m.start()] + "never " + text[m.start() :] for m in _NEVER.finditer(text)]
    return chance.choice(ways) if ways else None


def affirmed(text: str, chance: Random) -> str | None:
    """Without the "not" of a verb."""
    found = list(_DENIAL.finditer(text))
    if not found:
        return None
    match = chance.choice(found)
    return text[: match.start()] + (match[1] or match[2]) + text[match.end() :]


def hedged(text: str, chance: Random) -> str | None:
    """With more than so much made less than it, or the other way round."""
    found = list(_HEDGED.finditer(text))
    if not found:
        return None
    match = chance.choice(found)
    other = "less than" if match[1] else "more than"
    other = other.capitalize() if match[0][0].isupper() else other
    return text[: match.start()] + other + text[match.end() :]


def assured(text: str, chance: Random) -> str | None:
    """What may be as what will be."""
    found = list(_UNSURE.finditer(text))
    if not found:
        return None
    match = chance.choice(found)
    return f"{text[: match.start()]}will{text[match.end() :]}"


def shortened(text: str) -> str | None:
    """A true sentence cut to its first main part: before a comma with a clause or a participle,
    or without what stands in brackets. None where there is none, or where little is left."""
    bare = re.sub(r" ?\([^()]*\)", "", text)
    cut = _CLAUSE.search(bare)
    short = bare[: cut.start()] + "." if cut else bare
    return short if short != text and len(short.split()) >= 6 else None
