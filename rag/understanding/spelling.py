"""Do two spellings say one name? By how they sound, across ways to write other alphabets.

A name from another script has no one spelling: what differs is vowels, doubled letters, the
article before it, and a few consonants that Latin letters do not tell apart (Jolani, Golani,
Jawlani; Gaddafi, Qaddafi, Kadhafi). ``key`` drops all of that, so that such spellings meet;
``alike`` then says how near two of them are. The idea of a key of consonants is that of Soundex;
the classes are ours, for romanised Arabic, Cyrillic and the usual slips in European names.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_LETTERS = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i"}
)
_MARKS = re.compile(r"[^a-z0-9]")
_ARTICLE = re.compile(r"^(?:[ae]l|ash(?=sh))(?=[^aeiou\W]\w{3})")
"""The Arabic article written together with a name."""

_SOUNDS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"(?<=[kgdtprb])h", ""),  # kh, gh, dh, th, rh, bh; ph is next
        (r"sch|sh", "x"),
        (r"tch|ch", "C"),
        (r"dj|zh", "j"),
        (r"c(?=[eiy])", "s"),
        (r"ck|q|c", "k"),
        (r"(.)\1+(?<![eo])", r"\1"),
        (r"ee|ie|ea|iy|yi|ij", "i"),
        (r"ou|oo|ew|eu|ue|ui", "u"),
        (r"aw(?![aeiou])|au|ow(?![aeiou])|oa", "o"),
        (r"ai|ay|ei|ey$|ae", "e"),
        (r"y", "i"),
        (r"(.)\1+", r"\1"),
        (r"(?<=[aeiou])h$|(?<=.{3}[^aeiou])e$", ""),
    )
)
_VOWELS = frozenset("aeiou")
_CLASSES = {
    letter: group
    for group, letters in {"k": "kgj", "s": "szxC", "t": "td", "f": "fvw"}.items()
    for letter in letters
}
"""Consonants that ways of writing one sound mix up."""
_VOWEL, _CONSONANT, _DROPPED = 0.35, 0.35, 0.75
"""What it costs to take a vowel for a vowel, a consonant for one of its class, and a vowel or an
"h" for none; all else costs 1."""


def folded(word: str) -> str:
    """Letters and digits alone, lower case, without accents."""
    plain = unicodedata.normalize("NFKD", word.casefold().translate(_LETTERS))
    return _MARKS.sub("", plain)


def bare(word: str) -> str:
    """``folded`` without an article written together with the name: "Elkarimi", "karimi"."""
    return _ARTICLE.sub("", folded(word), count=1) if len(word) > 6 else folded(word)


@lru_cache(65_536)
def sound(word: str) -> str:
    """One spelling for those that sound the same in most languages."""
    said = folded(word).replace("ph", "f")
    for pattern, to in _SOUNDS:
        said = pattern.sub(to, said)
    return said


@lru_cache(65_536)
def keyed(word: str) -> tuple[tuple[str, str], ...]:
    """What all spellings of a name have in common, with how this one sounds. A name that may
    begin with an article, or with a J said as Y, has two."""
    found: dict[str, str] = {}
    for form in (folded(word), bare(word)):
        if said := sound(form):
            found.setdefault(_key(said), said)
            if said[0] == "j":
                found.setdefault(_key("i" + said[1:]), "i" + said[1:])
    return tuple(found.items())


def keys(word: str) -> tuple[str, ...]:
    """What all spellings of a name have in common, alone."""
    return tuple(key for key, _ in keyed(word))


def alike(one: str, other: str) -> float:
    """How near two spellings are, 1 for the same sound. Only a class of ``keys`` is compared:
    names of different consonants are not alike at all."""
    if not set(keys(one)) & set(keys(other)):
        return 0.0
    return max(
        _near(sound(a), sound(b))
        for a in {folded(one), bare(one)}
        for b in {folded(other), bare(other)}
    )


def printed_alike(one: str, other: str) -> bool:
    """Whether they differ only in what any printer may change: accents, doubled letters, the
    article, and how a last "i" is written (Zelensky, Zelenskyy, Zelenskiy)."""
    return _plain(one) == _plain(other)


def _plain(word: str) -> str:
    return re.sub(r"(?:iy|yi|ij|y|i)$", "i", re.sub(r"(.)\1+", r"\1", bare(word)))


def _key(said: str) -> str:
    first = "a" if said[0] in _VOWELS else ""
    # Squeezed before the vowels go: what stands between two consonants keeps them two.
    classed = re.sub(r"(.)\1+", r"\1", "".join(_CLASSES.get(c, c) for c in said))
    return first + re.sub("[aeiouh]", "", classed)


def _near(one: str, other: str) -> float:
    """One less the share of ``one`` that must be rewritten to become ``other``."""
    row = [0.0]
    for b in other:
        row.append(row[-1] + _lost(b))
    for a in one:
        above, row = row, [row[0] + _lost(a)]
        for j, b in enumerate(other):
            row.append(min(above[j] + _swapped(a, b), above[j + 1] + _lost(a), row[j] + _lost(b)))
    return max(0.0, 1.0 - row[-1] / max(len(one), len(other), 1))


def _lost(letter: str) -> float:
    return _DROPPED if letter in _VOWELS or letter == "h" else 1.0


def _swapped(a: str, b: str) -> float:
    if a == b:
        return 0.0
    if a in _VOWELS and b in _VOWELS:
        return _VOWEL
    if {a, b} == {"i", "j"}:
        return _CONSONANT
    same = _CLASSES.get(a, a) == _CLASSES.get(b, b)
    return _CONSONANT if same else 1.0
