"""Copies of articles as others print them: words changed, paragraphs cut, another headline."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random

from rag.passages import sentences
from rag.types import Article

STRENGTHS = (0.05, 0.1, 0.2)
"""Shares of the words that are changed."""
_CUT = 1 / 3
"""Of the paragraphs, those that are cut; one at least, where there are two."""
_HEADLINE = 9
"""Words of the sentence that becomes the headline."""
_PARAGRAPH = re.compile(r"(\n[ \t]*\n\s*)")
_SPACE = re.compile(r"(\s+)")
_PLANTED = "planted:"


@dataclass(frozen=True, slots=True)
class Form:
    """What is done to a copy besides the changing of words."""

    cut: bool
    headline: bool
    paper: bool

    def __str__(self) -> str:
        done = (
            ("paragraphs cut", self.cut),
            ("another headline", self.headline),
            ("another paper", self.paper),
        )
        return ", ".join(name for name, is_done in done if is_done) or "words only"


FORMS = tuple(
    Form(cut, headline, paper)
    for cut in (False, True)
    for headline in (False, True)
    for paper in (False, True)
)


@dataclass(frozen=True, slots=True)
class Copy:
    """A planted article, the id of the one it is a ``copy`` of, and what was done to it."""

    article: Article
    of: str
    share: float
    form: Form


def chosen(articles: Sequence[Article], size: int) -> list[Article]:
    """``size`` of them, the same ones every time: those with the smallest digests of their ids."""
    return sorted(articles, key=lambda a: hashlib.sha256(a.id.encode()).digest())[:size]


def vocabulary(articles: Sequence[Article]) -> list[str]:
    """Words as they come in the texts, the common ones often: what is put in for others."""
    return [word for a in articles for word in a.text.split() if word.isalpha() and word.islower()]


def copies(articles: Sequence[Article], words: Sequence[str], seed: int = 0) -> Iterator[Copy]:
    """One of each article for each of ``STRENGTHS``; the ``FORMS`` take turns."""
    for number, article in enumerate(articles):
        for step, share in enumerate(STRENGTHS):
            form = FORMS[(number + 3 * step) % len(FORMS)]
            chance = Random(f"{seed} {article.id} {share}")  # noqa: S311  # no secret
            planted = edited(article, share, form, chance, words)
            planted = replace(planted, id=f"{_PLANTED}{share}:{article.id}")
            yield Copy(planted, article.id, share, form)


def edited(
    article: Article, share: float, form: Form, chance: Random, words: Sequence[str]
) -> Article:
    """The article with ``share`` of its words changed: of a hundred, seventy are replaced by
    others, fifteen are left out and fifteen get another before them."""
    parts = _PARAGRAPH.split(article.text)
    paragraphs = [part for part in parts[::2] if part.strip()]
    if form.cut and len(paragraphs) > 1:
        kept = len(paragraphs) - max(1, int(_CUT * len(paragraphs)))
        places = sorted(chance.sample(range(len(paragraphs)), kept))
        paragraphs = [paragraphs[place] for place in places]
    left = "\n\n".join(paragraphs)
    text = "\n\n".join(_changed(part, share, chance, words) for part in paragraphs)
    return replace(
        article,
        text=text if text.strip() else article.text,
        title=_headline(left, chance) if form.headline else article.title,
        source="planted" if form.paper else article.source,
    )


def _changed(paragraph: str, share: float, chance: Random, words: Sequence[str]) -> str:
    pieces = []
    for place, piece in enumerate(_SPACE.split(paragraph)):
        if place % 2 or not piece or chance.random() >= share:
            pieces.append(piece)
            continue
        other, kind = chance.choice(words), chance.random()
        pieces.append(other if kind < 0.7 else "" if kind < 0.85 else f"{other} {piece}")
    return "".join(pieces)


def _headline(text: str, chance: Random) -> str:
    """Another paper's: how some sentence of the text begins."""
    spans = [text[start:end] for start, end in sentences(text)] or [text]
    return " ".join(chance.choice(spans).split()[:_HEADLINE])
