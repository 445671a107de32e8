"""How articles and passages are written in the catalog's tables, and read back."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from rag.locating import locator, touched
from rag.passages import Chunk
from rag.types import Article, Dated, Filters, Passage, Source

_PLAIN = ("id", "title", "text", "url", "source", "language", "section")

SOURCE = "a.id, a.title, a.url, a.source, a.authors, a.published, a.story"
"""Columns of ``articles a`` that ``source_of`` reads."""

PASSAGE = f'p.*, {SOURCE}, a.pages, substr(a.text, p.start + 1, p."end" - p.start) AS words'
"""Columns of ``passages p`` and ``articles a`` that ``stored_of`` reads."""

_REMEMBERED = 4096
"""Days and authors read lately: many articles have the same."""

Key = tuple[int, int]
"""Version and ordinal of a passage."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A passage as the catalog has it: with its article's source and its sentences' spans,
    which count from the start of the article."""

    passage: Passage
    source: Source
    sentences: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Version:
    """One version of an article, staged or to be published."""

    number: int
    article: Article
    origin: str
    chunks: tuple[Chunk, ...]


def passage_id(version: int, ordinal: int) -> str:
    return f"{version}.{ordinal}"


def key_of(passage: str) -> Key:
    """What ``passage_id`` made this id of."""
    version, _, ordinal = passage.partition(".")
    return int(version), int(ordinal)


def digest(article: Article) -> str:
    """Of everything an article says; equal digests mean nothing is to be done."""
    told = article.to_dict()
    if not article.pages:
        del told["pages"]  # so that an article has the digest it had before there were pages
    text = json.dumps(told, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def article_row(version: Version) -> dict[str, Any]:
    article = version.article
    published = article.published
    return {
        **{name: getattr(article, name) for name in _PLAIN},
        "version": version.number,
        "digest": digest(article),
        "origin": version.origin,
        "authors": json.dumps(article.authors, ensure_ascii=False),
        "tags": json.dumps(article.tags, ensure_ascii=False),
        "published": _dated_json(published),
        "updated": _dated_json(article.updated),
        "first_day": published.first.isoformat() if published else None,
        "last_day": published.last.isoformat() if published else None,
        "pages": json.dumps(article.pages, separators=(",", ":")) if article.pages else "",
    }


def article_of(row: sqlite3.Row) -> Article:
    return Article(
        **{name: row[name] for name in _PLAIN},
        authors=tuple(json.loads(row["authors"])),
        tags=tuple(json.loads(row["tags"])),
        published=_dated(row["published"]),
        updated=_dated(row["updated"]),
        pages=_starts(row["pages"]),
    )


def source_of(row: sqlite3.Row) -> Source:
    return Source(
        id=row["id"],
        title=row["title"],
        url=row["url"],
        source=row["source"],
        authors=_names(row["authors"]),
        published=_dated(row["published"]),
        story=row["story"],
    )


def stored_of(row: sqlite3.Row) -> Stored:
    pages = touched(_starts(row["pages"]), row["start"], row["end"]) if row["pages"] else ()
    passage = Passage(
        id=passage_id(row["version"], row["ordinal"]),
        article_id=row["id"],
        text=row["words"],
        start=row["start"],
        end=row["end"],
        locator=locator(pages, row["start"], row["end"]),
        pages=pages,
    )
    return Stored(passage, source_of(row), spans_of(row["sentences"]))


def spans_of(text: str) -> tuple[tuple[int, int], ...]:
    return tuple((int(a), int(b)) for a, b in json.loads(text))


def _dated_json(value: Dated | None) -> str | None:
    return (
        None
        if value is None
        else json.dumps([value.value.isoformat(), value.precision, value.origin])
    )


@lru_cache(_REMEMBERED)
def _names(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text))


@lru_cache(64)
def _starts(text: str) -> tuple[int, ...]:
    return tuple(json.loads(text)) if text else ()


@lru_cache(_REMEMBERED)
def _dated(text: str | None) -> Dated | None:
    if text is None:
        return None
    value, precision, origin = json.loads(text)
    kind = datetime if precision == "minute" else date
    return Dated(kind.fromisoformat(value), precision, origin)


def where(filters: Filters) -> tuple[str, list[Any]]:
    """The filters as a condition on ``articles a``, and its parameters."""
    clauses, values = ["1"], list[Any]()
    for column, wanted in (
        ("id", filters.articles),
        ("source", filters.sources),
        ("language", filters.languages),
    ):
        if wanted:
            case = "" if column == "id" else " COLLATE NOCASE"
            clauses.append(f"a.{column}{case} IN ({', '.join('?' * len(wanted))})")
            values += wanted
    for column, wanted in (("authors", filters.authors), ("tags", filters.tags)):
        if wanted:
            marks = ", ".join("?" * len(wanted))
            clauses.append(
                f"EXISTS (SELECT 1 FROM json_each(a.{column})"
                f" WHERE value COLLATE NOCASE IN ({marks}))"
            )
            values += wanted
    # A date known to the month matches a range that touches the month.
    if filters.since:
        clauses.append("a.last_day >= ?")
        values.append(filters.since.isoformat())
    if filters.until:
        clauses.append("a.first_day <= ?")
        values.append(filters.until.isoformat())
    return " AND ".join(clauses), values
