"""Other ways in which the articles say the names and words of a question.

Spellings of one name (Jolani, Golani), acronyms and what they stand for, initials, and words
that are misspelt: each is expanded to what the library itself says, never from a list of the
world. A word that the library knows is left alone unless it knows the same name otherwise, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rag.understanding.expansions import Expansion, Expansions, Lexicon, Variants, Why
from rag.understanding.mentions import What, initials, letters, names_in, phrase_key
from rag.understanding.spelling import folded
from rag.understanding.spelt import Spellings

_WORDS = 64
"""Words of a question that are looked at."""
_MOST = 3
"""Variants of a word."""
_FEW = 5
"""Passages that may hold initials for them to be those of one person."""


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
        self._spellings = Spellings(lexicon)

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
                yield _found(text, words[i:j], i, variants, "acronym")

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
                yield _found(text, words[i : i + 1], i, variants, "acronym")

    def _initials(self, text: str, words: Sequence[_Word], taken: set[int]) -> Iterator[_Found]:
        """ "J. Tarrant", where the articles know one first name that J is of."""
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
                yield _found(text, words[first:i], first, [(fits[0], 0.9)], "name")

    def _letters(self, text: str, words: Sequence[_Word], taken: set[int]) -> Iterator[_Found]:
        """ "Joel Tarrant", where an article has "J.T."; not where many do, as of a country."""
        pairs = [
            (i, words[i].text[0].upper() + words[i + 1].text[0].upper())
            for i in range(len(words) - 1)
            if words[i].capital and words[i + 1].capital and not {i, i + 1} & taken
            if len(words[i].text) > 1 and len(words[i + 1].text) > 2
        ]
        dotted = {
            m.key: m.word for m in self._lexicon.mentions(What.LETTERS, [k for _, k in pairs])
        }
        for i, key in pairs:
            if key in dotted and self._often(dotted[key]) <= _FEW:
                yield _found(text, words[i : i + 2], i, [(dotted[key], 0.6)], "name")

    def _spelt(self, text: str, words: Sequence[_Word], taken: set[int]) -> Iterator[_Found]:
        """Other spellings of names, and what a misspelt word was meant to be."""
        # Who writes no capitals at all means names by small letters.
        small = not any(word.capital for word in words[1:])
        for i, word in enumerate(words):
            if i in taken:
                continue
            around = [w.text for w in [*words[max(0, i - 2) : i], *words[i + 1 : i + 2]]]
            spelt = self._spellings.of(word.text, around, named=word.capital or small)
            if spelt:
                variants, why, known = spelt
                yield _found(text, words[i : i + 1], i, variants, why, known=known)

    def _often(self, term: str) -> int:
        """Passages that hold the rarest of the terms of ``term``."""
        return min(map(self._lexicon.frequency, self._lexicon.terms(term)), default=0)


_Found = tuple[int, int, Expansion]


def _words(text: str) -> Iterator[_Word]:
    for match in _WORD.finditer(text):
        word = _POSSESSIVE.sub("", match.group())
        if word:
            yield _Word(match.start(), match.start() + len(word), word)


def _is_initial(word: _Word) -> bool:
    """ "J", "J.M." or "JM"."""
    return word.text.isupper() and len(letters(word.text)) <= 2


def _distinct(names: Iterable[str]) -> list[str]:
    """One of each name, however it is printed."""
    kept: dict[str, str] = {}
    for name in sorted(names):
        kept.setdefault(phrase_key(name), name)
    return list(kept.values())


def _found(
    text: str,
    words: Sequence[_Word],
    first: int,
    variants: Variants,
    why: Why,
    *,
    known: bool = True,
) -> _Found:
    """The expansion of ``words``, the first of which is the one at ``first``."""
    start, end = words[0].start, words[-1].end
    chosen: dict[str, tuple[str, float]] = {}
    for other, weight in sorted(variants, key=lambda pair: -pair[1]):
        chosen.setdefault(folded(other), (other, weight))
    best = tuple(chosen.values())[:_MOST]
    return first, first + len(words), Expansion(start, end, text[start:end], best, why, known)
