"""Articles in: from the sources, through the readers, into the library."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from ingest.gone import complete_places
from ingest.intake import Intake, Shelf
from ingest.report import Failure, IngestReport, Progress
from ingest.sources import Given, find
from rag.types import Article

__all__ = ["Failure", "IngestReport", "Progress", "Shelf", "ingest"]


def ingest(
    sources: Given | Iterable[Given],
    *,
    into: Shelf,
    sync: bool = False,
    file_limit: int = 20,
    progress: Callable[[Progress], None] | None = None,
) -> IngestReport:
    """Reads articles and puts them into a library; the same again changes nothing.

    ``sources``: one or more paths of files and folders, and ``Article`` objects. Files are
    read one at a time, as the library takes them in; ``file_limit`` is the most megabytes
    that one of them, or one line of JSON lines, may have. ``progress`` is called after each
    article. What cannot be read or kept is named in the report and stops nothing else.

    ``sync`` also removes, after everything else, what came from the given folders and lists
    (files of JSON lines) and is gone from them: see ``ingest.gone``. What could not be read
    stays, which a warning tells, and so does what another source has.

    Raises ``SourceError`` for a source that is missing or holds nothing to read, before
    anything is put (unless ``sources`` is an iterator, see ``sources.find``), and
    ``LibraryError`` or ``ModelError`` when the library itself fails.
    """
    places: list[str] = []
    if isinstance(sources, Iterator):
        sources = _noting(sources, places)
    items, total = find(sources)
    if not isinstance(sources, Iterator):
        given = (sources,) if isinstance(sources, (str, os.PathLike, Article)) else sources
        places += (place for source in given for place in _places(source))
    intake = Intake(into, file_limit, total, progress, sync=sync)
    intake.take(items)
    return intake.report(removed=_let_go(intake, places) if sync else 0)


def _let_go(intake: Intake, places: Iterable[str]) -> int:
    """Lets go of what is gone from ``places``; returns how many articles left by that."""
    told = []
    for place in places:
        # A place where nothing at all could be read does not tell what is gone.
        if intake.read_anything(place):
            told.append(place)
        else:
            intake.keep(place)
    return intake.let_go(told)


def _noting(sources: Iterator[Given], places: list[str]) -> Iterator[Given]:
    """``sources`` as they come, their places kept."""
    for source in sources:
        places += _places(source)
        yield source


def _places(source: Given) -> Iterator[str]:
    if isinstance(source, (str, os.PathLike)):
        path = Path(source)
        yield from complete_places(path, listed=path.name.lower().endswith((".jsonl", ".jsonl.gz")))
