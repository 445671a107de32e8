"""What the catalog says of its articles as a whole: lists, counts, dates. It only reads."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING

from rag.rows import SOURCE, source_of, where
from rag.types import Facets, Filters, Source

if TYPE_CHECKING:
    from rag.database import Database


class Listing:
    """Of the articles in a catalog. Filters without a condition let all of them through."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def sources(self, filters: Filters, among: Collection[int] | None = None) -> tuple[Source, ...]:
        """Matching articles, newest first, undated last; ``among`` names the versions that may
        be listed, None means all."""
        condition, values = where(filters)
        if among is not None:
            condition += " AND a.version IN (SELECT value FROM json_each(?))"
            values.append(json.dumps(list(among)))
        rows = self._db.rows(
            f"SELECT {SOURCE} FROM articles a WHERE {condition}"
            " ORDER BY a.first_day IS NULL, a.first_day DESC, a.id",
            values,
        )
        return tuple(source_of(row) for row in rows)

    def same_story(self, article_id: str) -> tuple[Source, ...]:
        """The other articles that tell the story this one tells, newest first."""
        rows = self._db.rows(
            f"SELECT {SOURCE} FROM articles a WHERE a.story <> '' AND a.id <> ?1"
            " AND a.story = (SELECT story FROM articles WHERE id = ?1)"
            " ORDER BY a.first_day IS NULL, a.first_day DESC, a.id",
            [article_id],
        )
        return tuple(source_of(row) for row in rows)

    def named(self) -> list[tuple[int, str]]:
        """(version, its id, publisher and authors, folded): what to look for words in that are
        not in any passage."""
        rows = self._db.rows("SELECT version, id, source, authors FROM articles")
        return [
            (int(r["version"]), folded(f"{r['id']}\n{r['source']}\n{r['authors']}")) for r in rows
        ]

    def facets(self, filters: Filters) -> Facets:
        """How many of the matching articles have each publisher, author, tag and language."""
        condition, values = where(filters)
        several = (
            "SELECT min(value), count(DISTINCT a.id) FROM articles a, json_each(a.{0})"
            f" WHERE {condition} AND value <> ''"
            " GROUP BY value COLLATE NOCASE ORDER BY 2 DESC, 1"
        )
        single = (
            f"SELECT min(a.{{0}}), count(*) FROM articles a WHERE {condition} AND a.{{0}} <> ''"
            " GROUP BY a.{0} COLLATE NOCASE ORDER BY 2 DESC, 1"
        )
        (undated,) = self._db.rows(
            f"SELECT count(*) FROM articles a WHERE {condition} AND a.first_day IS NULL", values
        )[0]

        def counts(query: str, column: str) -> dict[str, int]:
            rows = self._db.rows(query.format(column), values)
            return {str(value): int(count) for value, count in rows}

        return Facets(
            sources=counts(single, "source"),
            authors=counts(several, "authors"),
            tags=counts(several, "tags"),
            languages=counts(single, "language"),
            undated=int(undated),
        )

    def versions(self, filters: Filters, as_of: date | None = None) -> frozenset[int]:
        """Versions of matching articles. ``as_of`` leaves out what was published later;
        undated articles stay."""
        condition, values = where(filters)
        if as_of:
            condition += " AND (a.first_day IS NULL OR a.first_day <= ?)"
            values.append(as_of.isoformat())
        # One row, for thousands take their time. The index has all that filters look at: in the
        # table itself that lies behind the texts.
        rows = self._db.rows(
            "SELECT json_group_array(a.version)"
            f" FROM articles a INDEXED BY articles_as_filtered WHERE {condition}",
            values,
        )
        return frozenset(json.loads(rows[0][0]))

    def undated(self, filters: Filters) -> int:
        """Articles a date range leaves out only because they have no date."""
        without = Filters(
            filters.sources, filters.authors, filters.tags, filters.languages, None, None,
            filters.articles,
        )  # fmt: skip
        condition, values = where(without)
        query = f"SELECT count(*) FROM articles a WHERE {condition} AND a.first_day IS NULL"
        return int(self._db.rows(query, values)[0][0])

    def later(self, filters: Filters, day: date) -> int:
        """Matching articles that were published after ``day``."""
        condition, values = where(filters)
        query = f"SELECT count(*) FROM articles a WHERE {condition} AND a.first_day > ?"
        return int(self._db.rows(query, [*values, day.isoformat()])[0][0])

    def counts(self) -> tuple[int, int]:
        """Articles and passages."""
        (articles,) = self._db.rows("SELECT count(*) FROM articles")[0]
        (passages,) = self._db.rows("SELECT count(*) FROM passages JOIN articles USING (version)")[
            0
        ]
        return int(articles), int(passages)

    def span(self) -> tuple[date | None, date | None, int]:
        """First day, last day, and how many articles have no date."""
        first, last, undated = self._db.rows(
            "SELECT min(first_day), max(last_day), count(*) - count(first_day) FROM articles"
        )[0]
        return (
            date.fromisoformat(first) if first else None,
            date.fromisoformat(last) if last else None,
            int(undated),
        )

    def newest_day(self) -> date | None:
        """The last day any article may be from; None when none has a date."""
        ((last,),) = self._db.rows("SELECT max(last_day) FROM articles")
        return date.fromisoformat(last) if last else None

    def languages(self) -> dict[str, int]:
        rows = self._db.rows(
            "SELECT language, count(*) FROM articles GROUP BY 1 ORDER BY 2 DESC, 1"
        )
        return {str(language): int(count) for language, count in rows}


def folded(text: str) -> str:
    """Without case and accents, much as the words index folds them."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in plain if not unicodedata.combining(c))
