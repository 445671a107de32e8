"""Named fields to an article: the names other people give them, and the shapes of values."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ingest.dates import read_date
from ingest.languages import language_code
from ingest.reading import kind_of
from rag.errors import ArticleError
from rag.types import Article, Dated

NAMES: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "doc_id", "_id"),
    "title": ("title", "headline"),
    "text": ("text", "body", "content"),
    "url": ("url", "link", "canonical", "canonical_url"),
    "source": ("source", "publisher"),
    "authors": ("authors", "author", "byline"),
    "published": ("published", "date", "published_at", "pubDate"),
    "updated": ("updated", "modified", "lastmod"),
    "language": ("language", "lang"),
    "section": ("section",),
    "tags": ("tags", "keywords", "categories"),
}
"""Each field of an article and the names it goes by, the first one filled counting."""


class Fields:
    """Reads an article's fields from a mapping, as JSON and front matter hold them.

    ``unread`` collects dates that could not be read. The readers raise ``ArticleError`` for
    a value of the wrong type.
    """

    def __init__(self, values: Mapping[str, object], origin: str) -> None:
        self._values = values
        self._origin = origin
        self.unread: list[str] = []

    def article(self, text: str | None = None) -> Article:
        """The article; ``text`` where it does not stand among the fields."""
        return Article(
            text=self._string("text") if text is None else text,
            id=self._string("id"),
            title=self._string("title"),
            url=self._string("url"),
            source=self._string("source"),
            authors=self._names("authors", split=None),
            published=self._date("published"),
            updated=self._date("updated"),
            language=language_code(self._string("language")),
            section=self._string("section"),
            tags=self._names("tags", split=","),
        )

    def _value(self, field: str) -> tuple[str, object]:
        """The name used and its value; None when unknown."""
        for name in NAMES[field]:
            value = self._values.get(name)
            if value is not None and value not in ("", []):
                return name, value
        return field, None

    def _string(self, field: str) -> str:
        name, value = self._value(field)
        if field == "id" and isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        if value is None or isinstance(value, str):
            return value or ""
        raise ArticleError(f"'{name}' is {kind_of(value)}, not a string")

    def _names(self, field: str, split: str | None) -> tuple[str, ...]:
        name, value = self._value(field)
        if isinstance(value, str):
            listed = _json_list(value)
            written = value.split(split) if split else [value]
            parts: object = written if listed is None else listed
        else:
            parts = value or []
        if isinstance(parts, Mapping):
            parts = [parts]
        if not isinstance(parts, list):
            raise ArticleError(f"'{name}' is {kind_of(value)}, not a string or a list of strings")
        # Front matter and schema.org write an author as {"name": ...}.
        named: list[Any] = [p.get("name") if isinstance(p, Mapping) else p for p in parts]
        for part in named:
            if not isinstance(part, str):
                raise ArticleError(f"'{name}' holds {kind_of(part)}, not only strings")
        return tuple(part.strip() for part in named if part.strip())

    def _date(self, field: str) -> Dated | None:
        _, value = self._value(field)
        if value is None or (isinstance(value, str) and not value.strip()):
            return None
        try:
            return read_date(value, self._origin)
        except ValueError:
            self.unread.append(str(value)[:60])
            return None


def _json_list(value: str) -> list[object] | None:
    if not value.lstrip().startswith("["):
        return None
    try:
        parts = json.loads(value)
    except (ValueError, RecursionError):
        return None
    return parts if isinstance(parts, list) else None
