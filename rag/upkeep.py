"""Is a library whole? What is wrong with it, and what can be made good from the catalog."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rag.catalog import Catalog
from rag.derivation import Derivation
from rag.indexes import Indexes, each_passage
from rag.passages import Chunk
from rag.rows import Key, Version, digest, passage_id
from rag.types import Verification

_BATCH = 32
"""Articles entered again together."""


@dataclass(frozen=True, slots=True)
class _Gaps:
    """Passages in which an index differs from the catalog."""

    vectors_lacking: set[Key]
    vectors_extra: set[str]
    words_lacking: set[Key]
    words_extra: set[Key]
    miscopied: set[str]

    def lines(self) -> Iterator[str]:
        for text, passages in (
            ("vectors are missing for {} passages", self.vectors_lacking),
            ("vectors are left over from {} passages", self.vectors_extra),
            ("words are missing for {} passages", self.words_lacking),
            ("words are left over from {} passages", self.words_extra),
            ("the copy that is scanned has other vectors of {} passages", self.miscopied),
        ):
            if passages:
                yield text.format(len(passages))


def verify(
    catalog: Catalog, indexes: Indexes, derivation: Derivation, *, repair: bool
) -> Verification:
    """Compares catalog and indexes passage by passage, and every article with its digest.

    ``repair`` derives again what an index lacks and deletes what it has too much of. What the
    catalog itself has lost cannot be made good from anything, and is reported as it is.
    """
    articles, passages = catalog.listing.counts()
    lasting = [*catalog.faults(), *altered(catalog)]
    gaps = _gaps(catalog, indexes)
    found = (*lasting, *gaps.lines())
    if repair and any(gaps.lines()):
        _mend(gaps, catalog, indexes, derivation)
        lasting += _gaps(catalog, indexes).lines()
    return Verification(articles, passages, found, repaired=repair and not lasting)


def _gaps(catalog: Catalog, indexes: Indexes) -> _Gaps:
    keys = catalog.passage_keys()
    known, indexed = indexes.vectors.ids(), indexes.words.ids()
    return _Gaps(
        vectors_lacking={key for key in keys if passage_id(*key) not in known},
        vectors_extra=known - {passage_id(*key) for key in keys},
        words_lacking=keys - indexed,
        words_extra=indexed - keys,
        miscopied=indexes.vectors.miscopied(),
    )


def _mend(gaps: _Gaps, catalog: Catalog, indexes: Indexes, derivation: Derivation) -> None:
    if gaps.miscopied:
        indexes.vectors.copy_anew()
    indexes.vectors.delete(sorted(gaps.vectors_extra))
    odd = gaps.vectors_lacking | gaps.words_lacking | gaps.words_extra
    numbers = sorted({number for number, _ in odd})
    # Words are deleted by whole versions, so a version with any gap is entered again.
    indexes.words.change(delete=numbers)
    for i in range(0, len(numbers), _BATCH):
        versions = list(catalog.each_version(numbers[i : i + _BATCH]))
        pairs = ((version.article, chunk) for version in versions for chunk in version.chunks)
        indexes.add(versions, derivation.vectors(pairs))


def altered(catalog: Catalog) -> Iterator[str]:
    """Articles that are not what was put, and passages that lie outside theirs."""
    for version, known in catalog.each():
        if digest(version.article) != known:
            yield f"article '{version.article.id}' is not what was put"
        for _, ordinal, chunk in each_passage([version]):
            if not _within(chunk, version):
                yield f"passage {passage_id(version.number, ordinal)} lies outside its article"


def _within(chunk: Chunk, version: Version) -> bool:
    ends = [offset for span in chunk.sentences for offset in span]
    spread = [chunk.start, *ends, chunk.end]
    return spread == sorted(spread) and chunk.start >= 0 and chunk.end <= len(version.article.text)
