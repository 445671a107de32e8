"""How articles begin, and how they go on: passages by their article instead of by a question."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from rag.rows import PASSAGE, Stored, stored_of, where
from rag.types import Filters

if TYPE_CHECKING:
    from rag.database import Database

_PASSAGES = f"SELECT {PASSAGE} FROM passages p JOIN articles a USING (version)"
_NEWEST_FIRST = "a.first_day IS NULL, a.first_day DESC, a.published DESC, a.id"


class Openings:
    """Of the articles in a catalog."""

    def __init__(self, database: Database) -> None:
        self._db = database

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
        rows = self._db.rows(
            f"{_PASSAGES} WHERE p.ordinal = 0 AND {condition} ORDER BY {_NEWEST_FIRST} LIMIT ?",
            [*values, limit],
        )
        return list(map(stored_of, rows))

    def whole(self, article_id: str) -> list[Stored]:
        """All passages of an article, in order."""
        rows = self._db.rows(f"{_PASSAGES} WHERE a.id = ? ORDER BY p.ordinal", [article_id])
        return list(map(stored_of, rows))
