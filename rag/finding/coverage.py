"""How much of a question's words stands together in a passage.

A passage that answers holds the telling words of the question, and holds them close together.
Each word counts as much as it is rare, as in BM25; unlike there, saying it again counts nothing,
and where it stands counts: in one sentence, or two that follow each other, or as a phrase.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from rag.passages import Span

_WORD = re.compile(r"[^\W_]+")
_BETWEEN = re.compile(r"[\W_]+")
_REMEMBERED = 200_000
_TURNED = re.compile(r"(?<=.)(?:ie|(?<=..)[eiy])$")
"""How a term ends that words which have it may end otherwise: "happi" of "happy", "tie" of
"tying"."""
_FOREIGN = re.compile(r"[^\W\x00-\x7f]")
_OTHER = r"(?<![^\W_])[0-9a-z]*+[^\W_0-9a-z]"
"""How a word begins that the index may have by other letters: "Łódź" as "lodz"."""


class Stems:
    """Index terms of single words, remembered: a library has few words, said often."""

    def __init__(self, terms: Callable[[str], list[str]]) -> None:
        self._terms = terms
        self._known: dict[str, str] = {}

    def of(self, word: str) -> str:
        """The term of one word; empty for one that is not indexed."""
        stem = self._known.get(word)
        if stem is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            stem = self._known[word] = "".join(self._terms(word)[:1])
        return stem

    def words(self, text: str) -> list[tuple[str, str]]:
        """Each word and its term."""
        return [(m[0], self.of(m[0])) for m in _WORD.finditer(text)]


@dataclass(frozen=True, slots=True)
class QuestionTerms:
    """The telling words of a question: the ``weights`` of its terms, which add up to 1, and the
    pairs of terms that follow each other. ``instead`` has other terms that may stand for one:
    (that one, how well it does so, at most 1)."""

    weights: Mapping[str, float]
    phrases: frozenset[tuple[str, str]]
    instead: Mapping[str, tuple[str, float]]
    pattern: re.Pattern[str]
    """Words that may have one of the terms: most words of a text need not be looked at."""
    foreign: re.Pattern[str]
    """The same, and words that the index may have by other letters."""

    @classmethod
    def of(
        cls,
        terms: Sequence[tuple[str, float]],
        *,
        also: Iterable[tuple[str, float]] = (),
        instead: Mapping[str, tuple[str, float]] | None = None,
    ) -> QuestionTerms:
        """Of a question's telling ``terms``, in order, and of those ``also`` looked for, each with
        its weight on any scale."""
        weights = dict(terms)
        for term, weight in also:
            weights.setdefault(term, weight)
        total = sum(weights.values())
        # Nothing but the commonest words: then each counts the same.
        shares = {t: w / total if total > 0 else 1 / len(weights) for t, w in weights.items()}
        beginnings = _beginning(_TURNED.sub("", term) for term in (*weights, *(instead or ())))
        return cls(
            shares,
            frozenset(pairwise(term for term, _ in terms)),
            instead or {},
            re.compile(rf"(?:{beginnings})[^\W_]*"),
            re.compile(rf"(?:{beginnings}|{_OTHER})[^\W_]*"),
        )

    def said(self, text: str, stems: Stems) -> list[Said]:
        """Where ``text`` says words of the question."""
        found = []
        plain = text.isascii() or not _FOREIGN.search(text)
        pattern = self.pattern if plain else self.foreign
        for match in pattern.finditer(_lowered(text)):
            meant = self._meant(stems.of(match[0]))
            if meant is not None:
                found.append(Said(*match.span(), *meant))
        return found

    def says(self, text: str, stems: Stems) -> dict[str, float]:
        """The terms that ``text`` says, and what each is worth."""
        return _best(self.said(text, stems))

    def share_in(self, text: str, stems: Stems) -> float:
        """What the words are worth that ``text`` says."""
        return sum(self.says(text, stems).values())

    def _meant(self, term: str) -> tuple[str, float] | None:
        """The question's term that ``term`` is or stands for, and what that is worth."""
        weight = self.weights.get(term)
        if weight is not None:
            return term, weight
        if term in self.instead:
            own, share = self.instead[term]
            return own, share * self.weights.get(own, 0.0)
        return None


class Said(NamedTuple):
    """A word of the question in a text: from ``start`` to ``end``, for which term, worth what."""

    start: int
    end: int
    term: str
    worth: float


@dataclass(frozen=True, slots=True)
class Coverage:
    """Shares of a question's words, 0 to 1: in the ``passage``, in its best ``sentence``, in the
    best two ``neighbours``, and the share of its ``phrases``."""

    passage: float = 0.0
    sentence: float = 0.0
    neighbours: float = 0.0
    phrases: float = 0.0


def coverage(terms: QuestionTerms, text: str, sentences: Sequence[Span], stems: Stems) -> Coverage:
    """How ``terms`` is covered by ``text``; ``sentences`` are spans of it."""
    if not terms.weights:
        return Coverage()
    said = terms.said(text, stems)
    held = [_best(word for word in said if a <= word.start < b) for a, b in sentences]
    single = [sum(one.values()) for one in held]
    double = [sum((one | _higher(one, two)).values()) for one, two in pairwise(held)]
    together = terms.phrases & {
        (one.term, two.term)
        for one, two in pairwise(said)
        if _BETWEEN.fullmatch(text, one.end, two.start)
    }
    return Coverage(
        passage=sum(_best(said).values()),
        sentence=max(single, default=0.0),
        neighbours=max(single + double, default=0.0),
        phrases=len(together) / len(terms.phrases) if terms.phrases else 0.0,
    )


def _beginning(words: Iterable[str]) -> str:
    """A pattern of how words may begin, each with its own first letter: so ``re`` passes quickly
    over all other letters. The look behind it says that a word begins there."""
    by_first: dict[str, set[str]] = {}
    for word in words:
        by_first.setdefault(word[0], set()).add(re.escape(word[1:]))
    # Nothing to look for is found nowhere.
    return (
        "|".join(
            rf"{re.escape(first)}(?<![^\W_].)(?:{'|'.join(sorted(rests))})"
            for first, rests in sorted(by_first.items())
        )
        or "(?!)"
    )


def _best(words: Iterable[Said]) -> dict[str, float]:
    """What each term is worth at its best."""
    best: dict[str, float] = {}
    for word in words:
        best[word.term] = max(word.worth, best.get(word.term, 0.0))
    return best


def _higher(one: Mapping[str, float], two: Mapping[str, float]) -> dict[str, float]:
    """Of ``two``, what is worth more there than in ``one``."""
    return {term: worth for term, worth in two.items() if worth > one.get(term, 0.0)}


def _lowered(text: str) -> str:
    """``text`` in small letters, one for one, so that places stay what they are."""
    small = text.lower()
    if len(small) == len(text):
        return small
    return "".join(letter if len(letter := c.lower()) == 1 else c for c in text)
