"""So many at once; the others wait in the order they came, up to a number."""

from __future__ import annotations

import asyncio
from types import TracebackType

from ui.wire import Busy


class Turns:
    """An asynchronous context manager: inside it is one's turn."""

    def __init__(self, at_once: int, *, waiting: int, hint: str = "Try again in a moment.") -> None:
        """``hint`` is for who is turned away."""
        self._semaphore = asyncio.Semaphore(at_once)
        self._waiting = 0
        self._most = waiting
        self._hint = hint

    async def __aenter__(self) -> None:
        """Raises ``Busy`` when too many wait already."""
        if self._semaphore.locked() and self._waiting >= self._most:
            raise Busy(f"Too many requests wait already ({self._waiting}).", self._hint)
        self._waiting += 1
        try:
            await self._semaphore.acquire()
        finally:
            self._waiting -= 1

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._semaphore.release()
