"""The time that the steps of a question take."""

from __future__ import annotations

from time import monotonic, perf_counter

from rag.errors import AnswerTimeout


class Clock:
    """Milliseconds a step, and a time by which all must be done."""

    def __init__(self, timeout: float | None = None) -> None:
        self._until = None if timeout is None else monotonic() + timeout
        self._timeout = timeout
        self._mark = perf_counter()
        self.milliseconds: dict[str, float] = {}

    @property
    def left(self) -> float | None:
        """Seconds until then; None where there is no such time."""
        return None if self._until is None else max(0.0, self._until - monotonic())

    def lap(self, step: str) -> None:
        """Books the time since the last lap to ``step``. Raises ``AnswerTimeout``."""
        now = perf_counter()
        spent = self.milliseconds.get(step, 0.0) + (now - self._mark) * 1000
        self.milliseconds[step] = round(spent, 2)
        self._mark = now
        if self._until is not None and monotonic() > self._until:
            raise AnswerTimeout(
                f"No answer within {self._timeout:g} seconds.", "Allow more time, or ask again."
            )
