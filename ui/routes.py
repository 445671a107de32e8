"""What every route of ``/v1`` has in common: who may ask, and how errors are told."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi.routing import APIRoute
from starlette.convertors import PathConvertor, register_url_convertor
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from rag.errors import PullquoteError
from ui.feed import refusal, unexpected
from ui.wire import NoSuchRoute, TokenRefused


class _Text(PathConvertor):
    """Like ``path``, but an id may hold line ends, too."""

    regex = "(?s:.*)"


register_url_convertor("text", _Text())


class Route(APIRoute):
    """A route whose errors are ours, told as JSON."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handler(request: Request) -> Response:
            try:
                return await handle(request)
            except PullquoteError as error:
                return refusal(error)
            except ClientDisconnect:
                return Response(status_code=400)  # nobody is there to read it
            except Exception as error:  # noqa: BLE001 - told in one line, and logged whole
                return refusal(unexpected(error))

        return handler


def keeper(token: str) -> Callable[[Request], Coroutine[Any, Any, None]]:
    """Lets in who says ``token``."""
    if not token:
        raise ValueError("An empty token would let anybody in.")
    expected = f"bearer {token}".encode()

    async def check(request: Request) -> None:
        kind, _, said = request.headers.get("authorization", "").partition(" ")
        given = f"{kind.lower()} {said.strip()}".encode()
        if not hmac.compare_digest(given, expected):
            raise TokenRefused(
                "The token is missing or wrong.",
                "It is in the file 'token' of the library's folder, for its owner to read.",
            )

    return check


async def nothing_here(request: Request) -> Response:
    raise NoSuchRoute(f"There is no {request.method} {request.url.path} here.")
