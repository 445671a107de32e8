"""What a library knows as one story: the same code over a real catalog, without a model."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.files import read_file
from ingest.reading import Read
from ingest.sources import File, find
from rag.catalog import Catalog
from rag.errors import SourceError
from rag.rows import Version
from rag.settings import Settings
from rag.types import Article

BLOGS = "scale_free_blogs"
_BATCH = 64


@dataclass(frozen=True, slots=True)
class Found:
    """``pairs`` of ids that are alike, the one that came first before the other; seconds
    of processor time spent on ``finding`` them, and on ``keeping`` them."""

    pairs: tuple[tuple[str, str], ...]
    finding: float
    keeping: float


def articles_of(name: str, settings: Settings) -> list[Article]:
    """All articles of a folder of the public data, as ``ingest`` reads them. Raises
    ``SourceError`` when it is not there."""
    if settings.data is None or not (settings.data / name).is_dir():
        raise SourceError(f"There is no data set '{name}'.", "Set PULLQUOTE_DATA to its folder.")
    folder = settings.data / name
    corpus = folder / "corpus.jsonl.gz"
    items, _ = find(corpus if corpus.is_file() else folder)
    return [
        read.article
        for file in items
        if isinstance(file, File)
        for read in read_file(file, settings.file_limit)
        if isinstance(read, Read) and read.article.id
    ]


def found(articles: Sequence[Article], folder: Path) -> Found:
    """What is alike among ``articles``, put into a catalog in ``folder`` one after the other."""
    folder.mkdir(parents=True, exist_ok=True)
    catalog = Catalog(folder)
    try:
        return _found(catalog, articles)
    finally:
        catalog.close()


def _found(catalog: Catalog, articles: Sequence[Article]) -> Found:
    ids: dict[int, str] = {}
    pairs: list[tuple[str, str]] = []
    finding = keeping = 0.0
    for batch in _batches(articles):
        numbers = catalog.new_versions(len(batch))
        versions = [Version(n, a, "", ()) for n, a in zip(numbers, batch, strict=True)]
        ids |= {version.number: version.article.id for version in versions}
        begun = time.process_time()
        likenesses = catalog.stories.of(versions)
        told = time.process_time()
        catalog.publish(versions, likenesses)
        finding += told - begun
        keeping += time.process_time() - told
        pairs += [(ids[a], ids[b]) for a, b in likenesses.pairs]
    return Found(tuple(pairs), finding, keeping)


def _batches(articles: Sequence[Article]) -> Iterator[Sequence[Article]]:
    for first in range(0, len(articles), _BATCH):
        yield articles[first : first + _BATCH]
