"""What cannot be found, told on the command line and over HTTP: it is an answer, not a failure."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from rag.engine import Engine
from rag.settings import Settings
from rag.types import Hits
from ui.api import Api

if TYPE_CHECKING:
    from conftest import Run

TOKEN = "a-token-for-tests"
IN_MAY = "Who is named in articles published in May 2019?"
NOTHING = "No article from 2019-05-01 to 2019-05-31 matches."
SPAN = {"since": "2019-05-01", "until": "2019-05-31"}


def client(engine: Engine) -> TestClient:
    ready: Future[None] = Future()
    ready.set_result(None)
    app = FastAPI(openapi_url=None)
    app.include_router(Api(engine, lambda: ready).router(TOKEN))
    headers = {"Authorization": f"Bearer {TOKEN}"}
    return TestClient(app, base_url="http://127.0.0.1/v1/", headers=headers)


def found(http: TestClient, question: str, **more: object) -> int:
    """How many passages a search gives."""
    response = http.post("search", json={"question": question, **more})
    assert response.status_code == 200, response.text
    return len(Hits.from_dict(response.json()))


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    place = tmp_path_factory.mktemp("empty") / "library"
    Engine.create(Settings(library=place)).close()
    yield place


def test_a_range_that_holds_nothing_is_an_answer_on_the_command_line(
    run: Run, library: Path
) -> None:
    done = run("ask", IN_MAY, "--library", library)
    assert (done.code, done.err) == (0, "")
    assert NOTHING in done.out
    done = run("search", IN_MAY, "--library", library)
    assert (done.code, done.err) == (0, "")
    found = Hits.from_dict(json.loads(run("search", IN_MAY, "--library", library, "--json").out))
    assert len(found) == 0
    assert str(found.understood.since) == SPAN["since"]
    assert str(found.understood.until) == SPAN["until"]


@pytest.mark.parametrize("question", ["the of and", "大桥要关闭多久？", "zxqv blorpt"])
def test_a_hard_question_ends_well_on_the_command_line(
    run: Run, library: Path, empty: Path, question: str
) -> None:
    for verb in ("ask", "search"):
        for place in (library, empty):
            done = run(verb, question, "--library", place)
            assert (done.code, done.err) == (0, ""), done.err
            assert done.out


def test_an_empty_library_is_told_on_the_command_line(run: Run, empty: Path) -> None:
    done = run("ask", "Who cut the ribbon?", "--library", empty)
    assert (done.code, done.err) == (0, "")
    assert "There are no articles to answer from." in done.out


def test_hard_questions_are_answers_over_http(library: Path, empty: Path) -> None:
    with Engine.open(library) as engine, client(engine) as http:
        told = http.post("ask", json={"question": IN_MAY})
        assert (told.status_code, told.json()["reason"]) == (200, "no_articles")
        assert told.json()["text"] == NOTHING
        for question, more in ((IN_MAY, {}), ("bridge", {"filters": SPAN})):
            assert found(http, question, **more) == 0
        stream = http.post("stream", json={"question": IN_MAY})
        assert stream.status_code == 200
        assert "no_articles" in stream.text
    with Engine.open(empty) as engine, client(engine) as http:
        for question in ("Who cut the ribbon?", "the of and", "大桥"):
            told = http.post("ask", json={"question": question})
            assert (told.status_code, told.json()["reason"]) == (200, "no_articles")
            assert found(http, question) == 0
