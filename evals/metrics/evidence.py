"""Which pieces of gold evidence do some words of an article hold?

A piece is what must be found once. It may stand at several places, in the same words or in others,
and any of them will do.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from evals.metrics.answers import holds, normalised
from evals.sets.questions import EVERY, Case, Evidence

Words = tuple[str, ...]

_TURNS = frozenset(("not", "no", "never", "cannot"))
_NEAR = 3  # words of difference that can turn a statement round


@dataclass(frozen=True, slots=True)
class Piece:
    """Places that say the same: ids of articles, with normalised words of theirs.

    ``answers`` are what a text must hold one of as well; none where the words are all there is.
    """

    places: tuple[tuple[str, Words], ...]
    answers: tuple[str, ...] = ()

    def held_by(self, article: str, text: str) -> bool:
        """Whether ``text``, words of ``article``, holds this piece or enough of it: the words
        that it has in common with a place, in the same order and in runs of three or more, are
        at least half of the shorter one; but not when a figure is another there, or a "not" stands
        in one alone.

        So a sentence is met by its passage and by most of itself, a passage by any of its
        sentences; but not a sentence by the next one, however many words they share.
        """
        wanted = [words for place, words in self.places if place == article]
        if not wanted or (self.answers and not holds(text, self.answers)):
            return False
        words = normalised(text).split()
        return any(_holds_enough(words, each) for each in wanted)


def _holds_enough(words: Sequence[str], wanted: Words) -> bool:
    shorter = min(len(words), len(wanted))
    if not shorter:
        return False
    match = SequenceMatcher(None, words, wanted, autojunk=False)
    blocks = (block.size for block in match.get_matching_blocks())
    common = sum(size for size in blocks if size >= min(3, shorter))
    if 2 * common < shorter:
        return False
    return not any(
        tag != "equal" and _turned(words[i:j], wanted[k:m])
        for tag, i, j, k, m in match.get_opcodes()
    )


def _turned(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether a short difference within words that agree turns what they say."""
    if max(len(one), len(other)) > _NEAR:
        return False
    # "380 000" is "380,000", which is one word.
    figures = ["".join(filter(str.isdigit, "".join(words))) for words in (one, other)]
    if all(figures) and figures[0] != figures[1]:
        return True
    return (_TURNS & set(one)) != (_TURNS & set(other))


def pieces_of(case: Case) -> tuple[Piece, ...]:
    """The pieces of evidence that a case wants.

    Quotes that hold the answer are one piece, in whatever words: any will do. Where all parts of
    an answer are wanted, those that hold the same part are. A quote that holds none is a piece of
    its own, a step on the way; so is every quote of a case with the tag ``every-evidence``.
    """
    places: dict[tuple[Words, Words], dict[tuple[str, Words], None]] = {}
    for one in case.evidence:
        words = tuple(normalised(one.quote).split())
        for answers in _held(case, one):
            key = () if answers else words
            places.setdefault((answers, key), {})[one.article, words] = None
    found = ((answers, tuple(p for p in some if p[1])) for (answers, _), some in places.items())
    return tuple(Piece(some, answers) for answers, some in found if some)


def _held(case: Case, one: Evidence) -> Iterable[Words]:
    """The answers that a quote is evidence of: each part it holds, or all ways to say the answer;
    none where it holds none."""
    held = () if EVERY in case.tags else [a for a in case.answers if holds(one.quote, (a,))]
    if not held:
        return [()]
    return [(part,) for part in held] if case.wants_all else [case.answers]


def ranks(wanted: Sequence[Piece], found: Sequence[tuple[str, str]]) -> list[list[int]]:
    """For each piece the ranks, from 1, at which ``found`` holds it: (article id, passage text),
    best first."""
    return [
        [rank for rank, (article, text) in enumerate(found, 1) if piece.held_by(article, text)]
        for piece in wanted
    ]
