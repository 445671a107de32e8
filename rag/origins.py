"""Every place that an article came from: what several sources have stays until the last of them
lets it go."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.records import Record

if TYPE_CHECKING:
    from rag.database import Database


@dataclass(frozen=True, slots=True)
class Origin(Record):
    """That an article, named by its id, came from a place: the path of a file, mostly."""

    article: str
    place: str


class Origins:
    """Of the articles in a catalog."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def note(self, origins: Sequence[Origin]) -> None:
        """Keeps those that are not known yet."""
        if new := self._unknown(origins):
            self._db.executemany("INSERT OR IGNORE INTO origins VALUES (?, ?)", new)

    def within(self, place: str) -> tuple[Origin, ...]:
        """Of ``place``, a file or a folder, and of all that lies below it."""
        below = place.rstrip("/")
        # Everything that begins with "below/" lies before "below0", the next character after it.
        rows = self._db.rows(
            "SELECT article, origin FROM origins WHERE origin = ? OR (origin >= ? AND origin < ?)",
            [place, f"{below}/", f"{below}0"],
        )
        return tuple(Origin(row["article"], row["origin"]) for row in rows)

    def drop(self, origins: Sequence[Origin]) -> list[str]:
        """Forgets these. Returns the articles that came from nowhere else."""
        named = [(o.place, o.article) for o in origins]
        self._db.executemany("DELETE FROM origins WHERE origin = ? AND article = ?", named)
        rows = self._db.rows(
            "SELECT id FROM articles WHERE id IN (SELECT value FROM json_each(?))"
            " AND id NOT IN (SELECT article FROM origins)",
            [json.dumps([o.article for o in origins])],
        )
        return [str(row["id"]) for row in rows]

    def forget(self, articles: Sequence[str]) -> None:
        """These articles, named by their ids, are gone."""
        self._db.executemany("DELETE FROM origins WHERE article = ?", [[name] for name in articles])

    def _unknown(self, origins: Iterable[Origin]) -> list[Sequence[str]]:
        rows = self._db.rows(
            "WITH given AS (SELECT json_extract(value, '$[0]') AS origin,"
            " json_extract(value, '$[1]') AS article FROM json_each(?))"
            " SELECT * FROM given EXCEPT SELECT origin, article FROM origins",
            [json.dumps([(o.place, o.article) for o in origins])],
        )
        return [tuple(row) for row in rows]
