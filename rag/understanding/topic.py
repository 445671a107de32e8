"""What a conversation is about: words of its earlier turns, by how much they matter now."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from rag.types import Turn
from rag.understanding.wording import Word, names, telling

_DECAY = 0.8
"""What is left of a word's standing with each turn in which it is not said."""
_ALONE = 0.5
"""A word of a question that its answer does not take up, against one that it does."""
_NAMED = 0.25
"""A name in an answer against a word of a question; its other words say too much else."""
_TELLS = 0.17
"""How rare a word must be, of 1, to be worth carrying."""


@dataclass(frozen=True, slots=True)
class Term:
    """A word of an earlier turn, with its standing, and where it was said last: in the question
    of the turn of that number or, with ``answered``, in its answer."""

    word: Word
    standing: float
    turn: int
    answered: bool


class Topic:
    """``rarity`` tells how rare a word is, from 0 to 1."""

    def __init__(self, history: Sequence[Turn], rarity: Callable[[str], float]) -> None:
        self._rarity = rarity
        self._terms: dict[str, Term] = {}
        self._turns = len(history)
        for number, turn in enumerate(history):
            self._hear(number, turn)

    def __contains__(self, key: str) -> bool:
        return key in self._terms

    def terms(self, *, person: bool = False) -> list[Term]:
        """All of them, those that matter most first: with ``person`` the names of the last turn."""

        def worth(term: Term) -> float:
            named = person and term.word.name and term.turn == self._turns - 1
            return (term.standing + named) * math.sqrt(self._rarity(term.word.text))

        return sorted(self._terms.values(), key=lambda t: (-worth(t), -t.turn, t.word.start))

    def _hear(self, number: int, turn: Turn) -> None:
        before = self._terms
        self._terms = {k: replace(t, standing=t.standing * _DECAY) for k, t in before.items()}
        asked = self._worth(telling(turn.question))
        answered = {word.key for word in telling(turn.answer)}
        named = self._worth([word for name in names(turn.answer) for word in name])
        for key, word in named.items():
            if key not in asked:
                self._add(Term(word, _NAMED, number, answered=True))
        for key, word in asked.items():
            gain = 1.0 if key in answered or key in before else _ALONE
            self._add(Term(word, gain, number, answered=False))

    def _worth(self, words: Sequence[Word]) -> dict[str, Word]:
        """Those of the words that are worth carrying, each once."""
        found: dict[str, Word] = {}
        for word in words:
            if self._rarity(word.text) >= _TELLS:
                found.setdefault(word.key, word)
        return found

    def _add(self, term: Term) -> None:
        old = self._terms.get(term.word.key)
        if old:
            # Where a question said it, it reads better than in an answer.
            place = old if term.answered and not old.answered else term
            term = replace(place, standing=old.standing + term.standing)
        self._terms[term.word.key] = term
