"""Which article is this? Given id, else canonical URL, else content.

(An article read from a file has its path as its given id; see ``ingest``.)
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from urllib.parse import urldefrag

from rag.errors import ArticleError
from rag.locating import check_pages
from rag.types import Article

MAX_ID = 1000


def canonical_url(url: str) -> str:
    """``url`` without tracking parameters, fragment and other accidents of its sharing."""
    from courlan import clean_url

    try:
        return clean_url(urldefrag(url.strip()).url) or url
    except ValueError:  # it is no URL, but it still names its article
        return url


def identified(article: Article) -> Article:
    """The article with its id. Raises ``ArticleError`` for one that cannot be kept."""
    check_storable(article)
    if len(article.id) > MAX_ID:
        raise ArticleError(f"An id of {len(article.id)} characters; at most {MAX_ID} are kept.")
    return article if article.id else replace(article, id=_identity(article))


def check_storable(article: Article) -> None:
    """Raises ``ArticleError`` for an article whose fields are no text that can be kept."""
    for name in ("id", "title", "text", "url", "source", "section", "language", "authors", "tags"):
        value = getattr(article, name)
        for part in value if isinstance(value, tuple) else (value,):
            if not isinstance(part, str):
                raise ArticleError(f"'{name}' is of type {type(part).__name__}, not text.")
            # Neither can be stored as text, and neither is ever meant.
            if "\x00" in part or any("\ud800" <= c <= "\udfff" for c in part):
                raise ArticleError(
                    f"'{name}' holds characters that are no text.",
                    "It was probably read with the wrong encoding.",
                )
    check_pages(article.pages, len(article.text))
    if not article.text.strip():
        raise ArticleError(f"{_called(article)} has no text.", "Only 'text' is required.")


def _identity(article: Article) -> str:
    if article.url:
        return canonical_url(article.url)[:MAX_ID]
    content = f"{article.title}\n{article.text}"
    return hashlib.sha256(content.encode()).hexdigest()[:16]


def _called(article: Article) -> str:
    name = article.id or article.title or article.url
    return f"Article '{name[:80]}'" if name else "An article"
