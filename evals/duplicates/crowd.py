"""Articles of invented words by the hundred thousand, and the time that each takes to be put.

Among them are pages of one template, the same long text around a few words of their own, spread
evenly: all of them share bands, and none tells another's story.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from random import Random

from rag.catalog import Catalog
from rag.rows import Version
from rag.types import Article

_SYLLABLES = [a + b for a in "bdfgklmnprstvz" for b in ("a", "e", "i", "o", "u", "an", "er")]
_WORDS = 30_000
_LENGTH, _TEMPLATE = 100, 250
"""Words of an article, or of what a page has of its own; of what all pages share."""
_BATCH = 64
_TENTH = 10


@dataclass(frozen=True, slots=True)
class Timed:
    """Milliseconds of a processor for each article put, of the first and the last tenth of all:
    to find what is alike to it, and to keep it. ``pairs`` found: no article is a copy."""

    first: tuple[float, float]
    last: tuple[float, float]
    pairs: int


def invented(count: int, pages: int, seed: int = 0) -> Iterator[Article]:
    """``count`` articles; ``pages`` of them, at even steps, are of one template."""
    chance = Random(seed)  # noqa: S311  # no secret
    words = [
        "".join(chance.choice(_SYLLABLES) for _ in range(chance.randrange(1, 5)))
        for _ in range(_WORDS)
    ]
    # Zipf's law: the n-th word comes 1/n as often as the first.
    weights = list(accumulate(1 / n for n in range(1, _WORDS + 1)))

    def text(length: int) -> str:
        return " ".join(chance.choices(words, cum_weights=weights, k=length))

    template = text(_TEMPLATE)
    step = count // pages if pages else count + 1
    for n in range(count):
        own = text(_LENGTH)
        page = n % step == step - 1
        yield Article(
            id=f"invented-{n}",
            title=text(6),
            text=f"{own}\n\n{template}" if page else own,
            source="The Page" if page else f"Paper {n % 50}",
        )


def timed(articles: Sequence[Article], folder: Path) -> Timed:
    """Put into a catalog in ``folder``, by batches, as a library does, without a model."""
    folder.mkdir(parents=True, exist_ok=True)
    catalog = Catalog(folder)
    spent: list[tuple[int, float, float]] = []
    pairs = 0
    try:
        for start in range(0, len(articles), _BATCH):
            batch = articles[start : start + _BATCH]
            numbers = catalog.new_versions(len(batch))
            versions = [Version(n, a, "", ()) for n, a in zip(numbers, batch, strict=True)]
            begun = time.process_time()
            found = catalog.stories.of(versions)
            told = time.process_time()
            catalog.publish(versions, found)
            spent.append((len(batch), told - begun, time.process_time() - told))
            pairs += len(found.pairs)
    finally:
        catalog.close()
    some = max(len(spent) // _TENTH, 1)
    return Timed(_each(spent[:some]), _each(spent[-some:]), pairs)


def _each(spent: Sequence[tuple[int, float, float]]) -> tuple[float, float]:
    count = sum(row[0] for row in spent)
    return sum(row[1] for row in spent) / count * 1000, sum(row[2] for row in spent) / count * 1000


def crowded(result: Timed, count: int, pages: int) -> Iterator[str]:
    yield f"{count} invented articles, {pages} of them of one template: {result.pairs} pairs alike"
    for name, (finding, keeping) in (("first", result.first), ("last", result.last)):
        yield f"  each of the {name} tenth: {finding:.2f} ms to find, {keeping:.2f} ms to keep"
