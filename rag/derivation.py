"""How passages and vectors are derived from articles: splitter, model, and their versions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag import likeness, passages
from rag.passages import Chunk
from rag.types import Article
from rag.understanding import mentions

if TYPE_CHECKING:
    from rag.embedding import Encoder, Floats

_MARKS = 2
"""Tokens the model puts around every text."""


@dataclass(frozen=True, slots=True)
class Split:
    """An article and its passages."""

    article: Article
    chunks: tuple[Chunk, ...]


@dataclass(frozen=True, slots=True)
class Derived:
    """What is made of one article: its passages, and one unit vector of each, (n, d)."""

    chunks: tuple[Chunk, ...]
    vectors: Floats


@dataclass(frozen=True, slots=True)
class Derivation:
    """An embedding model and the longest passage wished for, in its tokens."""

    encoder: Encoder
    passage_tokens: int

    @property
    def splitter(self) -> str:
        """Names this way of splitting; passages made by another are stale."""
        return f"{passages.VERSION}/{self.passage_tokens}"

    def made_with(self) -> dict[str, object]:
        """What a library notes of how it was derived. Loads the model."""
        return {
            "embedding": self.encoder.name,
            "splitter": self.splitter,
            "stories": likeness.VERSION,
            "names": mentions.VERSION,
            "dimension": len(self.encoder.question("")),
        }

    def chunks(self, article: Article) -> tuple[Chunk, ...]:
        return tuple(passages.split(article.text, count=self.encoder.count, limit=self._limit))

    def derived(self, articles: Sequence[Split]) -> list[Derived]:
        """What is made of each of these, embedded together."""
        vectors = self.vectors((of.article, chunk) for of in articles for chunk in of.chunks)
        made = list[Derived]()
        for of in articles:
            made.append(Derived(of.chunks, vectors[: len(of.chunks)]))
            vectors = vectors[len(of.chunks) :]
        return made

    def vectors(self, pairs: Iterable[tuple[Article, Chunk]]) -> Floats:
        """One unit vector a passage, (n, d)."""
        return self.encoder.passages([self._read(article, chunk) for article, chunk in pairs])

    @property
    def _limit(self) -> int:
        return min(self.passage_tokens, self.encoder.window - _MARKS)

    def _read(self, article: Article, chunk: Chunk) -> str:
        """What the model reads: as much of the title as has room, then the passage whole."""
        text = article.text[chunk.start : chunk.end]
        title = _fitting(article.title, self.encoder, self.encoder.window - _MARKS - self._limit)
        return f"{title}\n{text}" if title else text


def _fitting(title: str, encoder: Encoder, room: int) -> str:
    """The first words of ``title`` that fit into ``room`` tokens."""
    words: Sequence[str] = title.split()[: max(room, 0)]
    while words and encoder.count([" ".join(words)])[0] > room:
        words = words[:-1]
    return " ".join(words)
