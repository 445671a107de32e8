"""What an article says of names: which it holds, and what its acronyms stand for.

An acronym is read with its long form where one explains the other in brackets, by the rule of
Schwartz and Hearst 2003 (https://psb.stanford.edu/psb-online/proceedings/psb03/schwartz.pdf).
Initials in one article are those of a name in the same article ("RC:" in an interview).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from rag.understanding.spelling import folded, keyed

VERSION = "1"
"""Names this way of reading; a library read by another is read again when it is opened."""


class What(StrEnum):
    """What a mention tells, and by what it is looked up.

    ``NAME``: a word of a name, by the key of its spelling. ``WHOLE``: a name of several words, by
    its last word, folded. ``LONG``: what an acronym stands for, by its letters. ``SHORT``: the
    acronym, by its folded long form. ``INITIALS``: a name of three words and more, by their first
    letters. ``LETTERS``: initials with dots, by themselves.
    """

    NAME = "n"
    WHOLE = "w"
    LONG = "l"
    SHORT = "s"
    INITIALS = "i"
    LETTERS = "a"


@dataclass(frozen=True, slots=True, order=True)
class Mention:
    """``word`` as it is written; ``phrase`` the whole name, or how a word of one sounds."""

    what: What
    key: str
    word: str
    phrase: str = ""


_UPPER = "A-ZÀ-ÖØ-ÞĀĂĄĆĈĊČĎĐĒĔĖĘĚĜĞĠĢĤĦĨĪĬĮİĴĶĹĻĽĿŁŃŅŇŌŎŐŒŔŖŘŚŜŞŠŢŤŦŨŪŬŮŰŲŴŶŸŹŻŽ"
_CAPITAL = rf"(?:(?:[{_UPPER}]\.)+(?:[{_UPPER}]\b(?!['’]))?|[{_UPPER}](?:\w|[’'-](?=\w))*)"
_LINK = r"(?:(?:al|el|ash|as|bin|ibn|de|der|den|van|von|da|di|du|la|le|of|and|for|the)[ -]+)"
_NAME = re.compile(rf"\b{_CAPITAL}(?:[  ]{_LINK}{{0,2}}{_CAPITAL})*")
_PART = re.compile(_CAPITAL)
_OF = re.compile(r"[  ](?:(?:of|and|for|the)[  ])+")
_LOWER = re.compile(r"\b[a-zß-öø-ÿ]\w+")
_ACRONYM = re.compile(rf"\b(?:[{_UPPER}]{{2,6}}|(?:[{_UPPER}]\.){{2,6}}[{_UPPER}]?)(?!\w)")
_BRACKETED = re.compile(r"\(([^()]{2,80})\)")
_SENTENCE = re.compile(r"(?:^|[.!?:]['\"”’)]*\s+|\n\s*|[“\"‘(\[-]\s*)$")
_POSSESSIVE = re.compile(r"['’]s?$")
_ARTICLES = frozenset(("al", "el", "ash", "bin", "ibn", "abu"))
_OPENING_WORDS = (
    "a an and at as after before but by for from he her his how i if in it its mr mrs ms dr sir"
    " no not now of on one or our she so that the their then there they this to we what when"
    " where which while who why with yesterday you"
)
_OPENING = frozenset(_OPENING_WORDS.split())
"""Words that stand before a name with a capital and are not part of it."""
_ROMAN = re.compile(r"[IVXLCDM]+")
_SPEAKER = re.compile(r"^([A-Z]{2}):", re.MULTILINE)
_LONGEST = 4
"""Words of a name that is kept whole."""
_SHORTEST = 4
"""Letters of a word that is kept by its spelling."""


def letters(short: str) -> str:
    """An acronym without its dots, in capitals: "V.A.L.T." is "VALT"."""
    return re.sub(r"[^\w]", "", short).upper()


def phrase_key(phrase: str) -> str:
    """One form for all ways to print a name of several words."""
    return " ".join(filter(None, map(folded, re.split(r"[\s-]+", phrase))))


def mentions(text: str) -> frozenset[Mention]:
    """All mentions in the text of an article."""
    common = set(_LOWER.findall(text))
    names = list(_names(text, common))
    found = set(_explained(text))
    found.update(m for parts, whole in names for m in _of_name(parts, whole))
    explained = {m.key for m in found if m.what is What.LONG}
    found.update(_letters(text, explained, {whole for parts, whole in names if len(parts) > 1}))
    return frozenset(found)


def initials(words: Iterable[str]) -> str:
    return "".join(letters(word) if "." in word else word[0].upper() for word in words)


def _names(text: str, common: set[str]) -> Iterator[tuple[list[str], str]]:
    """(words with a capital, as printed) of every name."""
    for match in _NAME.finditer(text):
        whole = match.group()
        parts = list(_PART.finditer(whole))
        opening = bool(_SENTENCE.search(text, max(0, match.start() - 4), match.start()))
        while parts and parts[0].group().casefold() in _OPENING:
            parts.pop(0)
            opening = False
        if not parts:
            continue
        # The first word of a sentence has a capital whatever it is.
        if opening and (len(parts) == 1 or parts[0].group().casefold() in common):
            parts.pop(0)
        if parts:
            words = [_POSSESSIVE.sub("", part.group()) for part in parts]
            yield words, _POSSESSIVE.sub("", whole[parts[0].start() :])


def _of_name(words: list[str], whole: str) -> Iterator[Mention]:
    for printed in words:
        # "el-Karimi" is found as Karimi; "Al-Bashir" likewise.
        for word in printed.split("-"):
            if len(word) < _SHORTEST or not word.isalpha() or word.casefold() in _ARTICLES:
                continue
            yield from (Mention(What.NAME, key, word, said) for key, said in keyed(word))
    # "Joel Tarrant of the Elmet Water Board" holds two names, and may be one.
    for name in dict.fromkeys((whole, *_OF.split(whole))):
        parts = [_POSSESSIVE.sub("", part) for part in _PART.findall(name)]
        if 2 <= len(parts) <= _LONGEST and len(last := parts[-1].split("-")[-1]) >= _SHORTEST:
            yield Mention(What.WHOLE, folded(last), last, name)
        if len(parts) > 2 and len(key := initials(parts)) <= 6:
            yield Mention(What.INITIALS, key, "", name)


def _explained(text: str) -> Iterator[Mention]:
    for match in _BRACKETED.finditer(text):
        inside = match.group(1).strip(" '\"“”‘’")
        before = text[max(0, match.start() - 150) : match.start()].rsplit("\n", 1)[-1].rstrip()
        if _ACRONYM.fullmatch(inside):
            long, short = _long_form(letters(inside), before), inside
        else:
            last = before.rsplit(None, 1)[-1] if before else ""
            short = last if _ACRONYM.fullmatch(last) else ""
            long = inside if short and initials(_PART.findall(inside)) == letters(short) else ""
        if long and not _ROMAN.fullmatch(short):
            yield from _pair(short, long)


def _long_form(short: str, before: str) -> str:
    """The end of ``before`` that ``short`` stands for: its letters in order, each anywhere, the
    first one at the beginning of a word. Empty when there is none."""
    words = before.split()[-min(len(short) + 5, 2 * len(short)) :]
    text = " ".join(words)
    # A name rather than "of" or "the", if there is one: "Organisation of ..." is OPEC's.
    named = any(word[0] == short[0] for word in words)
    at = len(text) - 1
    for i, letter in reversed(list(enumerate(short.casefold()))):
        while at >= 0 and (
            text[at].casefold() != letter
            # Two letters are found in any words, unless both begin one.
            or ((i == 0 or len(short) == 2) and at > 0 and text[at - 1].isalnum())
            or (i == 0 and named and text[at].islower())
        ):
            at -= 1
        if at < 0:
            return ""
        at -= 1
    long = text[at + 1 :].strip(" '\"“”‘’")
    # A long form of one word would make any word of the same letters one.
    return long if re.search(r"[ -]", long) and not re.search(r"[()\[\]]", long) else ""


def _letters(text: str, explained: set[str], names: Iterable[str]) -> Iterator[Mention]:
    """Letters without an explanation: those of the one name in this article that has them, or
    of nobody known."""
    found = {m.group() for m in _ACRONYM.finditer(text) if not _ROMAN.fullmatch(m.group())}
    named: dict[str, set[str]] = {}
    for name in names:
        named.setdefault(initials(_PART.findall(name)), set()).add(name)
    speaking = set(_SPEAKER.findall(text))
    for short in found:
        key = letters(short)
        if "." in short:
            yield Mention(What.LETTERS, key, short)
        elif key not in explained and (len(key) > 2 or short in speaking):
            # Two letters alone are seldom those of a name: but in an interview they are.
            whole = named.get(key, ())
            if len(whole) == 1:
                yield from _pair(short, *whole)


def _pair(short: str, long: str) -> Iterator[Mention]:
    yield Mention(What.LONG, letters(short), short, long)
    yield Mention(What.SHORT, phrase_key(long), short, long)


def names_in(text: str) -> tuple[str, ...]:
    """The names in a text, as printed, in order."""
    return tuple(dict.fromkeys(whole for _, whole in _names(text, set())))
