"""The pages for logging in and out: plain HTML that needs no script.

A form counts only when the browser says that it was sent from a page of this very server
(``Origin``), so that no other site can log a visitor in or out.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from urllib.parse import parse_qs, quote, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

from rag.errors import PullquoteError
from ui.logins import LASTING, Logins, WrongPassword
from ui.throttle import TooManyAttempts

LOGIN, LOGOUT = "/login", "/logout"
SESSION = "pullquote_session"

_BODY = 16_384
"""Bytes of a form: the longest name and password, encoded."""

_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none';"
    " form-action 'self'; frame-ancestors 'none'",
    # With a stricter one, browsers hide the origin of the form from us, too.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}

_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} · Pullquote</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ font: 1rem/1.5 system-ui, sans-serif; margin: 0; display: grid; min-height: 100vh;
  place-items: center; }}
main {{ width: min(20rem, 90vw); }}
label, input, button {{ display: block; width: 100%; box-sizing: border-box; font: inherit; }}
input, button {{ padding: .5em; margin: .25em 0 1em; }}
[role=alert] {{ border-left: .25em solid; padding-left: .75em; }}
</style>
</head>
<body>
<main>
<h1>{title}</h1>
{content}
</main>
</body>
</html>
"""

_LOGIN_FORM = """{alert}<form method="post" action="{action}">
<label for="name">Name</label>
<input id="name" name="name" value="{name}" required autofocus autocomplete="username"
  autocapitalize="none" spellcheck="false" maxlength="64">
<label for="password">Password</label>
<input id="password" name="password" type="password" required autocomplete="current-password"
  maxlength="1000">
<button type="submit">Log in</button>
</form>"""

_LOGOUT_FORM = """<p>You are logged in as {name}.</p>
<form method="post" action="{action}">
<button type="submit">Log out</button>
</form>"""


def cookie_text(name: str, token: str, *, seconds: int, secure: bool) -> str:
    """A ``Set-Cookie`` that no script can read and no other site's form sends; zero seconds
    take the cookie away."""
    parts = [f"{name}={token}", f"Max-Age={seconds}", "Path=/", "HttpOnly", "SameSite=Lax"]
    return "; ".join([*parts, "Secure"] if secure else parts)


def to_login(request: Request) -> Response:
    """For who is not logged in: the way to the login page, or for programs a plain no."""
    wants_page = "text/html" in request.headers.get("accept", "")
    if request.method in ("GET", "HEAD") and wants_page:
        here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return _redirect(f"{LOGIN}?next={quote(here, safe='/')}")
    return PlainTextResponse("Log in first.", 401, {"Cache-Control": "no-store"})


class LoginPages:
    """Answers requests for ``LOGIN`` and ``LOGOUT``. Raises ``StoreError``."""

    def __init__(self, logins: Logins) -> None:
        self._logins = logins

    async def answer(self, request: Request) -> Response:
        if request.method not in ("GET", "HEAD", "POST"):
            return PlainTextResponse("Not here.", 405, {"Allow": "GET, HEAD, POST"})
        if request.method == "POST" and not _own_form(request):
            return PlainTextResponse("Only Pullquote's own page may send this.", 403)
        if request.url.path == LOGOUT:
            return await self._logout(request)
        return await self._login(request)

    async def _login(self, request: Request) -> Response:
        back = _own_path(request.query_params.get("next", "/"))
        if request.method != "POST":
            return _login_page(back)
        form = await _form(request)
        name = form.get("name", "")
        try:
            token = await run_in_threadpool(
                self._logins.open_session,
                name,
                form.get("password", ""),
                request.client.host if request.client else "",
            )
        except WrongPassword as error:
            return _login_page(back, name, error, status=401)
        except TooManyAttempts as error:
            page = _login_page(back, name, error, status=429)
            page.headers["Retry-After"] = str(error.seconds)
            return page
        response = _redirect(back)
        response.headers["Set-Cookie"] = cookie_text(
            SESSION, token, seconds=LASTING, secure=request.url.scheme == "https"
        )
        return response

    async def _logout(self, request: Request) -> Response:
        token = request.cookies.get(SESSION, "")
        if request.method != "POST":
            name = await run_in_threadpool(self._logins.user_of, token)
            if name is None:
                return _redirect(LOGIN)
            return _page("Log out", _LOGOUT_FORM.format(name=escape(name), action=LOGOUT))
        await run_in_threadpool(self._logins.close_session, token)
        response = _redirect(LOGIN)
        response.headers["Set-Cookie"] = cookie_text(
            SESSION, "", seconds=0, secure=request.url.scheme == "https"
        )
        return response


def _login_page(
    back: str, name: str = "", error: PullquoteError | None = None, status: int = 200
) -> HTMLResponse:
    alert = f'<p role="alert">{escape(error.line)}</p>\n' if error else ""
    action = escape(f"{LOGIN}?next={quote(back, safe='/')}")
    form = _LOGIN_FORM.format(alert=alert, action=action, name=escape(name[:64]))
    return _page("Log in", form, status)


def _page(title: str, content: str, status: int = 200) -> HTMLResponse:
    return HTMLResponse(_PAGE.format(title=title, content=content), status, _HEADERS)


def _redirect(path: str) -> RedirectResponse:
    return RedirectResponse(path, 303, {"Cache-Control": "no-store"})


def _own_form(request: Request) -> bool:
    """Whether a form was sent from a page of this server. Browsers always say so."""
    origin = request.headers.get("origin")
    if origin is None:
        return request.headers.get("sec-fetch-site") == "same-origin"
    try:
        return urlsplit(origin).netloc == request.headers.get("host", "") != ""
    except ValueError:
        return False


def _own_path(path: str) -> str:
    """``path`` if it leads nowhere but to this server, else its first page."""
    own = path.startswith("/") and not path.startswith(("//", "/\\"))
    return path if own and path.isprintable() and path.split("?", maxsplit=1)[0] != LOGIN else "/"


async def _form(request: Request) -> Mapping[str, str]:
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _BODY:
            return {}
    try:
        fields = parse_qs(body.decode("ascii"), keep_blank_values=True, max_num_fields=10)
    except ValueError:
        return {}
    return {name: values[0] for name, values in fields.items()}
