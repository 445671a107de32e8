"""Questions that lean on the turns before them, made to stand alone.

No language model: pointing words without anything to point at, questions that begin as if going
on, and questions that hardly say anything are taken to lean on what was spoken of. What they lean
on is put in where that is safe (``gaps``), else said behind them in brackets.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache

from rag.types import Turn
from rag.understanding.gaps import filled, gap_in
from rag.understanding.topic import Term, Topic
from rag.understanding.wording import PERSONAL, POINTING, names, telling, words

_CARRIED = 4
"""Most words carried: of more, each says less of what is meant."""
_WEIGHT = 0.5
"""What the most important of them weighs against a word of the question."""
_ON_TOPIC = 0.2
"""How much a question leans that speaks of the same matter, but says what it asks."""
_THIN = 0.5
"""How rare the three rarest words of a question must be together to say what it asks."""
_UNSEEN = "qzxwvkj"
"""A word that no article has: the rarest there is."""

_TURNS = 10
"""Most turns that are looked back."""

Weight = Callable[[str], float]

_GOING_ON = re.compile(
    r"\W*(?:(?:and|but|so|or|then|also|yes|no|ok|okay|yeah|what about|how about|what of"
    r"|what if|even|especially|only|except)\b"
    r"|(?:why|how|when|where|who|what|which|whose|how (?:many|much|long|old|far|often|so|come))"
    r"(?: (?:not|else|exactly|then|next|again|more))?\W*$)",
    re.IGNORECASE,
)
"""How a question begins that goes on with the last one."""
_ASKS = re.compile(
    r"\b(?:who|whom|whose|what|which|when|where|why|how|is|are|was|were|do|does|did|has|have|had"
    r"|can|could|will|would|should|may|might|must)\b",
    re.IGNORECASE,
)
_EMPTY_IT = re.compile(
    r"\b(?:is|was) it (?:true|possible|likely|known|safe|legal|time)\b(?: that)?|\bit (?:rain|snow)"
    r"|\b(?:is|are|was|were|be|been) there\b|\bthere (?:is|are|was|were|will|has|have|had|be)\b"
    r"|\bth(?:is|at|ese|ose) (?:week|month|year|day|morning|afternoon|evening|summer|winter"
    r"|spring|autumn|season)s?\b",
    re.IGNORECASE,
)
"""Pointing words that point at nothing, or at the calendar."""
_BEFORE_THAT = frozenset(
    {"about", "after", "before", "by", "did", "do", "does", "for", "is", "like", "of", "to"}
    | {"was", "why", "with"}
)
"""Words behind which "that" points; behind others it joins."""


@dataclass(frozen=True, slots=True)
class Carried:
    """A question and what it takes from the turns before it.

    ``bare`` is the question with its gaps filled where that is safe, ``about`` says in a few words
    what else it leans on, and ``text``, both together, stands alone. ``carried`` are words of
    earlier turns to look for, too, each with its weight against a word of ``bare``, which is 1;
    ``lean`` is how much the question leans on them, from 0 to 1.
    """

    bare: str
    about: str = ""
    carried: tuple[tuple[str, float], ...] = ()
    lean: float = 0.0

    @property
    def text(self) -> str:
        return f"{self.bare} ({self.about})" if self.about else self.bare


def self_contained(text: str, history: Sequence[Turn], weight: Weight) -> Carried:
    """``text`` with what it takes from ``history``, oldest turn first: nothing when it stands
    alone. ``weight`` tells a word's rarity, 0 or more (``rag.rarity``)."""
    if not history:
        return Carried(text)
    rarest = max(weight(_UNSEEN), 1e-9)

    # The same words come again and again, and a library looks each of them up.
    @cache
    def rarity(word: str) -> float:
        return min(weight(word) / rarest, 1.0)

    return _resolved(text, history[-_TURNS:], rarity)


def _resolved(text: str, history: Sequence[Turn], rarity: Weight) -> Carried:
    if not history:
        return Carried(text)
    topic = Topic(history, rarity)
    lean = leaning(text, topic, rarity)
    if not lean:
        return Carried(text)
    if (gap := gap_in(text)) is not None:
        last = _resolved(history[-1].question, history[:-1], rarity)
        if (whole := filled(gap, last.bare, history[-1].answer)) is not None:
            return replace(last, bare=whole)
    own = {word.key for word in words(text)}
    person = any(word.plain in PERSONAL for word in words(text))
    terms = [term for term in topic.terms(person=person) if term.word.key not in own][:_CARRIED]
    terms = whole_names(terms, history)
    if not terms:
        return Carried(text)
    most = max(term.standing for term in terms)
    carried = tuple((t.word.text, lean * _WEIGHT * t.standing / most) for t in terms)
    return Carried(text, phrases(terms, history) if lean == 1 else "", carried, lean)


def leaning(text: str, topic: Topic, rarity: Weight) -> float:
    """How much ``text`` leans on what was spoken of: 0 not at all, 1 wholly."""
    if _GOING_ON.match(text) or points(text):
        return 1.0
    said = telling(text)
    rarest = sorted((rarity(word.text) for word in said), reverse=True)[:3]
    if sum(rarest) < _THIN or (len(said) < 3 and not _ASKS.search(text)):
        return 1.0
    return _ON_TOPIC if any(word.key in topic for word in said) else 0.0


def points(text: str) -> bool:
    """Whether a word of ``text`` points at something that ``text`` does not say."""
    said = words(_EMPTY_IT.sub(" ", text))
    for before, word in zip([None, *said], said, strict=False):
        joins = word.plain == "that" and before and before.plain not in _BEFORE_THAT
        if word.plain in POINTING and (not joins or word is said[-1]):
            return True
        # "When did Hanna Prewitt say that she would stand?" says who is meant.
        if word.name and not word.first and word.says:
            return False
    return False


def whole_names(terms: Sequence[Term], history: Sequence[Turn]) -> list[Term]:
    """The terms, each with the other words of the name that it is part of."""
    found: dict[str, Term] = {}
    for term in terms:
        runs = (run for run in names(said_in(term, history)) if term.word in run)
        for word in next(runs, (term.word,)):
            found.setdefault(word.key, replace(term, word=word))
    return list(found.values())


def said_in(term: Term, history: Sequence[Turn]) -> str:
    turn = history[term.turn]
    return turn.answer if term.answered else turn.question


def phrases(terms: Sequence[Term], history: Sequence[Turn]) -> str:
    """The terms as they were said, side by side where they were."""
    placed = sorted(terms, key=lambda t: (t.turn, t.answered, t.word.start))
    said: list[str] = []
    last: Term | None = None
    for term in placed:
        text = said_in(term, history)
        if last and (last.turn, last.answered) == (term.turn, term.answered):
            between = text[last.word.end : term.word.start]
            if re.fullmatch(r" (?:(?:of|on|in|at|the|and|for|de) ){0,2}", between):
                said[-1] += text[last.word.end : term.word.end]
                last = term
                continue
        said.append(term.word.text)
        last = term
    return ", ".join(said)
