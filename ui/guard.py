"""Only pages this server made itself may talk to it, and they may talk to nobody else.

A server on loopback has no password; what keeps other web sites out of it is that a browser
says which page a request comes from (``Origin``) and which name it asked for (``Host``, which
a site that points its own name at 127.0.0.1 cannot disguise).
"""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rag.loopback import is_loopback

# Gradio's page starts from inline scripts, compiles templates and draws from data URLs.
_POLICY = "; ".join(
    (
        "default-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "worker-src 'self' blob:",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)


class OwnPagesOnly:
    """ASGI middleware that turns away requests other sites had a browser make, and tells the
    browser that the page loads nothing from elsewhere.

    ``anywhere``: the server may be asked for by any name. Then a site that points its own name
    here is stopped by the login, whose cookie belongs to the server's real name.
    """

    def __init__(self, app: ASGIApp, *, anywhere: bool = False) -> None:
        self._app = app
        self._anywhere = anywhere

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        if not self._own(headers.get("host", ""), headers.get("origin")):
            response = PlainTextResponse("Only Pullquote's own page may ask this.", 403)
            await response(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer = MutableHeaders(scope=message)
                answer["Content-Security-Policy"] = _POLICY
                answer["Referrer-Policy"] = "no-referrer"
                answer["X-Content-Type-Options"] = "nosniff"
            await send(message)

        await self._app(scope, receive, guarded)

    def _own(self, host: str, origin: str | None) -> bool:
        try:
            name = urlsplit(f"//{host}").hostname
            came_from = urlsplit(origin).netloc if origin is not None else host
        except ValueError:
            return False
        return bool(name) and (self._anywhere or is_loopback(name or "")) and came_from == host
