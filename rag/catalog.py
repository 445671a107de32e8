"""The catalog: SQLite, the one source of truth. Article text lives here and nowhere else.

Every put gives an article a new version number, never used again. Passages belong to a
version, and a passage id is ``version.ordinal``: what an index still holds of an older version
finds nothing here and so can never be cited.

The journal lists versions that the indexes must not keep. A version is entered before it
reaches the indexes, and taken off in the very transaction that makes it current; the version
it replaces is entered in that same transaction. Whatever the journal holds after a crash is
therefore to be deleted from the indexes, and nothing else is to be done.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from rag.database import Database
from rag.listing import Listing
from rag.mentioned import Mentioned
from rag.openings import Openings
from rag.origins import Origin, Origins
from rag.passages import Chunk
from rag.place import CATALOG
from rag.rows import (
    PASSAGE,
    Stored,
    Version,
    article_of,
    article_row,
    key_of,
    spans_of,
    stored_of,
)
from rag.stories import Likenesses, Stories
from rag.types import Article

_VERSIONED = (
    ("articles", "version"),
    ("passages", "version"),
    ("journal", "version"),
    ("bands", "version"),
    ("alike", "version"),
    ("alike", "other"),
    ("mentioned", "version"),
)
"""Every column that holds a version."""


class Catalog:
    """Safe to use from many threads; one statement or transaction at a time."""

    def __init__(self, folder: Path) -> None:
        self._db = Database(folder / CATALOG)
        self.listing = Listing(self._db)
        self.openings = Openings(self._db)
        self.stories = Stories(self._db)
        self.mentioned = Mentioned(self._db)
        self.origins = Origins(self._db)

    @property
    def path(self) -> Path:
        """Its file."""
        return self._db.path

    def close(self) -> None:
        """Waits for the statement under way."""
        self._db.close()

    # What the library is.

    def meta(self, name: str, default: str = "") -> str:
        rows = self._db.rows("SELECT value FROM meta WHERE name = ?", [name])
        return str(rows[0][0]) if rows else default

    def set_meta(self, **values: object) -> None:
        with self._db.transaction():
            self._set_meta(values)

    def schema_version(self) -> int:
        return int(self._db.rows("PRAGMA user_version")[0][0])

    # Writing, in the order it happens.

    def stage(self, versions: Sequence[Version]) -> None:
        """Enters new versions and their passages. Nobody sees them yet."""
        with self._db.transaction():
            self._db.executemany(
                "INSERT INTO journal VALUES (?, ?)", [(v.number, len(v.chunks)) for v in versions]
            )
            self._db.executemany(
                "INSERT INTO passages VALUES (?, ?, ?, ?, '', ?)",
                [
                    (version.number, ordinal, chunk.start, chunk.end, json.dumps(chunk.sentences))
                    for version in versions
                    for ordinal, chunk in enumerate(version.chunks)
                ],
            )
            self.mentioned.keep((v.number, v.article.text) for v in versions)

    def publish(self, versions: Sequence[Version], likenesses: Likenesses) -> None:
        """Makes staged versions the current ones, all at once, and retires those they replace.

        ``likenesses`` are theirs, as they were found before this.
        """
        with self._db.transaction():
            bereft = self._retire([version.article.id for version in versions])
            for version in versions:
                self._db.execute("DELETE FROM journal WHERE version = ?", [version.number])
                row = article_row(version)
                marks = ", ".join("?" * len(row))
                self._db.execute(
                    f"REPLACE INTO articles ({', '.join(row)}) VALUES ({marks})",
                    list(row.values()),
                )
            self.origins.note([Origin(v.article.id, v.origin) for v in versions])
            self.stories.keep(likenesses)
            self.stories.tell(bereft)

    def retire(self, ids: Sequence[str]) -> None:
        """Takes articles out. Their passages are gone from here; the indexes follow."""
        with self._db.transaction():
            bereft = self._retire(ids)
            self._db.executemany("DELETE FROM articles WHERE id = ?", [[i] for i in ids])
            self.origins.forget(ids)
            self.stories.tell(bereft)

    def let_go(self, origins: Sequence[Origin]) -> int:
        """These places no longer have these articles: those that no other place has are taken
        out. Returns how many."""
        with self._db.transaction():
            bereft = self.origins.drop(origins)
            self.retire(bereft)
        return len(bereft)

    def renumber(
        self, numbers: dict[str, int], likenesses: Likenesses, meta: dict[str, object]
    ) -> None:
        """After a rebuild: staged versions take the place of all current ones, at once.

        ``likenesses`` are those of all articles, by the numbers they had.
        """
        rows = self._db.rows("SELECT version, id FROM articles")
        renumbered = {int(row["version"]): numbers[row["id"]] for row in rows}
        with self._db.transaction():
            self._db.execute("DELETE FROM journal")
            for article_id, number in numbers.items():
                self._db.execute(
                    "UPDATE articles SET version = ? WHERE id = ?", [number, article_id]
                )
            self._db.execute(
                "DELETE FROM passages WHERE version NOT IN (SELECT version FROM articles)"
            )
            self.mentioned.forget(
                "SELECT version FROM mentioned EXCEPT SELECT version FROM articles"
            )
            self.stories.clear()
            self.stories.keep(likenesses.renumbered(renumbered))
            self._set_meta(meta)

    def new_versions(self, count: int) -> range:
        """Numbers that were never given out before."""
        with self._db.transaction():
            first = self.next_version()
            self._set_meta({"next_version": first + count})
        return range(first, first + count)

    def next_version(self) -> int:
        """The least number that was never given out."""
        return int(self.meta("next_version", "1"))

    def mention_anew(self, way: str) -> None:
        """Reads the names of all articles again, and notes the ``way`` it was done."""
        with self._db.transaction():
            self.mentioned.clear()
            for row in self._db.rows("SELECT version FROM articles"):
                texts = self._db.rows("SELECT version, text FROM articles WHERE version = ?", row)
                self.mentioned.keep((int(number), text) for number, text in texts)
            self._set_meta({"names": way})

    def journal(self) -> list[tuple[int, int]]:
        """(version, number of passages) of what the indexes must not keep."""
        return [(int(a), int(b)) for a, b in self._db.rows("SELECT * FROM journal")]

    def settle(self, versions: Iterable[int]) -> None:
        """The indexes no longer hold these."""
        with self._db.transaction():
            settled = [json.dumps(list(versions))]
            self._db.execute(
                "DELETE FROM journal WHERE version IN (SELECT value FROM json_each(?))", settled
            )
            # A version that was never published leaves its passages and names.
            left = "SELECT value FROM json_each(?) EXCEPT SELECT version FROM articles"
            self._db.execute(f"DELETE FROM passages WHERE version IN ({left})", settled)
            self.mentioned.forget(left, settled)

    def checkpoint(self) -> None:
        """Empties the write-ahead log, so that it keeps nothing that was removed."""
        self._db.rows("PRAGMA wal_checkpoint(TRUNCATE)")

    def vacuum(self) -> None:
        """Gives back the room of what was removed. Who reads meanwhile does not wait."""
        self._db.vacuum()
        self.checkpoint()

    # Into another file, and out of one.

    def copy_to(self, path: Path) -> None:
        """A copy as of this moment, in a file that is not there yet. Nobody may write meanwhile."""
        self._db.copy_to(path)

    def become(self, other: Path) -> None:
        """Takes on all that the catalog in the file ``other`` holds, in place of all of this."""
        self._db.become(other)

    def shift(self, by: int) -> None:
        """Counts all versions up, by more than there are, so that none has a number of before."""
        with self._db.transaction():
            for table, column in _VERSIONED:
                self._db.execute(f"UPDATE {table} SET {column} = {column} + ?", [by])
            self._set_meta({"next_version": self.next_version() + by})

    # Reading.

    def article(self, article_id: str) -> Article | None:
        rows = self._db.rows("SELECT * FROM articles WHERE id = ?", [article_id])
        return article_of(rows[0]) if rows else None

    def current(self, article_id: str) -> tuple[str, str] | None:
        """(digest, origin) of an article's current version, None when there is none."""
        rows = self._db.rows("SELECT digest, origin FROM articles WHERE id = ?", [article_id])
        return (rows[0]["digest"], rows[0]["origin"]) if rows else None

    def passages(self, ids: Sequence[str]) -> dict[str, Stored]:
        """The passages that still exist, by id; their words come from the article's text."""
        # CROSS keeps this order: by itself SQLite would read all passages there are. One
        # parameter, whatever the number: such a statement is compiled once.
        rows = self._db.rows(
            "WITH wanted AS (SELECT json_extract(value, '$[0]') AS version,"
            " json_extract(value, '$[1]') AS ordinal FROM json_each(?))"
            f" SELECT {PASSAGE}"
            " FROM wanted CROSS JOIN passages p USING (version, ordinal)"
            " CROSS JOIN articles a USING (version)",
            [json.dumps([key_of(i) for i in ids])],
        )
        return {stored.passage.id: stored for stored in map(stored_of, rows)}

    def passage_keys(self) -> set[tuple[int, int]]:
        """(version, ordinal) of every passage of every article."""
        rows = self._db.rows("SELECT version, ordinal FROM passages JOIN articles USING (version)")
        return {(int(a), int(b)) for a, b in rows}

    def each(self) -> Iterator[tuple[Version, str]]:
        """Every article's current version with the digest it was put with, by and by."""
        last = ""
        while rows := self._db.rows(
            "SELECT * FROM articles WHERE id > ? ORDER BY id LIMIT 50", [last]
        ):
            for row in rows:
                yield self._version(row), str(row["digest"])
            last = rows[-1]["id"]

    def each_version(self, numbers: Iterable[int]) -> Iterator[Version]:
        """Those of these versions that are current."""
        for number in sorted(numbers):
            for row in self._db.rows("SELECT * FROM articles WHERE version = ?", [number]):
                yield self._version(row)

    def faults(self) -> list[str]:
        """What SQLite itself finds wrong with the file."""
        rows = self._db.rows("PRAGMA quick_check")
        return [str(row[0]) for row in rows if row[0] != "ok"]

    # Underneath.

    def _version(self, row: sqlite3.Row) -> Version:
        passages = self._db.rows(
            "SELECT * FROM passages WHERE version = ? ORDER BY ordinal", [row["version"]]
        )
        chunks = tuple(Chunk(p["start"], p["end"], spans_of(p["sentences"])) for p in passages)
        return Version(int(row["version"]), article_of(row), str(row["origin"]), chunks)

    def _retire(self, ids: Sequence[str]) -> set[int]:
        """Returns the versions whose story may be another without these articles."""
        rows = self._db.rows(
            "SELECT version FROM articles WHERE id IN (SELECT value FROM json_each(?))",
            [json.dumps(ids)],
        )
        gone = [int(row["version"]) for row in rows]
        some, listed = [json.dumps(gone)], "SELECT value FROM json_each(?)"
        self._db.execute(
            "INSERT INTO journal SELECT a.version, count(p.version) FROM articles a"
            f" LEFT JOIN passages p USING (version) WHERE a.version IN ({listed})"
            " GROUP BY a.version",
            some,
        )
        self._db.execute(f"DELETE FROM passages WHERE version IN ({listed})", some)
        self.mentioned.forget(listed, some)
        return {other for number in gone for other in self.stories.forget(number)}

    def _set_meta(self, values: dict[str, Any]) -> None:
        self._db.executemany(
            "REPLACE INTO meta VALUES (?, ?)",
            [(name, str(value)) for name, value in values.items()],
        )
