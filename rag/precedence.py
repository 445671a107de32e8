"""One at a time, and who is waited for goes first."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic, sleep

_PAUSE = 0.03
"""Seconds after which a question is taken to want no more: it comes back a dozen times."""
_PATIENCE = 0.25
"""Seconds that work waits for questions, at most: however many are asked, it goes on."""


class Precedence:
    """A lock that somebody waits for in questions, and that long work takes in small portions:
    a portion waits until nobody asks, but not for ever. May be taken again by who has it."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._counting = threading.Lock()
        self._asking = 0
        self._asked = float("-inf")

    @contextmanager
    def asking(self) -> Iterator[None]:
        """For a moment, on behalf of somebody who waits."""
        self._count(1)
        try:
            with self._lock:
                yield
        finally:
            self._count(-1)

    @contextmanager
    def working(self) -> Iterator[None]:
        """For one portion of work that goes on by itself."""
        until = monotonic() + _PATIENCE
        while self._wanted() and monotonic() < until:
            sleep(0.002)
        with self._lock:
            yield

    @contextmanager
    def now(self) -> Iterator[None]:
        """For what takes no time worth speaking of."""
        with self._lock:
            yield

    def _count(self, more: int) -> None:
        with self._counting:
            self._asking += more
            self._asked = monotonic()

    def _wanted(self) -> bool:
        return self._asking > 0 or monotonic() - self._asked < _PAUSE
