"""Who is there, and who may come in: over a real app and, at the end, in a real browser."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from ui.gate import VISITOR, Gate, LoginNeeded, NoVisitor, visitor_from
from ui.loginpage import SESSION
from ui.logins import Logins
from ui.store import Store
from ui.visitors import new_token, visitor_of

PASSWORD = "correct horse"
PAGE = {"Accept": "text/html,application/xhtml+xml"}
HOME = "https://desk.example"


async def who(request: Request) -> JSONResponse:
    visitor = getattr(request.state, "visitor", None)
    by_cookie = visitor_from(request.cookies) if VISITOR in request.cookies else None
    return JSONResponse({"visitor": visitor, "by_cookie": by_cookie})


async def socket_end(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.close()


def app() -> Starlette:
    return Starlette(
        routes=[
            Route("/", who, methods=["GET", "POST"]),
            Route("/deep/page", who),
            Route("/v1/ask", who),
            Route("/v1x", who),
            WebSocketRoute("/live", socket_end),
        ]
    )


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "visitors.sqlite3")
    yield store
    store.close()


@pytest.fixture
def logins(store: Store) -> Logins:
    logins = Logins(store, cost=(2, 8, 1))
    logins.add("ada", PASSWORD)
    return logins


@pytest.fixture
def anyone() -> TestClient:
    """A browser before a gate that lets everybody in."""
    return TestClient(Gate(app()), base_url="http://127.0.0.1:7860")


@pytest.fixture
def desk(logins: Logins) -> TestClient:
    """A browser before a gate that needs a login, reached by https."""
    return TestClient(Gate(app(), logins), base_url=HOME, follow_redirects=False)


def log_in(desk: TestClient, password: str = PASSWORD, **given: object):
    options = {"headers": {"Origin": HOME, **PAGE}, **given}
    data = {"name": "ada", "password": password}
    return desk.post(options.pop("url", "/login"), data=data, **options)


# Everybody is let in.


def test_a_browser_is_the_same_visitor_from_its_first_request_on(anyone: TestClient) -> None:
    first = anyone.get("/")
    token = first.cookies[VISITOR]
    assert first.json() == {"visitor": visitor_of(token), "by_cookie": visitor_of(token)}
    second = anyone.get("/deep/page")
    assert second.json() == first.json()
    assert "set-cookie" not in second.headers
    # Each page makes it last for another year.
    assert token in anyone.get("/", headers=PAGE).headers["set-cookie"]


def test_two_browsers_are_two_visitors() -> None:
    gate = Gate(app())
    found = {TestClient(gate).get("/").json()["visitor"] for _ in range(2)}
    assert len(found) == 2


def test_no_script_reads_the_cookie_and_it_lasts_a_year(anyone: TestClient) -> None:
    cookie = anyone.get("/").headers["set-cookie"]
    for part in ("HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=31536000"):
        assert part in cookie
    assert "Secure" not in cookie
    secure = TestClient(Gate(app()), base_url=HOME).get("/").headers["set-cookie"]
    assert secure.endswith("; Secure")


@pytest.mark.parametrize("token", ["", "short", "x" * 44, "x" * 42 + "é", "user:ada"])
def test_a_cookie_that_is_not_ours_is_replaced(anyone: TestClient, token: str) -> None:
    sent = f"a=1; {VISITOR}={token}; b=2".encode()
    response = anyone.get("/", headers={"Cookie": sent})
    fresh = response.cookies[VISITOR]
    assert fresh != token
    assert response.json()["by_cookie"] == visitor_of(fresh)


def test_a_browser_without_cookies_is_told(logins: Logins) -> None:
    with pytest.raises(NoVisitor, match="no cookie"):
        visitor_from({})
    with pytest.raises(LoginNeeded):
        visitor_from({VISITOR: new_token()}, logins)


def test_programs_under_v1_are_left_alone(anyone: TestClient, desk: TestClient) -> None:
    for client in (anyone, desk):
        response = client.get("/v1/ask")
        assert response.json()["visitor"] is None
        assert "set-cookie" not in response.headers
    assert desk.get("/v1x").status_code == 401


# Logins are needed.


def test_who_is_not_logged_in_gets_the_login_page_and_nothing_else(desk: TestClient) -> None:
    for path in ("/", "/deep/page", "/nowhere", "//v1/ask", "/V1/ask"):
        assert desk.get(path).status_code == 401
        assert desk.post(path, headers=PAGE).status_code == 401
    sent = desk.get("/deep/page?a=1&b=2", headers=PAGE)
    assert (sent.status_code, sent.headers["location"]) == (
        303,
        "/login?next=/deep/page%3Fa%3D1%26b%3D2",
    )
    page = desk.get(sent.headers["location"])
    assert page.status_code == 200
    assert 'action="/login?next=/deep/page%3Fa%3D1%26b%3D2"' in page.text
    assert "<script" not in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert page.headers["cache-control"] == "no-store"


def test_a_websocket_needs_a_login_too(desk: TestClient) -> None:
    with pytest.raises(WebSocketDisconnect), desk.websocket_connect("wss://desk.example/live"):
        pass
    log_in(desk)
    with desk.websocket_connect("wss://desk.example/live"):
        pass


def test_logging_in_leads_back_and_makes_the_user_the_visitor(desk: TestClient) -> None:
    done = log_in(desk, url="/login?next=/deep/page%3Fa%3D1")
    assert (done.status_code, done.headers["location"]) == (303, "/deep/page?a=1")
    cookie = done.headers["set-cookie"]
    for part in ("HttpOnly", "SameSite=Lax", "Path=/", "Secure"):
        assert part in cookie
    assert desk.get("/").json()["visitor"] == "user:ada"


def test_logging_out_ends_the_session_on_the_server(desk: TestClient) -> None:
    log_in(desk)
    token = desk.cookies[SESSION]
    assert "logged in as ada" in desk.get("/logout").text
    out = desk.post("/logout", headers={"Origin": HOME})
    assert (out.status_code, out.headers["location"]) == (303, "/login")
    assert SESSION not in desk.cookies
    desk.cookies[SESSION] = token
    assert desk.get("/").status_code == 401
    assert desk.get("/logout").headers["location"] == "/login"


def test_a_user_who_is_removed_is_out_at_once(desk: TestClient, logins: Logins) -> None:
    log_in(desk)
    assert desk.get("/").status_code == 200
    logins.remove("ada")
    assert desk.get("/").status_code == 401


def test_a_wrong_password_is_told_and_what_was_typed_is_no_markup(desk: TestClient) -> None:
    data = {"name": '"><script>alert(1)</script>', "password": "<b>"}
    wrong = desk.post("/login", data=data, headers={"Origin": HOME})
    assert wrong.status_code == 401
    assert 'role="alert"' in wrong.text
    assert "<script" not in wrong.text
    assert "&lt;script&gt;" in wrong.text
    assert SESSION not in desk.cookies


def test_guessing_is_slowed_down(desk: TestClient) -> None:
    answers = [log_in(desk, "a wrong guess").status_code for _ in range(6)]
    assert answers == [401] * 5 + [429]
    assert int(log_in(desk).headers["retry-after"]) >= 1


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "https://["},
        {"Sec-Fetch-Site": "cross-site"},
        {},
    ],
)
def test_no_other_site_can_log_a_visitor_in_or_out(
    desk: TestClient, headers: dict[str, str]
) -> None:
    assert log_in(desk, headers=headers).status_code == 403
    log_in(desk)
    assert desk.post("/logout", headers=headers).status_code == 403
    assert desk.get("/").status_code == 200


@pytest.mark.parametrize(
    "target",
    ["//evil.example", "/\\evil.example", "https://evil.example", "javascript:1", "", "/\r\nX: 1"],
)
def test_logging_in_leads_nowhere_else(desk: TestClient, target: str) -> None:
    done = desk.post(
        "/login",
        params={"next": target},
        data={"name": "ada", "password": PASSWORD},
        headers={"Origin": HOME},
    )
    assert done.headers["location"] == "/"


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"x" * 100_000, b"name=ada", b"&" * 10_000])
def test_a_form_that_is_none_is_a_wrong_password(desk: TestClient, body: bytes) -> None:
    assert desk.post("/login", content=body, headers={"Origin": HOME}).status_code == 401
    assert desk.put("/login", content=body).status_code == 405


def test_a_store_that_fails_is_one_plain_line(desk: TestClient, store: Store) -> None:
    log_in(desk)
    store.close()
    response = desk.get("/")
    assert response.status_code == 503
    assert "closed" in response.text


# In a browser.


@pytest.fixture
def address(logins: Logins) -> Iterator[str]:
    """A gate with logins, listening on loopback."""
    import uvicorn

    def shown(request: Request) -> PlainTextResponse:
        return PlainTextResponse(f"Hello {request.state.visitor}")

    inside = Starlette(routes=[Route("/page", shown)])
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(Gate(inside, logins), log_config=None))
    thread = threading.Thread(target=server.run, args=[[listener]])
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join(10)
    listener.close()


@pytest.mark.browser
def test_a_person_logs_in_and_out_without_scripts(address: str) -> None:
    from playwright.sync_api import expect, sync_playwright

    chromium = os.environ.get("CHROMIUM", "/usr/bin/chromium")
    if not Path(chromium).exists():
        pytest.skip(f"no Chromium at {chromium}; CHROMIUM names another")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_context(java_script_enabled=False).new_page()
        page.goto(f"{address}/page")
        page.get_by_label("Name").fill("Ada")
        page.get_by_label("Password").fill("a wrong guess")
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_contain_text("wrong")
        expect(page.get_by_label("Name")).to_have_value("Ada")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Log in").click()
        expect(page.locator("body")).to_contain_text("Hello user:ada")
        assert page.url == f"{address}/page"
        page.goto(f"{address}/logout")
        page.get_by_role("button", name="Log out").click()
        expect(page.get_by_role("heading")).to_have_text("Log in")
        page.goto(f"{address}/page")
        expect(page.get_by_role("heading")).to_have_text("Log in")
        browser.close()
