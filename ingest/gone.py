"""What is gone from sources that are complete by nature, and so from the library.

A folder is complete, and so is a list of articles (JSON lines). An article goes when its file is
no longer there, or no longer says it; never because something could not be read, and never while
another source still has it.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import Protocol

from ingest.sources import places
from rag.origins import Origin

_AT_ONCE = 200
"""Articles let go in one step, so that stopping loses little of the work."""


class Holder(Protocol):
    """Who knows where articles came from: a ``Library``, or the way to one."""

    def came_from(self, place: str) -> Sequence[Origin]:
        """As ``Library.came_from``."""

    def let_go(self, origins: Sequence[Origin]) -> int:
        """As ``Library.let_go``."""


class Seen:
    """What an ingest saw of its sources, so that what it no longer sees is known."""

    def __init__(self, *, remembers: bool) -> None:
        """Without ``remembers`` it keeps nothing: memory then does not grow with the source."""
        self._remembers = remembers
        self._articles: set[tuple[str, str]] = set()
        self._files: dict[str, bool] = {}
        self._silent: set[str] = set()
        self._kept: set[tuple[str, str]] = set()

    def file(self, path: str) -> None:
        """A file was found, and is being read."""
        if self._remembers:
            self._files.setdefault(path, True)

    def trouble(self, path: str) -> None:
        """Something of this file could not be read or kept: it does not tell what is gone."""
        if self._remembers:
            self._files[path] = False

    def says_nothing(self, path: str) -> None:
        """A file holds no article any more, though it is there: a draft."""
        if self._remembers:
            self._silent.add(path)

    def article(self, article_id: str, path: str) -> None:
        """An article of this file is in the library."""
        if self._remembers:
            self._articles.add((article_id, path))

    def let_go(self, places: Iterable[str], holder: Holder) -> int:
        """Lets go of what came from ``places`` and is gone from there. Returns how many articles
        left the library by that."""
        removed = 0
        for place in dict.fromkeys(places):
            gone = self._gone(holder.came_from(place))
            while some := list(islice(gone, _AT_ONCE)):
                removed += holder.let_go(some)
        return removed

    def keep(self, place: str, holder: Holder) -> None:
        """Nothing at all could be read there: what came from there stays."""
        self._kept |= {(origin.article, place) for origin in holder.came_from(place)}

    @property
    def kept(self) -> Mapping[str, int]:
        """Places that could not be read whole, and how many articles were not seen there and stay
        for that."""
        return Counter(place for _, place in sorted(self._kept))

    def anything(self, place: str) -> bool:
        """Whether anything at all could be read there."""
        read = chain((path for _, path in self._articles), self._silent)
        return any(within(path, place) for path in read)

    def _gone(self, origins: Iterable[Origin]) -> Iterator[Origin]:
        for origin in origins:
            if self._is_gone(origin):
                yield origin
            elif self._may_be_gone(origin):
                self._kept.add((origin.article, origin.place))

    def _may_be_gone(self, origin: Origin) -> bool:
        """Whether it was not seen in a list of which something could not be read. An article that
        is a file by itself is told of by its own failure."""
        path = origin.place
        unseen = (origin.article, path) not in self._articles and not self._files.get(path, True)
        return unseen and not _is_whole_file(origin)

    def _is_gone(self, origin: Origin) -> bool:
        path = origin.place
        if (origin.article, path) in self._articles:
            return False
        if path in self._silent:
            return True
        if path in self._files:
            # The same file by another path, from a folder above or below, is not another article.
            return self._files[path] and not _is_whole_file(origin)
        return not _may_be_there(path)


def _is_whole_file(origin: Origin) -> bool:
    """Whether an article goes by the name of its file."""
    return f"/{origin.place}".endswith(f"/{origin.article}")


def within(path: str, place: str) -> bool:
    """Whether ``path`` is ``place``, or lies below it."""
    return path == place or path.startswith(f"{place.rstrip('/')}/")


def _may_be_there(path: str) -> bool:
    try:
        Path(path).lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except (OSError, ValueError):  # who cannot look does not know
        return True
    return True


def complete_places(path: Path, *, listed: bool) -> Iterator[str]:
    """Where the articles of a source come from, if it is complete: a folder, or with ``listed``
    a file that is a list of articles. What links below a folder lead to is part of it."""
    if path.is_dir():
        yield from map(os.fspath, places(path))
    elif listed:
        yield os.fspath(path.parent.resolve() / path.name)
