"""A language model that reads a question can be stopped as one that writes an answer can."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from time import monotonic, sleep
from types import ModuleType

import pytest

from rag.engine import Engine
from rag.errors import LibraryError, QuestionError
from rag.llms import model_for
from rag.settings import Settings
from rag.types import Article, Turn

pytest.importorskip("llama_index.llms.openai_like")

BRIDGE = Article(
    id="bridge", title="Bridge", text="The Tarn bridge will be closed for eleven weeks from May."
)
SAID = (Turn("What of the Tarn bridge?", "The Tarn bridge will be closed."),)
ASKED = "How long will it be closed?"
BOUND = 20.0  # seconds: below those that a call may take by itself, far above what a stop takes


class Stalled:
    """An engine whose model reads questions and never answers, and how often it was asked."""

    def __init__(self, engine: Engine, server: object, model: object) -> None:
        self.engine, self.server, self.model = engine, server, model

    def asked(self) -> bool:
        return eventually(lambda: len(self.server.requests) == 1)

    def nothing_left(self) -> bool:
        """No second call was made, and none is under way."""
        loop = self.model._loop._loop
        gone = eventually(lambda: loop.is_closed() or not asyncio.all_tasks(loop))
        return gone and len(self.server.requests) == 1


def eventually(true: Callable[[], bool]) -> bool:
    until = monotonic() + BOUND
    while not (now := true()) and monotonic() < until:
        sleep(0.02)
    return now


@pytest.fixture
def stalled(tmp_path, model, model_servers: ModuleType) -> Iterator[Stalled]:
    place = Settings(library=tmp_path / "library", understanding="model")
    with model_servers.serving(model_servers.silent) as server:
        llm = model_for("openai/small", url=f"{server.address}/v1", timeout=120)
        with Engine.create(place, embedding=model, llm=llm) as engine:
            engine.library.put(BRIDGE)
            engine.warm()
            yield Stalled(engine, server, llm)
        llm.close()


def test_a_stream_is_at_hand_before_its_question_is_read(stalled: Stalled) -> None:
    stream = stalled.engine.stream(ASKED, history=SAID)
    assert not stalled.server.requests
    read = threading.Thread(target=lambda: stream.writer)
    read.start()
    assert stalled.asked()
    stream.stop()
    read.join(BOUND)
    assert not read.is_alive()
    assert (stream.answer.reason, stream.answer.trace.notes) == ("stopped", ())
    assert stalled.nothing_left()


def test_closing_the_engine_ends_a_question_that_is_being_read(stalled: Stalled) -> None:
    def ask() -> None:
        with suppress(LibraryError):  # it may find the library closed at its next step
            stalled.engine.ask(ASKED, history=SAID)

    asking = threading.Thread(target=ask)
    asking.start()
    assert stalled.asked()
    stalled.engine.close()
    asking.join(BOUND)
    assert not asking.is_alive()
    assert stalled.nothing_left()


async def listened(engine: Engine) -> None:
    async with engine.astream(ASKED, history=SAID) as stream:
        async for _ in stream:
            pass


@pytest.mark.parametrize(
    "work",
    [
        lambda engine: engine.aask(ASKED, history=SAID),
        listened,
    ],
)
def test_a_task_that_is_cancelled_ends_the_reading(stalled: Stalled, work) -> None:
    async def cancelled() -> None:
        task = asyncio.create_task(work(stalled.engine))
        assert await asyncio.to_thread(stalled.asked)
        task.cancel()
        async with asyncio.timeout(BOUND):
            with pytest.raises(asyncio.CancelledError):
                await task

    asyncio.run(cancelled())
    assert stalled.nothing_left()


def test_what_cannot_be_asked_is_told_at_once(stalled: Stalled) -> None:
    for wrong in ("", "x" * 100_000):
        with pytest.raises(QuestionError):
            stalled.engine.stream(wrong, history=SAID)
    with pytest.raises(QuestionError):
        stalled.engine.stream(ASKED, history=SAID[0])  # type: ignore[arg-type]
    assert not stalled.server.requests
