"""What the chat window does, without the window."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path

import pytest

from rag.engine import Engine
from rag.errors import ModelError
from ui.chat import Chat

QUESTION = "Who cut the ribbon of the bridge over the Tarn?"


@pytest.fixture
def engine(library: Path) -> Iterator[Engine]:
    with Engine.open(library) as engine:
        yield engine


def test_statements_come_one_by_one_and_the_exchange_becomes_the_past(engine: Engine) -> None:
    ready: Future[None] = Future()
    ready.set_result(None)
    *growing, (shown, past) = Chat(engine, lambda: ready).reply(QUESTION, ())
    assert all(before == () for _, before in growing)
    assert [message["role"] for message in shown] == ["user", "assistant"]
    (exchange,) = past
    assert exchange.turn is not None
    assert exchange.turn.question == QUESTION
    assert exchange.turn.passage_ids

    # The next question keeps what stands above it.
    *_, (shown, past) = Chat(engine, lambda: ready).reply("What did it cost?", past)
    assert len(past) == 2
    assert "Ines Calvet" in shown[1]["content"]


def test_a_model_that_cannot_be_loaded_is_told_above_and_in_reply(engine: Engine) -> None:
    ready: Future[None] = Future()
    ready.set_exception(ModelError("The model is gone.", "Get it back."))
    chat = Chat(engine, lambda: ready)
    assert "The model is gone" in list(chat.state())[-1]
    *_, (shown, past) = chat.reply(QUESTION, ())
    assert "The model is gone" in shown[-1]["content"]
    assert past[-1].turn is None


def test_until_the_model_is_loaded_the_page_says_so(engine: Engine) -> None:
    ready: Future[None] = Future()
    lines = Chat(engine, lambda: ready).state()
    assert "loading the model" in next(lines)
    ready.set_result(None)
    assert "loading" not in next(lines)
