"""Answers as they come: one checked statement at a time, then the whole."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import replace
from types import TracebackType
from typing import Any, Self

from rag.errors import PullquoteError
from rag.types import Answer, Statement

Finish = Callable[[tuple[Statement, ...]], Answer]
"""Makes the whole answer of all statements that were released."""


def _nothing() -> None:
    """There is nothing to stop that takes long."""


Run = Callable[[Callable[[], Any]], Awaitable[Any]]
"""Runs a function in another thread."""


class AnswerStream:
    """Checked statements as they come, then the whole answer.

    Use it as a context manager; leaving it early stops the work. Every iteration begins with
    the first statement; nothing released is ever taken back: an error that comes after the first
    ends the answer there, and its trace says so. One that comes before is raised, and again by
    ``answer``. ``stop`` ends a long step that is under way, from any thread.
    """

    def __init__(
        self,
        statements: Iterator[Statement],
        finish: Finish,
        stop: Callable[[], None] = _nothing,
        *,
        writer: str = "",
    ) -> None:
        self._writer = writer
        self._statements = statements
        self._finish = finish
        self._stop = stop
        self._released: list[Statement] = []
        self._answer: Answer | None = None
        self._error: PullquoteError | None = None
        # A step under way, in whichever thread, is waited for.
        self._step = threading.Lock()

    def __iter__(self) -> Iterator[Statement]:
        position = 0
        while self._advance(position):
            yield self._released[position]
            position += 1

    @property
    def writer(self) -> str:
        """The language model that is asked, should the articles answer; empty where they are
        quoted. Waits until that is known."""
        return self._writer

    @property
    def answer(self) -> Answer:
        """The whole answer. Waits for what has not come yet; after ``close``, what had come."""
        for _ in self:
            pass
        assert self._answer is not None  # noqa: S101 - set when there are no more statements
        return self._answer

    def stop(self) -> None:
        """Has the work end soon, without waiting for that: a call of a language model ends at
        once, any other step when it is done."""
        self._stop()

    def close(self) -> None:
        """Stops the work, and waits for that; what was released stays."""
        self.stop()
        with self._step:
            close = getattr(self._statements, "close", None)
            if close:
                close()

    def _advance(self, position: int) -> bool:
        """Whether there is a statement at ``position``, made now if need be."""
        with self._step:
            if position < len(self._released):
                return True
            if self._error is not None:
                raise self._error
            if self._answer is not None:
                return False
            try:
                self._released.append(next(self._statements))
            except StopIteration:
                self._answer = self._finish(tuple(self._released))
                return False
            except PullquoteError as error:
                if not self._released:
                    self._error = error
                    raise
                self._answer = _broken_off(self._finish(tuple(self._released)), error)
                return False
            return True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _broken_off(answer: Answer, error: PullquoteError) -> Answer:
    """``answer``, which says that there might have been more of it, and why there is not."""
    note = f"The answer ends before it was done: {error.line}"
    return replace(answer, trace=replace(answer.trace, notes=(*answer.trace.notes, note)))


class LaterStream(AnswerStream):
    """The stream that ``begin`` makes when anything of it is first asked for, so that it is at hand
    to be stopped while its question is read. What ``begin`` raises is raised there."""

    def __init__(self, begin: Callable[[], AnswerStream], stop: Callable[[], None]) -> None:
        super().__init__(self._all(), lambda _: self._begun().answer, stop)
        self._begin = begin
        self._made: AnswerStream | None = None

    @property
    def writer(self) -> str:
        with self._step:
            return self._begun().writer

    def _all(self) -> Iterator[Statement]:
        with self._begun() as stream:
            yield from stream

    def _begun(self) -> AnswerStream:
        if self._error is not None:
            raise self._error
        if self._made is None:
            try:
                self._made = self._begin()
            except PullquoteError as error:
                self._error = error
                raise
        return self._made


class AsyncAnswerStream:
    """``AnswerStream`` for asynchronous programs; every step runs in a pool of the engine's."""

    def __init__(self, start: Callable[[], AnswerStream], run: Run) -> None:
        self._start = start
        self._run = run
        self._stream: AnswerStream | None = None

    async def __aenter__(self) -> Self:
        self._stream = await self._run(self._start)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._stream is not None:
            # Not in a thread of the pool: they may all wait for a language model, and it is gone
            # when the engine was closed meanwhile.
            await asyncio.to_thread(self._stream.close)

    async def __aiter__(self) -> AsyncIterator[Statement]:
        statements: Iterator[Statement] = iter(self._begun())
        while (statement := await self._run(lambda: next(statements, None))) is not None:
            yield statement

    async def answer(self) -> Answer:
        """The whole answer."""
        begun = self._begun()
        answer: Answer = await self._run(lambda: begun.answer)
        return answer

    def _begun(self) -> AnswerStream:
        if self._stream is None:
            raise RuntimeError("Use it in an 'async with' block.")
        return self._stream
