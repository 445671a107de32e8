"""Names: people, places, firms, with initials, surnames alone, titles, acronyms, possessives.

Every word of a name must be said by the quoted words, or by title or publisher of their article,
however it is spelt there. A title such as "Mr" asks for nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.checking.faults import Fault, Quote, What
from rag.checking.numbers import NUMERALS
from rag.checking.words import Word, words
from rag.understanding.spelling import alike, folded, printed_alike

_HONORIFICS_WORDS = """mr mrs ms miss sir dame lady lord dr prof professor rev st saint
    president prime minister king queen"""
_HONORIFICS = frozenset(_HONORIFICS_WORDS.split())
"""Said of somebody who is named, they are not the name."""
_HONOURS_WORDS = "mr mrs ms miss sir dame dr prof rev"
_HONOURS = frozenset(_HONOURS_WORDS.split())
_CALENDAR_WORDS = """january february march april may june july august september october
    november december jan feb mar apr jun jul aug sep sept oct nov dec monday tuesday wednesday
    thursday friday saturday sunday ad bc bce ce am pm i ii iii iv v vi vii viii ix x xi xii"""
_CALENDAR = frozenset(_CALENDAR_WORDS.split())
_PEOPLES = """france french|britain british uk briton britons|spain spanish
    spaniard|netherlands dutch holland|greece greek|wales welsh|poland polish pole|denmark danish
    dane|sweden swedish|switzerland swiss|turkey turkish turk|ireland irish|scotland scottish
    scots|england english|finland finnish|china chinese|norway norwegian|portugal
    portuguese|philippines filipino|thailand thai|cyprus cypriot|iceland icelandic|america
    american us usa|germany german germans|europe european eu|russia russian|ukraine
    ukrainian|canada canadian|japan japanese|egypt egyptian|israel israeli|iraq iraqi|afghanistan
    afghan|argentina argentine|brazil brazilian|mexico mexican|rome roman|catholicism
    catholic|islam islamic muslim|judaism jewish jew|bible biblical|christianity christian christ"""
_SAME_PEOPLE = {
    word: place for place, group in enumerate(_PEOPLES.split("|")) for word in group.split()
}
_ENDINGS = re.compile(r"(?:ians?|ans?|ns?|ese|ish|is?|ites?|ic|s|ists?|ism|es)$")
_APART = (frozenset(("niger", "nigerian")), frozenset(("dominica", "dominican")))
"""A country, and what is seldom said of it but of another one that is named alike."""
_TWO_LETTERS_WORDS = """united nations|united states|united kingdom|european union|african
    union|new york|new zealand|los angeles|south africa|northern ireland|prime minister"""
_TWO_LETTERS = frozenset(" ".join(words.split()) for words in _TWO_LETTERS_WORDS.split("|"))
"""What two letters stand for. Any others may as well be somebody's: "PM" is no Peter Marsh."""
_FEMININE = re.compile(r"i?a$")
_COMMON = re.compile(
    r"(?:s|ly|ing|ion|ity|ness|ment|ism|ed|ance|ence|ship|hood|ure|age|able|ible|ous|ful|less|ive"
    r"|ical|ology|graphy|ward|teen|ty|body|one|thing|ever|fore|more|while)$"
)
"""How words end that may begin a sentence and are seldom names."""
_VERB = re.compile(
    r"(?:is|was|has|had|will|can|could|would|may|did|does|won|lost|led|wrote|took|made|said|became"
    r"|began|built|gave|left|ran|beat|\w+ed|\w{3,}(?<!s)s)$"
)
_OPENERS_WORDS = """people today later early last next first second another several about around
    instead perhaps maybe despite unlike like part half water food work light time life art law
    music power man woman men women human children animal blood air research data new old young
    under above below back however therefore thus hence yes please"""
_OPENERS = frozenset(_OPENERS_WORDS.split()) | NUMERALS


@dataclass(frozen=True, slots=True)
class Name:
    """A name as written: its words, from the ``first`` to the ``last`` by their places."""

    words: tuple[Word, ...]
    first: int
    last: int

    @property
    def letters(self) -> str:
        return "".join(folded(word.text)[:1] for word in self.words)


def names(text: str, skip: Sequence[tuple[int, int]] = ()) -> list[Name]:
    """The names that ``text`` writes with a capital; what lies in ``skip`` is none."""
    found = words(text)
    runs: list[list[int]] = []
    for at, word in enumerate(found):
        if not _is_named(found, at) or any(a <= word.start < b for a, b in skip):
            continue
        if runs and runs[-1][-1] == at - 1 and not word.breaks:
            runs[-1].append(at)
        else:
            runs.append([at])
    made = []
    for run in runs:
        kept = [at for at in run if found[at].plain not in _HONOURS]
        if kept and not (len(kept) == 1 and found[kept[0]].first and not _opens(found, kept[0])):
            made.append(Name(tuple(found[at] for at in kept), kept[0], kept[-1]))
    return made


def _is_named(found: Sequence[Word], at: int) -> bool:
    word = found[at]
    if not word.capital or word.plain in _CALENDAR or not word.says:
        return False
    return not (word.first and word.plain in _OPENERS)


def _opens(found: Sequence[Word], at: int) -> bool:
    """Whether a single word that begins a sentence is a name: it owns something, or it does
    something and does not look like a common word."""
    word = found[at]
    if re.search(r"['’]s$", word.text) or (word.text.isupper() and len(word.text) > 1):
        return True
    following = found[at + 1] if at + 1 < len(found) else None
    if following is None or following.breaks or not _VERB.match(following.plain):
        return False
    return not _COMMON.search(word.plain) and len(word.text) > 2


class Known:
    """All words that quotes say, and what else is known of their articles."""

    def __init__(self, quotes: Sequence[Quote]) -> None:
        said = [w for q in quotes for t in (q.text, q.title, q.publisher) for w in words(t)]
        self._stems = {w.stem for w in said}
        self._names = {w.name for w in said} | {w.plain.replace(".", "") for w in said}
        self._capital = {w.name for w in said if w.capital and len(w.name) > 1}
        self._peoples = {_SAME_PEOPLE[n] for n in self._names if n in _SAME_PEOPLE}
        self._letters = {w.name[:1] for w in said if w.capital and w.says}
        self._initials = {pair for q in quotes for pair in _initials(f"{q.text}\n{q.title}")}
        self._acronyms = {w.name for w in said if w.text.isupper() and 1 < len(w.name) < 7}
        self._shorts = {short for q in quotes for short in _shorts(f"{q.text} {q.title}")}

    def says(self, name: Name, word: Word) -> bool:
        """Whether ``word`` of ``name`` is said."""
        plain = word.name
        if plain in self._names or word.stem in self._stems:
            return True
        if _SAME_PEOPLE.get(plain, -1) in self._peoples or self._related(plain):
            return True
        if len(plain) == 1:
            return plain in self._letters
        letters = word.text.replace(".", "").removesuffix("s")
        if letters.isupper() and {letters.casefold()} & (self._shorts | self._names):
            return True
        if len(name.words) > 1 and (self._expands(name) or self._shortened(name, word)):
            return True
        return len(plain) > 4 and any(
            printed_alike(plain, other)
            or (alike(plain, other) > 0.8 and not _feminine(plain, other))
            for other in self._capital
        )

    def _related(self, plain: str) -> bool:
        """ "Austrian" and "Austria"; not "George" and "Georgia", of which neither is made of the
        other."""
        base = _ENDINGS.sub("", plain)
        return len(base) > 3 and any(
            _ENDINGS.sub("", other).rstrip("aeiy") == base.rstrip("aeiy")
            and (base != plain or _ENDINGS.sub("", other) != other)
            and frozenset((plain.rstrip("s"), other.rstrip("s"))) not in _APART
            for other in self._capital
            if other != plain
        )

    def _expands(self, name: Name) -> bool:
        """Whether it is what an acronym of the quotes stands for."""
        full = " ".join(word.name for word in name.words)
        known = len(name.letters) > 2 or full in _TWO_LETTERS
        return known and name.letters in self._acronyms

    def _shortened(self, name: Name, word: Word) -> bool:
        """Whether the quotes give the initial of ``word`` beside what follows it in ``name``."""
        after = (w.name for w in name.words if w.start > word.start)
        return any((word.name[0], other) in self._initials for other in after)


def _feminine(one: str, other: str) -> bool:
    """ "Victor" and "Victoria", "Angelo" and "Angela": two people, however alike they sound."""
    masculine, feminine = sorted((one, other), key=lambda name: name.endswith("a"))
    if masculine.endswith("a") or not feminine.endswith("a"):
        return False
    return _FEMININE.sub("", feminine) == masculine.rstrip("eo")


def _initials(text: str) -> Iterator[tuple[str, str]]:
    """Each initial that ``text`` gives, with the word of a name that it belongs to."""
    held: list[str] = []
    for word in words(text):
        letters = word.name if word.capital and word.says else ""
        if word.breaks or not letters:
            held = []
        if len(letters) == 1 or (letters and "." in word.text):
            held.extend(letters)
        elif letters:
            yield from ((initial, letters) for initial in held)
            held = []


def _shorts(text: str) -> Iterator[str]:
    """Acronyms that the capitals of ``text`` in a row would make."""
    run: list[str] = []
    for word in words(text):
        if word.capital and (not run or not word.breaks):
            run.append(word.name[:1])
            for start in range(len(run) - 1):
                yield "".join(run[start:])
        elif word.plain not in ("of", "and", "for", "the"):
            run = [word.name[:1]] if word.capital else []


def unsupported(statement: str, known: Known, skip: Sequence[tuple[int, int]]) -> Iterator[Fault]:
    """Names of ``statement`` that are not said."""
    for name in names(statement, skip):
        missing = [word for word in name.words if not known.says(name, word)]
        if missing:
            start, end = missing[0].start, missing[-1].end
            said = re.sub(r"['’]s?$", "", statement[start:end])
            yield Fault(What.NAME, start, end, f"nothing quoted names “{said}”")
