"""Questions to begin with: made once for each state of a library, apart from all answers."""

from __future__ import annotations

import threading
from concurrent.futures import Executor, Future

from ui.window.place import Place
from ui.window.shelf import Shelf

STARTERS = 4

Questions = tuple[str, ...]


class Starters:
    """Makes them in ``background``, which answers do not wait for."""

    def __init__(self, shelf: Shelf, background: Executor) -> None:
        self._shelf = shelf
        self._background = background
        self._lock = threading.Lock()
        self._made: dict[str, tuple[int, Future[Questions]]] = {}

    def of(self, place: Place) -> Future[Questions]:
        """Those of the place's library as it is now, once they are made. Needs the model."""
        engine = self._shelf.engine(place.library)
        state = engine.library.passage_count()
        with self._lock:
            known = self._made.get(place.library)
            if known is None or known[0] != state:
                as_of = self._shelf.as_of(place)
                made = self._background.submit(engine.suggest, k=STARTERS, as_of=as_of)
                self._made[place.library] = known = (state, made)
        return known[1]

    def known(self, place: Place) -> Questions:
        """Those that are made already."""
        with self._lock:
            _, made = self._made.get(place.library, (0, None))
        if made is None or not made.done() or made.exception():
            return ()
        return made.result()
