"""Does an answer say what is wanted? By its words: how else it may be said is for judges.

Words are compared as in the evaluation of SQuAD (Rajpurkar et al. 2016,
https://arxiv.org/abs/1606.05250): without case, punctuation and English articles. Three things
are done otherwise, because answers are looked for in running text:

* punctuation parts words instead of joining them: "Al-Bashir" is "al bashir";
* a figure is one word: "4.2" does not hold "2", and "380,000" is "380000";
* the points within initials join: "U.S." is "us", "J. K. Rowling" "jk rowling".

Figures in words ("nine"), units ("m" for "metres") and accents are not made alike.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence

_WORD = re.compile(r"[^\W_]+(?:(?<=\d)\.(?=\d)[^\W_]+)*")
_THOUSANDS = re.compile(r"(?<=\d)[,\u00a0\u202f](?=\d{3}(?!\d))")
_LETTER = r"[^\W\d_]"
_INITIALS = re.compile(
    rf"(?<!\w)({_LETTER})\.(?={_LETTER}(?!\w))"  # "U.S."
    rf"|(?<![\w.])({_LETTER})\.\s(?={_LETTER}\.)"  # "J. K. Rowling"
)
_ARTICLES = frozenset({"a", "an", "the"})
_LITTLE = _ARTICLES.union(
    ("he", "her", "him", "his", "how", "i", "it", "our", "she", "that", "them", "they", "this"),
    ("us", "we", "what", "when", "where", "which", "who", "whom", "whose", "why", "you"),
)


def normalised(text: str) -> str:
    """The words of ``text`` in lower case, single spaces between them. Articles are left out,
    unless there is nothing else."""
    return " ".join(_folded(_words(text)))


def _words(text: str) -> list[str]:
    joined = _INITIALS.sub(r"\1\2", _THOUSANDS.sub("", unicodedata.normalize("NFC", text)))
    return [part for word in _WORD.findall(joined) for part in _dates_apart(word)]


def _dates_apart(word: str) -> list[str]:
    """A figure has one point; "1.8.1866" is three of them."""
    return word.split(".") if word.count(".") > 1 else [word]


def _folded(words: Sequence[str]) -> list[str]:
    return _without_articles([word.casefold() for word in words])


def _without_articles(words: list[str]) -> list[str]:
    return [word for word in words if word.casefold() not in _ARTICLES] or words


def holds(text: str, answers: Sequence[str]) -> bool:
    """Whether any of ``answers`` stands in ``text``, on word boundaries, both normalised.

    A name that is nothing but little words ("The Who", "US", grade "A") counts in its own case
    alone: "tell us who" holds none of these. An answer without words is held by nothing.
    """
    return any(_held(text, answers))


def holds_share(text: str, answers: Sequence[str]) -> float | None:
    """The share of ``answers``, each a part of what is wanted, that ``text`` holds. None when
    there are none. (With short answers as parts, STR-EM of ASQA: Stelmakh et al. 2022,
    https://arxiv.org/abs/2204.06092.)"""
    return sum(_held(text, answers)) / len(answers) if answers else None


def _held(text: str, answers: Sequence[str]) -> Iterator[bool]:
    words = _words(text)
    as_written, folded = f" {' '.join(words)} ", f" {' '.join(_folded(words))} "
    for wanted in map(_words, answers):
        if _is_little_name(wanted):
            yield f" {' '.join(_without_articles(wanted))} " in as_written
        else:
            yield bool(wanted) and f" {' '.join(_folded(wanted))} " in folded


def _is_little_name(words: Sequence[str]) -> bool:
    cased = any(word != word.casefold() for word in words)
    return cased and _LITTLE.issuperset(map(str.casefold, words))


def exact_match(text: str, answers: Sequence[str]) -> bool | None:
    """Whether ``text`` is one of ``answers``, both normalised (SQuAD). None when there are none."""
    if not answers:
        return None
    return normalised(text) in map(normalised, answers)


def token_f1(text: str, answers: Sequence[str]) -> float | None:
    """Token F1 of ``text`` with the nearest of ``answers``, from 0 to 1, both normalised (SQuAD).

    2 * precision * recall / (precision + recall), where precision is the share of the words of
    ``text`` that the answer has too, and recall the share of the answer's words that ``text``
    has; a word counts as often as both have it. None when there are no answers.
    """
    found = normalised(text).split()
    return max((_f1(found, normalised(answer).split()) for answer in answers), default=None)


def _f1(found: Sequence[str], wanted: Sequence[str]) -> float:
    if not found or not wanted:
        return float(found == wanted)
    return 2 * (Counter(found) & Counter(wanted)).total() / (len(found) + len(wanted))
