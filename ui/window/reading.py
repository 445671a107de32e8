"""An article opened beside an answer: its text, the quoted words in it, the way to the next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from rag.errors import ArticleNotFound
from rag.library import Library
from rag.types import Article, Citation, Source
from ui.saved import Exchange
from ui.window.place import Reading

QUOTED, NOW = "pq-quote", "pq-now"
"""Classes of highlighted words: all that the answer quotes, and those looked at."""

Piece = tuple[str, str]
"""Text and its class, which is empty for words that nothing quotes."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What the reader shows. ``fate`` says whether the article still holds what was quoted:
    ``unchanged``, ``changed``, ``gone``, or ``missing`` when nothing was quoted and it is gone.
    ``index`` of ``count`` is the citation looked at, ``place`` the page it stands on; ``also``
    tells the same story."""

    source: Source
    fate: str
    pieces: tuple[Piece, ...] = ()
    quote: str = ""
    index: int = 0
    count: int = 0
    also: tuple[Source, ...] = ()
    place: str = ""


def citations_of(exchange: Exchange | None) -> tuple[Citation, ...]:
    return exchange.answer.citations if exchange and exchange.answer else ()


def opened(reading: Reading, exchange: Exchange | None, library: Library) -> Opened:
    """What the reader shows of this article, opened from this exchange if from any."""
    citations = citations_of(exchange)
    index = next((i for i, c in enumerate(citations) if c.marker == reading.marker), None)
    cited = citations[index] if index is not None else None
    quote = cited.quote if cited else ""
    found = partial(Opened, quote=quote, index=index or 0, count=len(citations) if cited else 0)
    try:
        article = library.article(reading.article)
    except ArticleNotFound:
        source = cited.source if cited else Source(reading.article)
        return found(source, "gone" if cited else "missing")
    source = _source(article)
    also = tuple(library.same_story(article.id))
    now = found_in(article.text, cited) if cited else (0, 0)
    if now is None:
        pieces: tuple[Piece, ...] = ((article.text, ""),)
        return found(source, "changed", pieces, also=also)
    quotes = [found_in(article.text, c) for c in citations if c.source.id == article.id]
    others = [span for span in quotes if span]
    pieces = highlighted(article.text, now, others)
    place = cited.locator if cited else ""
    return found(source, "unchanged", pieces, also=also, place=place)


def found_in(text: str, citation: Citation) -> tuple[int, int] | None:
    """Where the quoted words stand now: at their place, or wherever the article has them since
    it was changed; None where it no longer does."""
    if text[citation.start : citation.end] == citation.quote:
        return citation.start, citation.end
    start = text.find(citation.quote)
    return (start, start + len(citation.quote)) if start >= 0 else None


def stepped(reading: Reading, exchange: Exchange | None, step: int) -> Reading:
    """The citation ``step`` places on, or the same one where there is none."""
    citations = citations_of(exchange)
    index = next((i for i, c in enumerate(citations) if c.marker == reading.marker), None)
    if index is None or not 0 <= index + step < len(citations):
        return reading
    citation = citations[index + step]
    return Reading(citation.source.id, reading.exchange, citation.marker)


def highlighted(
    text: str, now: tuple[int, int], quoted: Iterable[tuple[int, int]]
) -> tuple[Piece, ...]:
    """``text`` in pieces: the words looked at, other quoted words, and what lies between.
    Where they overlap the words looked at stay whole."""
    spans = [(*now, NOW)] if now[0] < now[1] else []
    spans += [(a, b, QUOTED) for a, b in quoted if not _overlap((a, b), now)]
    pieces: list[Piece] = []
    at = 0
    for first, end, kind in sorted(spans):
        start = max(at, first)  # quotes that overlap each other
        if start < end:
            pieces += [(text[at:start], ""), (text[start:end], kind)]
            at = end
    pieces.append((text[at:], ""))
    return tuple(piece for piece in pieces if piece[0])


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _source(article: Article) -> Source:
    return Source(
        article.id, article.title, article.url, article.source, article.authors, article.published
    )
