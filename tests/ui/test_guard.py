"""Other web sites cannot use the server through a visitor's browser."""

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from rag.loopback import is_loopback
from ui.guard import OwnPagesOnly


@pytest.fixture
def client() -> TestClient:
    app = Starlette(routes=[Route("/", lambda _: PlainTextResponse("here"))])
    return TestClient(OwnPagesOnly(app), base_url="http://127.0.0.1:7860")


def test_its_own_page_is_served_and_may_load_nothing_from_elsewhere(client: TestClient) -> None:
    response = client.get("/", headers={"Origin": "http://127.0.0.1:7860"})
    assert response.text == "here"
    assert "default-src 'self'" in response.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:9999"},
        {"Host": "elsewhere.example:7860"},
        {"Host": "elsewhere.example:7860", "Origin": "http://elsewhere.example:7860"},
        {"Host": "["},
    ],
)
def test_a_request_that_another_site_made_is_turned_away(
    client: TestClient, headers: dict[str, str]
) -> None:
    assert client.get("/", headers=headers).status_code == 403


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_this_machine_is_loopback(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.0.1", "example.org", ""])
def test_what_a_network_reaches_is_not_loopback(host: str) -> None:
    assert not is_loopback(host)
