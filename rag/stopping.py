"""Tells work that is under way in another thread to end."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import TypeVar

T = TypeVar("T")


class Stop:
    """Asked for once, from any thread; work looks at ``asked`` between its steps."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ends: list[Callable[[], None]] = []
        self.asked = False

    def ask(self) -> None:
        """Ends what is under way, and whatever begins after this."""
        with self._lock:
            self.asked = True
            ends = tuple(self._ends)
        for end in ends:
            end()

    @contextmanager
    def ending(self, end: Callable[[], None]) -> Iterator[None]:
        """While in this context, a stop calls ``end``, in the thread that asks for it; at once if
        it was asked for before."""
        with self._lock:
            asked = self.asked
            self._ends.append(end)
        try:
            if asked:
                end()
            yield
        finally:
            with self._lock:
                self._ends.remove(end)

    @contextmanager
    def leaving(self, context: AbstractContextManager[T]) -> Iterator[T]:
        """``context``, entered. A stop calls its ``stop``, where it has one, and else leaves it:
        whoever waits inside need not come back for that."""
        with ExitStack() as stack:
            inside = stack.enter_context(context)
            leave = _once(stack.pop_all().close)
            stack.callback(leave)
            with self.ending(getattr(context, "stop", leave)):
                yield inside


def _once(end: Callable[[], None]) -> Callable[[], None]:
    """``end``, of which all calls but the first do nothing."""
    called = threading.Lock()

    def ended() -> None:
        if called.acquire(blocking=False):
            end()

    return ended
