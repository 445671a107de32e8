"""Whoever fails again and again has to wait, longer each time."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from rag.errors import PullquoteError

FREE = 5
"""Failures that cost nothing: people mistype."""
LONGEST = 300.0
"""Seconds to wait at most: 288 guesses a day, and a person who is kept out by somebody else's
guesses comes in again soon."""
FORGOTTEN = 3600.0
"""Seconds after which failures no longer count."""
REMEMBERED = 10_000
"""Keys kept, the last used: some 2 MB, however many there are who try."""


class TooManyAttempts(PullquoteError):
    """``seconds`` is how long to wait."""

    code = "too_many_attempts"

    def __init__(self, seconds: float) -> None:
        self.seconds = max(1, round(seconds))
        plural = "" if self.seconds == 1 else "s"
        super().__init__("Too many attempts.", f"Try again in {self.seconds} second{plural}.")


@dataclass(slots=True)
class _Record:
    failures: int = 0
    last: float = 0.0
    until: float = 0.0


class Throttle:
    """Counts attempts by keys, such as a name and an address. Safe to use from many threads."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._records: OrderedDict[str, _Record] = OrderedDict()

    def __len__(self) -> int:
        return len(self._records)

    def attempt(self, *keys: str) -> None:
        """Counts a failure for each key; one that turns out to be none is taken back, so that
        many attempts at once do not all slip through. Raises ``TooManyAttempts``."""
        now = self._clock()
        with self._lock:
            records = [self._record(key, now) for key in keys]
            until = max(record.until for record in records)
            if now < until:
                raise TooManyAttempts(until - now)
            for record in records:
                record.failures += 1
                record.last = now
                if record.failures >= FREE:
                    record.until = now + min(LONGEST, 2.0 ** (record.failures - FREE))

    def take_back(self, key: str) -> None:
        """The last attempt was no failure. Those before it still count: who shares an address
        with a guesser, or is one with a login of his own, does not start him afresh."""
        with self._lock:
            if record := self._records.get(key):
                record.failures -= 1
                record.until = 0.0

    def forget(self, key: str) -> None:
        """No failure of this key counts any more."""
        with self._lock:
            self._records.pop(key, None)

    def _record(self, key: str, now: float) -> _Record:
        record = self._records.get(key)
        if record is None or now - record.last > FORGOTTEN:
            record = self._records[key] = _Record(last=now)
        self._records.move_to_end(key)
        while len(self._records) > REMEMBERED:
            self._records.popitem(last=False)
        return record
