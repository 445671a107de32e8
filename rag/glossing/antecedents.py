"""Whom or what a quoted sentence means that begins with "He", "Her" or "The company".

The sentence before names it, or the one before that where both go on in the same way. Rules that
read, and silence rather than a wrong name: one name must fit and no other may.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.glossing.people import People, bare, last, names
from rag.types import Gloss

_OPENINGS = (
    "In|At|On|After|Before|By|From|During|Since|Until|Later|Then|However|Also|When|As|While"
    "|Although|Though|But|And|There|Here|Soon|Eventually|Finally|Instead|Now|Once|Upon|Throughout"
    "|Under|With|For|That|Two|Three|Afterwards|Initially|Meanwhile"
)
_PRONOUN = re.compile(
    rf"(?:(?P<opening>(?:{_OPENINGS})\b[^,;:()\"“”‘]{{0,60}}?,? ))?(?P<word>(?:he|she|his|her)\b)",
    re.IGNORECASE,
)
_SOMEBODY = re.compile(
    r"\b(?:m[ae]n|wom[ae]n|boys?|girls?|father|mother|brothers?|sisters?|sons?|daughters?|wife|wives"
    r"|husband|uncle|aunt|cousin|nephew|niece|grand\w+|friend|king|queen|emperor|prince|princess"
    r"|president|minister|bishop|pope|priest|teacher|doctor|lawyer|officer|soldier|general|leader"
    r"|suspect|victim|driver|player|coach|manager|director|spokes\w+|boyfriend|girlfriend|partner"
    r"|colleague|successor|predecessor|rival|student|child|person|someone|somebody|anyone|who)\b"
)
_GENDER = {"he": "he", "his": "he", "she": "she", "her": "she"}
_HEAD = re.compile(
    rf"(?:(?:{_OPENINGS}|As)\b[^;:]*, )?"
    r"(?:(?:In|On|By|During|Since|After|Before) (?:\w+ )?\d[\d\w]* "
    r"|(?:And|But|However|Later|Then) )?"
    r"(?:(?!(?:of|by|with|to|from|he|she|it|in|at|for|against|that|who|which|on|and|or|as|his|her)\b)"
    r"[\w’'-]+ ){0,4}",
    re.IGNORECASE,
)
"""What may stand before the one whom a sentence is about."""
_ENDED = re.compile(r"[.!…][\"'’”)\]]*$")
_QUOTED = re.compile(r"[\"“”‘«]|(?<!\w)'")
_DESCRIBED = re.compile(
    r"(?:The|This) (?P<noun>[a-z]{3,})(?:['’]s)?"
    r"(?= (?:is|was|has|had|will|would|can|could|may|might|must|also|then|did|does|said|says|later"
    r"|first|began|won|lost|took|made|gave|held|became|ran|grew|rose|fell|sold|bought|built|\w+ed"
    r"|now|currently|originally|officially)\b)"
)
_LITTLE_WORDS = """first second third last former latter same other name term most more next rest
    word area number only idea two old"""
_LITTLE_NOUNS = frozenset(_LITTLE_WORDS.split())


def may_lean(sentence: str) -> bool:
    """Whether ``sentence`` begins with what may have to be explained."""
    return bool(_PRONOUN.match(sentence) or _DESCRIBED.match(sentence))


def antecedent(sentence: str, before: Sequence[str], people: People) -> Gloss | None:
    """What the beginning of ``sentence`` means, from the sentences ``before`` it; None where that
    is not plain. ``people`` are those of its article."""
    return _person(sentence, before, people) or _thing(sentence, before, people)


def _person(sentence: str, before: Sequence[str], people: People) -> Gloss | None:
    match = _PRONOUN.match(sentence)
    if match is None or _others(match["opening"] or "", people):
        return None
    word = match["word"].casefold()
    if match["opening"] and word != _GENDER[word]:
        return None
    name = _named(word, before, people)
    # Said again, it needs no explanation, or somebody else is meant.
    if name is None or re.search(rf"\b{re.escape(last(name))}\b", sentence):
        return None
    owner = "’s" if word in ("his", "her") else ""
    return Gloss(match.end("word"), f"{people.full(name)}{owner}")


def _others(opening: str, people: People) -> bool:
    """Whether an opening speaks of somebody."""
    return bool(_SOMEBODY.search(opening)) or not all(map(people.is_thing, names(opening)))


def _named(word: str, before: Sequence[str], people: People) -> str | None:
    """The one person that the sentence before names; that before it, when it goes on alike."""
    pronoun = _GENDER[word]
    near = before[-2:]
    for place, sentence in reversed(list(enumerate(near))):
        if not _ENDED.search(sentence) or _QUOTED.search(sentence):
            return None
        found = _somebodies(sentence, people)
        if len(found) > 1:
            return None
        if found:
            (name,) = found.values()
            # What is his may be that of another who was spoken of: what he does, rarely.
            if word != pronoun and not all(
                _somebodies(s, people).keys() <= found.keys() for s in near[:place]
            ):
                return None
            fits = people.is_person(name) and people.may_be(pronoun, name)
            return name if fits and _leads(sentence, name) else None
        match = _PRONOUN.match(sentence)
        same = match and match["word"].casefold() == pronoun and not _SOMEBODY.search(sentence)
        if not same:
            return None
    return None


def _somebodies(sentence: str, people: People) -> dict[str, str]:
    """The names of those who may be people, by their last words."""
    return {last(bare(name)): name for name in names(sentence) if not people.is_thing(name)}


def _leads(sentence: str, name: str) -> bool:
    """Whether ``name`` is whom the sentence is about: it stands at its beginning, and nobody else
    is spoken of but in what is said of him."""
    head, _, rest = sentence.partition(name)
    if re.match(r"['’]s?\s", rest) or _SOMEBODY.search(_without_apposition(rest)):
        return False
    return bool(_HEAD.fullmatch(head)) and not _SOMEBODY.search(head)


def _without_apposition(rest: str) -> str:
    """What follows a name, without "..., a teacher from Tarn," and "was a teacher"."""
    rest = re.sub(r"^,[^,]*,", "", rest)
    return re.sub(r"^ (?:is|was|became) (?:an?|the) [^,.;]*", "", rest)


def _thing(sentence: str, before: Sequence[str], people: People) -> Gloss | None:
    match = _DESCRIBED.match(sentence)
    if match is None or match["noun"] in _LITTLE_NOUNS:
        return None
    noun, near = match["noun"], before[-2:]
    # "a company", "two companies": another is spoken of, or more than one.
    if any(re.search(rf"\b{noun}(?:s|es)?\b", _untied(text, noun)) for text in near):
        return None
    found = {name for text in near for name in _tied(noun, text, people)}
    if len(found) != 1 or "" in found:
        return None
    (name,) = found
    owner = "’s" if match[0].endswith(("'s", "’s")) else ""
    if re.search(rf"\b{re.escape(last(name))}\b", sentence):
        return None
    return Gloss(match.end(), f"{name}{owner}")


def _tied(noun: str, text: str, people: People) -> Iterator[str]:
    """Names in ``text`` that are said to be a ``noun``; "" for one that is not there whole."""
    # Not "a city hall" or "a city-owned park".
    a_noun = rf"(?:an?|the) (?:[\w-]+ ){{0,3}}{noun}(?=[,.;]| (?:in|of|on|at|by|from|that|which)\b)"
    for name in names(text):
        said = re.escape(name)
        head = re.split(r" (?:of|for|de|du) ", name)[0]
        itself = last(head) == noun.capitalize()
        called = " " in name or people.is_thing(name) or _SOMEBODY.fullmatch(noun)
        titled = called and re.search(rf"\b{noun} {said}(?!\w)", text)
        told = re.match(rf"(?:The )?{said}(?: (?:is|was) {a_noun}|, {a_noun})", text)
        if itself or titled or told:
            before = r"(?:\b[A-Z]\w{0,3}\.|\w [A-Z]\w+ (?:the|of|and|for|on|in))"
            cut = re.search(rf"{before} {said}|{said}(?:,| and) [A-Z]", text)
            yield "" if cut or name.count(" of ") > 1 or (itself and " " not in name) else name


def _untied(text: str, noun: str) -> str:
    """``text`` without the words that tie a name to ``noun``."""
    name = r"[A-Z][\w’'-]*"
    text = re.sub(rf"\b(?:[Tt]he )?{noun} (?={name})", "", text)
    return re.sub(
        rf"({name}),? ?(?:is|was)? ?(?:an?|the) (?:[\w-]+ ){{0,3}}{noun}\b", r"\1", text, count=1
    )
