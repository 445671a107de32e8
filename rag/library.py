"""The library: catalog, vectors and words kept consistent, by one owner.

The catalog is the truth and the only place with text; both indexes are derived from it. A
change goes: journal, indexes, catalog, and then what is left over goes from the indexes. Its
moment of truth is a single transaction of the catalog, so that a crash leaves every article
whole, old or new.

A rebuild makes the next build of the indexes beside the one in use (``rag.builds``) and changes
over in one transaction.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from pathlib import Path

from rag import backups, likeness, place, upkeep
from rag.builds import Builds
from rag.catalog import Catalog
from rag.derivation import Derivation
from rag.errors import (
    ArticleError,
    LibraryDamaged,
    LibraryError,
    LibraryNotEmpty,
    OtherModel,
    PullquoteError,
)
from rag.identity import identified
from rag.indexes import Indexes
from rag.memory import give_back
from rag.origins import Origin
from rag.owner import Ownership
from rag.preparing import Item, Preparation, Prepared
from rag.reading import LibraryReader
from rag.renewal import Renewal
from rag.rows import Version, digest
from rag.storage import folder_size, translated
from rag.types import Article, Compaction, Outcome, Verification
from rag.understanding import mentions


class Library(LibraryReader):
    """An open library. Reads may come from many threads; writes wait for each other.

    ``Library.open`` makes one; most programs get theirs from an engine.
    """

    def __init__(
        self, path: Path, derivation: Derivation, *, wait: float, rebuilding: bool
    ) -> None:
        self._writing = threading.RLock()
        self._owner = Ownership(path, wait=wait)
        try:
            super().__init__(path, derivation, Catalog(path), Builds(path))
            self._renewal = Renewal(self._catalog, self._builds, derivation)
            self._preparation = Preparation(derivation, self._digest)
        except BaseException:
            self._owner.release()
            raise
        try:
            if not self._catalog.meta("created"):
                self._begin(build=1)
            if not rebuilding:
                self._check_model()
                self._builds.open(self._renewal.build)
                self._settle()
                self._checkpoint()
                if self._catalog.meta("names") != mentions.VERSION:
                    self._catalog.mention_anew(mentions.VERSION)
        except BaseException:
            self.close()
            raise

    @classmethod
    def open(
        cls,
        path: Path,
        derivation: Derivation,
        *,
        wait: float = 2.0,
        create: bool = False,
        rebuilding: bool = False,
    ) -> Library:
        """The library at ``path``; with ``create`` it is made when nothing is there yet.

        ``derivation`` must be of the model that built it, unless it is opened to be rebuilt;
        ``wait`` is how many seconds another owner may take to let go. Raises ``LibraryError``.
        """
        if create:
            place.check_vacant(path)
            with translated(path, LibraryError):
                path.mkdir(parents=True, exist_ok=True)
        else:
            place.check_library(path)
        return cls(path, derivation, wait=wait, rebuilding=rebuilding)

    def close(self) -> None:
        """Waits for what is under way, then lets go of everything, the lock last. May be called
        twice."""
        with self._writing, ExitStack() as stack:
            stack.callback(self._owner.release)
            stack.callback(self._catalog.close)
            stack.callback(self._builds.close)

    def announce(self, address: str) -> None:
        """Notes where this process can be reached, so that others ask it instead of waiting."""
        self._owner.announce(address)

    # Articles in and out.

    def put(self, article: Article, *, origin: str = "") -> Outcome:
        """Keeps an article, in place of any with its id. ``origin`` notes where it came from."""
        ((_, outcome),) = self.put_all([(article, origin)])
        if isinstance(outcome, PullquoteError):
            raise outcome
        return outcome

    def put_all(
        self, items: Iterable[tuple[Article, str]]
    ) -> Iterator[tuple[Article, Outcome | PullquoteError]]:
        """Keeps (article, origin) pairs, read from ``items`` a batch at a time: as far as the
        results are asked for.

        Yields every article, with its id, and what became of it, once that is on disk; by then
        the next batch is read, and is embedded meanwhile. An article that cannot be kept yields
        its error; trouble with the disk is raised.
        """
        for batch, prepared in self._preparation.fresh(items):
            with self._writing:
                results = self._put_batch(batch, prepared)
            give_back()
            yield from results

    def remove(self, article_id: str) -> None:
        """Takes an article out of everything. Raises ``ArticleNotFound``."""
        self.remove_all([article_id])

    def remove_all(self, ids: Sequence[str]) -> None:
        """Takes articles out of everything: all of them or, if one is not there, none. Raises
        ``ArticleNotFound``."""
        with self._writing:
            for article_id in ids:
                self.article(article_id)
            self._settle()
            self._catalog.retire(ids)
            self._finish()

    def let_go(self, origins: Sequence[Origin]) -> int:
        """These places no longer have these articles. Removes those that came from nowhere else,
        and returns how many those were."""
        with self._writing:
            self._settle()
            removed = self._catalog.let_go(origins)
            self._finish()
        return removed

    # Whole, and made whole.

    def verify(self, repair: bool = False) -> Verification:
        """Compares everything with everything; see ``rag.upkeep.verify``."""
        with self._writing:
            self._settle()
            return upkeep.verify(
                self._catalog, self._builds.current, self._derivation, repair=repair
            )

    def rebuild(self, progress: Callable[[int, int], None] | None = None) -> int:
        """Derives everything anew from the articles' texts, with the model given at opening.

        The indexes in use stay in use until the new ones are whole; a crash or an error on the
        way changes nothing. ``progress`` hears (done, total) articles. Returns their number.
        """
        with self._writing:
            if self._builds.opened:
                self._settle()
            total = len(self)
            numbers: dict[str, int] = {}
            try:
                with self._renewal.next() as (indexes, build):
                    articles = ((old.article, "") for old, _ in self._catalog.each())
                    for batch, prepared in self._preparation.all(articles):
                        staged = self._staged(batch, prepared, indexes)
                        numbers.update((v.article.id, v.number) for v in staged)
                        give_back()
                        if progress:
                            progress(len(numbers), total)
                    made_with = self._derivation.made_with()
                    likenesses = self._catalog.stories.of_all()
                    self._catalog.renumber(numbers, likenesses, {"build": build, **made_with})
            except BaseException:
                # Of these versions nothing is in the indexes in use; the journal has them.
                with suppress(LibraryError):
                    self._settle()
                raise
            return total

    def compact(self, progress: Callable[[int, int], None] | None = None) -> Compaction:
        """Gives back the room of what was removed and replaced: writes the same passages into
        new index files, with the vectors they have, and the catalog's file anew.

        A crash or an error before the new index files are whole changes nothing; one after that,
        while the catalog's file is written anew, leaves them in use and that file as it was.
        Questions go on. Takes as much room as the library has until it is done. ``progress`` as
        for ``rebuild``.
        """
        with self._writing:
            self._settle()
            before = folder_size(self.path)
            self._renewal.compact(progress)
            return Compaction(len(self), before, folder_size(self.path))

    # Copies of it all.

    def backup(self, target: Path) -> Path:
        """Writes all of it, as of this moment, into one file: ``target``, or one named by the
        time in the folder ``target``. Returns the file.

        It has its name only once it is whole; an earlier backup of that name is replaced.
        Questions go on. Raises ``NotABackup`` when another file is there; ``LibraryError``.
        """
        with self._writing:
            self._settle()
            target = backups.named(target, self.path)
            backups.write(self._catalog, self._builds.current.vectors.of, target)
            return target

    def restore(
        self,
        backup: Path,
        *,
        replace: bool = False,
        progress: Callable[[int, int], None] | None = None,
    ) -> int:
        """Takes on all that a backup holds. Returns the number of articles.

        All or nothing: a crash or an error on the way changes nothing; questions go on. Raises
        ``LibraryNotEmpty`` unless the library is empty or ``replace`` says that what it holds may
        go; ``NotABackup``; ``OtherModel``.
        """
        with self._writing:
            if len(self) and not replace:
                raise LibraryNotEmpty(
                    f"The library at {self.path} holds {len(self)} articles.",
                    "Say '--replace' if they may go, or restore into another folder.",
                )
            with backups.Backup.opened(backup, self._derivation.encoder.name) as opened:
                self._settle()
                return self._renewal.restore(opened, progress)

    # Underneath.

    def _begin(self, *, build: int) -> None:
        self._catalog.set_meta(
            created=self._catalog.meta("created")
            or datetime.now(UTC).isoformat(timespec="seconds"),
            build=build,
            dimension=0,
            embedding=self._derivation.encoder.name,
            splitter=self._derivation.splitter,
            stories=likeness.VERSION,
            names=mentions.VERSION,
        )

    def _check_model(self) -> None:
        built, ours = self._catalog.meta("embedding"), self._derivation.encoder.name
        if built != ours and not len(self):
            # Nothing was built yet. A new build, for the old one may hold vectors' length.
            self._begin(build=self._renewal.build + 1)
        elif built != ours:
            raise OtherModel(
                f"The library at {self.path} was built by the embedding model '{built}', not"
                f" '{ours}'.",
                f"Set 'embedding' to that one, or run 'pullquote rebuild --library {self.path}'.",
            )

    def _settle(self) -> None:
        """Deletes from the indexes what the journal names: recovery, and every change's beginning
        and end. Indexes that are not open are an error even when there is nothing to delete."""
        indexes = self._builds.current
        if journal := self._catalog.journal():
            try:
                indexes.delete(journal)
            except LibraryDamaged:
                # Chroma does not write its files in one step, and a full disk cuts them short.
                if not self._renewal.salvage():
                    raise
            self._catalog.settle(version for version, _ in journal)

    def _finish(self) -> None:
        """What is left to do once the catalog has changed. It may fail without the change being
        less true: what the indexes keep too long is never read, and the next write or opening
        deletes it; ``status`` tells of it until then."""
        with suppress(LibraryError):
            self._settle()
        self._checkpoint()

    def _checkpoint(self) -> None:
        """Until then the file still has, or its write-ahead log, what was replaced or removed:
        also after a crash."""
        with suppress(LibraryError):
            self._catalog.checkpoint()

    def _put_batch(
        self, batch: Sequence[Item], prepared: Prepared
    ) -> list[tuple[Article, Outcome | PullquoteError]]:
        results: list[tuple[Article, Outcome | PullquoteError]] = []
        fresh: dict[str, Item] = {}
        origins: list[Origin] = []
        for given, origin in batch:
            try:
                article = identified(given)
            except ArticleError as error:
                results.append((given, error))
                continue
            # The same id twice in a batch: the later one stands, as it would in two batches.
            twin = fresh.get(article.id)
            known = digest(twin[0]) if twin else self._digest(article.id)
            outcome = _outcome(known, digest(article))
            if outcome is not Outcome.UNCHANGED:
                fresh[article.id] = (article, origin)
            origins.append(Origin(article.id, origin))
            results.append((article, outcome))
        if fresh:
            self._settle()
            versions = self._staged(list(fresh.values()), prepared, self._builds.current)
            if not self._dimension:
                self._catalog.set_meta(**self._derivation.made_with())
            self._catalog.publish(versions, self._catalog.stories.of(versions))
            self._finish()
        # Also of what was there already, and may have come from elsewhere.
        self._catalog.origins.note(origins)
        return results

    def _digest(self, article_id: str) -> str | None:
        current = self._catalog.current(article_id)
        return current[0] if current else None

    def _staged(self, items: Sequence[Item], prepared: Prepared, indexes: Indexes) -> list[Version]:
        """New versions of these articles, in the journal and in the indexes, not yet current."""
        import numpy as np

        made = self._preparation.of(items, prepared)
        numbers = self._catalog.new_versions(len(items))
        versions = [
            Version(number, article, origin, one.chunks)
            for number, (article, origin), one in zip(numbers, items, made, strict=True)
        ]
        vectors = np.concatenate([one.vectors for one in made])
        if self._builds.opened and indexes is self._builds.current:
            self._check_dimension(vectors)
        self._catalog.stage(versions)
        indexes.add(versions, vectors)
        return versions


def _outcome(known: str | None, new: str) -> Outcome:
    if known is None:
        return Outcome.ADDED
    return Outcome.UNCHANGED if known == new else Outcome.CHANGED
