"""Language models by name: found or one clear line, and calls that end, come what may.

What is hosted was only ever tried against servers on loopback that speak its protocol.
"""

from __future__ import annotations

import asyncio
import gc
import os
import random
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import monotonic, sleep
from types import ModuleType

import pytest
from llama_index.core.base.llms.types import CompletionResponse, LLMMetadata
from llama_index.core.llms import CustomLLM, MockLLM

from rag.adapted import AdaptedModel
from rag.calling import Call, Limits, Loop
from rag.errors import CallFailed, ModelError, SettingsError
from rag.llms import model_for
from rag.model import Message
from rag.tokens import estimated_tokens

ASKED = [Message("system", "Answer."), Message("user", "When does the bridge close?")]
KEY = "sk-verysecret-0123456789abcdef"
BOUND = 20.0  # seconds: far beyond every limit below, far below a hang


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GOOGLE_API_KEY"):
        monkeypatch.setenv(name, KEY)
    for name in ("GEMINI_API_KEY", "OLLAMA_HOST"):
        monkeypatch.delenv(name, raising=False)


def told(model: AdaptedModel, *, most: int = 100) -> str:
    with model.stream(ASKED, most=most) as pieces:
        return "".join(pieces)


def until_failure(model: AdaptedModel, *, most: int = 100_000) -> tuple[str, CallFailed]:
    """The pieces that came, and the error after them."""
    came: list[str] = []
    began = monotonic()
    with pytest.raises(CallFailed) as caught, model.stream(ASKED, most=most) as pieces:
        for piece in pieces:
            came.append(piece)
    assert monotonic() - began < BOUND
    error = caught.value
    assert "\n" not in error.line
    assert len(error.line) < 500
    assert KEY not in error.line + repr(error) + repr(error.__cause__) + repr(error.__context__)
    return "".join(came), error


def eventually(true: Callable[[], bool]) -> bool:
    """Does it come true within some seconds?"""
    until = monotonic() + BOUND / 2
    while not (now := true()) and monotonic() < until:
        gc.collect()
        sleep(0.02)
    return now


def handles() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def beside() -> set[threading.Thread]:
    return {t for t in threading.enumerate() if t.name.startswith("pullquote-")}


# Names.


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("", "names no language model"),
        ("openai", "openai/NAME"),
        ("openai/", "openai/NAME"),
        ("ollama/ ", "ollama/NAME"),
        ("opnai/gpt", "Known: openai/NAME"),
        ("gguf/", "gguf/PATH"),
    ],
)
def test_what_names_no_model_is_one_clear_line(name: str, said: str) -> None:
    with pytest.raises(SettingsError) as caught:
        model_for(name)
    assert said in caught.value.line
    assert "\n" not in caught.value.line


@pytest.mark.parametrize(
    "url",
    ["localhost:8000", "ftp://host", "http://", "http://[", "http://a:99999", "file:///etc/x"],
)
def test_an_address_that_is_none_is_one_clear_line(url: str) -> None:
    with pytest.raises(SettingsError, match="must be an address"):
        model_for("openai/small", url=url)


@pytest.mark.parametrize("url", ["http://me:secret@host/v1", "http://host/v1?key=secret"])
def test_an_address_with_a_secret_in_it_is_turned_away_without_repeating_it(url: str) -> None:
    with pytest.raises(SettingsError) as caught:
        model_for("openai/small", url=url)
    assert "secret" not in caught.value.line


def test_a_missing_file_and_one_of_another_kind_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="There is no file"):
        model_for(f"gguf/{tmp_path / 'gone.gguf'}")
    (tmp_path / "text.gguf").write_text("a text")
    with pytest.raises(ModelError, match="is no GGUF file"):
        model_for(f"gguf/{tmp_path / 'text.gguf'}")
    with pytest.raises(ModelError, match="cannot be read"):
        model_for(f"gguf/{tmp_path}")


@pytest.mark.parametrize("prefix", ["openai", "ollama", "anthropic", "google", "gguf"])
def test_a_missing_extra_names_what_to_install(
    prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag.llms.find_spec", lambda _package: None)
    with pytest.raises(ModelError) as caught:
        model_for(f"{prefix}/small")
    assert caught.value.hint == f"pip install 'pullquote[{prefix}]'"


@pytest.mark.parametrize("prefix", ["openai", "anthropic", "google"])
def test_a_hosted_model_without_a_key_names_its_variable(
    prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(f"{prefix.upper()}_API_KEY")
    with pytest.raises(ModelError, match="There is no key") as caught:
        model_for(f"{prefix}/small")
    assert f"{prefix.upper()}_API_KEY" in caught.value.hint


def test_no_key_shows_in_a_model() -> None:
    model = model_for("openai/small")
    assert KEY not in repr(model) + str(vars(model))


# Good answers.


@pytest.mark.parametrize("prefix", ["openai", "ollama", "anthropic", "google"])
def test_each_kind_streams_from_a_server_that_speaks_its_protocol(
    prefix: str, model_servers: ModuleType
) -> None:
    speaks = model_servers.says if prefix == "openai" else getattr(model_servers, prefix)
    with model_servers.serving(speaks("It closes ", "on 3 ", "March.")) as server:
        model = model_for(f"{prefix}/small", url=server.address, timeout=10)
        with model.stream(ASKED, most=77) as pieces:
            assert list(pieces) == ["It closes ", "on 3 ", "March."]
        assert told(model) == "It closes on 3 March."  # and again
        model.close()
        asked = min(4096, model.context // 4)  # it may think first
        assert f": {asked}" in str(server.requests[0])
        assert "When does the bridge close?" in str(server.requests[0])
    assert eventually(lambda: not beside())


def test_a_model_handed_in_is_used_as_it_is(model_servers: ModuleType) -> None:
    from llama_index.llms.openai_like import OpenAILike

    with model_servers.serving(model_servers.says("Hello", " there")) as server:
        llm = OpenAILike(
            model="x", api_base=server.address, api_key=KEY, is_chat_model=True, context_window=99
        )
        model = AdaptedModel.of(llm)
        assert (model.name, model.context) == ("OpenAILike/x", 99)
        assert told(model) == "Hello there"
        model.close()


def test_a_model_that_only_knows_blocking_calls_is_read_in_a_thread() -> None:
    model = AdaptedModel.of(MockLLM(max_tokens=5))
    assert "text text" in told(model)
    assert eventually(lambda: not beside())


class Slow(CustomLLM):
    """Blocks a while at each piece."""

    @property
    def metadata(self) -> LLMMetadata:
        return LLMMetadata()

    def complete(self, prompt: str, formatted: bool = False, **_: object) -> CompletionResponse:
        raise NotImplementedError

    def stream_complete(
        self, prompt: str, formatted: bool = False, **_: object
    ) -> Iterator[CompletionResponse]:
        text = ""
        for n in range(1000):
            sleep(0.05)
            text += f"{n} "
            yield CompletionResponse(text=text, delta=f"{n} ")


def test_a_blocking_model_ends_after_the_piece_it_is_at() -> None:
    with AdaptedModel.of(Slow()).stream(ASKED, most=5000) as pieces:
        assert next(pieces) == "0 "
    assert not beside()
    assert list(pieces) == []


# Thinking first.

THOUGHT = "They ask when it closes. "


@pytest.mark.parametrize(
    ("prefix", "of"),
    [
        ("openai", lambda s: s.thinks(THOUGHT, THOUGHT, says=["On 3 ", "March."])),
        ("openai", lambda s: s.says("<thi", f"nk>{THOUGHT}</", "think>On 3 ", "March.")),
        ("openai", lambda s: s.says(f"[THINK]{THOUGHT}[/THINK]", "On 3 March.")),
        ("ollama", lambda s: s.ollama("On 3 ", "March.", thought=THOUGHT)),
        ("anthropic", lambda s: s.anthropic("On 3 ", "March.", thought=THOUGHT)),
    ],
)
def test_what_a_model_thinks_is_no_text(
    prefix: str, of: Callable[[ModuleType], object], model_servers: ModuleType
) -> None:
    with model_servers.serving(of(model_servers)) as server:
        model = model_for(f"{prefix}/small", url=server.address, timeout=10)
        assert told(model, most=5) == "On 3 March."  # thoughts do not count
        model.close()


@pytest.mark.parametrize(
    ("prefix", "of"),
    [
        ("openai", lambda s: s.thinks(THOUGHT, finish="length")),
        ("openai", lambda s: s.thinks(f"<think>{THOUGHT}", finish="length")),
        ("ollama", lambda s: s.ollama("", thought=THOUGHT, finish="length")),
        ("anthropic", lambda s: s.anthropic(thought=THOUGHT, finish="max_tokens")),
    ],
)
def test_tokens_used_up_before_a_word_have_words_of_their_own(
    prefix: str, of: Callable[[ModuleType], object], model_servers: ModuleType
) -> None:
    with model_servers.serving(of(model_servers)) as server:
        model = model_for(f"{prefix}/small", url=server.address, timeout=10)
        came, error = until_failure(model)
        assert (came, error.reason) == ("", "used up")
        assert str(error) == f"{prefix}/small used up its tokens: it had not written a word."
        assert "model_context" in error.hint
        model.close()


def test_what_a_model_was_saying_when_its_tokens_were_used_up_is_not_taken_for_all(
    model_servers: ModuleType,
) -> None:
    behaviour = model_servers.thinks(THOUGHT, says=["It closes on 3"], finish="length")
    with model_servers.serving(behaviour) as server:
        model = model_for("openai/small", url=server.address, timeout=10)
        came, error = until_failure(model)
        assert (came, error.reason) == ("It closes on 3", "used up")
        model.close()


def test_one_that_thinks_for_ever_is_not_read_on(model_servers: ModuleType) -> None:
    def endless(to) -> None:
        to.begin()
        to.event("<think>")
        while not to.server.over.wait(0.001):
            to.event("and on and on and on and on ")

    with model_servers.serving(endless) as server:
        model = model_for("openai/small", url=server.address, timeout=BOUND, context=400)
        came, error = until_failure(model, most=10)
        assert (came, error.reason) == ("", "used up")
        assert eventually(lambda: server.broken > 0)
        model.close()


def test_an_answer_has_the_tokens_it_may_have_and_no_more(model_servers: ModuleType) -> None:
    with model_servers.serving(model_servers.says(*["word "] * 50)) as server:
        model = model_for("openai/small", url=server.address, timeout=10)
        assert told(model, most=10) == "word " * 10
        model.close()


def test_what_is_asked_for_fits_into_the_context_beside_the_prompt(
    model_servers: ModuleType,
) -> None:
    with model_servers.serving(model_servers.says("Yes.")) as server:
        for context in (200, 500, 2000, 100_000):
            model = model_for("openai/small", url=server.address, context=context)
            told(model, most=20)
            wanted = server.requests[-1]["max_tokens"]
            read = sum(model.count(message.text) for message in ASKED)
            assert 20 <= wanted <= 4096
            assert read + wanted <= context
            model.close()


def test_a_model_that_thinks_is_not_silent() -> None:
    async def thinking() -> AsyncIterator[str]:
        async def pieces() -> AsyncIterator[str]:
            yield ""
            await asyncio.sleep(1.5)
            yield "Yes."

        return pieces()

    limits, loop = Limits(BOUND, silence=1.0), Loop()
    with Call(lambda outlet: loop.begin(thinking, outlet, limits), limits, lambda e: e) as call:
        assert list(call) == ["Yes."]
    loop.close()


# What goes wrong.


def test_a_server_that_is_gone(model_servers: ModuleType) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    for prefix in ("openai", "ollama", "anthropic", "google"):
        model = model_for(f"{prefix}/small", url=f"http://127.0.0.1:{port}", timeout=5)
        came, error = until_failure(model)
        assert (came, error.reason) == ("", "unreachable"), prefix
        model.close()


@pytest.mark.parametrize(
    ("behaviour", "before", "reason"),
    [
        (lambda s: s.silent, "", "timed out"),
        (lambda s: s.says(*(["word "] * 200), pause=0.1), "word word", "timed out"),
        (lambda s: s.silent_after("One. ", "Two"), "One. Two", "timed out"),
        (lambda s: s.endless, "and on and on", "timed out"),
        (lambda s: s.fails(429, "slow down", Retry_After="3600"), "", "rate limited"),
        (lambda s: s.fails(500, "out of memory"), "", "failed"),
        (lambda s: s.fails(404, "no model small"), "", "failed"),
        (lambda s: s.refuses_the_key, "", "refused"),
        (lambda s: s.repeats_the_key, "One. ", "failed"),
        (lambda s: s.cut_off("One. ", "Two"), "One. Two", "cut off"),
        (lambda s: s.ends_early("One. ", "Two"), "One. Two", "cut off"),
        (lambda s: s.page, "", "nonsense"),
        (lambda s: s.gibberish, "", "nonsense"),
        (lambda s: s.other_shape, "", "nonsense"),
        (lambda s: s.says(), "", "nonsense"),
    ],
)
def test_a_server_that_misbehaves_ends_in_time_with_the_reason(
    behaviour: Callable[[ModuleType], object],
    before: str,
    reason: str,
    model_servers: ModuleType,
) -> None:
    with model_servers.serving(behaviour(model_servers)) as server:
        model = model_for("openai/small", url=server.address, timeout=1.5)
        came, error = until_failure(model)
        assert error.reason == reason, error.line
        assert came.startswith(before)
        assert bool(came) == bool(before)
        assert len(server.requests) == 1  # nothing is tried again
        model.close()


def test_more_time_than_a_call_may_take_is_not_given_by_whoever_has_more(
    model_servers: ModuleType,
) -> None:
    with model_servers.serving(model_servers.silent) as server:
        model = model_for("openai/small", url=server.address, timeout=0.5)
        with pytest.raises(CallFailed), model.stream(ASKED, most=9, timeout=600) as pieces:
            list(pieces)
        model.close()


@pytest.mark.parametrize("prefix", ["openai", "ollama"])
def test_a_proxy_of_the_environment_is_asked_but_not_for_this_machine(
    prefix: str, model_servers: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = model_servers.says if prefix == "openai" else model_servers.ollama
    with model_servers.serving(good("Behind it.")) as proxy:
        for name in ("http_proxy", "HTTP_PROXY"):
            monkeypatch.setenv(name, proxy.address)
        model = model_for(f"{prefix}/small", url="http://models.example:8000/v1", timeout=10)
        assert told(model) == "Behind it."
        (asked,) = proxy.paths
        assert asked.startswith("http://models.example:8000/")
        model.close()
        monkeypatch.setenv("no_proxy", "other.example,models.example")
        model = model_for(f"{prefix}/small", url="http://models.example:1/v1", timeout=10)
        with pytest.raises(CallFailed):  # it is looked for without
            told(model)
        assert len(proxy.paths) == 1
        model.close()
    with model_servers.serving(good("Here.")) as server:
        model = model_for(f"{prefix}/small", url=server.address, timeout=10)
        assert told(model) == "Here."
        model.close()


def test_one_that_goes_on_beyond_what_was_asked_for_is_not_read_on(
    model_servers: ModuleType,
) -> None:
    with model_servers.serving(model_servers.endless) as server:
        model = model_for("openai/small", url=server.address, timeout=BOUND)
        text = told(model, most=10)
        assert text.startswith("and on ")
        assert len(text) < 10 * 40
        assert eventually(lambda: server.broken > 0)
        model.close()


def test_the_wait_for_the_first_piece_has_a_bound_of_its_own(model_servers: ModuleType) -> None:
    from llama_index.llms.openai_like import OpenAILike

    with model_servers.serving(model_servers.silent) as server:
        llm = OpenAILike(model="x", api_base=server.address, api_key=KEY, is_chat_model=True)
        model = AdaptedModel(lambda: llm, name="x", timeout=600, silence=0.5)
        _, error = until_failure(model)
        assert error.reason == "timed out"
        model.close()


def test_a_key_that_only_the_caller_knows_is_kept_out_of_errors(
    model_servers: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    from llama_index.llms.openai_like import OpenAILike

    monkeypatch.delenv("OPENAI_API_KEY")
    with model_servers.serving(model_servers.repeats_the_key) as server:
        llm = OpenAILike(
            model="x", api_base=server.address, api_key="plainword", is_chat_model=True
        )
        model = AdaptedModel.of(llm)
        _, error = until_failure(model)
        assert "bad header" in error.line
        assert "plainword" not in error.line
        model.close()


# Stopping.


def test_closing_from_another_thread_wakes_the_one_who_waits(model_servers: ModuleType) -> None:
    with model_servers.serving(model_servers.silent_after("One.")) as server:
        model = model_for("openai/small", url=server.address, timeout=600)
        call = model.stream(ASKED, most=100)
        with ThreadPoolExecutor(1) as pool:
            read = pool.submit(lambda: list(call.__enter__()))
            assert eventually(lambda: bool(server.requests))
            call.close()
            assert read.result(BOUND) in ([], ["One."])
        model.close()


def test_closing_a_model_ends_its_calls_with_an_error(model_servers: ModuleType) -> None:
    with model_servers.serving(model_servers.silent) as server:
        model = model_for("openai/small", url=server.address, timeout=600)
        with ThreadPoolExecutor(1) as pool:
            read = pool.submit(until_failure, model)
            assert eventually(lambda: bool(server.requests))
            model.close()
            assert read.result(BOUND)[1].reason in ("failed", "cut off")
    assert eventually(lambda: not beside())


def test_a_model_that_nobody_holds_leaves_no_thread(model_servers: ModuleType) -> None:
    with model_servers.serving(model_servers.says("Yes.")) as server:
        assert told(model_for("openai/small", url=server.address)) == "Yes."
        assert eventually(lambda: not beside())


def cancelled_rounds(model_servers: ModuleType, rounds: int, seed: int) -> None:
    """Ten streams at once, each left at a moment of its own, again and again."""
    chance = random.Random(seed)
    behaviours = (
        model_servers.endless,
        model_servers.silent,
        model_servers.silent_after("One. "),
        model_servers.says(*(["word "] * 50), pause=0.01),
    )
    with model_servers.serving(model_servers.says("Yes.")) as server:
        model = model_for("openai/small", url=server.address, timeout=60)
        told(model)
        loop = model._loop._loop
        assert loop
        assert eventually(lambda: not asyncio.all_tasks(loop))
        threads, allowed = threading.active_count(), 0

        def one(moment: float) -> None:
            with model.stream(ASKED, most=100_000) as pieces:
                leave = monotonic() + moment
                closer = threading.Timer(moment, pieces.close)
                closer.start()
                for _ in pieces:
                    if monotonic() > leave:
                        break
            closer.cancel()
            closer.join()

        for _ in range(rounds):
            server.script = [chance.choice(behaviours) for _ in range(10)]
            server.script.append(model_servers.says("Yes."))
            moments = [chance.uniform(0, 0.3) for _ in range(10)]
            with ThreadPoolExecutor(10) as pool:
                list(pool.map(one, moments))
            assert eventually(lambda: not asyncio.all_tasks(loop))
            server.over.set()  # its own side ends, too
            assert eventually(lambda: threading.active_count() <= threads)
            server.over.clear()
            allowed = allowed or handles()
            assert eventually(lambda most=allowed: handles() <= most)
        model.close()
    assert eventually(lambda: not beside())


def test_ten_streams_left_at_any_moment_leave_nothing_behind(model_servers: ModuleType) -> None:
    cancelled_rounds(model_servers, rounds=3, seed=1)


@pytest.mark.soak
def test_ten_streams_left_a_hundred_times_leave_nothing_behind(model_servers: ModuleType) -> None:
    cancelled_rounds(model_servers, rounds=100, seed=2)


# Counting.


@pytest.mark.parametrize(
    ("text", "least"),
    [
        ("", 0),
        ("The bridge closes on 3 March 2024.", 12),
        ("1234567", 7),
        ("桥将关闭", 4),
        ("\n\n", 2),
    ],
)
def test_tokens_are_counted_rather_too_high(text: str, least: int) -> None:
    assert least <= estimated_tokens(text) <= 2 * least + 1


def test_no_environment_is_changed() -> None:
    before = dict(os.environ)
    model_for("openai/small")
    assert dict(os.environ) == before
