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
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from rag import place, upkeep
from rag.builds import Builds
from rag.catalog import Catalog
from rag.derivation import Derivation
from rag.errors import (
    ArticleError,
    ArticleNotFound,
    LibraryError,
    OtherModel,
    PullquoteError,
)
from rag.identity import identified
from rag.indexes import Indexes
from rag.owner import Ownership
from rag.rows import Stored, Version, digest, passage_id
from rag.storage import folder_size, translated
from rag.types import Article, Facets, Filters, Outcome, Source, Status, Verification

if TYPE_CHECKING:
    from rag.embedding import Floats

_BATCH = 60_000
"""Characters of text embedded and committed together: a few seconds' work on two cores, so
that stopping an ingest loses little, and enough to be worth its commits."""


class Library:
    """An open library. Reads may come from many threads; writes wait for each other.

    ``Library.open`` makes one; most programs get theirs from an engine.
    """

    def __init__(
        self, path: Path, derivation: Derivation, *, wait: float, rebuilding: bool
    ) -> None:
        self.path = path
        self._derivation = derivation
        self._writing = threading.RLock()
        self._builds = Builds(path)
        self._owner = Ownership(path, wait=wait)
        try:
            self._catalog = Catalog(path)
        except BaseException:
            self._owner.release()
            raise
        try:
            if not self._catalog.meta("created"):
                self._begin(build=1)
            if not rebuilding:
                self._check_model()
                self._builds.open(self._build)
                self._settle()
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

        Yields every article, with its id, and what became of it, once that is on disk. An
        article that cannot be kept yields its error; trouble with the disk is raised.
        """
        for batch in _batches(items):
            with self._writing:
                results = self._put_batch(batch)
            yield from results

    def remove(self, article_id: str) -> None:
        """Takes an article out of everything. Raises ``ArticleNotFound``."""
        with self._writing:
            self.article(article_id)
            self._settle()
            self._catalog.retire([article_id])
            self._finish()

    def article(self, article_id: str) -> Article:
        """The article as it was put. Raises ``ArticleNotFound``."""
        article = self._catalog.article(article_id)
        if article is None:
            raise ArticleNotFound(
                f"There is no article '{article_id}'.", "'pullquote articles' lists their ids."
            )
        return article

    def articles(self, filters: Filters | None = None) -> tuple[Source, ...]:
        """Matching articles without their texts, newest first, undated last."""
        return self._catalog.sources(filters or Filters())

    def facets(self, filters: Filters | None = None) -> Facets:
        """How many matching articles there are of each kind."""
        return self._catalog.openings.facets(filters or Filters())

    def origin(self, article_id: str) -> str | None:
        """Where an article came from; None when there is no such article."""
        current = self._catalog.current(article_id)
        return current[1] if current else None

    def __len__(self) -> int:
        return self._catalog.counts()[0]

    def status(self) -> Status:
        """Counts, dates, model and size. ``stale`` says what is to be made anew, and how."""
        articles, passages = self._catalog.counts()
        first, last, undated = self._catalog.span()
        return Status(
            path=str(self.path),
            articles=articles,
            passages=passages,
            undated=undated,
            first=first,
            last=last,
            languages=self._catalog.languages(),
            embedding=self._catalog.meta("embedding"),
            dimension=self._dimension,
            created=self._catalog.meta("created"),
            schema_version=self._catalog.schema_version(),
            stale=tuple(self._stale()),
            bytes=folder_size(self.path),
        )

    # What retrieval reads. Ids from the indexes may be gone; ``stored`` knows.

    def nearest(self, vector: Floats, k: int) -> list[tuple[str, float]]:
        """Nearest passage ids and their cosine similarity, best first."""
        self._check_dimension(vector)
        with self._builds.reading() as indexes:
            return indexes.vectors.nearest(vector, k)

    def nearest_among(
        self, vector: Floats, versions: dict[int, int], k: int
    ) -> list[tuple[str, float]]:
        """Nearest passage ids of these versions, by an exact scan."""
        self._check_dimension(vector)
        ids = [passage_id(v, i) for v, count in versions.items() for i in range(count)]
        with self._builds.reading() as indexes:
            return indexes.vectors.among(vector, ids, k)

    def best_words(
        self, text: str, k: int, *, title_weight: float, within: Sequence[int] | None = None
    ) -> list[tuple[str, float]]:
        """Best passage ids by BM25, best first."""
        with self._builds.reading() as indexes:
            found = indexes.words.best(text, k, title_weight=title_weight, within=within)
        return [(passage_id(*key), score) for key, score in found]

    def terms(self, text: str) -> list[str]:
        """The distinct terms of ``text`` as the words index has them."""
        with self._builds.reading() as indexes:
            return indexes.words.terms(text)

    def frequency(self, term: str) -> int:
        """Passages whose text holds ``term``."""
        with self._builds.reading() as indexes:
            return indexes.words.frequency(term)

    def passage_count(self) -> int:
        with self._builds.reading() as indexes:
            return len(indexes.words)

    def stored(self, ids: Sequence[str]) -> dict[str, Stored]:
        """Those of the passages that are current, by id: the generation check at read."""
        return self._catalog.passages(ids)

    def openings(
        self, filters: Filters, as_of: date | None = None, *, limit: int = 100, title: str = ""
    ) -> list[Stored]:
        """The first passages of matching articles, newest first, undated last; with ``title``
        only of articles that are called so, whatever the case of letters."""
        return self._catalog.openings.first(filters, as_of, limit, title=title)

    def whole(self, article_id: str) -> list[Stored]:
        """All passages of an article, in order; none when it is gone."""
        return self._catalog.openings.whole(article_id)

    def versions(self, filters: Filters, as_of: date | None = None) -> dict[int, int]:
        """Versions the filters let through, each with its number of passages."""
        return self._catalog.versions(filters, as_of)

    def undated(self, filters: Filters) -> int:
        """Articles that a date range leaves out only because they have no date."""
        return self._catalog.undated(filters)

    def newest_day(self) -> date | None:
        """The last day any article may be from; None when none has a date."""
        return self._catalog.span()[1]

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
            total, build = len(self), self._build + 1
            indexes = self._builds.begin(build)
            numbers: dict[str, int] = {}
            try:
                articles = ((old.article, "") for old, _ in self._catalog.each())
                for batch in _batches(articles):
                    numbers.update((v.article.id, v.number) for v in self._staged(batch, indexes))
                    if progress:
                        progress(len(numbers), total)
                made_with = self._derivation.made_with()
                self._catalog.renumber(numbers, {"build": build, **made_with})
            except BaseException:
                if self._build != build:
                    indexes.close()
                    self._builds.discard(build)
                    if self._builds.opened:
                        # Of these versions nothing is in the indexes in use.
                        self._settle()
                    raise
            # Also when interrupted just after the changeover: then it is done.
            self._builds.change_over(indexes, build)
            self._catalog.checkpoint()
            return total

    # Underneath.

    def _begin(self, *, build: int) -> None:
        self._catalog.set_meta(
            created=self._catalog.meta("created")
            or datetime.now(UTC).isoformat(timespec="seconds"),
            build=build,
            dimension=0,
            embedding=self._derivation.encoder.name,
            splitter=self._derivation.splitter,
        )

    def _check_model(self) -> None:
        built, ours = self._catalog.meta("embedding"), self._derivation.encoder.name
        if built != ours and not len(self):
            # Nothing was built yet. A new build, for the old one may hold vectors' length.
            self._begin(build=self._build + 1)
        elif built != ours:
            raise OtherModel(
                f"The library at {self.path} was built by the embedding model '{built}', not"
                f" '{ours}'.",
                f"Set 'embedding' to that one, or run 'pullquote rebuild --library {self.path}'.",
            )

    @property
    def _dimension(self) -> int:
        """Length of the vectors; 0 before there are any."""
        return int(self._catalog.meta("dimension", "0"))

    def _check_dimension(self, vectors: Floats) -> None:
        if self._dimension and vectors.shape[-1] != self._dimension:
            raise OtherModel(
                f"The library at {self.path} holds vectors of {self._dimension} numbers; the model"
                f" '{self._derivation.encoder.name}' makes {vectors.shape[-1]}.",
                f"Set the model that built it, or run 'pullquote rebuild --library {self.path}'.",
            )

    def _stale(self) -> Iterator[str]:
        if waiting := len(self._catalog.journal()):
            yield f"the indexes still hold {waiting} old versions: the next change deletes them"
        if self._catalog.meta("splitter") != self._derivation.splitter:
            yield "passages were split in another way or length: run 'pullquote rebuild'"
        if self._builds.opened:
            count, indexes = self._catalog.counts()[1], self._builds.current
            for name, index in (("vectors", indexes.vectors), ("words", indexes.words)):
                if len(index) != count:
                    yield (
                        f"{name} are there for {len(index)} of {count} passages:"
                        " run 'pullquote verify --repair'"
                    )

    @property
    def _build(self) -> int:
        return int(self._catalog.meta("build", "1"))

    def _settle(self) -> None:
        """Deletes from the indexes what the journal names: recovery, and every change's beginning
        and end. Indexes that are not open are an error even when there is nothing to delete."""
        indexes = self._builds.current
        if journal := self._catalog.journal():
            indexes.delete(journal)
            self._catalog.settle(version for version, _ in journal)

    def _finish(self) -> None:
        """What is left to do once the catalog has changed. It may fail without the change being
        less true: what the indexes keep too long is never read, and the next write or opening
        deletes it; ``status`` tells of it until then."""
        with suppress(LibraryError):
            self._settle()
        # The write-ahead log would keep the text that was replaced or removed.
        with suppress(LibraryError):
            self._catalog.checkpoint()

    def _put_batch(
        self, batch: Sequence[tuple[Article, str]]
    ) -> list[tuple[Article, Outcome | PullquoteError]]:
        results: list[tuple[Article, Outcome | PullquoteError]] = []
        fresh: dict[str, tuple[Article, str]] = {}
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
            results.append((article, outcome))
        if fresh:
            self._settle()
            versions = self._staged(list(fresh.values()), self._builds.current)
            if not self._dimension:
                self._catalog.set_meta(**self._derivation.made_with())
            self._catalog.publish(versions)
            self._finish()
        return results

    def _digest(self, article_id: str) -> str | None:
        current = self._catalog.current(article_id)
        return current[0] if current else None

    def _staged(self, items: Sequence[tuple[Article, str]], indexes: Indexes) -> list[Version]:
        """New versions of these articles, in the journal and in the indexes, not yet current."""
        numbers = self._catalog.new_versions(len(items))
        versions = [
            Version(number, article, origin, self._derivation.chunks(article))
            for number, (article, origin) in zip(numbers, items, strict=True)
        ]
        vectors = self._derivation.vectors((v.article, c) for v in versions for c in v.chunks)
        if self._builds.opened and indexes is self._builds.current:
            self._check_dimension(vectors)
        self._catalog.stage(versions)
        indexes.add(versions, vectors)
        return versions


def _outcome(known: str | None, new: str) -> Outcome:
    if known is None:
        return Outcome.ADDED
    return Outcome.UNCHANGED if known == new else Outcome.CHANGED


def _batches(items: Iterable[tuple[Article, str]]) -> Iterator[list[tuple[Article, str]]]:
    batch: list[tuple[Article, str]] = []
    size = 0
    for item in items:
        batch.append(item)
        size += len(str(item[0].text))  # whether it is text is seen later
        if size >= _BATCH or len(batch) >= 256:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
