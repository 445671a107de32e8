"""The libraries a window offers: the visitor's own, and on a first run the sample newspaper.

They are separate libraries in separate folders and share nothing but the model in memory.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from rag.engine import Engine
from rag.errors import LibraryError
from rag.types import Source
from ui.window.place import Browse, Place

Key = Literal["own", "sample"]


@dataclass(frozen=True)
class Shelf:
    """Open engines by the path of their library. ``sample`` is there if there were no
    articles of one's own when it was first offered."""

    own: Engine
    sample: Engine | None = None

    def entrance(self, key: str = "") -> Place:
        """Where a visitor begins: in the library of this key, else in the sample as long as
        there are no articles of their own."""
        to_sample = key == "sample" or (key != "own" and not len(self.own.library))
        if self.sample is not None and to_sample:
            return Place(str(self.sample.library.path))
        view: Literal["ask", "library"] = (
            "library" if key == "own" and not len(self.own.library) else "ask"
        )
        return Place(str(self.own.library.path), view=view)

    def is_sample(self, library: str) -> bool:
        return self.sample is not None and str(self.sample.library.path) == library

    def as_of(self, place: Place) -> date | None:
        """The day that questions are asked on, if it is another than today: the sample's news
        is old, and its last day stands for today."""
        if self.sample is None or place.today or not self.is_sample(place.library):
            return None
        return self.sample.library.newest_day()

    def engine(self, library: str) -> Engine:
        """The engine of the library at this path. Raises ``LibraryError`` when it is not open."""
        for engine in (self.own, self.sample):
            if engine is not None and str(engine.library.path) == library:
                return engine
        raise LibraryError("That library is not open here.", "Open its own window.")

    def articles(self, library: str, browse: Browse) -> Sequence[Source]:
        """What the library view lists, newest first."""
        return self.engine(library).library.articles(browse.filters, matching=browse.matching)

    def same_story(self, library: str, article_id: str) -> tuple[str, ...]:
        """Ids of the other articles that tell the story of this one."""
        return tuple(s.id for s in self.engine(library).library.same_story(article_id))

    def remove(self, library: str, article_id: str) -> str:
        """Removes an article of the visitor's own and returns its title. Raises ``LibraryError``
        for the sample, ``ArticleNotFound``."""
        if self.is_sample(library):
            raise LibraryError("The sample newspaper stays as it is.")
        own = self.engine(library).library
        title = own.article(article_id).title or article_id
        own.remove(article_id)
        return title
