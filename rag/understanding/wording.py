"""Words of a question: which of them say something, which only point, and which are names."""

from __future__ import annotations

import re
from dataclasses import dataclass

_WORD = re.compile(r"\w+(?:['’.-]\w+)*")

_GRAMMAR = """a about above after again all also always am an and any are aren't as at be
    because become been before being below between both but by can can't cannot could couldn't
    did didn't do does doesn't doing don't done down during each either else ever every few
    for from had has have having how however i i'd i'll i'm i've if in into is isn't just let
    like many may maybe me might more most much must my neither no nor not now of off often ok
    okay on once only or our out over per quite rather really shall should since so some still
    such than that's the then through to too under until up upon us very was wasn't we were
    weren't what what's when where whether which while who who's whom whose why will with
    within without won't would wouldn't yes yet you your"""
"""Words that put a question together."""

_TALK = """anything answer ask asked bit called clarify details enough explain explaining give guess
    happen happened happens hear idea information interesting know look lot make mean meant mention
    mentioned moreover please provide question recommend say saying says see something sorry sort
    speaking specifically subject suggest sure talk talking tell thank thanks think thing things
    times understand want way well wonder word words"""
"""Words about the talking itself."""

_PERSONAL = "he him his she her hers himself herself"
_POINTING = """they them their theirs themselves these those it its itself this that there
    one ones other others another same former latter else"""

PERSONAL = frozenset(_PERSONAL.split())
"""Words that stand for a person, or a ship."""
POINTING = PERSONAL | frozenset(_POINTING.split())
"""Words that stand for what was said elsewhere."""
_EMPTY = POINTING | frozenset(_GRAMMAR.split()) | frozenset(_TALK.split())


@dataclass(frozen=True, slots=True)
class Word:
    """A word and where it stands: ``text[start:end]``. ``key`` is the same for its forms; ``name``
    whether it is written as one, ``first`` whether it begins a sentence."""

    text: str
    start: int
    end: int
    name: bool
    first: bool

    @property
    def plain(self) -> str:
        return self.text.casefold().replace("’", "'")

    @property
    def key(self) -> str:
        bare = self.plain.removesuffix("'s").removesuffix("'")
        # Singular and plural are one; "Mars" and "gas" lose nothing by it, they only have to meet.
        return bare if bare.endswith("ss") else re.sub(r"(?<=\w{3})(?:es|s)$", "", bare)

    @property
    def says(self) -> bool:
        """Whether it says something of the matter."""
        bare = self.plain.removesuffix("'s")
        return not {self.plain, bare} & _EMPTY


def words(text: str) -> list[Word]:
    """The words of ``text``, in order."""
    found: list[Word] = []
    end = 0
    for match in _WORD.finditer(text):
        between = text[end : match.start()]
        first = not found or bool(re.search(r"[.!?:\n“\"]", between))
        capital = match[0][0].isupper() or (match[0][0].isdigit() and match[0][-1].isalpha())
        found.append(Word(match[0], match.start(), match.end(), capital, first))
        end = match.end()
    return found


def telling(text: str) -> list[Word]:
    """The words of ``text`` that say something of the matter."""
    return [word for word in words(text) if word.says]


def names(text: str) -> list[tuple[Word, ...]]:
    """What ``text`` writes as names, each as its words. One word that begins a sentence is none."""
    runs: list[list[Word]] = []
    for word in telling(text):
        if not word.name:
            continue
        if runs and text[runs[-1][-1].end : word.start] == " ":
            runs[-1].append(word)
        else:
            runs.append([word])
    return [tuple(run) for run in runs if len(run) > 1 or not run[0].first]
