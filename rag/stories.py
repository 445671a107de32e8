"""Stories: articles that are near-duplicates of each other, kept in the catalog.

A story is a connected group of alike articles (``rag.likeness``): a copy of a copy belongs to
it too. Bands and pairs belong to versions, as passages do. They are found before the transaction
that makes a version current and written within it, so that a story is never seen half changed.

Of a band that many have, as the pages of one template do, the first members alone are looked at.
A copy of such a page has other bands in common with it, and what has thousands of copies has them
among the first. Only in such a crowd does the order matter in which articles come; and where its
first members go, the later ones, which were held against these alone, may tell no story until
``rebuild``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from rag.likeness import Fingerprint, alike, bands, fingerprint
from rag.rows import Version, article_of

if TYPE_CHECKING:
    from rag.database import Database

_REMEMBERED = 2048
"""Fingerprints kept at hand, some 10 kB each: pages of one template are compared by the hundred."""
_CROWD = 64
"""Members of a band, the first ones, that an article which has it is compared with: so a put takes
no longer where thousands share one."""


@dataclass(frozen=True, slots=True)
class Likenesses:
    """The bands of some versions, and the pairs they are part of, by version number."""

    bands: Mapping[int, tuple[int, ...]]
    pairs: Sequence[tuple[int, int]]

    def renumbered(self, numbers: Mapping[int, int]) -> Likenesses:
        return Likenesses(
            {numbers[n]: hashes for n, hashes in self.bands.items()},
            [(numbers[a], numbers[b]) for a, b in self.pairs],
        )


class Stories:
    """Of the articles in a catalog."""

    def __init__(self, database: Database) -> None:
        self._db = database
        # A version never changes, so what is remembered of it is never wrong.
        self._fingerprint = lru_cache(_REMEMBERED)(self._read)

    # Found by reading alone, so that it may take its time.

    def of(self, versions: Sequence[Version]) -> Likenesses:
        """What is alike among these new versions, and of all others that will stay."""
        ids = json.dumps([v.article.id for v in versions])
        rows = self._db.rows(
            "SELECT version FROM articles WHERE id IN (SELECT value FROM json_each(?))", [ids]
        )
        replaced = {int(row[0]) for row in rows}
        fresh = {v.number: fingerprint(v.article) for v in versions}
        hashes = {number: bands(one) for number, one in fresh.items()}
        index = _Index()
        pairs = []
        for number, one in fresh.items():
            near = self._sharing(hashes[number], replaced) | index.sharing(hashes[number])
            index.add(number, hashes[number])
            for other in sorted(near):
                if alike(one, fresh[other] if other in fresh else self._fingerprint(other)):
                    pairs.append((other, number))
        return Likenesses(hashes, pairs)

    def of_all(self) -> Likenesses:
        """What is alike among all articles, from their texts alone."""
        hashes: dict[int, tuple[int, ...]] = {}
        index = _Index()
        pairs = []
        for row in self._db.rows("SELECT version FROM articles ORDER BY version"):
            number = int(row[0])
            one = self._fingerprint(number)
            hashes[number] = bands(one)
            for other in sorted(index.sharing(hashes[number])):
                if alike(one, self._fingerprint(other)):
                    pairs.append((other, number))
            index.add(number, hashes[number])
        return Likenesses(hashes, pairs)

    # Written as part of a transaction of the catalog.

    def keep(self, found: Likenesses) -> None:
        """Enters what was found of versions that are current by now, and tells their stories."""
        rows = [(h, number) for number, hashes in found.bands.items() for h in hashes]
        # In the order of the table, which is several times as fast.
        self._db.executemany("INSERT INTO bands VALUES (?, ?)", sorted(rows))
        both = [*found.pairs, *((b, a) for a, b in found.pairs)]
        self._db.executemany("INSERT INTO alike VALUES (?, ?)", sorted(both))
        self.tell({number for pair in found.pairs for number in pair})

    def forget(self, number: int) -> set[int]:
        """Drops a version; returns those it was alike to, whose stories are to be told anew."""
        rows = self._db.rows("SELECT other FROM alike WHERE version = ?", [number])
        self._db.execute("DELETE FROM bands WHERE version = ?", [number])
        self._db.execute("DELETE FROM alike WHERE version = ?", [number])
        self._db.executemany(
            "DELETE FROM alike WHERE version = ? AND other = ?",
            [(row["other"], number) for row in rows],
        )
        return {int(row["other"]) for row in rows}

    def clear(self) -> None:
        """Forgets everything."""
        self._db.execute("DELETE FROM bands")
        self._db.execute("DELETE FROM alike")
        self._db.execute("UPDATE articles SET story = '' WHERE story <> ''")

    def tell(self, numbers: Iterable[int]) -> None:
        """Gives the stories that these versions are part of their ids; one alone has none."""
        done: set[int] = set()
        for number in numbers:
            if number in done:
                continue
            rows = self._db.rows(
                "WITH RECURSIVE told (version) AS (VALUES (?) UNION"
                " SELECT other FROM alike JOIN told USING (version))"
                " SELECT version, id FROM articles JOIN told USING (version)",
                [number],
            )
            done.update(int(row["version"]) for row in rows)
            story = _story(min(row["id"] for row in rows)) if len(rows) > 1 else ""
            self._db.executemany(
                "UPDATE articles SET story = ?1 WHERE version = ?2 AND story <> ?1",
                [(story, row["version"]) for row in rows],
            )

    # Underneath.

    def _sharing(self, hashes: Sequence[int], replaced: Set[int]) -> set[int]:
        """Versions that share a band; only current ones are kept, and not those ``replaced``."""
        rows = self._db.rows(
            "SELECT DISTINCT bands.version FROM json_each(?1) AS own"
            " JOIN bands ON bands.hash = own.value AND bands.version <= ifnull("
            "(SELECT version FROM bands WHERE hash = own.value ORDER BY version LIMIT 1 OFFSET ?2),"
            " 9223372036854775807)",
            [json.dumps(hashes), _CROWD + len(replaced) - 1],
        )
        return {int(row[0]) for row in rows} - replaced

    def _read(self, number: int) -> Fingerprint:
        (row,) = self._db.rows("SELECT * FROM articles WHERE version = ?", [number])
        return fingerprint(article_of(row))


class _Index:
    """Which versions have which bands."""

    def __init__(self) -> None:
        self._versions: dict[int, list[int]] = {}

    def add(self, number: int, hashes: Iterable[int]) -> None:
        for h in hashes:
            self._versions.setdefault(h, []).append(number)

    def sharing(self, hashes: Iterable[int]) -> set[int]:
        return {number for h in hashes for number in self._versions.get(h, ())[:_CROWD]}


def _story(first: str) -> str:
    """The id of a story, from the first of its articles' ids: the same in whatever order they
    came, and after a rebuild."""
    return hashlib.sha256(first.encode()).hexdigest()[:12]
