"""Work that goes on whoever watches: jobs in a bounded pool, first come first served.

A job publishes what it has so far; any number of followers, in threads or event loops, see the
latest at once and each change after it, may miss some in between, and may leave and come back.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from rag.stopping import Stop
from ui.wire import Busy

T = TypeVar("T")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Snapshot(Generic[T]):
    """A job at one moment: what it published last, and its place among those that wait, from 1;
    0 once it has begun. Nothing follows on a snapshot that is ``over``."""

    value: T
    place: int = 0
    over: bool = False


class Job(Generic[T]):
    """One piece of work. It is to look at ``stopped`` and ``abandoned`` between its steps, and to
    tell ``stop`` what ends a step that takes long."""

    def __init__(
        self, key: str, owner: str, work: Callable[[Job[T]], None], first: T, *, long: bool = False
    ) -> None:
        self.key = key
        self.long = long
        self.owner = owner
        self.work = work
        self.stopped = False
        """Somebody asked for an end: what there is counts as the result."""
        self.abandoned = False
        """The pool closes: nothing is to be kept, the work will be done another time."""
        self.stop = Stop()
        self._snapshot = Snapshot(first)
        self._changed = threading.Condition()
        self._wakers: set[Callable[[], object]] = set()

    @property
    def ending(self) -> bool:
        return self.stopped or self.abandoned

    @property
    def snapshot(self) -> Snapshot[T]:
        return self._snapshot

    def publish(self, value: T) -> None:
        """Shows ``value`` to all who follow."""
        self._change(value=value)

    def watch(self) -> Iterator[Snapshot[T]]:
        """The latest snapshot, then each change until the job is over. Blocks between them."""
        seen = self._snapshot
        yield seen
        while not seen.over:
            seen = self._after(seen)
            yield seen

    async def follow(self) -> AsyncIterator[Snapshot[T]]:
        """``watch`` for an event loop."""
        loop, changed = asyncio.get_running_loop(), asyncio.Event()

        def wake() -> None:
            loop.call_soon_threadsafe(changed.set)

        with self._changed:
            self._wakers.add(wake)
        try:
            seen = self._snapshot
            yield seen
            while not seen.over:
                await changed.wait()
                changed.clear()
                if self._snapshot is not seen:
                    seen = self._snapshot
                    yield seen
        finally:
            with self._changed:
                self._wakers.discard(wake)

    def _after(self, seen: Snapshot[T]) -> Snapshot[T]:
        with self._changed:
            self._changed.wait_for(lambda: self._snapshot is not seen)
            return self._snapshot

    def _change(self, **changes: object) -> None:
        with self._changed:
            self._snapshot = replace(self._snapshot, **changes)  # type: ignore[arg-type]  # by name
            self._changed.notify_all()
            for wake in tuple(self._wakers):
                try:
                    wake()
                except RuntimeError:  # its event loop has ended, and the follower with it
                    self._wakers.discard(wake)

    def _placed(self, place: int) -> None:
        if place != self._snapshot.place:
            self._change(place=place)

    def _over(self) -> None:
        self._change(over=True)


class _Lane(Generic[T]):
    """A pool, and the jobs that wait for it."""

    def __init__(self, threads: int) -> None:
        self.pool = ThreadPoolExecutor(threads, thread_name_prefix="job")
        self.waiting: deque[Job[T]] = deque()

    def number(self) -> None:
        """Tells all that wait their place."""
        for place, job in enumerate(self.waiting, 1):
            job._placed(place)


class Jobs(Generic[T]):
    """A pool of ``threads`` with a queue before it, and the same again for jobs that take long,
    so that others need not wait for them. A job is forgotten as soon as it is over; who follows it
    still sees its end.

    ``most`` is how many may wait in each of the two, ``each`` how many of one owner.
    """

    def __init__(self, threads: int, *, most: int = 100, each: int = 3) -> None:
        self._most, self._each = most, each
        self._lanes = {long: _Lane[T](threads) for long in (False, True)}
        self._lock = threading.Lock()
        self._jobs: dict[str, Job[T]] = {}
        self._closed = False

    def __len__(self) -> int:
        """Jobs that wait or are under way."""
        return len(self._jobs)

    def find(self, key: str) -> Job[T] | None:
        """The job of that key, unless it is over or never was."""
        return self._jobs.get(key)

    def admit(self, owner: str, *, long: bool = False) -> None:
        """Raises ``Busy`` if another job of this owner would be too much."""
        with self._lock:
            waiting = [job.owner for job in self._lanes[long].waiting]
            if waiting.count(owner) >= self._each:
                raise Busy(
                    f"{self._each} of your questions are waiting already.",
                    "Ask again in a moment.",
                )
            if len(waiting) >= self._most:
                raise Busy("Too many questions are waiting.", "Ask again in a moment.")
            self._check_open()

    def start(
        self, key: str, owner: str, work: Callable[[Job[T]], None], first: T, *, long: bool = False
    ) -> Job[T]:
        """Has ``work`` done when its turn comes; until it publishes something, followers see
        ``first``. A job of this key that is there already is returned as it is. Whether
        there is room is for ``admit`` to say: a job that was once admitted, and is begun again
        after a crash, must not be turned away. Raises ``Busy`` when closed."""
        with self._lock:
            if key in self._jobs:
                return self._jobs[key]
            self._check_open()
            job = Job(key, owner, work, first, long=long)
            self._jobs[key] = job
            lane = self._lanes[long]
            lane.waiting.append(job)
            lane.number()
            lane.pool.submit(self._next, lane)
        return job

    def stop(self, key: str) -> None:
        """Asks a job to end. One that still waits gets its turn at once, in this thread: it has
        nothing to do but note that it was stopped."""
        with self._lock:
            job = self._jobs.get(key)
            if job is None:
                return
            job.stopped = True
            lane = self._lanes[job.long]
            waiting = job in lane.waiting
            if waiting:
                lane.waiting.remove(job)
                lane.number()
        job.stop.ask()
        if waiting:
            self._run(job)

    def close(self) -> None:
        """Abandons all jobs, waits for those under way, and takes no more. May be called twice."""
        with self._lock:
            self._closed = True
            jobs = tuple(self._jobs.values())
            for job in jobs:
                job.abandoned = True
            left = [job for lane in self._lanes.values() for job in lane.waiting]
            for lane in self._lanes.values():
                lane.waiting.clear()
        for job in jobs:
            job.stop.ask()
        for job in left:
            self._end(job)
        for lane in self._lanes.values():
            lane.pool.shutdown(wait=True, cancel_futures=True)

    def _check_open(self) -> None:
        if self._closed:
            raise Busy("The server is about to stop.", "Ask again in a moment.")

    def _next(self, lane: _Lane[T]) -> None:
        with self._lock:
            if not lane.waiting:  # the one this turn was meant for was stopped before it
                return
            job = lane.waiting.popleft()
            lane.number()
        self._run(job)

    def _run(self, job: Job[T]) -> None:
        job._placed(0)
        try:
            job.work(job)
        except Exception:  # noqa: BLE001 - whatever went wrong in one job, the others go on
            _log.exception("A job failed.")
        finally:
            self._end(job)

    def _end(self, job: Job[T]) -> None:
        # Forgotten first: who sees the end of a job, or finds none, finds its result stored.
        with self._lock:
            self._jobs.pop(job.key, None)
        job._over()
