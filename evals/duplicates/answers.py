"""Copies that say something else, in answers: is what they say folded away?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import cycle
from pathlib import Path

from evals.checking.changes import Changer
from evals.duplicates.altered import Altered, altered
from evals.metrics.intervals import Share
from rag.engine import Engine
from rag.settings import Settings
from rag.types import Answer, Article, Hit

_LEAST = 5
"""Words of a question."""
_PAPERS = ("Second Paper", "Third Paper")


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of one question: whether the copy was known as of the story, and ``folded`` where
    it says something else; which of both sentences were quoted."""

    kind: str
    known: bool
    folded: bool
    first: bool
    other: bool


def asked(
    articles: Sequence[Article], kinds: Mapping[str, Changer], folder: Path, settings: Settings
) -> Iterator[Asked]:
    """Each article beside a copy of it in a second paper and one in a third, which says one thing
    otherwise; they are asked for the words that all have in that sentence."""
    turns = cycle(kinds)
    rows = []
    for article in articles:
        kind = next(turns)
        made = altered(article, {kind: kinds[kind]})
        rows += [(article, row) for row in made if len(_question(row).split()) >= _LEAST]
    with Engine.create(replace(settings, library=folder)) as engine:
        for article, row in rows:
            text = article.text.replace(row.sentence, row.instead, 1)
            engine.library.put(article)
            copy = replace(article, id=f"copy:{article.id}", source=_PAPERS[0])
            engine.library.put(copy)
            other = replace(article, id=f"other:{article.id}", source=_PAPERS[1], text=text)
            engine.library.put(other)
        stories = {source.id: source.story for source in engine.library.articles()}
        for article, row in rows:
            known = stories[f"other:{article.id}"] == stories[article.id] != ""
            yield _asked(engine.ask(_question(row)), row, f"other:{article.id}", known=known)


def _question(row: Altered) -> str:
    others = set(row.instead.split())
    return " ".join(word for word in row.sentence.split() if word in others)


def _asked(answer: Answer, row: Altered, other: str, *, known: bool) -> Asked:
    def said(hit: Hit, sentence: str) -> bool:
        return sentence in hit.passage.text

    into = any(other in {c.id for c in h.copies} and said(h, row.sentence) for h in answer.hits)
    own = any(h.source.id == other and said(h, row.instead) for h in answer.hits)
    quoted = [citation.quote for citation in answer.citations]
    return Asked(
        kind=row.kind,
        known=known,
        folded=into and not own,
        first=any(row.sentence in quote for quote in quoted),
        other=any(row.instead in quote for quote in quoted),
    )


def told(rows: Sequence[Asked]) -> Iterator[str]:
    known = sum(row.known for row in rows)
    yield f"asked: {len(rows)} questions, {known} with a copy known as one story that differs"
    yield f"  the copy that differs is folded: {sum(row.folded for row in rows)}"
    quoted = [row for row in rows if row.first or row.other]
    yield f"  a sentence is quoted: {len(quoted)}; both, that differ: " + str(
        Share(sum(row.first and row.other for row in quoted), len(quoted))
    )
    for kind in dict.fromkeys(row.kind for row in quoted):
        some = [row for row in quoted if row.kind == kind]
        yield f"    {kind}: {sum(r.first and r.other for r in some)} of {len(some)}"
