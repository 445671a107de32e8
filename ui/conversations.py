"""Conversations that go on, on the server: questions stored, answered by jobs, and followed.

The page may be closed, opened twice or lose its connection: the answer comes all the same. An
answer that a crash or the end of the server cut short is begun again by ``resume``.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import Future, wait
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from rag.errors import PullquoteError
from rag.records import Record
from rag.types import Answer, Statement
from ui.jobs import Job, Jobs, Snapshot
from ui.saved import Asked, Exchange
from ui.visitors import Visitors
from ui.wire import Busy

if TYPE_CHECKING:
    from rag.engine import Engine

State = Literal["waiting", "loading", "reading", "writing", "answering", "done"]

STOPPED = "Stopped before there was an answer."
UNEXPECTED = "Something went wrong inside Pullquote; its log says what. Ask again."
INTERRUPTED = "The answer was interrupted too often. Ask again."

TRIES = 3
"""How often an answer is begun: a question that brings the server down must not do so at
every start."""

SUGGESTIONS = 3

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Progress(Record):
    """How far an answer is: waiting (with its ``place`` among those that wait, from 1), loading
    the model, reading, writing (a language model is asked; with the statements so far) or
    answering (without one; likewise), done (with the exchange; once more when there are
    suggestions)."""

    state: State
    place: int = 0
    statements: tuple[Statement, ...] = ()
    exchange: Exchange | None = None


class Conversations:
    """What visitors do with conversations. Safe to use from many threads.

    ``engine_of(library)`` is the open engine of a library's key, or raises a
    ``PullquoteError``; ``ready()`` is done when the embedding model is loaded, or holds why it
    cannot be. ``jobs`` are to be closed before the engines.
    """

    def __init__(
        self,
        visitors: Visitors,
        jobs: Jobs[Progress],
        engine_of: Callable[[str], Engine],
        ready: Callable[[], Future[None]],
    ) -> None:
        self.visitors = visitors
        self._jobs = jobs
        self._engine_of = engine_of
        self._ready = ready
        # From whether there is room for a question until it waits in it.
        self._asking = threading.Lock()

    def ask(
        self, visitor: str, library: str, asked: Asked, conversation: str | None = None
    ) -> Exchange:
        """Stores a question, in a new conversation if none is given, and has it answered.

        Raises ``QuestionError``, ``TooMuch``, ``Busy`` and ``ConversationNotFound``, each
        before anything is stored.
        """
        asked = self._checked(library, asked)
        with self._asking:
            self._jobs.admit(visitor, long=self._is_written(library, asked))
            exchange = self.visitors.ask(visitor, library, conversation, asked)
            self._start(visitor, library, exchange)
        return exchange

    def again(self, visitor: str, exchange: str, asked: Asked | None = None) -> Exchange:
        """Asks once more, the same or edited. That exchange and all after it go. Raises like
        ``ask``, before anything goes."""
        found = self.visitors.exchange(visitor, exchange)
        conversation = self.visitors.conversation(visitor, found.conversation)
        asked = self._checked(conversation.library, asked or found.asked)
        ids = [each.id for each in conversation.exchanges]
        with self._asking:
            self._jobs.admit(visitor, long=self._is_written(conversation.library, asked))
            new = self.visitors.again(visitor, exchange, asked)
            self._start(visitor, conversation.library, new)
        for gone in ids[ids.index(exchange) :]:
            self._jobs.stop(gone)
        return new

    def delete(self, visitor: str, conversation: str) -> None:
        """Deletes a conversation; an answer under way is stopped."""
        for exchange in self.visitors.conversation(visitor, conversation).exchanges:
            self._jobs.stop(exchange.id)
        self.visitors.delete(visitor, conversation)

    def stop(self, visitor: str, exchange: str) -> None:
        """Ends an answer between two statements. What was released stays and is stored."""
        self.visitors.exchange(visitor, exchange)
        self._jobs.stop(exchange)

    async def follow(self, visitor: str, exchange: str) -> AsyncIterator[Progress]:
        """How the answer stands now, then each change, until there are no more. Raises
        ``ConversationNotFound``."""
        found = await asyncio.to_thread(self._followed, visitor, exchange)
        if isinstance(found, Progress):
            yield found
            return
        last = None
        async for snapshot in found.follow():
            if (progress := _progress(snapshot)) != last:  # that a job is over is no progress
                yield (last := progress)

    def watch(self, visitor: str, exchange: str) -> Iterator[Progress]:
        """``follow`` for a thread, which it blocks."""
        found = self._followed(visitor, exchange)
        if isinstance(found, Progress):
            yield found
            return
        last = None
        for snapshot in found.watch():
            if (progress := _progress(snapshot)) != last:
                yield (last := progress)

    def resume(self) -> int:
        """Begins again the answers that were under way when a server ended; returns how many.
        Those over libraries that are not open here are left to the server that has them."""
        begun = 0
        for pending in self.visitors.pending():
            exchange = pending.exchange
            if self._jobs.find(exchange.id):
                continue
            try:
                self._engine_of(pending.library)
            except PullquoteError:
                continue
            if pending.tries >= TRIES:
                self.visitors.fail(exchange.id, INTERRUPTED)
                continue
            begun += self._start(pending.visitor, pending.library, exchange) is not None
        return begun

    # Underneath.

    def _checked(self, library: str, asked: Asked) -> Asked:
        from rag.question_reader import checked

        limit = self._engine_of(library).settings.question_limit
        return replace(asked, question=checked(asked.question, limit))

    def _is_written(self, library: str, asked: Asked) -> bool:
        """Whether a language model may write the answer, which takes its time."""
        try:
            return bool(asked.write and self._engine_of(library).model)
        except PullquoteError:  # its job will tell
            return False

    def _start(self, visitor: str, library: str, exchange: Exchange) -> Job[Progress] | None:
        """The job of an exchange that is stored already; None when the server is about to stop,
        and will begin it at its next start."""
        try:
            return self._jobs.start(
                exchange.id,
                visitor,
                lambda job: self._work(job, library, exchange),
                Progress("waiting"),
                long=self._is_written(library, exchange.asked),
            )
        except Busy:
            return None

    def _followed(self, visitor: str, exchange: str) -> Job[Progress] | Progress:
        # In this order: a job that ends in between has stored what came of it.
        job = self._jobs.find(exchange)
        found = self.visitors.exchange(visitor, exchange)
        if job is None and found.pending:
            library = self.visitors.conversation(visitor, found.conversation).library
            return self._start(visitor, library, found) or Progress("waiting")
        return job or Progress("done", exchange=found)

    def _work(self, job: Job[Progress], library: str, exchange: Exchange) -> None:
        try:
            answer = self._answer(job, library, exchange)
            if answer is None:  # the server ends; it is begun again at the next start
                return
            done = replace(exchange, answer=answer)
            self.visitors.finish(exchange.id, answer)
        except Exception as error:  # noqa: BLE001 - whatever it is, the visitor is told
            if job.abandoned:  # things close around it
                return
            if not isinstance(error, PullquoteError):
                _log.exception("An answer failed.")
            done = self._failed(
                exchange, error.line if isinstance(error, PullquoteError) else UNEXPECTED
            )
        job.publish(Progress("done", exchange=done))
        if done.answer is not None and not job.ending:
            self._suggest(job, library, done)

    def _answer(self, job: Job[Progress], library: str, exchange: Exchange) -> Answer | None:
        """The answer; None when the job was abandoned on the way."""
        engine, asked = self._engine_of(library), exchange.asked
        self._load(job)
        if job.abandoned:
            return None
        if job.stopped:
            raise PullquoteError(STOPPED)
        self.visitors.tried(exchange.id)
        job.publish(Progress("reading"))
        released: tuple[Statement, ...] = ()
        with (
            engine.stream(
                asked.question,
                history=self.visitors.history(exchange.id),
                filters=asked.filters or None,
                as_of=asked.as_of,
                understood=asked.understood,
                write=asked.write,
            ) as stream,
            job.stop.ending(stream.stop),
        ):
            state: State = "writing" if stream.writer else "answering"
            if stream.writer:
                job.publish(Progress(state))
            for statement in stream:
                if job.ending:
                    break
                released += (statement,)
                job.publish(Progress(state, statements=released))
        return None if job.abandoned else stream.answer

    def _load(self, job: Job[Progress]) -> None:
        """Waits for the model, unless the job is to end before."""
        ready = self._ready()
        if not ready.done():
            job.publish(Progress("loading"))
        while not job.ending and not wait([ready], timeout=0.1).done:
            pass
        if ready.done():
            ready.result()

    def _failed(self, exchange: Exchange, line: str) -> Exchange:
        try:
            self.visitors.fail(exchange.id, line)
        except PullquoteError as error:
            _log.error("That an answer failed cannot be stored: %s", error.line)
        return replace(exchange, error=line)

    def _suggest(self, job: Job[Progress], library: str, done: Exchange) -> None:
        """What might be asked next, where the engine knows. None is nothing to fail on."""
        suggest = getattr(self._engine_of(library), "suggest", None)
        if suggest is None:
            return
        try:
            suggestions = tuple(
                suggest(
                    done.answer,
                    k=SUGGESTIONS,
                    filters=done.asked.filters or None,
                    as_of=done.asked.as_of,
                )
            )
            if not suggestions or job.abandoned:
                return
            self.visitors.suggest(done.id, suggestions)
        except Exception:  # noqa: BLE001 - the answer is there already, and whole
            _log.exception("No suggestions could be made.")
            return
        job.publish(Progress("done", exchange=replace(done, suggestions=suggestions)))


def _progress(snapshot: Snapshot[Progress]) -> Progress:
    return Progress("waiting", snapshot.place) if snapshot.place else snapshot.value
