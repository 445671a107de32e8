"""Named fields to an article: the names other people give them, and the shapes of values."""

from __future__ import annotations

import json
import re
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
    "published": (
        "published",
        "date",
        "published_at",
        "pubDate",
        "publishDate",
        "publish_date",
        "datePublished",
    ),
    "updated": ("updated", "modified", "lastmod", "updated_at", "last_modified_at", "dateModified"),
    "language": ("language", "lang"),
    "section": ("section",),
    "tags": ("tags", "keywords", "categories"),
}
"""Each field of an article and the names it goes by, the first one filled counting."""


_ADDRESS = re.compile(r"\s*<[^<>\s]*@[^<>\s]*>")
_PARTS = (("given", "family"), ("first", "last"), ("givenName", "familyName"))


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
        named: list[Any] = [_called(part) if isinstance(part, Mapping) else part for part in parts]
        if field == "tags":  # a year is a tag like any other
            named = [str(part) if type(part) is int else part for part in named]
        for part in named:
            if not isinstance(part, str):
                raise ArticleError(f"'{name}' holds {kind_of(part)}, not only strings")
        names = (_ADDRESS.sub("", part).strip() for part in named)
        return tuple(dict.fromkeys(name for name in names if name))

    def _date(self, field: str) -> Dated | None:
        _, value = self._value(field)
        if value is None or (isinstance(value, str) and not value.strip()):
            return None
        try:
            return read_date(value, self._origin)
        except ValueError:
            self.unread.append(str(value)[:60])
            return None


def _called(author: Mapping[str, object]) -> str:
    """The name of an author who is written as an object: ``{"name": ...}`` as schema.org does,
    or in parts as Quarto does; empty when none is told."""
    name = author.get("name")
    whole: Mapping[str, object] = name if isinstance(name, Mapping) else author
    told = [name] if isinstance(name, str) else [whole.get("literal")]
    ways = (told, *([whole.get(part) for part in pair] for pair in _PARTS))
    return next((" ".join(map(str, way)) for way in ways if all(way)), "")


def _json_list(value: str) -> list[object] | None:
    if not value.lstrip().startswith("["):
        return None
    try:
        parts = json.loads(value)
    except (ValueError, RecursionError):
        return None
    return parts if isinstance(parts, list) else None
