"""What is read of an open library: its articles, its state, and what retrieval asks it for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence, Set
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from rag import likeness
from rag.builds import Builds
from rag.catalog import Catalog
from rag.derivation import Derivation
from rag.errors import ArticleNotFound, OtherModel
from rag.listing import folded
from rag.origins import Origin
from rag.rows import Stored, passage_id
from rag.storage import folder_size
from rag.types import Article, Facets, Filters, Source, Status
from rag.understanding.mentions import Mention, What

if TYPE_CHECKING:
    from rag.embedding import Floats
    from rag.lexical import Variants

_WORD = re.compile(r"\w+")


class LibraryReader:
    """The half of a library that changes nothing. May be used from many threads."""

    def __init__(
        self, path: Path, derivation: Derivation, catalog: Catalog, builds: Builds
    ) -> None:
        self.path = path
        self._derivation = derivation
        self._catalog = catalog
        self._builds = builds

    def article(self, article_id: str) -> Article:
        """The article as it was put. Raises ``ArticleNotFound``."""
        article = self._catalog.article(article_id)
        if article is None:
            raise ArticleNotFound(
                f"There is no article '{article_id}'.", "'pullquote articles' lists their ids."
            )
        return article

    def articles(self, filters: Filters | None = None, *, matching: str = "") -> tuple[Source, ...]:
        """Articles without their texts, newest first, undated last.

        ``matching`` keeps those that hold all its words: as terms of the words index in a
        passage or the title, or as they stand, case and accents aside, in the id, the publisher
        or an author's name.
        """
        words = _WORD.findall(matching)
        among = self._holding(words) if words else None
        return self._catalog.listing.sources(filters or Filters(), among)

    def same_story(self, article_id: str) -> tuple[Source, ...]:
        """The other articles that tell the story this one tells, newest first."""
        return self._catalog.listing.same_story(article_id)

    def facets(self, filters: Filters | None = None) -> Facets:
        """Publishers, authors, tags and languages of the articles, with their numbers."""
        return self._catalog.listing.facets(filters or Filters())

    def openings(
        self, filters: Filters, as_of: date | None = None, *, limit: int = 100, title: str = ""
    ) -> list[Stored]:
        """The first passages of matching articles, newest first, undated last; with ``title``
        only of articles that are called so, whatever the case of letters."""
        return self._catalog.openings.first(filters, as_of, limit, title=title)

    def whole(self, article_id: str) -> list[Stored]:
        """All passages of an article, in order; none when it is gone."""
        return self._catalog.openings.whole(article_id)

    def origin(self, article_id: str) -> str | None:
        """Where an article came from; None when there is no such article."""
        current = self._catalog.current(article_id)
        return current[1] if current else None

    def came_from(self, place: str) -> tuple[Origin, ...]:
        """The articles that came from ``place``, a file or a folder, and all that lies below."""
        return self._catalog.origins.within(place)

    def __len__(self) -> int:
        return self._catalog.listing.counts()[0]

    def status(self) -> Status:
        """Counts, dates, model and size. ``stale`` says what is to be made anew, and how."""
        articles, passages = self._catalog.listing.counts()
        first, last, undated = self._catalog.listing.span()
        return Status(
            path=str(self.path),
            articles=articles,
            passages=passages,
            undated=undated,
            first=first,
            last=last,
            languages=self._catalog.listing.languages(),
            embedding=self._catalog.meta("embedding"),
            dimension=self._dimension,
            created=self._catalog.meta("created"),
            schema_version=self._catalog.schema_version(),
            stale=tuple(self._stale()),
            bytes=folder_size(self.path),
        )

    # What retrieval reads. Ids from the indexes may be gone; ``stored`` knows.

    def nearest(
        self, vector: Floats, k: int, *, within: Set[int] | None = None
    ) -> list[tuple[str, float]]:
        """Nearest passage ids and their cosine similarity, best first. ``within`` names the
        versions that may be found; None means all."""
        self._check_dimension(vector)
        with self._builds.reading() as indexes:
            return indexes.vectors.nearest(vector, k, within)

    def similarities(self, vector: Floats, ids: Sequence[str]) -> dict[str, float]:
        """Cosine similarity of ``vector`` and each of these passages, by id."""
        with self._builds.reading() as indexes:
            return indexes.vectors.similarities(vector, ids)

    def best_words(
        self,
        text: str,
        k: int,
        *,
        title_weight: float,
        within: Set[int] | None = None,
        also: Variants | None = None,
        beside: Sequence[tuple[str, float]] = (),
    ) -> list[tuple[str, float]]:
        """Best passage ids by BM25, best first; ``within`` as for ``nearest``, the others
        as in ``rag.lexical``."""
        with self._builds.reading() as indexes:
            found = indexes.words.best(
                text, k, title_weight=title_weight, within=within, also=also, beside=beside
            )
        return [(passage_id(*key), score) for key, score in found]

    def texts_with(self, words: str, k: int) -> list[str]:
        """Titles and texts of the ``k`` passages that hold most of ``words``."""
        found = self.stored([i for i, _ in self.best_words(words, k, title_weight=1.0)])
        return [f"{one.source.title}\n{one.passage.text}" for one in found.values()]

    # What names are read by.

    def mentions(self, what: What, keys: Iterable[str]) -> list[Mention]:
        """Names of this kind that the articles mention, under one of ``keys``."""
        return self._catalog.mentioned.find(what, keys)

    def beginning(self, start: str, limit: int) -> list[tuple[str, int]]:
        """The most frequent terms that begin so, with the number of their passages."""
        with self._builds.reading() as indexes:
            return indexes.words.beginning(start, limit)

    def wordings(self, term: str) -> tuple[str, ...]:
        """How a passage that holds ``term`` writes it; nothing when none does."""
        found = self.best_words(term, 1, title_weight=0)
        words = (w for s in self.stored([i for i, _ in found]).values() for w in _words(s, term))
        with self._builds.reading() as indexes:
            return tuple(dict.fromkeys(w for w in words if indexes.words.terms(w) == [term]))

    def terms(self, text: str) -> list[str]:
        """The distinct terms of ``text`` as the words index has them."""
        with self._builds.reading() as indexes:
            return indexes.words.terms(text)

    def telling(self, text: str) -> list[str]:
        """The distinct terms of ``text``, in order, without those of words that only put a
        question together; all of them if there are no others."""
        with self._builds.reading() as indexes:
            return indexes.words.telling(text)

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

    def versions(self, filters: Filters, as_of: date | None = None) -> Set[int]:
        """Versions of the articles the filters let through. ``as_of`` leaves out what was
        published later; undated articles stay."""
        return self._catalog.listing.versions(filters, as_of)

    def undated(self, filters: Filters) -> int:
        """Articles that a date range leaves out only because they have no date."""
        return self._catalog.listing.undated(filters)

    def later(self, filters: Filters, day: date) -> int:
        """Matching articles that were published after ``day``."""
        return self._catalog.listing.later(filters, day)

    def newest_day(self) -> date | None:
        """The last day any article may be from; None when none has a date."""
        return self._catalog.listing.newest_day()

    # Underneath.

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
        if len(self) and self._catalog.meta("stories") != likeness.VERSION:
            yield "which articles tell one story is not known: run 'pullquote rebuild'"
        if self._builds.opened:
            count, indexes = self._catalog.listing.counts()[1], self._builds.current
            for name, index in (("vectors", indexes.vectors), ("words", indexes.words)):
                if len(index) != count:
                    yield (
                        f"{name} are there for {len(index)} of {count} passages:"
                        " run 'pullquote verify --repair'"
                    )

    def _holding(self, words: Iterable[str]) -> set[int]:
        """Versions that hold every one of the words."""
        named = self._catalog.listing.named()
        with self._builds.reading() as indexes:
            return set.intersection(
                *(
                    indexes.words.holding(word)
                    | {version for version, names in named if folded(word) in names}
                    for word in words
                )
            )


def _words(stored: Stored, term: str) -> Iterator[str]:
    """Words of a passage that may be ``term``: a stem keeps how a word begins."""
    for word in dict.fromkeys(_WORD.findall(stored.passage.text)):
        if folded(word)[:2] == term[:2]:
            yield word
