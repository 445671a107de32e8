"""Where a server listens, and who may come."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from rag.errors import SettingsError
from rag.settings import Settings
from ui.gate import Gate
from ui.guard import OwnPagesOnly
from ui.listening import address_of, listening
from ui.logins import Logins
from ui.store import Store

if TYPE_CHECKING:
    from conftest import Run


def test_others_are_let_in_only_with_logins(run: Run, library: Path) -> None:
    done = run("chat", "--library", library, "--host", "0.0.0.0")
    assert (done.code, done.out) == (1, "")
    assert done.err.count("\n") == 1
    assert "pullquote user add" in done.err
    with pytest.raises(SettingsError):
        listening(Settings(host="192.0.2.1"), chosen=True, guarded=False)


def test_the_address_is_one_that_this_machine_reaches() -> None:
    with closing(listening(Settings(port=0), chosen=True, guarded=False)) as listener:
        assert address_of(listener) == f"http://127.0.0.1:{listener.getsockname()[1]}"


@pytest.fixture
def logins(tmp_path: Path) -> Logins:
    logins = Logins(Store(tmp_path / "visitors.sqlite3"))
    logins.add("maren", "a long password")
    return logins


def test_whoever_asks_by_another_name_meets_the_login(logins: Logins) -> None:
    async def page(_request: object) -> PlainTextResponse:
        return PlainTextResponse("inside")

    app = Starlette(routes=[Route("/", page)])
    app.add_middleware(OwnPagesOnly, anywhere=True)
    app.add_middleware(Gate, logins=logins)
    with TestClient(app, base_url="http://news.example", follow_redirects=False) as client:
        assert client.get("/", headers={"Accept": "text/html"}).status_code in (302, 303, 307)
        told = {"name": "maren", "password": "a long password"}
        headers = {"Origin": "http://news.example"}
        assert client.post("/login", data=told, headers=headers).status_code in (302, 303)
        assert client.get("/").text == "inside"
        # Another site's page may not use the session.
        stranger = {"Origin": "http://evil.example"}
        assert client.get("/", headers=stranger).status_code == 403
