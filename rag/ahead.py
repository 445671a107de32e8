"""Work that is done ahead: while one portion is put away, the next is made."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from rag.types import Article

T = TypeVar("T")
Made = TypeVar("Made")

_BATCH = 60_000
"""Characters of text embedded and committed together: a few seconds' work on two cores, so
that stopping an ingest loses little, and enough to be worth its commits."""


def batches(items: Iterable[tuple[Article, str]]) -> Iterator[list[tuple[Article, str]]]:
    """(article, origin) pairs in the portions that are committed together."""
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


def ahead(work: Callable[[T], Made], items: Iterable[T]) -> Iterator[tuple[T, Made]]:
    """Each item with what ``work`` makes of it, in order. That is made in another thread, of the
    next item while the caller is busy with this one; ``items`` are drawn in the caller's, one
    further than asked for. What ``work`` raises is raised at its item; what drawing the next one
    raises, once the items before it have been handed out."""
    pool = ThreadPoolExecutor(1, "ahead")
    waiting: tuple[T, Future[Made]] | None = None
    source = iter(items)
    failed: Exception | None = None
    try:
        while True:
            try:
                item = next(source)
            except StopIteration:
                break
            except Exception as error:  # noqa: BLE001 - raised below, in its turn
                failed = error
                break
            begun = item, pool.submit(work, item)
            if waiting:
                yield waiting[0], waiting[1].result()
            waiting = begun
        if waiting:
            yield waiting[0], waiting[1].result()
        if failed:
            raise failed
    finally:
        pool.shutdown(cancel_futures=True)
