"""Builds of a library's indexes made anew beside the one in use: changed over to, or given up.

For who holds the library's lock: nothing else may write meanwhile. Questions go on.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from rag.backups import Backup
from rag.builds import Builds
from rag.catalog import Catalog
from rag.derivation import Derivation
from rag.errors import LibraryError
from rag.indexes import Indexes, each_passage
from rag.refilling import Progress, refill
from rag.rows import passage_id


@dataclass(frozen=True, slots=True)
class Renewal:
    """Of the library with this catalog and these builds."""

    catalog: Catalog
    builds: Builds
    derivation: Derivation

    @property
    def build(self) -> int:
        """The one in use, as the catalog says."""
        return int(self.catalog.meta("build", "1"))

    @contextmanager
    def next(self) -> Iterator[tuple[Indexes, int]]:
        """A new build, to be filled. Its number, written to the catalog, is the moment of truth:
        after that it is in use, whatever happens; before, an error or a crash changes nothing."""
        before, build = self.build, self.build + 1
        indexes = self.builds.begin(build)
        try:
            yield indexes, build
        except BaseException:
            if self.build == before:
                self.builds.abandon(indexes, build)
                raise
            # Interrupted just after the changeover: then it is done.
        self.builds.change_over(indexes, build)
        # The write-ahead log would keep what is no longer there.
        with suppress(LibraryError):
            self.catalog.checkpoint()

    def compact(self, progress: Progress | None = None) -> None:
        """The same vectors and words in new files, and the catalog's file written anew."""
        known = self.builds.current.vectors.of
        with self.next() as (indexes, build):
            refill(indexes, self.catalog, known, self.derivation, progress)
            self.catalog.set_meta(build=build)
        self.catalog.vacuum()

    def salvage(self) -> bool:
        """Chroma's files cannot be read: the same vectors in new ones, from the copy that lies
        beside them. False, and nothing done, where that has not all of them.

        What the copy has of published versions is whole: it was on disk before they were."""
        known = self.builds.current.vectors.copied
        versions = (version for version, _ in self.catalog.each())
        ids = [passage_id(v.number, i) for v, i, _ in each_passage(versions)]
        if len(known(ids)) < len(ids):
            return False
        with self.next() as (indexes, build):
            refill(indexes, self.catalog, known, self.derivation)
            self.catalog.set_meta(build=build)
        return True

    def restore(self, backup: Backup, progress: Progress | None = None) -> int:
        """All that ``backup`` holds, in place of all that is here. Returns the number of articles.

        Its versions are counted on from those of this library: a passage id that somebody kept
        means the passage it was of, or none.
        """
        ours, aside = self.catalog.next_version(), self.build + 2
        # By more than there are of either; nothing came before in a new library.
        shift = max(ours, backup.next_version()) if ours > 1 else 0
        with self.next() as (indexes, build):
            try:
                staged = backup.stage(self.builds.aside(aside), shift=shift)
                try:
                    known = backup.vectors(shift)
                    count = refill(indexes, staged, known, self.derivation, progress)
                    staged.set_meta(build=build)
                    # After this everything is in the file, and nothing beside it.
                    staged.vacuum()
                finally:
                    staged.close()
                # Nothing may come between this and the changeover, which discards `aside`:
                # questions find nothing meanwhile.
                self.catalog.become(staged.path)
            except BaseException:
                with suppress(LibraryError):
                    self.builds.discard(aside)
                raise
        return count
