"""``/v1`` over real HTTP on loopback: every request a program makes, and those it should not."""

from __future__ import annotations

import json
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from rag import errors
from rag.engine import Engine
from rag.errors import ModelError, PullquoteError
from rag.settings import Settings
from rag.types import (
    Answer,
    Article,
    Compaction,
    Filters,
    Hits,
    Source,
    Status,
    Verification,
)
from ui import wire
from ui.api import Api
from ui.guard import OwnPagesOnly
from ui.wire import Ask, Offered

pytestmark = pytest.mark.slow

TOKEN = "a-token-for-tests"
QUESTION = "Who cut the ribbon of the bridge over the Tarn?"
PATIENCE = 60


@contextmanager
def listening(engine: Engine, ready: Future[None], *, beat: float = 10.0) -> Iterator[httpx.Client]:
    """A server over ``engine``, and a client that knows its token."""
    app = FastAPI(openapi_url=None)
    app.add_middleware(OwnPagesOnly)
    app.include_router(Api(engine, lambda: ready, beat=beat).router(TOKEN))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, timeout_graceful_shutdown=1))
    listener = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    host, port = listener.getsockname()
    headers = {"Authorization": f"Bearer {TOKEN}"}
    try:
        with httpx.Client(
            base_url=f"http://{host}:{port}/v1/", headers=headers, timeout=PATIENCE, trust_env=False
        ) as client:
            yield client
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


def loaded() -> Future[None]:
    ready: Future[None] = Future()
    ready.set_result(None)
    return ready


@pytest.fixture(scope="module")
def engine(library: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """One question at a time, one waiting, and requests of a megabyte at most."""
    own = tmp_path_factory.mktemp("api") / "library"
    shutil.copytree(library, own)
    settings = Settings(library=own, threads=1, waiting=1, request_limit=1)
    with Engine.open(settings) as engine:
        yield engine


@pytest.fixture(scope="module")
def client(engine: Engine) -> Iterator[httpx.Client]:
    with listening(engine, loaded()) as client:
        yield client


def ask(client: httpx.Client, question: str = QUESTION, **more: Any) -> httpx.Response:
    return client.post("ask", json={"question": question, **more})


def events(text: str) -> list[tuple[str, dict[str, Any]]]:
    """Server-sent events, comments left out."""
    blocks = (block.splitlines() for block in text.split("\n\n"))
    return [
        (lines[0].removeprefix("event: "), json.loads(lines[1].removeprefix("data: ")))
        for lines in blocks
        if lines and not lines[0].startswith(":")
    ]


def offered(*articles: Article) -> bytes:
    return b"".join(json.dumps(Offered(a).to_dict()).encode() + b"\n" for a in articles)


def refused(response: httpx.Response, status: int, code: str, words: str = "") -> None:
    told = response.json()
    assert (response.status_code, told["error"]) == (status, code), response.text
    assert told.keys() == {"error", "message", "hint"}
    assert words in told["message"]
    assert "\n" not in told["message"]


# Asking.


def test_an_answer_is_the_engines_own(client: httpx.Client, engine: Engine) -> None:
    told = ask(client).json()
    ours = engine.ask(QUESTION).to_dict()
    assert {**told, "trace": None} == {**ours, "trace": None}
    assert told["trace"]["settings"] == ours["trace"]["settings"]
    assert Answer.from_dict(told).answered


def test_a_stream_is_statements_then_one_answer(client: httpx.Client) -> None:
    response = client.post("stream", content=json.dumps(Ask(question=QUESTION).to_dict()))
    assert response.headers["content-type"].startswith("text/event-stream")
    *statements, (name, answer) = events(response.text)
    assert [kind for kind, _ in statements] == ["statement"] * len(answer["statements"])
    assert name == "answer"
    assert [{k: v for k, v in told.items() if k != "schema"} for _, told in statements] == answer[
        "statements"
    ]


def test_a_search_takes_filters_and_a_day(client: httpx.Client) -> None:
    given = {"question": "harvest", "filters": Filters(sources=("Valley Herald",)).to_dict()}
    found = Hits.from_dict(client.post("search", json=given).json())
    assert {hit.source.id for hit in found} == {"orchard"}
    early = client.post("search", json={"question": "harvest", "as_of": "2024-03-31", "k": 2})
    assert "orchard" not in {hit.source.id for hit in Hits.from_dict(early.json())}


# Articles.

ODD = [
    "https://a.example/x?y=1&z=2#top",
    "..",
    "a/../b",
    "100 %2F",
    "two\nlines\n",
    "Ä/ö ü",
    "/",
    "//x//",
    "articles/",
]


@pytest.mark.parametrize("name", ODD)
def test_an_id_may_hold_anything(client: httpx.Client, name: str) -> None:
    article = Article(id=name, text=f"The name of this one is {name}. It is short.")
    told = client.post("ingest", content=offered(article)).json()
    assert told == {"id": name, "outcome": "added"}
    path = "articles/" + "".join(f"%{byte:02X}" for byte in name.encode())
    there = client.get(path).json()
    assert Article.from_dict(there).text == article.text
    assert client.delete(path).json() == {"schema": 1, "removed": [name]}
    assert client.get(path).json()["error"] == "article_not_found"


def test_every_line_of_an_ingest_is_answered_in_order(client: httpx.Client) -> None:
    lines = [
        b'{"article": {"id": "one", "text": "A heron nests.", "published": "2024-05"}}',
        b"",
        b'{"article": {"id": "empty", "text": "  "}}',
        b"{half",
        b'{"article": {"id": "two", "text": "A barge sank.", "author": "misspelt"}}',
        b'{"article": {"id": "two", "text": "A barge sank.", "published": "last week"}}',
        b'{"article": {"id": "two", "text": "half a \\ud800 letter"}}',
        b'{"article": {"id": "' + b"x" * 1_000_001 + b'", "text": "too long"}}',
        b'{"article": {"id": "two", "text": "A barge sank."}, "origin": "by hand"}',
    ]
    response = client.post("ingest", content=b"\n".join(lines))
    assert response.status_code == 200
    told = [json.loads(line) for line in response.text.splitlines()]
    assert [line.get("outcome") or line["failure"]["error"] for line in told] == [
        *("added", "bad_article", "bad_request", "bad_request", "bad_request", "bad_request"),
        *("too_large", "added"),
    ]
    assert client.get("articles/two").json()["origin"] == "by hand"
    assert str(Article.from_dict(client.get("articles/one").json()).published) == "2024-05"
    assert client.post("remove", json={"articles": ["one", "two"]}).status_code == 200


@pytest.mark.slow
def test_results_come_while_articles_are_still_on_their_way(client: httpx.Client) -> None:
    """By hand: no client library reads before it has sent everything."""
    batch = offered(*(Article(id=f"n{i}", text=f"Note {i}. " + "word " * 300) for i in range(60)))
    url = client.base_url
    with socket.create_connection((url.host, url.port), timeout=PATIENCE) as wire_:
        head = f"POST /v1/ingest HTTP/1.1\r\nHost: {url.host}:{url.port}\r\n"
        head += f"Authorization: Bearer {TOKEN}\r\nTransfer-Encoding: chunked\r\n\r\n"
        wire_.sendall(head.encode() + f"{len(batch):x}\r\n".encode() + batch + b"\r\n")
        seen = b""
        while b'"outcome": "added"' not in seen:
            seen += wire_.recv(65_536)
        assert b"200 OK" in seen
    # The rest of it never came: what was kept is kept, and nothing is half there.
    kept = client.get("articles").json()["articles"]
    notes = [source["id"] for source in kept if source["id"].startswith("n")]
    assert notes
    client.post("remove", json={"articles": notes})
    assert Verification.from_dict(client.post("verify").json()).whole


def test_articles_are_listed_by_the_filters_of_the_command_line(client: httpx.Client) -> None:
    told = client.get("articles", params={"since": "2024-04-01"}).json()["articles"]
    assert [Source.from_dict(source).id for source in told] == ["orchard"]
    query = [("source", "Tarn Post"), ("source", "valley herald")]
    two = client.get("articles", params=query).json()["articles"]
    assert [source["id"] for source in two] == ["orchard", "bridge"]
    refused(client.get("articles", params={"sources": "Tarn Post"}), 400, "bad_request", "sources")
    refused(client.get("articles", params={"since": "last week"}), 400, "bad_request")


def test_several_are_removed_or_none(client: httpx.Client) -> None:
    refused(
        client.post("remove", json={"articles": ["bridge", "nowhere"]}), 404, "article_not_found"
    )
    assert client.get("articles/bridge").status_code == 200


# The library as a whole.


def test_status_verify_and_rebuild(client: httpx.Client, engine: Engine) -> None:
    status = client.get("status").json()
    assert Status.from_dict(status).articles == 3
    assert status["model"] == "ready"
    assert Verification.from_dict(client.post("verify", json={"repair": True}).json()).whole
    lines = [json.loads(line) for line in client.post("rebuild").text.splitlines()]
    assert lines[:-1] == [{"done": 3, "total": 3}]
    assert lines[-1] == {"schema": 1, "articles": 3}
    assert client.get(str(client.base_url).rstrip("/")).json()["library"] == str(
        engine.library.path
    )


def test_compact_backup_and_restore(client: httpx.Client, tmp_path: Path) -> None:
    *steps, last = [json.loads(line) for line in client.post("compact").text.splitlines()]
    assert steps == [{"done": 3, "total": 3}]
    assert Compaction.from_dict(last).articles == 3
    made = client.post("backup", json={"target": str(tmp_path / "safe")}).json()["backup"]
    assert made == str(tmp_path / "safe")
    refused(client.post("restore", json={"backup": made}), 409, "library_not_empty")
    wanted = {"backup": made, "replace": True}
    *_, last = client.post("restore", json=wanted).text.splitlines()
    assert json.loads(last) == {"schema": 1, "articles": 3}
    assert Verification.from_dict(client.post("verify").json()).whole
    (tmp_path / "letter").write_text("Dear Ida")
    for backup, code in ((str(tmp_path / "letter"), "not_a_backup"), ("safe", "bad_request")):
        refused(client.post("restore", json={"backup": backup, "replace": True}), 400, code)
    refused(client.post("backup", json={"target": "safe"}), 400, "bad_request")


def test_a_rebuild_with_other_settings_is_refused(client: httpx.Client) -> None:
    response = client.post("rebuild", json={"embedding": "some/other-model"})
    refused(response, 409, "other_model", "some/other-model")


# What is turned away.


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", f"Bearer {TOKEN}x", f"Basic {TOKEN}", TOKEN, "Bearer \xe4\xf6"],
)
@pytest.mark.parametrize("path", ["", "status", "articles/bridge", "nowhere", "ask"])
def test_nothing_is_told_without_the_token(client: httpx.Client, header: str, path: str) -> None:
    headers = {"Authorization": header.encode("latin-1")}
    refused(client.get(path, headers=headers), 401, "bad_token")


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://evil.example"}, {"Host": "evil.example"}, {"Origin": "null"}]
)
def test_no_other_site_gets_in_even_with_the_token(
    client: httpx.Client, headers: dict[str, str]
) -> None:
    assert client.get("status", headers=headers).status_code == 403


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b'"question"',
        b"\xff\xfe",
        b'{"question": 7}',
        b'{"question": "Who?", "as_of": "yesterday"}',
        b'{"question": "Who?", "filters": {"sourcs": ["Tarn Post"]}}',
        b'{"question": "Who?", "history": [3]}',
        b'{"question": "Who?", "k": "many"}',
        b'{"question": "half a \\ud800 letter?"}',
        b"[" * 200_000,
        b'{"question": "Who?", "timeout": ' + b"9" * 5000 + b"}",
    ],
    ids=lambda content: content[:24].decode("ascii", "replace"),
)
@pytest.mark.parametrize("path", ["ask", "stream"])
def test_what_is_no_request_is_one_clear_line(
    client: httpx.Client, path: str, content: bytes
) -> None:
    refused(client.post(path, content=content), 400, "bad_request")


@pytest.mark.parametrize("path", ["ask", "stream", "search"])
def test_a_question_that_cannot_be_asked_has_its_own_code(client: httpx.Client, path: str) -> None:
    for question in (" ", "why " * 1000):
        refused(client.post(path, json={"question": question}), 400, "bad_question")
    refused(client.post("search", json={"question": "Who?", "k": 0}), 400, "bad_question")
    late = client.post("ask", json={"question": "Who?", "timeout": 0})
    refused(late, 504, "timeout")


def test_a_request_that_is_too_large_is_not_read_to_its_end(client: httpx.Client) -> None:
    refused(ask(client, "x" * 1_100_000), 413, "too_large", "1 MB")

    def endless() -> Iterator[bytes]:
        for _ in range(200):
            yield b"x" * 1_000_000

    refused(client.post("ask", content=endless()), 413, "too_large")


def test_what_is_not_there_is_said_in_json(client: httpx.Client) -> None:
    refused(client.get("ask"), 404, "no_such_route", "GET /v1/ask")
    refused(client.post("nowhere"), 404, "no_such_route")


def test_a_client_that_says_half_and_leaves_does_no_harm(client: httpx.Client) -> None:
    url = client.base_url
    for path in ("ask", "ingest", "remove"):
        with socket.create_connection((url.host, url.port), timeout=PATIENCE) as half:
            head = f"POST /v1/{path} HTTP/1.1\r\nHost: {url.host}:{url.port}\r\n"
            head += f"Authorization: Bearer {TOKEN}\r\nContent-Length: 500\r\n\r\n"
            half.sendall(head.encode() + b'{"article": {"id": "half", "text": "Half of a')
    assert client.get("articles/half").status_code == 404
    assert ask(client).status_code == 200


# Waiting.


@pytest.fixture
def waiting(engine: Engine) -> Iterator[tuple[httpx.Client, Future[None]]]:
    """A server whose model has not loaded yet, and what says that it has."""
    ready: Future[None] = Future()
    with listening(engine, ready, beat=0.05) as client:
        yield client, ready
        if not ready.done():
            ready.set_result(None)


def until(happened: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_questions_wait_for_the_model_and_the_rest_does_not(
    waiting: tuple[httpx.Client, Future[None]],
) -> None:
    client, ready = waiting
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(ask, client)
        assert client.get("status").json()["model"] == "loading"
        assert len(client.get("articles").json()["articles"]) == 3
        assert not answer.done()
        ready.set_result(None)
        assert answer.result().json()["answered"]


def test_a_model_that_cannot_be_loaded_is_told_to_everyone_who_asks(
    waiting: tuple[httpx.Client, Future[None]],
) -> None:
    client, ready = waiting
    ready.set_exception(ModelError("The model 'x' cannot be loaded.", "Name another."))
    for path in ("ask", "stream", "search"):
        refused(client.post(path, json={"question": "Who?"}), 503, "model_failed", "'x'")
    refused(client.post("ingest", content=offered(Article(text="Hm."))), 503, "model_failed")
    refused(client.post("rebuild"), 503, "model_failed")
    assert client.get("status").json()["model"] == "The model 'x' cannot be loaded. Name another."


def test_questions_over_the_limit_wait_and_too_many_are_turned_away(
    waiting: tuple[httpx.Client, Future[None]],
) -> None:
    client, ready = waiting
    with ExitStack() as stack:
        pool = stack.enter_context(ThreadPoolExecutor(8))
        asked = [pool.submit(ask, client) for _ in range(8)]
        # One has its turn, one may wait.
        until(lambda: sum(answer.done() for answer in asked) == 6)
        for answer in asked:
            if answer.done():
                refused(answer.result(), 503, "busy")
        ready.set_result(None)
        assert sorted(answer.result().status_code for answer in asked) == [200] * 2 + [503] * 6


def test_a_client_that_goes_away_makes_room(waiting: tuple[httpx.Client, Future[None]]) -> None:
    client, ready = waiting
    for path in ("stream", "ask", "search") * 2:
        with pytest.raises(httpx.ReadTimeout):
            client.post(path, json={"question": QUESTION}, timeout=httpx.Timeout(5, read=0.01))

    def has_room() -> bool:
        with client.stream("POST", "stream", json={"question": QUESTION}) as response:
            return response.status_code == 200

    until(has_room)
    ready.set_result(None)
    assert ask(client).status_code == 200


@contextmanager
def stalled(library: Path, own: Path, model_servers: ModuleType) -> Iterator[tuple[Any, Any]]:
    """A server that answers two side by side, one more may wait, and its language model, which
    never says anything."""
    shutil.copytree(library, own)
    with model_servers.serving(model_servers.silent) as model:
        settings = Settings(
            library=own, threads=2, waiting=1,
            model="openai/small", model_url=f"{model.address}/v1",
        )  # fmt: skip
        with Engine.open(settings) as engine, listening(engine, loaded()) as client:
            yield client, model


def test_searching_and_quoting_go_on_while_all_who_may_write_are_stalled(
    library: Path, tmp_path: Path, model_servers: ModuleType
) -> None:
    writing = {"question": QUESTION}
    with ExitStack() as stack:
        client, model = stack.enter_context(stalled(library, tmp_path / "own", model_servers))
        # Two are written, one waits.
        under_way = [
            stack.enter_context(client.stream("POST", "stream", json=writing)) for _ in range(3)
        ]
        until(lambda: len(model.requests) == 2)
        for path in ("ask", "stream"):
            turned_away = client.post(path, json=writing)
            assert "'write' false" in turned_away.text and "busy" in turned_away.text
        quoted = ask(client, write=False).json()
        assert quoted["answered"] and quoted["trace"]["model_calls"] == 0
        assert events(client.post("stream", json={**writing, "write": False}).text)
        assert Hits.from_dict(client.post("search", json=writing).json())
        assert len(model.requests) == 2
        under_way[0].close()  # who hangs up makes room for who waits
        until(lambda: len(model.requests) == 3)
    # Now everybody has hung up: nothing is being written any more.
    until(lambda: not any(t.name == "pullquote-model" for t in threading.enumerate()))


def test_a_stream_without_news_shows_that_it_is_there(
    waiting: tuple[httpx.Client, Future[None]],
) -> None:
    client, ready = waiting
    with client.stream("POST", "stream", json={"question": QUESTION}) as response:
        lines = response.iter_lines()
        assert next(lines).startswith(":")
        ready.set_result(None)
        assert [line for line in lines if line.startswith("event")][-1] == "event: answer"


@pytest.mark.slow
def test_a_rebuild_that_nobody_waits_for_stops_and_changes_nothing(
    library: Path, tmp_path: Path
) -> None:
    shutil.copytree(library, tmp_path / "library")
    with Engine.open(tmp_path / "library") as engine:
        many = (Article(id=str(i), text=f"Ferry {i} sails. " * 60) for i in range(130))
        list(engine.library.put_all((article, "") for article in many))
        with listening(engine, loaded()) as client:
            with client.stream("POST", "rebuild") as response:
                assert json.loads(next(response.iter_lines()))["total"] == 133
            started = time.monotonic()
            assert client.post("verify").json()["problems"] == []
            assert time.monotonic() - started < PATIENCE
        builds = [path.name for path in (tmp_path / "library" / "indexes").iterdir()]
        assert builds == ["1"]


# Errors.


def test_every_error_has_a_status_and_comes_back_as_itself() -> None:
    kinds = [k for k in {**vars(errors), **vars(wire)}.values() if isinstance(k, type)]
    for kind in (k for k in kinds if issubclass(k, PullquoteError)):
        error = kind("It went wrong.", "Mend it.")
        same = wire.error_of(json.loads(json.dumps(error.to_dict())))
        assert (type(same), same.line) == (kind, error.line)
        assert kind is wire.OwnerLost or kind.code in wire._STATUS
    assert type(wire.error_of({"error": "of a later version"})) is PullquoteError


def test_a_mistake_of_ours_is_one_line_without_its_trace(library: Path, tmp_path: Path) -> None:
    shutil.copytree(library, tmp_path / "library")
    with Engine.open(tmp_path / "library") as engine, listening(engine, loaded()) as client:
        with closing(engine):  # nobody may do that while it is served
            pass
        for path in ("ask", "stream", "search"):
            response = client.post(path, json={"question": "Who?"})
            assert response.status_code == 500
            assert "Traceback" not in response.text
            assert response.json().keys() == {"error", "message", "hint"}
