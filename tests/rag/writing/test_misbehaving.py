"""However a server of a language model misbehaves, there is an answer, and a note that tells."""

from __future__ import annotations

import threading
from collections.abc import Callable
from types import ModuleType

import pytest

from rag.engine import Engine
from rag.errors import SettingsError
from rag.llms import model_for
from rag.settings import Settings
from rag.types import Answer, Support

pytest.importorskip("llama_index.llms.openai_like")

QUESTION = "How long will the harbour bridge be closed?"
CLOSED = "The harbour bridge will be closed for eleven weeks. "
TRUE = (CLOSED[:30], CLOSED[30:], "The repairs should cost ", "4")


def asked(opened: Callable[..., Engine], servers: ModuleType, behaviour: object) -> Answer:
    with servers.serving(behaviour) as server:
        model = model_for("openai/small", url=f"{server.address}/v1", timeout=1.5)
        try:
            return opened(model).ask(QUESTION)
        finally:
            model.close()


@pytest.mark.parametrize(
    "of",
    [
        lambda s: s.silent,
        lambda s: s.endless,
        lambda s: s.fails(500, "Out of memory"),
        lambda s: s.fails(429, "Slow down", Retry_After="60"),
        lambda s: s.refuses_the_key,
        lambda s: s.page,
        lambda s: s.gibberish,
        lambda s: s.other_shape,
        lambda s: s.cut_off("The harbour bri"),
        lambda s: s.ends_early("The harbour bri"),
        lambda s: s.says("I am sorry, I cannot do that."),
        lambda s: s.says(),
    ],
)
def test_without_a_word_of_use_the_articles_are_quoted(opened, model_servers, of) -> None:
    answer = asked(opened, model_servers, of(model_servers))
    assert answer.answered and "eleven weeks" in answer.text
    assert all(s.support is Support.QUOTED for s in answer.statements)
    assert answer.trace.model_calls == 1
    assert answer.trace.notes[-1].startswith("openai/small ")
    assert answer.trace.notes[-1].endswith(": the articles are quoted instead.")


@pytest.mark.parametrize(
    "of",
    [
        lambda s: s.silent_after(*TRUE),
        lambda s: s.cut_off(*TRUE),
        lambda s: s.ends_early(*TRUE),
    ],
)
def test_what_came_before_it_failed_stays(opened, model_servers, of) -> None:
    answer = asked(opened, model_servers, of(model_servers))
    (statement,) = answer.statements
    assert statement.text == CLOSED.strip() and statement.support is Support.SUPPORTED
    assert answer.trace.notes[0].startswith("openai/small broke off: ")


def test_a_model_that_thought_too_long_is_told_from_one_that_wrote_nothing(opened, model_servers):
    answer = asked(opened, model_servers, model_servers.thinks("Hm. ", finish="length"))
    assert answer.trace.notes[-1] == (
        "openai/small failed (openai/small used up its tokens: it had not written a word):"
        " the articles are quoted instead."
    )


def test_an_answer_after_long_thoughts_is_whole(opened, model_servers) -> None:
    thoughts = ["The harbour bridge is closed for nine weeks. "] * 100
    answer = asked(
        opened, model_servers, model_servers.thinks(*thoughts, says=[*TRUE, ".2 million crowns."])
    )
    assert [s.support.value for s in answer.statements] == ["supported"] * 2
    assert answer.trace.left_out == ()


def test_the_model_that_the_settings_name_writes(opened, model_servers) -> None:
    with model_servers.serving(model_servers.says(CLOSED)) as server:
        engine = opened(None, model="openai/small", model_url=f"{server.address}/v1")
        assert engine.model == "openai/small"
        (statement,) = engine.ask(QUESTION).statements
    assert statement.text == CLOSED.strip()


def test_a_model_that_lacks_something_says_so_when_it_is_to_write(opened) -> None:
    engine = opened(None, model="gguf/gone.gguf")
    assert engine.search(QUESTION)  # all that needs no model goes on
    answer = engine.ask(QUESTION)
    assert answer.answered and answer.statements[0].support is Support.QUOTED
    assert answer.trace.notes[-1].startswith("gguf/gone.gguf failed (There is no file ")
    assert not [s for s in engine.ask(QUESTION, write=False).trace.notes if "gone.gguf" in s]


def test_a_name_that_is_no_model_is_one_clear_line_and_makes_no_library(tmp_path) -> None:
    settings = Settings(library=tmp_path / "library", model="gone/small")
    with pytest.raises(SettingsError, match="names no language model"):
        Engine.create(settings)
    assert not (tmp_path / "library").exists()


def test_a_closed_engine_leaves_nothing_of_its_model(opened, model_servers) -> None:
    with model_servers.serving(model_servers.says(CLOSED)) as server:
        engine = opened(None, model="openai/small", model_url=f"{server.address}/v1")
        assert engine.ask(QUESTION).answered
        engine.close()
    assert not [t for t in threading.enumerate() if t.name == "pullquote-model"]


def test_an_answer_over_the_wire_is_cited(opened, model_servers) -> None:
    answer = asked(opened, model_servers, model_servers.says(*TRUE, ".2 million crowns."))
    assert [s.support.value for s in answer.statements] == ["supported"] * 2
    assert answer.trace.models[-1] == "openai/small"
