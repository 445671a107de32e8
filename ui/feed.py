"""Results sent as they come, and work that stops when nobody is there to hear of it."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass
from typing import Any, TypeVar

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from rag.errors import PullquoteError
from ui.wire import EVENTS, LINES, status_of

T = TypeVar("T")
Said = tuple[str, dict[str, Any]]
"""The name of an event, and what there is to say."""

News = Said | PullquoteError | None
"""None when nothing more will come."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Form:
    """How events are written. ``beat`` means nothing and is sent while there is no news."""

    media_type: str
    write: Callable[[str, str], str]
    beat: str


EVENT_STREAM = Form(EVENTS, lambda name, data: f"event: {name}\ndata: {data}\n\n", ": waiting\n\n")
JSON_LINES = Form(LINES, lambda _name, data: f"{data}\n", "\n")


class Feed(Response):
    """Sends what ``said`` yields, each at once. What goes wrong before anything was said is a
    plain refusal with its status, later it is a last event named ``error``.

    Nothing is held up by a client that reads slowly; one that goes away ends the work, and is
    noticed at once when ``watch`` is set. (It cannot be where ``said`` itself reads the request.)
    """

    def __init__(
        self, said: AsyncIterator[Said], form: Form, *, beat: float, watch: bool = True
    ) -> None:
        # As a streaming response does: headers, but no body to count.
        self.status_code, self.media_type, self.background = 200, form.media_type, None
        self.init_headers({"Cache-Control": "no-store"})
        self._said = said
        self._form = form
        self._beat = beat
        self._watch = watch

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        news: asyncio.Queue[News] = asyncio.Queue()
        tasks = {asyncio.create_task(self._work(news))}
        if self._watch:
            watch = asyncio.create_task(_gone(receive))
            watch.add_done_callback(lambda _: news.put_nowait(None))
            tasks.add(watch)
        try:
            first = await self._next(news)
            if isinstance(first, PullquoteError):
                await refusal(first)(scope, receive, send)
                return
            await self._send(first, news, send)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)

    async def _work(self, news: asyncio.Queue[News]) -> None:
        try:
            async for said in self._said:
                news.put_nowait(said)
        except PullquoteError as error:
            news.put_nowait(error)
        except ClientDisconnect:
            pass
        except Exception as error:  # noqa: BLE001 - the client hears of it, the log has it whole
            news.put_nowait(unexpected(error))
        finally:
            news.put_nowait(None)

    async def _next(self, news: asyncio.Queue[News]) -> News | str:
        try:
            return await asyncio.wait_for(news.get(), self._beat)
        except TimeoutError:
            return self._form.beat

    async def _send(self, first: News | str, news: asyncio.Queue[News], send: Send) -> None:
        start = {"status": self.status_code, "headers": self.raw_headers}
        await send({"type": "http.response.start", **start})
        said = first
        while said is not None:
            text = self._text(said).encode()
            await send({"type": "http.response.body", "body": text, "more_body": True})
            said = await self._next(news)
        await send({"type": "http.response.body", "body": b""})

    def _text(self, said: Said | PullquoteError | str) -> str:
        if isinstance(said, str):
            return said
        name, told = ("error", said.to_dict()) if isinstance(said, PullquoteError) else said
        return self._form.write(name, as_json(told))


async def unless_gone(request: Request, work: Coroutine[Any, Any, T]) -> T:
    """What ``work`` makes. Stops it, and raises ``ClientDisconnect``, when the client goes away
    first."""
    done = asyncio.create_task(work)
    watch = asyncio.create_task(_gone(request.receive))
    try:
        await asyncio.wait({done, watch}, return_when=asyncio.FIRST_COMPLETED)
        if not done.done():
            raise ClientDisconnect
        return done.result()
    finally:
        done.cancel()
        watch.cancel()
        await asyncio.wait({done, watch})


async def _gone(receive: Receive) -> None:
    """Returns when the client has gone away. The request's body must have been read."""
    while (await receive())["type"] != "http.disconnect":
        pass


def reply(value: dict[str, Any], status: int = 200) -> Response:
    return Response(as_json(value), status, media_type="application/json")


def refusal(error: PullquoteError) -> Response:
    """An error of ours as a response."""
    response = reply(error.to_dict(), status_of(error))
    if response.status_code == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def unexpected(error: Exception) -> PullquoteError:
    """An error that is a mistake of ours: told in one line, and written to the log whole."""
    _log.error("A request failed.", exc_info=error)
    return PullquoteError("Something went wrong here.", "The server's own output says more.")


def as_json(value: dict[str, Any]) -> str:
    # In ASCII alone: some programs take more for the end of a line than a line feed.
    return json.dumps(value)
