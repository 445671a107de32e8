"""Which names of an article are those of people, and what they are called in full.

Told by what stands beside a name anywhere in the article: "Mr Holt", "Holt said", "Maren Holt,
54,". Names of which nothing tells are neither people nor things.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from rag.wanted import Wanted, things

_HONORIFIC = re.compile(
    r"^(?:Mr|Mrs|Ms|Miss|Dr|Prof|Professor|Sir|Dame|Lord|Lady|Rev|Father|Sister|Brother|Judge|Justice|Sgt|Captain"
    r"|Colonel|General|Lieutenant|President|Chancellor|Prime Minister|Minister|Mayor|Senator"
    r"|Governor|Patriarch|Archbishop|Cardinal|King|Queen|Prince|Princess|Emperor|Empress|Pope"
    r"|Bishop|Saint|St)\b\.? "
)
_SAYING = (
    "said|says|told|added|explained|argued|warned|admitted|insisted|claimed|wrote|recalled|believed"
    "|died|married|studied|graduated|resigned|retired|thought|felt|asked|replied|tweeted"
)
_THING = re.compile(
    r"\b(?:University|College|School|Institute|Academy|Company|Corporation|Ltd|Inc|Group|Bank|Board"
    r"|Council|Committee|Commission|Agency|Department|Ministry|Office|Court|Party|Union|League|Club"
    r"|Association|Society|Church|Cathedral|Abbey|Castle|Palace|Museum|Hall|Street|Road|Avenue"
    r"|Square|Park|Bridge|River|Lake|Sea|Ocean|Island|Islands|Mountain|Mountains|Valley|City|Town"
    r"|County|District|State|States|Kingdom|Republic|Empire|Army|Navy|Force|Forces|War|Battle"
    r"|Treaty|Act|Revolution|Century|Times|Post|News|Press|Journal|Award|Awards|Prize|Cup"
    r"|Championship|Games|Airport|Station|Hospital|Hotel|Theatre|Theater|Festival|Day|House"
    r"|Parliament|Congress|Senate|Government|Street|North|South|East|West|Catholic|Bible|Gospel"
    r"|Trust|Foundation|Studios|Records|Network|Orchestra|Conference|Conservatory)\b"
)
_PEOPLE = re.compile(
    r"(?:\w+(?:ish|ese|ians?|eans|[cn]ch)|Dutch|Greeks?|Arabs?|Germans?|Poles?|Turks?|Americans?"
    r"|Europeans?|Africans?|Mexicans?|Romans?|Jews?|Muslims?|Catholics?|Protestants?|Nazis?)$"
)
_VERBAL = re.compile(r"\w+(?:ing|ed|ly)\b")
_PARTICLES = frozenset(("von", "van", "de", "der", "di", "da", "du", "la", "le", "bin", "al", "el"))
_OPENING = re.compile(r"^(?:Though|Although|Whereas|Because|Unlike|Like|Despite|Where|Once) ")
_AT = r"\b(?:[Ii]n|[Aa]t|[Ii]nside|[Aa]cross|[Tt]hroughout|[Nn]ear|[Tt]he|[Aa]n?|[Tt]his|[Tt]hat)"
_HE = re.compile(r"\b(?:he|him|his|himself)\b", re.IGNORECASE)
_SHE = re.compile(r"\b(?:she|her|hers|herself)\b", re.IGNORECASE)
_MAN = re.compile(r"(?:Mr|Sir|Lord|King|Prince|Emperor|Pope|Father)\b")
_WOMAN = re.compile(r"(?:Mrs|Ms|Miss|Dame|Lady|Queen|Princess|Empress)\b")


@lru_cache(256)
def names(text: str) -> tuple[str, ...]:
    """The names that ``text`` holds, as printed, in order, each once."""
    found = (_OPENING.sub("", text[_first(text, a) : b]) for a, b in things(Wanted.NAME, text))
    return tuple(dict.fromkeys(found))


def _first(text: str, start: int) -> int:
    """Where a name begins, with its "von"."""
    word = re.search(r"\b(\w+) $", text[max(0, start - 8) : start])
    return start - len(word[0]) if word and word[1] in _PARTICLES else start


def bare(name: str) -> str:
    """Without "Mr" or "President" before it."""
    while match := _HONORIFIC.match(name):
        name = name[match.end() :]
    return name


def last(name: str) -> str:
    return name.rsplit(maxsplit=1)[-1]


class People:
    """The names of one article, given as its ``sentences``; ``title`` may be a name, too."""

    def __init__(self, sentences: Sequence[str], title: str = "") -> None:
        self._sentences = sentences
        self._text = "\n".join(sentences)
        self._title = title

    def is_person(self, name: str) -> bool:
        """Whether something tells that ``name`` is somebody's, and nothing that it is not."""
        return not self.is_thing(name) and self._told(name)

    def is_thing(self, name: str) -> bool:
        """Whether ``name`` is that of a place, a body, a people, an event: "in N", "the N"."""
        own = bare(name)
        if _THING.search(own) or _PEOPLE.search(own) or own.isupper() or re.search(r"\d", own):
            return True
        said = re.escape(own)
        placed = len(re.findall(rf"{_AT} {said}(?!\w)(?![’']s?\b)", self._text))
        return placed > 0 and 5 * placed >= len(re.findall(rf"\b{said}(?!\w)", self._text))

    def _told(self, name: str) -> bool:
        own = bare(name)
        if own != name or own == self._title:
            return True
        family = re.escape(last(own))
        return bool(
            re.search(
                rf"\b(?:Mr|Mrs|Ms|Miss|Dr|Professor|Sir|Lady|President) (?:\w+ )?{family}\b"
                rf"|\b{family},? (?:{_SAYING}|was born|who)\b"
                rf"|\b(?:said|says|according to) (?:[A-Z][\w-]+ )*{family}\b"
                rf"|\b{family}, \d\d,|\b{family} \((?:born|c\.|\d|[A-Z]\w+ \d)"
                rf"|\b{family}['’]s? (?:wife|husband|father|mother|son|daughter|brother|sister"
                r"|life|death|career|childhood|birth|parents|family)\b",
                self._text,
            )
        )

    def full(self, name: str) -> str:
        """The one longer form that the article has of a single ``name``; else itself."""
        name = self._without_opening(name)
        own = bare(name)
        if " " in own or re.sub(r" \(.*", "", self._title) == own:
            return name
        longer = {
            self._without_opening(bare(other))
            for sentence in self._sentences
            if own in sentence
            for other in names(sentence)
            # What begins a sentence may be no name: "Meeting Holt was hard."
            if not (sentence.startswith(other) and _VERBAL.match(other))
            if " " in bare(other) and last(other) == own and not self.is_thing(other)
        }
        return longer.pop() if len(longer) == 1 else name

    def _without_opening(self, name: str) -> str:
        """Without a common word that only begins a sentence: "Reporter Maren Holt"."""
        first, _, rest = name.partition(" ")
        if first.casefold() in _PARTICLES:
            return name
        common = re.search(rf"\b{re.escape(first.casefold())}\b", self._text)
        return rest if rest and common else name

    def may_be(self, pronoun: str, name: str) -> bool:
        """Whether the article speaks of ``name`` as ``pronoun``, "he" or "she", at least as often
        as by the other."""
        family = re.escape(last(bare(name)))
        titles = re.findall(rf"((?:\w+\.? ){{1,2}}){family}\b", self._text)
        said = " ".join(titles)
        men, women = 3 * len(_MAN.findall(said)), 3 * len(_WOMAN.findall(said))
        for place, sentence in enumerate(self._sentences):
            if re.search(rf"\b{family}\b", sentence) and self._alone(sentence):
                after = self._sentences[place + 1][:40] if place + 1 < len(self._sentences) else ""
                beginning = re.match(r"(?:In|On|At|After)?[^,.]{0,25}\b(?:[Hh]e|[Ss]he)\b", after)
                near = sentence + " " + (beginning[0] if beginning else "")
                men += bool(_HE.search(near))
                women += bool(_SHE.search(near))
        return men >= women if pronoun == "he" else women >= men

    def _alone(self, sentence: str) -> bool:
        """Whether at most one of its names may be somebody's."""
        return len({last(bare(n)) for n in names(sentence) if not self.is_thing(n)}) <= 1
