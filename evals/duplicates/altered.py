"""Copies of an article with one thing changed, so that it says something else.

They are near-duplicates by their words and must not be folded: another figure is evidence that the
articles disagree.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from evals.checking import changes
from evals.checking.changes import Changer
from rag.finding.variety import varied
from rag.passages import sentences, split
from rag.types import Article, Hit, Passage, Source

_WORDS = 160
"""Words of a passage: about as many as one of 220 tokens has."""
_LONGEST = 400
"""Characters of a sentence that is changed."""
_LEFT_OUT = 0.08
"""Share of the words that a shortened copy lacks."""


@dataclass(frozen=True, slots=True)
class Altered:
    """A passage, and what a copy of it says instead: ``shortened`` lacks some words, ``changed``
    has one sentence with another meaning, ``both`` is changed and lacks words elsewhere."""

    kind: str
    passage: str
    shortened: str
    changed: str
    both: str
    sentence: str
    instead: str


def changers(names: Sequence[str]) -> Mapping[str, Changer]:
    return {
        "number": changes.number,
        "date": changes.date,
        "unit": changes.unit,
        "name": changes.naming(names),
        "denied": changes.negated,
        "affirmed": changes.affirmed,
    }


def names_in(articles: Sequence[Article]) -> list[str]:
    """Names that the articles mention, to be put into others."""
    found = {m[0]: None for a in articles for m in changes.mentioned(a.text[:2000])}
    return [name for name in found if len(name) > 3]


def altered(article: Article, kinds: Mapping[str, Changer], seed: int = 0) -> Iterator[Altered]:
    """One for each kind of change that some sentence of the article can take."""
    passages = split(article.text, count=_counted, limit=_WORDS)
    for kind, changer in kinds.items():
        chance = Random(f"{seed} {article.id} {kind}")  # noqa: S311  # no secret
        for chunk in chance.sample(passages, len(passages)):
            text = article.text[chunk.start : chunk.end]
            made = _altered(kind, text, changer, chance)
            if made:
                yield made
                break


def _altered(kind: str, text: str, changer: Changer, chance: Random) -> Altered | None:
    spans = sentences(text)
    for start, end in chance.sample(spans, len(spans)):
        sentence = text[start:end]
        instead = changer(sentence, chance) if len(sentence) <= _LONGEST else None
        if not instead or instead.casefold() == sentence.casefold():
            continue
        before, after = _shortened(text[:start], chance), _shortened(text[end:], chance)
        return Altered(
            kind,
            text,
            before + sentence + after,
            text[:start] + instead + text[end:],
            before + instead + after,
            sentence,
            instead,
        )
    return None


def _shortened(text: str, chance: Random) -> str:
    """Without some of the plain words: what is left says nothing else."""
    pieces = text.split(" ")
    plain = (piece.isalpha() and piece.islower() for piece in pieces)
    return " ".join(
        p for p, may in zip(pieces, plain, strict=True) if not may or chance.random() >= _LEFT_OUT
    )


def folded(passage: str, copy: str) -> bool:
    """Whether one of the two is folded into the other, whichever comes first, where both are
    passages of one story in two papers."""
    hits = [
        Hit(Passage(name, name, text, 0, len(text)), Source(name, story="told"), 1.0)
        for name, text in (("one", passage), ("other", copy))
    ]
    return any(hit.copies for order in (hits, hits[::-1]) for hit in varied(order, 2))


def _counted(texts: Sequence[str]) -> list[int]:
    return [len(text.split()) for text in texts]
