"""A new build of the indexes without a model: from vectors that are there already, and the words
of the catalog."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from rag.catalog import Catalog
from rag.derivation import Derivation
from rag.indexes import Indexes, each_passage
from rag.rows import Version, passage_id

if TYPE_CHECKING:
    from rag.embedding import Floats

Known = Callable[[Sequence[str]], Mapping[str, "Floats"]]
"""Vectors of those of these passages, by id, that have one."""
Progress = Callable[[int, int], None]
"""Hears (done, total) articles."""

_BATCH = 4096
"""Passages entered together, at least: some 10 MB."""


def refill(
    indexes: Indexes,
    catalog: Catalog,
    known: Known,
    derivation: Derivation,
    progress: Progress | None = None,
) -> int:
    """Enters all articles of the catalog as they are, each passage with the vector that is
    ``known``; where there is none it is made. Returns the number of articles."""
    total, done = catalog.listing.counts()[0], 0
    for versions in _batches(catalog):
        indexes.add(versions, _vectors(versions, known, derivation))
        done += len(versions)
        if progress:
            progress(done, total)
    return done


def _vectors(versions: Sequence[Version], known: Known, derivation: Derivation) -> Floats:
    import numpy as np

    passages = [(passage_id(v.number, i), v.article, c) for v, i, c in each_passage(versions)]
    found = dict(known([i for i, _, _ in passages]))
    lacking = [(i, article, chunk) for i, article, chunk in passages if i not in found]
    if lacking:
        made = derivation.vectors((article, chunk) for _, article, chunk in lacking)
        found.update(zip((i for i, _, _ in lacking), made, strict=True))
    return np.array([found[i] for i, _, _ in passages], dtype=np.float32)


def _batches(catalog: Catalog) -> Iterator[list[Version]]:
    batch: list[Version] = []
    size = 0
    for version, _ in catalog.each():
        batch.append(version)
        size += len(version.chunks)
        if size >= _BATCH:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
