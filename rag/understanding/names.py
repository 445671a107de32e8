"""Other ways in which the articles say the names and words of a question.

Spellings of one name (Jolani, Golani), acronyms and what they stand for, initials, and words
that are misspelt: each is expanded to what the library itself says, never from a list of the
world. A word that the library knows is left alone unless it knows the same name otherwise, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from rapidfuzz import process
from rapidfuzz.distance import OSA

from rag.understanding.mentions import Mention, What, initials, letters, names_in, phrase_key
from rag.understanding.spelling import alike, folded, keys, printed_alike, sound

Why = Literal["spelling", "acronym", "misspelt", "name"]

_WORDS = 64
"""Words of a question that are looked at."""
_SHORTEST = 5
"""Letters of a word whose spelling is looked at: shorter ones resemble too much."""
_MOST = 3
"""Variants of a word."""
_UNKNOWN, _KNOWN = 0.8, 0.9
"""How alike a spelling must be to a word the library lacks, and to one it has."""
_NAMED, _SMALL, _RARER = 0.95, 0.8, 0.9
"""What a name of the same sound counts; what it counts of that for a word in small letters that
may be another word; and what one much rarer than another counts."""
_SLIP = (0.9, 0.7)
"""What a word counts that is one slip of the pen away, and two."""
_RARE = 20
_TRIED = 8
"""Terms whose words are looked up for one misspelt word."""
_WELL_KNOWN = 50
"""A word this many times as frequent as another spelling is not expanded to it."""
_TERMS = 4000
"""Terms compared with a misspelt word: the most frequent that begin like it."""
_SURE = 0.85
"""Weight from which a word the library lacks is taken for its variant."""


@dataclass(frozen=True, slots=True)
class Expansion:
    """``word`` stands at ``start`` to ``end`` of the question. ``variants``, best first, are
    what the articles say instead, each with what it counts beside the word, 0..1. ``known``
    tells whether the articles have the word itself, too."""

    start: int
    end: int
    word: str
    variants: tuple[tuple[str, float], ...]
    why: Why
    known: bool = True

    def __str__(self) -> str:
        others = " or ".join(text for text, _ in self.variants)
        if self.why == "misspelt":
            return f"'{self.word}' was read as {others}."
        if self.why == "spelling":
            return f"'{self.word}' is also spelt {others}."
        return f"'{self.word}' was also looked for as {others}."


@dataclass(frozen=True, slots=True)
class Expansions:
    """What was found for ``text``, in its order, no two over the same words. ``names`` are those
    that ``text`` holds as it writes them."""

    text: str = ""
    items: tuple[Expansion, ...] = ()
    names: tuple[str, ...] = ()

    @property
    def variants(self) -> dict[str, tuple[tuple[str, float], ...]]:
        """The variants by the words they are of, for the words index."""
        return {item.word: item.variants for item in self.items}

    @property
    def respelt(self) -> str:
        """The text with words that the articles lack in the spelling they have, where that is
        sure: what a model is to read."""
        text = self.text
        for item in reversed(self.items):
            best, weight = item.variants[0]
            if not item.known and weight >= _SURE and item.why in {"spelling", "misspelt"}:
                text = text[: item.start] + best + text[item.end :]
        return text


class Lexicon(Protocol):
    """What the library says; ``LibraryReader`` is one."""

    def terms(self, text: str) -> list[str]: ...
    def frequency(self, term: str) -> int: ...
    def beginning(self, start: str, limit: int) -> list[tuple[str, int]]: ...
    def wordings(self, term: str) -> tuple[str, ...]: ...
    def mentions(self, what: What, keys: Iterable[str]) -> list[Mention]: ...


@dataclass(frozen=True, slots=True)
class _Word:
    start: int
    end: int
    text: str

    @property
    def capital(self) -> bool:
        return self.text[:1].isupper()


_WORD = re.compile(r"(?:[^\W\d_]\.){2,}[^\W\d_]?|[^\W_](?:[\w’']*\w)?")
_POSSESSIVE = re.compile(r"['’]s?$")
_ACRONYM = re.compile(r"(?:[^\W\d_]\.){2,6}[^\W\d_]?|[^\W\d_]{2,6}")


class Names:
    """Expands questions by what ``lexicon`` says."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon

    def expand(self, text: str) -> Expansions:
        """The expansions of ``text``; none for a word that has no other way to be said."""
        words = list(_words(text))[:_WORDS]
        found: dict[int, Expansion] = {}
        for read in (self._long, self._short, self._initials, self._letters, self._spelt):
            for first, last, expansion in read(text, words, set(found)):
                for i in range(first, last):
                    found[i] = expansion
        items = tuple(dict.fromkeys(found[i] for i in sorted(found)))
        return Expansions(text, items, names_in(text))

    # Each takes the words of the text and which of them are expanded already, and yields
    # expansions with the words (first, last) they are of.

    def _long(self, text: str, words: Sequence[_Word], taken: set[int]) -> Iterator[_Found]:
        """Names of several words that have an acronym."""
        spans = {
            (i, j): phrase_key(text[words[i].start : words[j - 1].end])
            for i in range(len(words))
            for j in range(i + 2, min(i + 9, len(words) + 1))
        }
        shorts: dict[str, list[str]] = {}
        for mention in self._lexicon.mentions(What.SHORT, spans.values()):
            shorts.setdefault(mention.key, []).append(mention.word)
        done = set(taken)
        for (i, j), key in sorted(spans.items(), key=lambda span: span[0][0] - span[0][1]):
            if key in shorts and not done & set(range(i, j)):
                done |= set(range(i, j))
                variants = [(short, 0.9) for short in dict.fromkeys(shorts[key])]
                yield self._found(text, words, i, j, variants, "acronym")

    def _short(self, text: str, words: Sequence[_Word], taken: set[int]) -> Iterator[_Found]:
        """Acronyms that the articles explain, or have a name for."""
        for i, word in enumerate(words):
            if i in taken or not _ACRONYM.fullmatch(word.text):
                continue
            if not (word.text.isupper() or "." in word.text):
                continue
            key = letters(word.text)
            long = self._lexicon.mentions(What.LONG, [key])
            variants = [(m.word, 1.0) for m in long if m.word != word.text]
            wholes = _distinct(m.phrase for m in long)
            # Letters that stand for many things say nothing of which is meant.
            sure = 0.9 if len(key) > 2 else 0.6
            variants += [(whole, sure) for whole in wholes] if len(wholes) <= 2 else []
            if not variants and len(key) > 2 and not self._often(key):
                names = _distinct(m.phrase for m in self._lexicon.mentions(What.INITIALS, [key]))
                variants = [(name, 0.7) for name in names] if len(names) <= 2 else []
            if variants:
                yield self._found(text, words, i, i + 1, variants, "acronym")

    def _initials(self, text: str, words: Sequence[_Word], taken: set[int]) -> Iterator[_Found]:
        """"J. Tarrant", where the articles know one first name that J is of."""
        for i, word in enumerate(words):
            first = i
            while first > 0 and first - 1 not in taken and _is_initial(words[first - 1]):
                first -= 1
            if first == i or i in taken or not word.capital or len(word.text) < 3:
                continue
            asked = "".join(letters(w.text) for w in words[first:i])
            mentions = self._lexicon.mentions(What.WHOLE, [folded(word.text)])
            wholes = {m.phrase for m in mentions}
            given = [whole.rsplit(None, 1)[0] for whole in wholes if " " in whole]
            fits = _distinct(g for g in given if initials(g.split()).startswith(asked))
            if len(fits) == 1:
                yield self._found(text, words, first, i, [(fits[0], 0.9)], "name")

    def _letters(self, text: str, words: Sequence[_Word], taken: set[int]) -> Iterator[_Found]:
        """"Joel Tarrant", where an article has "J.T."; not where many do, as of a country."""
        pairs = [
            (i, words[i].text[0].upper() + words[i + 1].text[0].upper())
            for i in range(len(words) - 1)
            if words[i].capital and words[i + 1].capital and not {i, i + 1} & taken
            if len(words[i].text) > 1 and len(words[i + 1].text) > 2
        ]
        dotted = {m.key: m.word for m in self._lexicon.mentions(What.LETTERS, [k for _, k in pairs])}
        for i, key in pairs:
            if key in dotted and self._rare(dotted[key]):
                yield self._found(text, words, i, i + 2, [(dotted[key], 0.6)], "name")

    def _spelt(self, text: str, words: Sequence[_Word], taken: set[int]) -> Iterator[_Found]:
        """Other spellings of names, and what a misspelt word was meant to be."""
        # Who writes no capitals at all means names by small letters.
        small = not any(word.capital for word in words[1:])
        for i, word in enumerate(words):
            if i in taken or len(word.text) < _SHORTEST or not word.text.isalpha():
                continue
            terms = self._lexicon.terms(word.text)
            if len(terms) != 1:
                continue
            known = self._lexicon.frequency(terms[0])
            variants: list[tuple[str, float]] = []
            why: Why = "spelling"
            if not known:
                variants, why = self._meant(word, terms[0])
            elif word.capital or small:
                around = [w.text for w in [*words[max(0, i - 2) : i], *words[i + 1 : i + 2]]]
                variants = self._same_name(word, terms[0], known, around)
            if variants:
                yield self._found(text, words, i, i + 1, variants, why, known=bool(known))

    def _same_name(
        self, word: _Word, term: str, known: int, around: Sequence[str]
    ) -> list[tuple[str, float]]:
        """Spellings of a name that the library knows in this one, too: printed in another way, or
        in the company of the same other names."""
        mentions = self._lexicon.mentions(What.NAME, keys(word.text))
        if not any(folded(m.word) == folded(word.text) for m in mentions):
            return []
        near = [(o, alike(word.text, o)) for o in self._others(mentions, term)]
        near = [(other, score) for other, score in near if score >= _KNOWN]
        if not near or not self._only_name(term):
            return []
        beside = self._beside(around)
        wholes: dict[str, set[str]] = {}
        named = [folded(word.text), *(folded(other) for other, _ in near)]
        for whole in self._lexicon.mentions(What.WHOLE, named):
            wholes.setdefault(whole.key, set()).update(_given(whole))
        found = []
        for other, score in near:
            together = folded(other) in beside or _same_company(
                wholes.get(folded(word.text), set()), wholes.get(folded(other), set())
            )
            printed = printed_alike(word.text, other)
            enough = self._often(other) * _WELL_KNOWN >= known
            if enough and (together or printed) and self._only_name(*self._lexicon.terms(other)):
                found.append((other, round(0.9 * score, 3)))
        return found

    def _beside(self, around: Sequence[str]) -> set[str]:
        """Words before the names that stand around a word, however those are spelt."""
        wanted = [w for w in around if len(w) >= _SHORTEST and w[:1].isupper()]
        mentions = self._lexicon.mentions(What.NAME, {key for w in wanted for key in keys(w)})
        near = {folded(m.word) for m in mentions if any(alike(m.word, w) >= _KNOWN for w in wanted)}
        return {w for m in self._lexicon.mentions(What.WHOLE, near) for w in _given(m)}

    def _meant(self, word: _Word, term: str) -> tuple[list[tuple[str, float]], Why]:
        """What a word may be that no article has: a name of that sound, or a word a slip of the
        pen away. The more frequent are likelier."""
        mentions = self._lexicon.mentions(What.NAME, keys(word.text))
        near = [(other, alike(word.text, other)) for other in self._others(mentions, term)]
        names = {o: _NAMED * s for o, s in near if s >= _UNKNOWN}
        slips = dict(self._slips(word, term))
        if slips and not word.capital:
            names = {o: _SMALL * s for o, s in names.items()}
        both = {o: max(names.get(o, 0), slips.get(o, 0)) for o in {**names, **slips}}
        often = {other: self._often(other) for other in both}
        most = max(often.values(), default=0)
        ranked = sorted(
            (
                (other, round(weight * (1 if often[other] * _RARE >= most else _RARER), 3))
                for other, weight in both.items()
            ),
            key=lambda pair: (-pair[1], -often[pair[0]]),
        )
        best = ranked[0][1] if ranked else 0.0
        why: Why = "spelling" if ranked and ranked[0][0] not in slips else "misspelt"
        return [pair for pair in ranked if pair[1] >= best - 0.15], why

    def _slips(self, word: _Word, term: str) -> Iterator[tuple[str, float]]:
        """Words of the articles one slip of the pen away, or two if the word is long (optimal
        string alignment: a swap of neighbours is one)."""
        asked, most = folded(word.text), 1 if len(word.text) < 8 else 2
        counts = {t: n for c in dict.fromkeys(asked[:2]) for t, n in self._terms_from(c)}
        distances: dict[str, float] = {}
        # The stem of a word in "y" ends in "i".
        said = {t: t.replace("y", "i") for t in counts}
        # A slip near its end makes another stem of a word, so that its beginning counts as well.
        for length in range(max(3, len(asked) - 4), len(asked) + most + 1):
            choices = {t: s for t, s in said.items() if len(t) == length}
            for query in {term, asked[:length]}:
                close = process.extract(
                    query.replace("y", "i"),
                    choices,
                    scorer=OSA.distance,
                    score_cutoff=most,
                    limit=None,
                )
                for _, distance, near in close:
                    distances[near] = min(distance, distances.get(near, distance))
        ranked = sorted(distances, key=lambda t: (distances[t], -counts[t]))
        for near in ranked[:_TRIED]:
            written = [(OSA.distance(folded(w), asked), w) for w in self._lexicon.wordings(near)]
            distance, other = min(written, default=(len(asked), ""))
            if distance <= most:
                yield other, _SLIP[distance > 1]
            elif written and len(near) > _SHORTEST and distances[near] <= 1:
                # The passage has another form of the word.
                yield other, _SLIP[1]

    def _terms_from(self, letter: str) -> list[tuple[str, int]]:
        """The most frequent terms that begin with a letter, numbers aside."""
        return self._lexicon.beginning(letter, _TERMS)

    def _others(self, mentions: Iterable[Mention], term: str) -> list[str]:
        """Their words, but for those that are the same word to the words index."""
        words = {folded(m.word): m.word for m in mentions}
        return [w for w in words.values() if self._lexicon.terms(w) not in ([term], [])]

    def _only_name(self, *terms: str) -> bool:
        """Whether the articles write these with a capital."""
        return all(w[:1].isupper() for term in terms for w in self._lexicon.wordings(term))

    def _often(self, word: str) -> int:
        return min(map(self._lexicon.frequency, self._lexicon.terms(word)), default=0)

    def _rare(self, word: str) -> bool:
        return self._often(word) <= 5

    def _found(
        self,
        text: str,
        words: Sequence[_Word],
        first: int,
        last: int,
        variants: Iterable[tuple[str, float]],
        why: Why,
        *,
        known: bool = True,
    ) -> _Found:
        start, end = words[first].start, words[last - 1].end
        chosen: dict[str, tuple[str, float]] = {}
        for other, weight in sorted(variants, key=lambda pair: -pair[1]):
            chosen.setdefault(folded(other), (other, weight))
        best = tuple(chosen.values())[:_MOST]
        return first, last, Expansion(start, end, text[start:end], best, why, known)


_Found = tuple[int, int, Expansion]


def _words(text: str) -> Iterator[_Word]:
    for match in _WORD.finditer(text):
        word = _POSSESSIVE.sub("", match.group())
        if word:
            yield _Word(match.start(), match.start() + len(word), word)


def _is_initial(word: _Word) -> bool:
    """"J", "J.M." or "JM"."""
    return word.text.isupper() and len(letters(word.text)) <= 2


def _distinct(names: Iterable[str]) -> list[str]:
    """One of each name, however it is printed."""
    kept: dict[str, str] = {}
    for name in sorted(names):
        kept.setdefault(phrase_key(name), name)
    return list(kept.values())


def _given(whole: Mention) -> set[str]:
    """The words of a name before its last, folded."""
    return {w for w in phrase_key(whole.phrase).split() if len(w) > 3 and w != whole.key}


def _same_company(one: set[str], other: set[str]) -> bool:
    """Whether at least half of what stands before the one also stands before the other."""
    fewer, more = sorted((one, other), key=len)
    sounds = {sound(word) for word in more}
    met = sum(sound(word) in sounds for word in fewer)
    return met > 0 and 2 * met >= len(fewer)
