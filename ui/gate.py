"""Who is there: every browser gets a cookie, and where logins are needed, nobody passes without.

``Gate`` goes around everything else a server answers, so that its own pages keep their headers.
What lies under ``/v1`` has a token of its own and is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection, Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rag.errors import PullquoteError
from ui.loginpage import LOGIN, LOGOUT, SESSION, LoginPages, cookie_text, to_login
from ui.logins import Logins
from ui.visitors import new_token, user_visitor, visitor_of

VISITOR = "pullquote_visitor"

_YEAR = 365 * 24 * 3600
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
_OPEN = "/v1"


class NoVisitor(PullquoteError):
    """The browser sent no cookie of ours."""

    code = "no_visitor"


class LoginNeeded(PullquoteError):
    """There is no session, or it is over."""

    code = "login_needed"


def visitor_from(cookies: Mapping[str, str], logins: Logins | None = None) -> str:
    """The visitor a request comes from, by its cookies: the user, where logins are needed.

    Raises ``LoginNeeded``, ``NoVisitor``, ``StoreError``.
    """
    if logins is not None:
        name = logins.user_of(cookies.get(SESSION, ""))
        if name is None:
            raise LoginNeeded("You are not logged in any more.", "Load the page again.")
        return user_visitor(name)
    token = cookies.get(VISITOR, "")
    if not _TOKEN.fullmatch(token):
        raise NoVisitor(
            "Your browser keeps no cookie of this page.", "Allow cookies and load the page again."
        )
    return visitor_of(token)


class Gate:
    """ASGI middleware. ``scope["state"]["visitor"]`` is who asks, for what lies behind it; the
    cookies of the request name the same visitor, the first time too."""

    def __init__(self, app: ASGIApp, logins: Logins | None = None) -> None:
        self._app = app
        self._logins = logins
        self._pages = LoginPages(logins) if logins else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        if scope["type"] not in ("http", "websocket") or path == _OPEN or path.startswith("/v1/"):
            await self._app(scope, receive, send)
        elif self._logins is None:
            await self._known(scope, receive, send)
        else:
            await self._logged_in(scope, receive, send)

    async def _known(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes everybody on, with a cookie. It is given anew with every page, so that it
        lasts for who comes back within a year."""
        connection = HTTPConnection(scope)
        token = connection.cookies.get(VISITOR, "")
        page = "text/html" in connection.headers.get("accept", "")
        if not _TOKEN.fullmatch(token):
            token, page = new_token(), True
            scope = {**scope, "headers": _with_cookie(scope, VISITOR, token)}
        cookie = cookie_text(
            VISITOR, token, seconds=_YEAR, secure=scope.get("scheme") in ("https", "wss")
        )

        async def with_cookie(message: Message) -> None:
            if page and message["type"] == "http.response.start":
                MutableHeaders(scope=message).append("Set-Cookie", cookie)
            await send(message)

        await self._app(_as(visitor_of(token), scope), receive, with_cookie)

    async def _logged_in(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes on who is logged in; all others come to the login page."""
        connection = HTTPConnection(scope)
        try:
            if scope["type"] == "http" and scope["path"] in (LOGIN, LOGOUT) and self._pages:
                response = await self._pages.answer(Request(scope, receive))
                await response(scope, receive, send)
                return
            visitor = await run_in_threadpool(visitor_from, connection.cookies, self._logins)
        except LoginNeeded:
            await _turn_away(scope, receive, send)
        except PullquoteError as error:
            await PlainTextResponse(error.line, 503)(scope, receive, send)
        else:
            await self._app(_as(visitor, scope), receive, send)


async def _turn_away(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1008})
        return
    response: Response = to_login(Request(scope))
    await response(scope, receive, send)


def _as(visitor: str, scope: Scope) -> Scope:
    return {**scope, "state": {**scope.get("state", {}), "visitor": visitor}}


def _with_cookie(scope: Scope, name: str, value: str) -> list[tuple[bytes, bytes]]:
    """The request's headers as if the browser had had the cookie already."""
    headers = MutableHeaders(raw=list(scope["headers"]))
    others = headers.get("cookie", "")
    kept = [part for part in others.split(";") if part.split("=")[0].strip() not in ("", name)]
    headers["cookie"] = "; ".join([*(part.strip() for part in kept), f"{name}={value}"])
    return headers.raw
