"""How articles begin, and how they go on: passages by their article instead of by a question."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from rag.rows import SOURCE, Stored, stored_of, where
from rag.types import Facets, Filters

_PASSAGES = (
    f'SELECT p.*, {SOURCE}, substr(a.text, p.start + 1, p."end" - p.start) AS words'
    " FROM passages p JOIN articles a USING (version)"
)
_NEWEST_FIRST = "a.first_day IS NULL, a.first_day DESC, a.published DESC, a.id"


class Openings:
    """Reads the catalog with ``rows``, which runs a query with its parameters."""

    def __init__(self, rows: Callable[[str, Sequence[Any]], list[sqlite3.Row]]) -> None:
        self._rows = rows

    def first(
        self, filters: Filters, as_of: date | None, limit: int, *, title: str = ""
    ) -> list[Stored]:
        """The first passage of each matching article, newest first, undated last; ``as_of``
        leaves out what was published later, ``title`` what is called otherwise."""
        condition, values = where(filters)
        if as_of:
            condition += " AND (a.first_day IS NULL OR a.first_day <= ?)"
            values.append(as_of.isoformat())
        if title:
            condition += " AND a.title = ? COLLATE NOCASE"
            values.append(title)
        rows = self._rows(
            f"{_PASSAGES} WHERE p.ordinal = 0 AND {condition} ORDER BY {_NEWEST_FIRST} LIMIT ?",
            [*values, limit],
        )
        return list(map(stored_of, rows))

    def whole(self, article_id: str) -> list[Stored]:
        """All passages of an article, in order."""
        rows = self._rows(f"{_PASSAGES} WHERE a.id = ? ORDER BY p.ordinal", [article_id])
        return list(map(stored_of, rows))

    def facets(self, filters: Filters) -> Facets:
        """How many of the matching articles have each publisher and each tag."""
        condition, values = where(filters)
        sources = self._rows(
            f"SELECT min(a.source), count(*) FROM articles a WHERE {condition} AND a.source <> ''"
            " GROUP BY a.source COLLATE NOCASE ORDER BY 2 DESC, 1",
            values,
        )
        tags = self._rows(
            "SELECT min(value), count(DISTINCT a.id) FROM articles a, json_each(a.tags)"
            f" WHERE {condition} AND value <> '' GROUP BY value COLLATE NOCASE ORDER BY 2 DESC, 1",
            values,
        )
        return Facets(
            sources={str(name): int(count) for name, count in sources},
            tags={str(name): int(count) for name, count in tags},
        )
