"""Other spellings of a word in the articles: of a name, or of what was misspelt."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rapidfuzz import process
from rapidfuzz.distance import OSA

from rag.rarity import ordinary
from rag.understanding.expansions import Lexicon, Variants, Why
from rag.understanding.mentions import Mention, What, phrase_key
from rag.understanding.spelling import alike, folded, keyed, keys, printed_alike, sound
from rag.wanted import LITTLE

SHORTEST = 5
"""Letters of a word whose spelling is looked at: shorter ones resemble too much."""
_UNKNOWN, _KNOWN = 0.8, 0.9
"""How alike a spelling must be to a word the library lacks, and to one it has."""
_EDITS, _CLOSEST = 3, 40
"""Letters of its sound in which a name may differ to be compared at all, and names compared."""
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


class Spellings:
    """Of single words, as ``lexicon`` has them."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon

    def of(
        self, word: str, around: Sequence[str], *, named: bool
    ) -> tuple[Variants, Why, bool] | None:
        """The spellings of ``word``, why, and whether the library has the word itself; None when
        there are none. ``around`` are the words before and after; ``named`` tells whether it may
        be a name: one that the library has is a name or is left alone."""
        terms = self._lexicon.terms(word)
        if len(word) < SHORTEST or not word.isalpha() or len(terms) != 1 or word.lower() in LITTLE:
            return None
        known = self._lexicon.frequency(terms[0])
        if not known:
            variants, why = self._meant(word, terms[0])
        elif named:
            variants, why = self._same_name(word, terms[0], known, around), "spelling"
        else:
            return None
        return (variants, why, bool(known)) if variants else None

    def _same_name(self, word: str, term: str, known: int, around: Sequence[str]) -> Variants:
        """Spellings of a name that the library knows in this one, too: printed in another way, or
        in the company of the same other names."""
        near = [(other, score) for other, score in self._near(word, term) if score >= _KNOWN]
        if not near or not self._only_name(term):
            return []
        beside = self._beside(around)
        wholes: dict[str, set[str]] = {}
        named = [folded(word), *(folded(other) for other, _ in near)]
        for whole in self._lexicon.mentions(What.WHOLE, named):
            wholes.setdefault(whole.key, set()).update(_given(whole))
        found = []
        for other, score in near:
            together = folded(other) in beside or _same_company(
                wholes.get(folded(word), set()), wholes.get(folded(other), set())
            )
            printed = printed_alike(word, other)
            enough = self._often(other) * _WELL_KNOWN >= known
            if enough and (together or printed) and self._only_name(*self._lexicon.terms(other)):
                found.append((other, round(0.9 * score, 3)))
        return found

    def _beside(self, around: Sequence[str]) -> set[str]:
        """Words before the names that stand around a word, however those are spelt."""
        wanted = [w for w in around if len(w) >= SHORTEST and w[:1].isupper()]
        near = {folded(o) for w in wanted for o, score in self._near(w, "") if score >= _KNOWN}
        return {w for m in self._lexicon.mentions(What.WHOLE, near) for w in _given(m)}

    def _meant(self, word: str, term: str) -> tuple[Variants, Why]:
        """What a word may be that no article has: a name of that sound, or a word a slip of the
        pen away. The more frequent are likelier. An ordinary word that the articles happen to
        lack is no slip: only what sounds like it may be meant ("harbor")."""
        small = not word[:1].isupper()
        meant = small and ordinary(word)
        names = {o: _NAMED * s for o, s in self._near(word, term) if s >= _UNKNOWN}
        slips = {
            other: weight
            for other, weight in self._slips(word, term)
            if not meant or alike(word, other) >= _UNKNOWN
        }
        if meant or (slips and small):
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

    def _slips(self, word: str, term: str) -> Iterator[tuple[str, float]]:
        """Words of the articles one slip of the pen away, or two if the word is long (optimal
        string alignment: a swap of neighbours is one)."""
        asked, most = folded(word), 1 if len(word) < 8 else 2
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
            elif written and len(near) > SHORTEST and distances[near] <= 1:
                # The passage has another form of the word.
                yield other, _SLIP[1]

    def _terms_from(self, letter: str) -> list[tuple[str, int]]:
        """The most frequent terms that begin with a letter, numbers aside."""
        return self._lexicon.beginning(letter, _TERMS)

    def _near(self, word: str, term: str) -> list[tuple[str, float]]:
        """Words of names that sound like ``word``, and how alike they are; not those that are
        the same word to the words index."""
        mentions = self._lexicon.mentions(What.NAME, keys(word))
        sounds = {m: m.phrase for m in mentions}
        close: dict[str, str] = {}
        for _, said in keyed(word):
            found = process.extract(
                said, sounds, scorer=OSA.distance, score_cutoff=_EDITS, limit=_CLOSEST
            )
            close.update((folded(m.word), m.word) for _, _, m in found)
        return [
            (other, alike(word, other))
            for other in close.values()
            if self._lexicon.terms(other) not in ([term], [])
        ]

    def _only_name(self, *terms: str) -> bool:
        """Whether the articles write these with a capital."""
        return all(w[:1].isupper() for term in terms for w in self._lexicon.wordings(term))

    def _often(self, word: str) -> int:
        return min(map(self._lexicon.frequency, self._lexicon.terms(word)), default=0)


def _given(whole: Mention) -> set[str]:
    """The words of a name before its last, folded."""
    return {w for w in phrase_key(whole.phrase).split() if len(w) > 3 and w != whole.key}


def _same_company(one: set[str], other: set[str]) -> bool:
    """Whether at least half of what stands before the one also stands before the other."""
    fewer, more = sorted((one, other), key=len)
    sounds = {sound(word) for word in more}
    met = sum(sound(word) in sounds for word in fewer)
    return met > 0 and 2 * met >= len(fewer)
