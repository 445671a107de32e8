"""Words of statements and quotes: where they stand, what their forms have in common."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.understanding.spelling import folded

_WORD = re.compile(
    r"(?:[^\W\d_]\.){2,}|\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:[.:]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)*"
)
_BREAK = re.compile(r"[.;:!?()\[\]\n]|(?:^|\s)[–—-]+\s|,")
_ENDS = re.compile(r"[.!?][\"”’'»)\]]*\s|\n|^\s*[\"“‘']|``")
_POSSESSIVE = re.compile(r"['’]s?$")

_GRAMMAR_WORDS = """a an the this that these those there here it its itself he him his she her
    hers they them their theirs we us our i you your one who whom whose which what when where
    why how and or but nor if then than so as of in on at by to from for with about into over
    under between through during after before since until up down out off again is are was were
    be been being am 's has have had having do does did doing done will would shall should can
    could may might must ought not no n't never also just only very too more most much many some
    any each every both all few other such own while because although though however s t d m re
    ve ll upon within without among around against toward towards per via not cannot even still
    yet already ever rather quite well now once"""
GRAMMAR = frozenset(_GRAMMAR_WORDS.split())
"""Words that put a sentence together."""

_LETTERED_WORDS = """hepatitis influenza vitamin vitamins type group grade class category plan
    option section schedule appendix annex part phase stage level zone block building gate hall
    room team division series league exhibit figure table chapter point line strain factor
    protein side"""
_LETTERED = frozenset(_LETTERED_WORDS.split())
"""What letters are given to: "vitamin C"."""

_IRREGULAR = """arise arose arisen|be was were been is are am|bear bore borne|beat beat
    beaten|become became|begin began begun|bend bent|bind bound|bite bit bitten|blow
    blew blown|break broke broken|bring brought|build built|burn burnt|buy bought|catch
    caught|choose chose chosen|come came|deal dealt|die dying|dig dug|do did done
    does|draw drew drawn|drink drank drunk|drive drove driven|eat ate eaten|fall fell
    fallen|feed fed|feel felt|fight fought|find found|flee fled|fly flew flown|forbid
    forbade forbidden|forget forgot forgotten|forgive forgave forgiven|freeze froze
    frozen|get got gotten|give gave given|go went gone goes|grow grew grown|hang
    hung|have had has|hear heard|hide hid hidden|hold held|keep kept|know knew known|lay
    laid|lead led|leave left|lend lent|lie lay lain lying|lose lost|make made|mean
    meant|meet met|overcome overcame|overthrow overthrew overthrown|pay paid|ride rode
    ridden|ring rang rung|rise rose risen|run ran|say said|see saw seen|seek sought|sell
    sold|send sent|shake shook shaken|shoot shot|show shown|shrink shrank shrunk|sing
    sang sung|sink sank sunk|sit sat|sleep slept|speak spoke spoken|spend spent|stand
    stood|steal stole stolen|stick stuck|strike struck|swear swore sworn|swim swam
    swum|take took taken|teach taught|tear tore torn|tell told|think thought|throw threw
    thrown|understand understood|wake woke woken|wear wore worn|win won|withdraw
    withdrew withdrawn|write wrote written|man men|woman women|child children|foot
    feet|person people|wife wives|life lives"""
_FORMS = {form: forms.split()[0] for forms in _IRREGULAR.split("|") for form in forms.split()[1:]}


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text: ``text[start:end]``.

    ``stem`` is the same for its forms. ``breaks``: punctuation parts it from the word before;
    ``first``: it begins a sentence or a quotation.
    """

    text: str
    start: int
    end: int
    stem: str
    breaks: bool
    first: bool

    @property
    def plain(self) -> str:
        return self.text.casefold().replace("’", "'")

    @property
    def capital(self) -> bool:
        return self.text[:1].isupper()

    @property
    def says(self) -> bool:
        """Whether it says something of the matter."""
        return self.plain not in GRAMMAR and self.plain.split("'")[0] not in GRAMMAR

    @property
    def name(self) -> str:
        """Its letters as a name is compared by."""
        return folded(_POSSESSIVE.sub("", self.text))


@lru_cache(512)
def words(text: str) -> tuple[Word, ...]:
    """The words of ``text``, in order. "didn't" is one word, "ten-year" two."""
    found: list[Word] = []
    end = 0
    for match in _WORD.finditer(text):
        between = text[end : match.start()]
        within = bool(found) and _initial(found, between, match[0])
        first = not found or (bool(_ENDS.search(between)) and not within)
        breaks = not found or (bool(_BREAK.search(between)) and not within)
        found.append(Word(match[0], *match.span(), stem(match[0]), breaks, first))
        end = match.end()
    return tuple(found)


def _initial(found: Sequence[Word], between: str, after: str) -> bool:
    """Whether the full stop between two words is that of an initial: "John C. Reilly", not
    "hepatitis C. Experts". What is told apart by letters has one behind it, and ends there."""
    before = found[-1]
    one = len(before.text) == 1 and before.capital and between in (". ", ".")
    if not one or not after[:1].isupper() or after.casefold() in GRAMMAR:
        return False
    lettered = len(found) > 1 and not before.breaks and found[-2].plain in _LETTERED
    return between == "." or not lettered


@lru_cache(65_536)
def stem(word: str) -> str:
    """By Snowball's English stemmer (Porter 2001, https://snowballstem.org); the past of
    irregular verbs is that of their present."""
    from snowballstemmer import stemmer

    plain = _POSSESSIVE.sub("", word.casefold())
    plain = _FORMS.get(plain, plain)
    stemmed: str = stemmer("english").stemWord(plain)
    return stemmed


Near = dict[str, float]
"""Stems of the words that say something near a word, and how near: 1 beside it, less farther
away."""


def sides(found: Sequence[Word], at: int, reach: int = 4) -> tuple[Near, Near]:
    """What stands before the word at ``at``, and what after it."""
    both: list[Near] = []
    for step in (-1, 1):
        near: Near = {}
        i = at + step
        while 0 <= i < len(found) and len(near) < reach:
            if found[i].says:
                near.setdefault(found[i].stem, 1.0 - 0.15 * len(near))
            i += step
        both.append(near)
    return both[0], both[1]


def around(found: Sequence[Word], at: int) -> Near:
    """What stands on either side of the word at ``at``."""
    before, after = sides(found, at)
    return {key: max(before.get(key, 0.0), after.get(key, 0.0)) for key in before | after}


def shared(one: Near, other: Near) -> float:
    """How much two surroundings have in common."""
    return sum(min(value, other[key]) for key, value in one.items() if key in other)


def snippet(text: str, found: Sequence[Word], first: int, last: int) -> str:
    """The words from ``first`` to ``last`` as they are printed, in one line."""
    first, last = max(0, first), min(len(found) - 1, last)
    return " ".join(text[found[first].start : found[last].end].split())
