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

import hashlib
import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from rag.errors import LibraryDamaged, LibraryError
from rag.migrations import migrate
from rag.passages import Chunk
from rag.place import CATALOG
from rag.storage import storage_error
from rag.types import Article, Dated, Filters, Passage, Source

_PLAIN = ("id", "title", "text", "url", "source", "language", "section")
_SOURCE = "a.id, a.title, a.url, a.source, a.authors, a.published"
# A statement may carry only so many parameters.
_SLICE = 500


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


def digest(article: Article) -> str:
    """Of everything an article says; equal digests mean nothing is to be done."""
    text = json.dumps(article.to_dict(), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


class Catalog:
    """Safe to use from many threads; one statement or transaction at a time."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / CATALOG
        self._lock = threading.RLock()
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
                row = _row(version)
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
        return _article(rows[0]) if rows else None

    def current(self, article_id: str) -> tuple[str, str] | None:
        """(digest, origin) of an article's current version, None when there is none."""
        rows = self._rows("SELECT digest, origin FROM articles WHERE id = ?", [article_id])
        return (rows[0]["digest"], rows[0]["origin"]) if rows else None

    def sources(self, filters: Filters) -> tuple[Source, ...]:
        """Matching articles, newest first, undated last."""
        where, values = _where(filters)
        rows = self._rows(
            f"SELECT {_SOURCE} FROM articles a WHERE {where}"
            " ORDER BY a.first_day IS NULL, a.first_day DESC, a.id",
            values,
        )
        return tuple(_source(row) for row in rows)

    def versions(self, filters: Filters, as_of: date | None = None) -> dict[int, int]:
        """Matching versions, each with how many passages it has.

        ``as_of`` leaves out what was published later; undated articles stay.
        """
        where, values = _where(filters)
        if as_of:
            where += " AND (a.first_day IS NULL OR a.first_day <= ?)"
            values.append(as_of.isoformat())
        rows = self._rows(
            "SELECT a.version, count(*) FROM articles a JOIN passages p USING (version)"
            f" WHERE {where} GROUP BY a.version",
            values,
        )
        return {int(version): int(count) for version, count in rows}

    def undated(self, filters: Filters) -> int:
        """Articles a date range leaves out only because they have no date."""
        without = Filters(
            filters.sources, filters.authors, filters.tags, filters.languages, None, None,
            filters.articles,
        )  # fmt: skip
        where, values = _where(without)
        query = f"SELECT count(*) FROM articles a WHERE {where} AND a.first_day IS NULL"
        return int(self._rows(query, values)[0][0])

    def passages(self, ids: Sequence[str]) -> dict[str, Stored]:
        """The passages that still exist, by id; their words come from the article's text."""
        keys = [tuple(map(int, i.split("."))) for i in ids]
        found: dict[str, Stored] = {}
        for i in range(0, len(keys), _SLICE):
            part = keys[i : i + _SLICE]
            marks = ", ".join(["(?, ?)"] * len(part))
            rows = self._rows(
                f'SELECT p.*, {_SOURCE}, substr(a.text, p.start + 1, p."end" - p.start) AS words'
                " FROM passages p JOIN articles a USING (version)"
                f" WHERE (p.version, p.ordinal) IN (VALUES {marks})",
                [number for key in part for number in key],
            )
            found.update((stored.passage.id, stored) for stored in map(_stored, rows))
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
        chunks = tuple(Chunk(p["start"], p["end"], _spans(p["sentences"])) for p in passages)
        return Version(int(row["version"]), _article(row), str(row["origin"]), chunks)

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


def _row(version: Version) -> dict[str, Any]:
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
    }


def _article(row: sqlite3.Row) -> Article:
    return Article(
        **{name: row[name] for name in _PLAIN},
        authors=tuple(json.loads(row["authors"])),
        tags=tuple(json.loads(row["tags"])),
        published=_dated(row["published"]),
        updated=_dated(row["updated"]),
    )


def _source(row: sqlite3.Row) -> Source:
    return Source(
        id=row["id"],
        title=row["title"],
        url=row["url"],
        source=row["source"],
        authors=tuple(json.loads(row["authors"])),
        published=_dated(row["published"]),
    )


def _stored(row: sqlite3.Row) -> Stored:
    passage = Passage(
        id=passage_id(row["version"], row["ordinal"]),
        article_id=row["id"],
        text=row["words"],
        start=row["start"],
        end=row["end"],
        locator=row["locator"],
    )
    return Stored(passage, _source(row), _spans(row["sentences"]))


def _spans(text: str) -> tuple[tuple[int, int], ...]:
    return tuple((int(a), int(b)) for a, b in json.loads(text))


def _dated_json(value: Dated | None) -> str | None:
    return (
        None
        if value is None
        else json.dumps([value.value.isoformat(), value.precision, value.origin])
    )


def _dated(text: str | None) -> Dated | None:
    if text is None:
        return None
    value, precision, origin = json.loads(text)
    kind = datetime if precision == "minute" else date
    return Dated(kind.fromisoformat(value), precision, origin)


def _where(filters: Filters) -> tuple[str, list[Any]]:
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
