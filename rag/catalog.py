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
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from rag.errors import LibraryDamaged, LibraryError
from rag.migrations import migrate
from rag.openings import Openings
from rag.passages import Chunk
from rag.place import CATALOG
from rag.rows import (
    SOURCE,
    Stored,
    Version,
    article_of,
    article_row,
    source_of,
    spans_of,
    stored_of,
    where,
)
from rag.storage import storage_error
from rag.types import Article, Filters, Source

# A statement may carry only so many parameters.
_SLICE = 500


class Catalog:
    """Safe to use from many threads; one statement or transaction at a time."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / CATALOG
        self._lock = threading.RLock()
        self.openings = Openings(self._rows)
        with self._guard():
            self._db = sqlite3.connect(
                self.path, isolation_level=None, check_same_thread=False, timeout=5
            )
            try:
                # Removed text is overwritten, not just unlinked.
                self._db.execute("PRAGMA secure_delete = ON")
                self._db.execute("PRAGMA journal_mode = WAL")
                self._db.execute("PRAGMA synchronous = FULL")
                migrate(self._db)
            except BaseException:
                self._db.close()
                raise

    def close(self) -> None:
        """Waits for the statement under way; another thread's would be cut from under it."""
        with self._lock, self._guard():
            self._db.close()

    # What the library is.

    def meta(self, name: str, default: str = "") -> str:
        rows = self._rows("SELECT value FROM meta WHERE name = ?", [name])
        return str(rows[0][0]) if rows else default

    def set_meta(self, **values: object) -> None:
        with self._transaction():
            self._set_meta(values)

    def schema_version(self) -> int:
        return int(self._rows("PRAGMA user_version")[0][0])

    # Writing, in the order it happens.

    def stage(self, versions: Sequence[Version]) -> None:
        """Enters new versions and their passages. Nobody sees them yet."""
        with self._transaction():
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

    def publish(self, versions: Sequence[Version]) -> None:
        """Makes staged versions the current ones, all at once, and retires those they replace."""
        with self._transaction():
            for version in versions:
                self._retire(version.article.id)
                self._db.execute("DELETE FROM journal WHERE version = ?", [version.number])
                row = article_row(version)
                marks = ", ".join("?" * len(row))
                self._db.execute(
                    f"REPLACE INTO articles ({', '.join(row)}) VALUES ({marks})",
                    list(row.values()),
                )

    def retire(self, ids: Iterable[str]) -> None:
        """Takes articles out. Their passages are gone from here; the indexes follow."""
        with self._transaction():
            for article_id in ids:
                self._retire(article_id)
                self._db.execute("DELETE FROM articles WHERE id = ?", [article_id])

    def renumber(self, numbers: dict[str, int], meta: dict[str, object]) -> None:
        """After a rebuild: staged versions take the place of all current ones, at once."""
        with self._transaction():
            self._db.execute("DELETE FROM journal")
            for article_id, number in numbers.items():
                self._db.execute(
                    "UPDATE articles SET version = ? WHERE id = ?", [number, article_id]
                )
            self._db.execute(
                "DELETE FROM passages WHERE version NOT IN (SELECT version FROM articles)"
            )
            self._set_meta(meta)

    def new_versions(self, count: int) -> range:
        """Numbers that were never given out before."""
        with self._transaction():
            first = int(self.meta("next_version", "1"))
            self._set_meta({"next_version": first + count})
        return range(first, first + count)

    def journal(self) -> list[tuple[int, int]]:
        """(version, number of passages) of what the indexes must not keep."""
        return [(int(a), int(b)) for a, b in self._rows("SELECT * FROM journal")]

    def settle(self, versions: Iterable[int]) -> None:
        """The indexes no longer hold these."""
        with self._transaction():
            for number in versions:
                self._db.execute("DELETE FROM journal WHERE version = ?", [number])
                # A version that was never published leaves its passages.
                self._db.execute(
                    "DELETE FROM passages WHERE version = ?1 AND NOT EXISTS"
                    " (SELECT 1 FROM articles WHERE version = ?1)",
                    [number],
                )

    def checkpoint(self) -> None:
        """Empties the write-ahead log, so that it keeps nothing that was removed."""
        self._rows("PRAGMA wal_checkpoint(TRUNCATE)")

    # Reading.

    def article(self, article_id: str) -> Article | None:
        rows = self._rows("SELECT * FROM articles WHERE id = ?", [article_id])
        return article_of(rows[0]) if rows else None

    def current(self, article_id: str) -> tuple[str, str] | None:
        """(digest, origin) of an article's current version, None when there is none."""
        rows = self._rows("SELECT digest, origin FROM articles WHERE id = ?", [article_id])
        return (rows[0]["digest"], rows[0]["origin"]) if rows else None

    def sources(self, filters: Filters) -> tuple[Source, ...]:
        """Matching articles, newest first, undated last."""
        condition, values = where(filters)
        rows = self._rows(
            f"SELECT {SOURCE} FROM articles a WHERE {condition}"
            " ORDER BY a.first_day IS NULL, a.first_day DESC, a.id",
            values,
        )
        return tuple(source_of(row) for row in rows)

    def versions(self, filters: Filters, as_of: date | None = None) -> dict[int, int]:
        """Matching versions, each with how many passages it has.

        ``as_of`` leaves out what was published later; undated articles stay.
        """
        condition, values = where(filters)
        if as_of:
            condition += " AND (a.first_day IS NULL OR a.first_day <= ?)"
            values.append(as_of.isoformat())
        rows = self._rows(
            "SELECT a.version, count(*) FROM articles a JOIN passages p USING (version)"
            f" WHERE {condition} GROUP BY a.version",
            values,
        )
        return {int(version): int(count) for version, count in rows}

    def undated(self, filters: Filters) -> int:
        """Articles a date range leaves out only because they have no date."""
        without = Filters(
            filters.sources, filters.authors, filters.tags, filters.languages, None, None,
            filters.articles,
        )  # fmt: skip
        condition, values = where(without)
        query = f"SELECT count(*) FROM articles a WHERE {condition} AND a.first_day IS NULL"
        return int(self._rows(query, values)[0][0])

    def passages(self, ids: Sequence[str]) -> dict[str, Stored]:
        """The passages that still exist, by id; their words come from the article's text."""
        keys = [tuple(map(int, i.split("."))) for i in ids]
        found: dict[str, Stored] = {}
        for i in range(0, len(keys), _SLICE):
            part = keys[i : i + _SLICE]
            marks = ", ".join(["(?, ?)"] * len(part))
            rows = self._rows(
                f'SELECT p.*, {SOURCE}, substr(a.text, p.start + 1, p."end" - p.start) AS words'
                " FROM passages p JOIN articles a USING (version)"
                f" WHERE (p.version, p.ordinal) IN (VALUES {marks})",
                [number for key in part for number in key],
            )
            found.update((stored.passage.id, stored) for stored in map(stored_of, rows))
        return found

    def passage_keys(self) -> set[tuple[int, int]]:
        """(version, ordinal) of every passage of every article."""
        rows = self._rows("SELECT version, ordinal FROM passages JOIN articles USING (version)")
        return {(int(a), int(b)) for a, b in rows}

    def counts(self) -> tuple[int, int]:
        """Articles and passages."""
        (articles,) = self._rows("SELECT count(*) FROM articles")[0]
        (passages,) = self._rows("SELECT count(*) FROM passages JOIN articles USING (version)")[0]
        return int(articles), int(passages)

    def span(self) -> tuple[date | None, date | None, int]:
        """First day, last day, and how many articles have no date."""
        first, last, undated = self._rows(
            "SELECT min(first_day), max(last_day), count(*) - count(first_day) FROM articles"
        )[0]
        return (
            date.fromisoformat(first) if first else None,
            date.fromisoformat(last) if last else None,
            int(undated),
        )

    def languages(self) -> dict[str, int]:
        rows = self._rows("SELECT language, count(*) FROM articles GROUP BY 1 ORDER BY 2 DESC, 1")
        return {str(language): int(count) for language, count in rows}

    def each(self) -> Iterator[tuple[Version, str]]:
        """Every article's current version with the digest it was put with, by and by."""
        last = ""
        while rows := self._rows(
            "SELECT * FROM articles WHERE id > ? ORDER BY id LIMIT 50", [last]
        ):
            for row in rows:
                yield self._version(row), str(row["digest"])
            last = rows[-1]["id"]

    def each_version(self, numbers: Iterable[int]) -> Iterator[Version]:
        """Those of these versions that are current."""
        for number in sorted(numbers):
            for row in self._rows("SELECT * FROM articles WHERE version = ?", [number]):
                yield self._version(row)

    def faults(self) -> list[str]:
        """What SQLite itself finds wrong with the file."""
        rows = self._rows("PRAGMA quick_check")
        return [str(row[0]) for row in rows if row[0] != "ok"]

    # Underneath.

    def _version(self, row: sqlite3.Row) -> Version:
        passages = self._rows(
            "SELECT * FROM passages WHERE version = ? ORDER BY ordinal", [row["version"]]
        )
        chunks = tuple(Chunk(p["start"], p["end"], spans_of(p["sentences"])) for p in passages)
        return Version(int(row["version"]), article_of(row), str(row["origin"]), chunks)

    def _retire(self, article_id: str) -> None:
        self._db.execute(
            "INSERT INTO journal SELECT a.version, count(p.version) FROM articles a"
            " LEFT JOIN passages p USING (version) WHERE a.id = ? GROUP BY a.version",
            [article_id],
        )
        self._db.execute(
            "DELETE FROM passages WHERE version = (SELECT version FROM articles WHERE id = ?)",
            [article_id],
        )

    def _set_meta(self, values: dict[str, Any]) -> None:
        self._db.executemany(
            "REPLACE INTO meta VALUES (?, ?)",
            [(name, str(value)) for name, value in values.items()],
        )

    def _rows(self, query: str, values: Sequence[Any] = ()) -> list[sqlite3.Row]:
        with self._lock, self._guard():
            cursor = self._db.cursor()
            cursor.row_factory = sqlite3.Row
            return cursor.execute(query, values).fetchall()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._lock, self._guard():
            if self._db.in_transaction:  # part of a larger one
                yield
                return
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    @contextmanager
    def _guard(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.ProgrammingError as error:
            raise LibraryError("The library is closed.", "Open it again.") from error
        except (sqlite3.Error, OSError) as error:
            raise storage_error(self.path, error, LibraryDamaged) from error
