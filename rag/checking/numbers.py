"""Numbers as they are written: "12,000", "1.2m", "twelve thousand", "half a million", "21st"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.checking.words import Word

_SMALL_WORDS = """zero one two three four five six seven eight nine ten eleven twelve thirteen
    fourteen fifteen sixteen seventeen eighteen nineteen"""
_SMALL = _SMALL_WORDS.split()
_TENS_WORDS = "twenty thirty forty fifty sixty seventy eighty ninety"
_TENS = _TENS_WORDS.split()
_CARDINALS = {w: float(n) for n, w in enumerate(_SMALL)} | {
    w: 10.0 * n for n, w in enumerate(_TENS, 2)
}
_SCALES = {
    **{"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12},
    **{"dozen": 12.0, "lakh": 1e5, "crore": 1e7, "mn": 1e6, "bn": 1e9, "tn": 1e12, "m": 1e6},
    **{"k": 1e3, "b": 1e9},
    **{"hundreds": 1e2, "thousands": 1e3, "millions": 1e6, "billions": 1e9, "dozens": 12.0},
}
NUMERALS = frozenset(_CARDINALS) | frozenset(("hundreds", "thousands", "millions", "dozens"))
"""Words that are numbers, or begin one."""
_LETTERS = frozenset("mkb")
"""Scales that are so only right after a number, and may be units."""
_ORDINALS = {
    **{"third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9},
    **{"tenth": 10, "eleventh": 11, "twelfth": 12, "thirteenth": 13, "fourteenth": 14},
    **{"fifteenth": 15, "sixteenth": 16, "seventeenth": 17, "eighteenth": 18, "nineteenth": 19},
    **{"twentieth": 20, "thirtieth": 30, "fortieth": 40, "fiftieth": 50, "hundredth": 100},
}
_LARGE = frozenset(("hundred", "thousand", "million", "billion", "dozen"))
_TIME = re.compile(r"(?:1?\d|2[0-3])\.[0-5]\d")
"""What may be a time of day: "9.30" is 9:30, too."""
_NO_NUMBER = 0.001953125
"""Added to times and versions, so that they are the same as themselves alone."""


@dataclass(frozen=True, slots=True)
class Number:
    """``values`` are what it may mean: "9m" is nine, of metres say, or nine million. ``after`` is
    the place of the word that follows it."""

    values: tuple[float, ...]
    after: int
    ordinal: bool = False


def number(text: str, found: Sequence[Word], at: int) -> Number | None:
    """The number that begins with the word ``at``, if one does."""
    return (
        _fraction(text, found, at)
        or _ordinal(found, at)
        or _digits(text, found, at)
        or _spelt(found, at)
    )


def _fraction(text: str, found: Sequence[Word], at: int) -> Number | None:
    """ "A third of them", "one-third", "two thirds". What is one third may be the third, too."""
    first, *rest = found[at : at + 3]
    if not rest or rest[0].breaks:
        return None
    part = _ORDINALS.get(rest[0].plain.removesuffix("s"))
    count = 1.0 if first.plain in ("a", "one") else _CARDINALS.get(first.plain)
    if not part or not count or count >= part:
        return None
    one = rest[0].plain in _ORDINALS
    joined = text[first.end : rest[0].start] == "-"
    if one and not (count == 1.0 and (joined or [w.plain for w in rest[1:]] == ["of"])):
        return None
    values = (count / part, float(part)) if one else (count / part,)
    return Number(values, at + 2, ordinal=one)


def _ordinal(found: Sequence[Word], at: int) -> Number | None:
    word = found[at]
    if value := _ORDINALS.get(word.plain):
        return Number((float(value),), at + 1, ordinal=True)
    following = found[at + 1] if at + 1 < len(found) else None
    if following is None or following.breaks:
        return None
    if word.text.isdigit() and following.start == word.end:
        if following.plain in ("st", "nd", "rd", "th"):
            return Number((float(word.text),), at + 2, ordinal=True)
    elif word.plain in _TENS:
        unit = {"first": 1, "second": 2}.get(following.plain) or _ORDINALS.get(following.plain, 99)
        if unit < 10:
            return Number((_CARDINALS[word.plain] + unit,), at + 2, ordinal=True)
    return None


def _digits(text: str, found: Sequence[Word], at: int) -> Number | None:
    word = found[at]
    if not word.text[0].isdigit():
        return None
    values: tuple[float, ...] = (_value(word.text),)
    if _TIME.fullmatch(word.text):
        values = (*values, _value(word.text.replace(".", ":")))
    after = at + 1
    while scale := _scale(text, found, after):
        scaled = tuple(value * scale for value in values)
        money = text[: word.start].rstrip()[-1:] in ("$", "£", "€", "¥")
        letter = found[after].plain in _LETTERS and not money
        values = (*scaled, *values) if letter else scaled
        after += 1
    return Number(values, after)


def _value(digits: str) -> float:
    plain = digits.replace(",", "")
    if ":" in plain or plain.count(".") > 1:
        return float(re.sub(r"[:.]", "", plain)) + _NO_NUMBER
    return float(plain)


def _scale(text: str, found: Sequence[Word], at: int) -> float | None:
    if at >= len(found):
        return None
    word, gap = found[at], text[found[at - 1].end : found[at].start]
    allowed = ("",) if word.plain in _LETTERS else ("", " ", "-", "\u00a0")
    return _SCALES.get(word.plain) if gap in allowed else None


def _spelt(found: Sequence[Word], at: int) -> Number | None:
    plain = [found[at].plain]
    for word in found[at + 1 : at + 9]:
        if word.breaks:
            break
        plain.append(word.plain)
    article = ["half", "a"] if plain[0] == "half" else plain[:1]
    if plain[: len(article)] == article and article[-1] in ("a", "an"):
        large = plain[len(article) : len(article) + 1]
        if not large or large[0] not in _LARGE:
            return None
        return Number((_SCALES[large[0]] / len(article),), at + len(article) + 1)
    if plain[0] not in _CARDINALS and plain[0] != "dozen":
        return None
    return _summed(plain, at)


def _summed(plain: Sequence[str], at: int) -> Number:
    """ "two million three hundred and forty": each scale takes what was said before it."""
    total, part, count, last = 0.0, 0.0, 0, ""
    for place, word in enumerate(plain):
        following = plain[place + 1] if place + 1 < len(plain) else ""
        tens = last in _TENS and 0 < _CARDINALS.get(word, 0) < 10
        if word in _CARDINALS and (part == 0 or tens or last in ("hundred", "and")):
            part += _CARDINALS[word]
        elif word in _SCALES and word not in _LETTERS and (part or word == "dozen"):
            scale = _SCALES[word]
            if scale < 1000:
                part = max(part, 1) * scale
            else:
                total, part = total + part * scale, 0.0
        elif word != "and" or last not in ("hundred", "thousand") or following not in _CARDINALS:
            break
        last, count = word, count + 1
    return Number((total + part,), at + count)
