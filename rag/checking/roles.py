"""Who did what to whom: are two names or numbers in each other's place, or one in another's?

A name is known by the words beside it: what it does (a word after it), what is done to it (a word
before it, or after it in the passive), and "of", "in", "from" what. When two names of a statement
are each more like the other one of the quotes than like themselves, they have changed places. When
one does what another name of the quotes does, which the statement does not mention, and nothing of
that itself, the quotes say it of that one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from rag.checking.faults import Fault, What
from rag.checking.figures import figures
from rag.checking.names import names
from rag.checking.words import Word, snippet, words

_BE_WORDS = "is are was were be been being get got"
_BE = frozenset(_BE_WORDS.split())
_SKIPPED_WORDS = """a an the has have had will would can could may might must also then later 's
    s and or do does did its his her their own who which that more about"""
_SKIPPED = frozenset(_SKIPPED_WORDS.split())
PARTICIPLE = re.compile(
    r"(?:\w+ed|\w+en|won|led|held|built|made|found|paid|sold|bought|taught|caught|lost|met|sent|put"
    r"|cut|hit|shot|done|gone|born|sung|struck|known|drawn|shown|thrown|told|fought|brought|hurt)$"
)
Beside = dict[tuple[str, ...], float]
"""What stands beside a mention, and what it weighs."""

_FARTHEST = 6
_MARGIN = 1.0
"""By how much the wrong places must fit better than the right ones."""
_FAR_MARGIN = 1.5
"""The same where only one place is wrong: two words speak for another name, and none for this."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A name or number from the word ``first`` to ``last``; ``key`` is the same for its forms."""

    key: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Scene:
    """A text with what it mentions."""

    text: str
    words: Sequence[Word]
    mentions: tuple[Mention, ...]

    def beside(self, mention: Mention) -> Beside:
        """What stands beside a mention, and what it weighs."""
        taken = {i for m in self.mentions for i in range(m.first, m.last + 1)}
        found: Beside = {}
        _right(self.words, mention.last, taken, found)
        _left(self.words, mention.first, taken, found)
        return found


def scene(text: str) -> Scene:
    found = words(text)
    mentions = [Mention(name.words[-1].name, name.first, name.last) for name in names(text)]
    for figure in figures(text):
        inside = [i for i, w in enumerate(found) if figure.start <= w.start < figure.end]
        if inside and figure.values != (1.0,):
            mentions.append(Mention(f"{figure.values[0]:g}", inside[0], inside[-1]))
    return Scene(text, found, tuple(sorted(mentions, key=lambda m: m.first)))


def _right(found: Sequence[Word], last: int, taken: set[int], into: Beside) -> None:
    passive, link, weight, seen = False, "", 1.0, 0
    for i in range(last + 1, min(last + 1 + _FARTHEST, len(found))):
        word = found[i]
        if word.first:
            return
        weight *= 0.6 if word.breaks else 1.0
        if i in taken or word.plain in _SKIPPED:
            continue
        if word.plain in _BE:
            passive = True
        elif not word.says:
            link = link or word.plain
        else:
            done = passive and bool(PARTICIPLE.match(word.plain)) and not link
            side = "left" if done else "right"
            _add(into, (side, word.stem, "" if done else link), weight)
            seen += 1
            weight *= 0.6
            if seen == 2:
                return


def _left(found: Sequence[Word], first: int, taken: set[int], into: Beside) -> None:
    link, weight, seen = "", 1.0, 0
    broken = found[first].first
    for i in range(first - 1, max(-1, first - 1 - _FARTHEST), -1):
        word = found[i]
        if broken:
            return
        weight *= 0.6 if found[i + 1].breaks else 1.0
        broken = word.first
        if i in taken or word.plain in _SKIPPED or word.plain in _BE:
            continue
        if not word.says:
            link = link or word.plain
        else:
            agent = link == "by" and bool(PARTICIPLE.match(word.plain))
            _add(into, ("right" if agent else "left", word.stem, "" if agent else link), weight)
            seen += 1
            weight *= 0.6
            if seen == 2:
                return


def _add(into: Beside, key: tuple[str, ...], weight: float) -> None:
    side, stem, _ = key
    into[key] = max(into.get(key, 0.0), 0.6 * weight)
    into[side, stem] = max(into.get((side, stem), 0.0), 0.6 * weight)


def _alike(one: Beside, other: Beside) -> float:
    return sum(min(weight, other[key]) for key, weight in one.items() if key in other)


def unsupported(statement: str, quoted: Sequence[str]) -> Iterator[Fault]:
    """Names or numbers of ``statement`` that have changed places."""
    said = scene(statement)
    quotes = [scene(text) for text in quoted]
    places = {
        m.key: [q.beside(o) for q in quotes for o in q.mentions if o.key == m.key]
        for m in said.mentions
    }
    known = [m for m in said.mentions if places[m.key]]
    mine = {m: said.beside(m) for m in known}

    def fit(mention: Mention, key: str) -> float:
        return max((_alike(mine[mention], place) for place in places[key]), default=0.0)

    for one, other in combinations(known, 2):
        if one.key == other.key or one.key.isdigit() != other.key.isdigit():
            continue
        right = fit(one, one.key) + fit(other, other.key)
        crossed = (fit(one, other.key), fit(other, one.key))
        if min(crossed) > 0 and sum(crossed) >= right + _MARGIN:
            start, end = said.words[one.first].start, said.words[other.last].end
            a = snippet(statement, said.words, one.first, one.last)
            b = snippet(statement, said.words, other.first, other.last)
            yield Fault(
                What.ROLE, start, end, f"“{a}” and “{b}” have changed places in the quoted words"
            )
            return
    yield from _of_others(said, [m for m in known if not m.key.isdigit()], places, quotes)


def _of_others(
    said: Scene,
    known: Sequence[Mention],
    places: Mapping[str, Sequence[Beside]],
    quotes: Sequence[Scene],
) -> Iterator[Fault]:
    """A name that does what in the quotes another one does, in a sentence without it."""
    for one in known:
        mine = _does(said.beside(one))
        right = max((_alike(mine, place) for place in places[one.key]), default=0.0)
        for quote in quotes:
            for other in quote.mentions:
                if _alike(mine, quote.beside(other)) < right + _FAR_MARGIN:
                    continue
                if _others(said, one, quote, other):
                    a = snippet(said.text, said.words, one.first, one.last)
                    b = snippet(quote.text, quote.words, other.first, other.last)
                    start, end = said.words[one.first].start, said.words[one.last].end
                    yield Fault(
                        What.ROLE, start, end, f"the quoted words say it of “{b}”, not of “{a}”"
                    )
                    return


def _does(beside: Beside) -> Beside:
    return {key: weight for key, weight in beside.items() if key[0] == "right"}


def _others(said: Scene, one: Mention, quote: Scene, other: Mention) -> bool:
    """Whether ``other`` is a name of somebody else, whom the statement does not mention, and in
    the same sentence nobody speaks of ``one``."""
    if other.key.isdigit() or any(other.key == m.key for m in said.mentions):
        return False
    mine = {word.plain for word in said.words[one.first : one.last + 1]}
    if mine & {word.plain for word in quote.words[other.first : other.last + 1]}:
        return False
    sentence = _sentence(quote, other)
    return not any(m.key == one.key and _sentence(quote, m) == sentence for m in quote.mentions)


def _sentence(of: Scene, mention: Mention) -> int:
    """Which of its sentences a mention stands in."""
    return sum(word.first for word in of.words[: mention.first + 1])
