"""Names that the articles mention, kept in the catalog (``rag.understanding.mentions``).

They belong to versions, as passages do: written when a version is staged, gone when it is
retired or settled. Each is stored once, with the versions that have it, so that what no article
says any more is nowhere.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from rag.understanding.mentions import Mention, What, mentions

if TYPE_CHECKING:
    from rag.database import Database

_MOST = 3000
"""Mentions read at a time, at most."""


class Mentioned:
    """Of the articles in a catalog."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def find(self, what: What, keys: Iterable[str]) -> list[Mention]:
        """All mentions of this kind under one of ``keys``."""
        rows = self._db.rows(
            "SELECT what, key, word, phrase FROM mentions WHERE what = ?"
            " AND key IN (SELECT value FROM json_each(?)) ORDER BY key, word, phrase LIMIT ?",
            [what, json.dumps(list(keys)), _MOST],
        )
        return [Mention(What(a), b, c, d) for a, b, c, d in rows]

    # Written as part of a transaction of the catalog.

    def keep(self, texts: Iterable[tuple[int, str]]) -> None:
        """Enters what versions mention, given by number with their texts."""
        for number, text in texts:
            # In the order of the table, which is quicker.
            found = sorted((m.what, m.key, m.word, m.phrase) for m in mentions(text))
            self._db.executemany("INSERT OR IGNORE INTO mentions VALUES (NULL, ?, ?, ?, ?)", found)
            self._db.executemany(
                "INSERT INTO mentioned SELECT id, ? FROM mentions"
                " WHERE what = ? AND key = ? AND word = ? AND phrase = ?",
                [(number, *row) for row in found],
            )

    def forget(self, where: str, values: Sequence[object] = ()) -> None:
        """Drops the versions that the condition ``where`` names, and what only they mention."""
        rows = self._db.rows(
            f"DELETE FROM mentioned WHERE version IN ({where}) RETURNING mention", values
        )
        self._db.execute(
            "DELETE FROM mentions WHERE id IN (SELECT value FROM json_each(?))"
            " AND NOT EXISTS (SELECT 1 FROM mentioned WHERE mention = id)",
            [json.dumps(sorted({int(row[0]) for row in rows}))],
        )

    def clear(self) -> None:
        """Forgets everything."""
        self._db.execute("DELETE FROM mentioned")
        self._db.execute("DELETE FROM mentions")
