"""Calls that end when they are told to, and by themselves in time.

The work of a call runs beside the one who reads: as a task of an event loop, whose cancelling
closes the connection at once; or, where a model has no such way, in a thread that looks after
each piece whether anybody still wants the next. What comes travels through a queue.
"""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Event, Lock, Thread
from time import monotonic
from types import TracebackType
from typing import Any, Protocol, Self

_GRACE = 5.0
"""Seconds that whoever stops a call waits for it to be gone."""


class Work(Protocol):
    """Something under way beside us."""

    def stop(self) -> None:
        """Asks it to end. Returns at once; may be called twice."""

    def wait(self, seconds: float) -> bool:
        """Is it gone, within so many seconds?"""


class Limits:
    """By when a call must have ended: ``seconds`` in all, ``silence`` before the first piece."""

    def __init__(self, seconds: float | None = None, silence: float | None = None) -> None:
        self.seconds, self.silence = seconds, silence

    def first(self) -> float | None:
        """Seconds for the first piece."""
        return min((s for s in (self.seconds, self.silence) if s is not None), default=None)


class Call(Iterator[str]):
    """One call: the pieces of its text, as they come. A context; leaving it, or ``close`` from
    any thread, ends the call and the reading.

    Raises ``TimeoutError`` and whatever the work raised, in the form that ``failed`` gives it.
    """

    def __init__(
        self,
        begin: Callable[[Outlet], Work],
        limits: Limits,
        failed: Callable[[BaseException], BaseException],
    ) -> None:
        self._begin, self._limits, self._failed = begin, limits, failed
        self._outlet = Outlet()
        self._work: Work | None = None
        self._lock = Lock()
        self._over = False
        self._started = 0.0
        self._first = True

    def __enter__(self) -> Self:
        with self._lock:
            self._started = monotonic()
            self._work = self._begin(self._outlet)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __next__(self) -> str:
        while not (piece := self._next()):
            pass  # an empty one says that the model is there, and thinks
        return piece

    def _next(self) -> str:
        if self._over or self._work is None:
            raise StopIteration
        piece, error = self._outlet.take(self._left())
        if piece is not None and (self._left() or 1) > 0:
            self._first = False
            return piece
        stopped = self._over
        self.close()
        if error is None and piece is not None:
            error = TimeoutError()
        if error is None or stopped:
            raise StopIteration
        raise self._failed(error)

    def stop(self) -> None:
        """Ends the call, if it has not ended, without waiting for it to be gone."""
        with self._lock:
            self._over = True
            work = self._work
        if work:
            work.stop()
            self._outlet.end(None)  # whoever is waiting for a piece need not

    def close(self) -> None:
        """Ends the call, if it has not ended, and waits a moment for it to be gone."""
        self.stop()
        if self._work:
            self._work.wait(_GRACE)

    def _left(self) -> float | None:
        """Seconds until the next piece must be here."""
        limit = self._limits.first() if self._first else self._limits.seconds
        return None if limit is None else limit - (monotonic() - self._started)


class Outlet:
    """Where the work puts its pieces, and its end."""

    def __init__(self) -> None:
        self._queue: SimpleQueue[tuple[str | None, BaseException | None]] = SimpleQueue()

    def put(self, piece: str) -> None:
        self._queue.put((piece, None))

    def end(self, error: BaseException | None) -> None:
        self._queue.put((None, error))

    def take(self, seconds: float | None) -> tuple[str | None, BaseException | None]:
        """A piece, or None and the error, if there was one, or a ``TimeoutError``."""
        try:
            return self._queue.get(timeout=None if seconds is None else max(seconds, 0.0))
        except Empty:
            return None, TimeoutError()


class Loop:
    """An event loop in a thread of its own, begun when first needed. It ends when it is closed,
    or when nobody holds it any more."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: Thread | None = None

    def begin(
        self, pieces: Callable[[], Awaitable[AsyncIterator[str]]], outlet: Outlet, limits: Limits
    ) -> Work:
        """Has ``pieces`` go into ``outlet``."""
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                self._thread = Thread(
                    target=_turn, args=(self._loop,), name="pullquote-model", daemon=True
                )
                self._thread.start()
                weakref.finalize(self, _halt, self._loop)
            return _Task(self._loop, lambda: _carry(pieces, outlet, limits), outlet)

    def close(self, last: Callable[[], Awaitable[object]] | None = None) -> None:
        """Ends what is under way, has ``last`` done on the loop, and ends the loop. It begins
        again when it is needed again."""
        with self._lock:
            loop, thread, self._loop, self._thread = self._loop, self._thread, None, None
        if loop is None or thread is None:
            return
        try:
            if last:
                done = asyncio.run_coroutine_threadsafe(_within(last, _GRACE), loop)
                with suppress(TimeoutError):
                    done.result(_GRACE)
        finally:
            _halt(loop)
            thread.join(_GRACE)


async def _within(work: Callable[[], Awaitable[object]], seconds: float) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await work()


def _turn(loop: asyncio.AbstractEventLoop) -> None:
    """Runs a loop until it is halted, and leaves nothing of it behind."""
    asyncio.set_event_loop(loop)
    try:
        loop.run_forever()
    finally:
        left = asyncio.all_tasks(loop)
        for task in left:
            task.cancel()
        loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()


def _halt(loop: asyncio.AbstractEventLoop) -> None:
    with suppress(RuntimeError):  # it is closed already
        loop.call_soon_threadsafe(loop.stop)


async def _carry(
    pieces: Callable[[], Awaitable[AsyncIterator[str]]], outlet: Outlet, limits: Limits
) -> None:
    """Takes pieces to the outlet. The limits hold here too, for one who does not read on."""
    now = asyncio.get_running_loop().time
    began = now()
    first = limits.first()
    try:
        async with asyncio.timeout(first) as limit:
            source = await pieces()
            try:
                async for piece in source:
                    limit.reschedule(None if limits.seconds is None else began + limits.seconds)
                    outlet.put(piece)
            finally:
                if close := getattr(source, "aclose", None):
                    await close()
    except asyncio.CancelledError as error:
        outlet.end(error)  # to one who reads on, when the loop is closed under them
        raise
    except Exception as error:  # noqa: BLE001 - it is raised where the pieces are read
        outlet.end(error)
    else:
        outlet.end(None)


class _Task:
    """Work as a task of a loop."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, work: Callable[[], Any], outlet: Outlet
    ) -> None:
        self._loop, self._gone, self._stopped = loop, Event(), False
        self._outlet = outlet
        self._task: asyncio.Task[None] | None = None
        loop.call_soon_threadsafe(self._begin, work)

    def _begin(self, work: Callable[[], Any]) -> None:
        if self._stopped:
            self._end()
            return
        self._task = self._loop.create_task(work())
        self._task.add_done_callback(lambda _task: self._end())

    def _end(self) -> None:
        # Also where the loop was closed before the work began, and nothing of it has told its end.
        self._outlet.end(None)
        self._gone.set()

    def stop(self) -> None:
        # Once: a second cancelling would disturb how the first one tidies up.
        stopped, self._stopped = self._stopped, True
        if not stopped and not self._gone.is_set():
            with suppress(RuntimeError):  # the loop is closed, and with it the task
                self._loop.call_soon_threadsafe(self._cancel)

    def _cancel(self) -> None:
        if self._task:
            self._task.cancel()

    def wait(self, seconds: float) -> bool:
        return self._gone.wait(seconds)


class Threaded:
    """Work in a thread of its own, which ends after the piece that it is at."""

    def __init__(self, pieces: Callable[[], Iterator[str]], outlet: Outlet) -> None:
        self._pieces, self._outlet = pieces, outlet
        self._stopped = Event()
        self._thread = Thread(target=self._run, name="pullquote-model", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            source = self._pieces()
            try:
                for piece in source:
                    if self._stopped.is_set():
                        break
                    self._outlet.put(piece)
            finally:
                if close := getattr(source, "close", None):
                    close()
        except Exception as error:  # noqa: BLE001 - it is raised where the pieces are read
            self._outlet.end(error)
        else:
            self._outlet.end(None)

    def stop(self) -> None:
        self._stopped.set()

    def wait(self, seconds: float) -> bool:
        self._thread.join(seconds)
        return not self._thread.is_alive()
