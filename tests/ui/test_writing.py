"""Answers written by a language model, on the command line, over HTTP and in conversations: who
wrote them and what bears them out stays with them, and nothing a model writes is ever live."""

from __future__ import annotations

import json
import re
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from markdown_it import MarkdownIt

from rag.engine import Engine
from rag.settings import Settings
from rag.types import Answer, LeftOut, Support, Trace
from ui.choices import Choices
from ui.conversations import Conversations, Progress
from ui.export import as_json, as_markdown
from ui.jobs import Jobs
from ui.render import answer_text, left_out, plain
from ui.saved import Asked, Conversation, Verdict
from ui.store import Store
from ui.visitors import Visitors, visitor_of
from ui.window.drawing import Drawing, Shelved, Turn, made
from ui.window.place import Place
from ui.words import Words

if TYPE_CHECKING:
    from conftest import Launch, Run

QUESTION = "Who cut the ribbon of the bridge over the Tarn?"
TRUE = "The ribbon of the bridge was cut by Mayor Ines Calvet. "
COST = "It cost 41 million euros and took four years to build. "
RIBBON = "Mayor Ines Calvet cut the ribbon before three hundred guests. "
FALSE = "The bridge was painted red by 900 dancers. "
HOSTILE = (
    '<img src=x onerror="alert(1)"> The ribbon of the [bridge](http://evil.example/) was cut'
    " ![](http://evil.example/t.png) by <script>alert(2)</script> Mayor \x1b[31mInes\x1b[0m"
    " \u202eCalvet. \x1b]0;owned\x07"
)
ADA = visitor_of("ada")


@pytest.fixture
def own(library: Path, tmp_path: Path) -> Path:
    shutil.copytree(library, tmp_path / "library")
    return tmp_path / "library"


@pytest.fixture
def asking(run: Run, own: Path, model_servers: ModuleType) -> Iterator[Callable[..., Any]]:
    """``pullquote ask`` with a model that says these pieces."""

    def ask(*options: str, says: tuple[str, ...] = (TRUE, COST, FALSE)) -> Any:
        with model_servers.serving(model_servers.says(*says)) as server:
            done = run(
                "ask", QUESTION, "--library", own, "--model", "openai/small", *options,
                PULLQUOTE_MODEL_URL=f"{server.address}/v1",
            )  # fmt: skip
            return done, len(server.requests)

    yield ask


def test_the_command_says_who_wrote_and_how_much_was_left_out(asking) -> None:
    done, calls = asking()
    assert (done.code, calls) == (0, 1), done.err
    assert done.out.startswith(f"{TRUE.strip()} [1]\n{COST.strip()} [2]\n")
    assert "Written by openai/small; each statement was checked" in done.out
    assert "900" not in done.out and "1 statement was left out; --json tells them" in done.out


def test_json_carries_support_calls_and_what_was_left_out(asking) -> None:
    done, _ = asking("--json")
    answer = Answer.from_dict(json.loads(done.out))
    assert [s.support for s in answer.statements] == [Support.SUPPORTED, Support.QUOTED]
    assert answer.trace.models[-1] == "openai/small" and answer.trace.model_calls == 1
    assert answer.trace.left_out[0].text == FALSE.strip()


def test_a_model_that_only_quotes_is_told_of_as_who_chose_the_quotes(asking) -> None:
    done, _ = asking(says=(RIBBON,))
    assert "Chosen by openai/small, word for word from the articles." in done.out
    done, _ = asking("--json", says=(RIBBON,))
    answer = Answer.from_dict(json.loads(done.out))
    assert {s.support for s in answer.statements} == {Support.QUOTED}
    assert answer.trace.writer == "openai/small"
    told = made(answer, Words.load())
    assert told == "Chosen by openai/small, word for word from 1 article, 4 March 2024"
    instead, calls = asking("--json", says=(FALSE,))
    answer = Answer.from_dict(json.loads(instead.out))
    assert calls == 1 and answer.trace.model_calls == 1 and answer.trace.writer == ""
    assert made(answer, Words.load()) == "Quoted from 1 article, 4 March 2024"


def test_one_question_can_be_quoted_and_no_model_is_called(asking) -> None:
    done, calls = asking("--quote", "--json")
    answer = Answer.from_dict(json.loads(done.out))
    assert calls == 0 and answer.trace.model_calls == 0
    assert {s.support for s in answer.statements} == {Support.QUOTED}


def test_nothing_that_a_model_writes_reaches_a_terminal_as_more_than_text(asking) -> None:
    done, _ = asking(says=(HOSTILE,))
    assert done.code == 0 and "Calvet" in done.out
    assert not set(done.out) & set("\x1b\x07\u202e")
    assert "](" not in done.out and "<script" not in done.out.partition("\n")[0]


def test_nor_is_it_live_in_the_window_or_an_export(asking) -> None:
    """Whatever the parser of a model's words were to let through."""
    done, _ = asking("--json", says=(HOSTILE, TRUE, FALSE))
    answer = Answer.from_dict(json.loads(done.out))
    worst = replace(
        answer,
        statements=tuple(
            replace(s, text=HOSTILE, marked=(), why=HOSTILE) for s in answer.statements
        ),
        trace=replace(
            answer.trace,
            left_out=(LeftOut(HOSTILE, HOSTILE),),
            notes=(HOSTILE,),
            models=("x", HOSTILE),
        ),
    )
    exchange = replace(_exchange(), answer=worst)
    place, shelved = Place("/l"), Shelved(
        sample=False, has_sample=False, articles=1, loading=False, state="", model=HOSTILE
    )  # fmt: skip
    drawing = Drawing(Words.load())
    html = drawing.transcript(place, shelved, [Turn(exchange, worst.statements)], ())
    html += drawing.mode(shelved)
    assert "onerror=&#34;alert(1)&#34;" in html
    assert not re.search(r"<(?:img|script)|\x1b|\u202e|href=\"http://evil", html)
    text = as_markdown(Conversation("c", "l", "t", "", "", (exchange,)))
    shown = MarkdownIt("commonmark").render(text)
    assert not re.search(r"<(?:img|script)|href=\"http://evil", shown) and "\x1b" not in text
    assert not set(plain(str(worst.statements[0])) + answer_text(worst)) & set("\x1b\x07\u202e")


def test_what_was_left_out_has_no_markup_and_its_reason_stands_apart() -> None:
    told = (LeftOut(FALSE.strip(), "says 900 (of them"), LeftOut("**A** [b](http://c.example/)"))
    answer = Answer(QUESTION, "", trace=Trace(left_out=told))
    assert left_out(answer) == (told[0], LeftOut("A b"))


def _exchange() -> Any:
    from ui.saved import Exchange

    return Exchange("e1", "c1", Asked(QUESTION), "2025-01-01T00:00")


@pytest.mark.slow
def test_a_served_library_answers_alike_and_quotes_when_told_to(
    run: Run, launch: Launch, own: Path, model_servers: ModuleType
) -> None:
    with model_servers.serving(model_servers.says(TRUE, COST, FALSE)) as server:
        url = {"PULLQUOTE_MODEL_URL": f"{server.address}/v1"}
        named = ("--library", own, "--model", "openai/small")
        asked = [("ask", QUESTION), ("ask", QUESTION, "--quote")]
        alone = [run(*verb, *named, **url) for verb in asked]
        with launch("serve", *named, "--port", "0", **url) as process:
            assert process.stdout is not None
            address = process.stdout.readline().split()[3]
            assert [run(*verb, "--library", own) for verb in asked] == alone
            same, other = (
                run(*asked[0], "--library", own, PULLQUOTE_MODEL=name)
                for name in ("openai/small", "ollama/other")
            )
            assert same == alone[0] and other.out == same.out
            assert "and openai/small writes there" in other.err and "ollama/other" in other.err
            token = (own / "token").read_text().strip()
            said = httpx.Client(base_url=f"{address}/v1/", timeout=60, trust_env=False)
            with said as client:
                client.headers["Authorization"] = f"Bearer {token}"
                for write, support in ((True, "supported"), (False, "quoted")):
                    asks = {"question": QUESTION, "write": write}
                    whole = client.post("ask", json=asks).json()
                    assert whole["statements"][0]["support"] == support
                    assert whole["trace"]["model_calls"] == int(write)
                    assert bool(whole["trace"]["left_out"]) is write
                    streamed = client.post("stream", json=asks).text
                    assert streamed.count("event: statement") == len(whole["statements"])


@pytest.mark.slow
def test_a_server_whose_model_says_nothing_is_stopped_at_once(
    launch: Launch, own: Path, model_servers: ModuleType
) -> None:
    with ExitStack() as stack:
        at = stack.enter_context(model_servers.serving(model_servers.silent))
        named = ("--library", own, "--model", "openai/small", "--port", "0")
        url = {"PULLQUOTE_MODEL_URL": f"{at.address}/v1"}
        process = stack.enter_context(launch("serve", *named, **url))
        assert process.stdout is not None
        address = process.stdout.readline().split()[3]
        client = stack.enter_context(
            httpx.Client(base_url=f"{address}/v1/", timeout=60, trust_env=False)
        )
        client.headers["Authorization"] = f"Bearer {(own / 'token').read_text().strip()}"
        for _ in range(5):  # one more than are written side by side
            stack.enter_context(client.stream("POST", "stream", json={"question": QUESTION}))
        assert _eventually(lambda: len(at.requests) == 4)
        process.terminate()
        assert process.wait(30) == 0 and not at.over.is_set()


# Conversations.


class Server:
    """What a server puts together over a file that outlives it."""

    def __init__(self, engine: Engine, file: Path) -> None:
        self.library = str(engine.library.path)
        ready: Future[None] = Future()
        ready.set_result(None)
        self.store = Store(file)
        self.visitors = Visitors(self.store)
        self.jobs: Jobs[Progress] = Jobs(1)
        self.conversations = Conversations(
            self.visitors, self.jobs, lambda _: engine, lambda: ready
        )

    def ask(self, asked: Asked) -> str:
        return self.conversations.ask(ADA, self.library, asked).id

    def progress(self, exchange: str) -> list[Progress]:
        return list(self.conversations.watch(ADA, exchange))

    def close(self) -> None:
        self.jobs.close()
        self.store.close()


@contextmanager
def conversing(own: Path, servers: ModuleType, behave: Any) -> Iterator[tuple[Server, Any]]:
    """A server whose model behaves so, and the server of that model."""
    with servers.serving(behave) as at:
        settings = Settings(library=own, model="openai/small", model_url=f"{at.address}/v1")
        with (
            Engine.open(settings) as engine,
            closing(Server(engine, own.parent / "visitors.sqlite3")) as server,
        ):
            yield server, at


def test_an_answer_is_said_to_be_written_while_nothing_is_checked_yet(
    own: Path, model_servers: ModuleType
) -> None:
    with conversing(own, model_servers, model_servers.says(TRUE, COST, FALSE)) as (server, _):
        states = [
            (p.state, len(p.statements)) for p in server.progress(server.ask(Asked(QUESTION)))
        ]
        # What came between two looks is told at once, so one statement alone may not be seen.
        counts = [n for state, n in states if state == "writing"]
        assert counts[0] == 0 and counts == sorted(counts)
        quoted = server.progress(server.ask(Asked(QUESTION, write=False)))
        assert "writing" not in {p.state for p in quoted}
        assert quoted[-1].exchange and quoted[-1].exchange.answer
        assert quoted[-1].exchange.answer.trace.model_calls == 0


def test_a_conversation_its_exports_and_feedback_keep_who_wrote_and_what_is_borne_out(
    own: Path, model_servers: ModuleType
) -> None:
    with conversing(own, model_servers, model_servers.says(TRUE, COST, FALSE)) as (server, _):
        exchange = server.ask(Asked(QUESTION))
        server.progress(exchange)
        server.visitors.judge(ADA, exchange, Verdict(True))
        kept = server.visitors.exchange(ADA, exchange)
        conversation = server.visitors.conversation(ADA, kept.conversation)
        (given,) = server.visitors.feedback()
    assert kept.answer
    assert [s.support for s in kept.answer.statements] == [Support.SUPPORTED, Support.QUOTED]
    assert given.answer == kept.answer and kept.answer.trace.left_out
    assert Conversation.from_dict(json.loads(as_json(conversation))) == conversation
    text = as_markdown(conversation)
    assert f"\n{TRUE.strip()} \\[1\\]" in text and f"“{COST.strip()}” \\[2\\]" in text
    assert "*Written by openai/small; each statement was checked" in text


def test_stopping_ends_the_call_of_the_model_and_keeps_what_was_shown(
    own: Path, model_servers: ModuleType
) -> None:
    behave = model_servers.silent_after(TRUE, COST)
    with conversing(own, model_servers, behave) as (server, at):
        exchange = server.ask(Asked(QUESTION))
        for progress in server.conversations.watch(ADA, exchange):
            if progress.statements and progress.state == "writing":
                server.conversations.stop(ADA, exchange)
                break
        done = server.progress(exchange)[-1].exchange
        assert done and done.answer and done.answer.answered
        assert done.answer.statements[0].text == TRUE.strip()
        assert not len(server.jobs) and not at.over.is_set()
    assert _eventually(lambda: not any(t.name == "pullquote-model" for t in threading.enumerate()))


def test_another_question_is_quoted_while_a_model_says_nothing(
    own: Path, model_servers: ModuleType
) -> None:
    with conversing(own, model_servers, model_servers.silent) as (server, at):
        written = server.ask(Asked(QUESTION))
        assert _eventually(lambda: bool(at.requests))
        waiting = server.ask(Asked(QUESTION))
        quoted = server.progress(server.ask(Asked(QUESTION, write=False)))[-1].exchange
        assert quoted and quoted.answer and quoted.answer.answered
        assert next(server.conversations.watch(ADA, waiting)) == Progress("waiting", 1)
        for exchange in (waiting, written):
            server.conversations.stop(ADA, exchange)
            server.progress(exchange)
        assert not len(server.jobs) and len(at.requests) == 1


def test_stopping_before_the_first_statement_leaves_a_plain_word(
    own: Path, model_servers: ModuleType
) -> None:
    with conversing(own, model_servers, model_servers.silent) as (server, at):
        exchange = server.ask(Asked(QUESTION))
        assert _eventually(lambda: bool(at.requests))
        server.conversations.stop(ADA, exchange)
        done = server.progress(exchange)[-1].exchange
        assert done and done.answer and done.answer.reason == "stopped"
        assert not len(server.jobs)


def test_a_conversation_from_before_there_were_models_still_opens(tmp_path: Path) -> None:
    with closing(Store(tmp_path / "visitors.sqlite3")) as store:
        visitors = Visitors(store)
        exchange = visitors.ask(ADA, "/l", None, Asked(QUESTION))
        old = {"schema": 1, "question": QUESTION, "filters": {}, "as_of": None}
        answer = {
            "schema": 1, "question": QUESTION, "text": "It cost 41. [1]", "answered": True,
            "statements": [{"text": "It cost 41.", "citations": [], "support": "quoted"}],
            "trace": {"models": ["all-MiniLM-L6-v2"], "notes": []},
        }  # fmt: skip
        store.change(
            "UPDATE exchanges SET asked = ?, answer = ?, answered = 1",
            [json.dumps(old), json.dumps(answer)],
        )
        found = visitors.exchange(ADA, exchange.id)
        assert found.asked.write and found.answer and found.answer.trace.left_out == ()
        assert "Written by" not in as_markdown(visitors.conversation(ADA, exchange.conversation))


def test_a_choice_is_kept_for_each_visitor(tmp_path: Path) -> None:
    with closing(Store(tmp_path / "visitors.sqlite3")) as store:
        choices = Choices(store)
        choices.choose(ADA, writes=False)
        assert not choices.writes(ADA) and choices.writes(visitor_of("ben"))
        choices.choose(ADA, writes=True)
        assert choices.writes(ADA)


def test_where_everybody_begins_with_quotes_a_choice_counts_from_then_on(tmp_path: Path) -> None:
    with closing(Store(tmp_path / "visitors.sqlite3")) as store:
        Choices(store).choose(ADA, writes=True)
        choices = Choices(store, quote=True)
        assert not choices.writes(ADA) and not choices.writes(visitor_of("ben"))
        choices.choose(ADA, writes=True)
        assert choices.writes(ADA) and not choices.writes(visitor_of("ben"))


def _eventually(condition: Callable[[], bool]) -> bool:
    for _ in range(200):
        if condition():
            return True
        time.sleep(0.05)
    return False
