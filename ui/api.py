"""``/v1``: everything an engine does, over HTTP, for the library's own commands and for programs.

Requests are records of ``ui.wire``, results are the records that the Python interface gives,
all as their JSON. What goes wrong is ``{"error", "message", "hint"}`` with the status that
``ui.wire`` names. Every request carries the library's token.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import Future
from dataclasses import fields
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, TypeVar

from fastapi import APIRouter, Depends
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from ingest.languages import Languages
from rag.errors import OtherModel, PullquoteError
from rag.records import SCHEMA, Record
from rag.types import Answer, Filters
from ui import body, offers
from ui.feed import EVENT_STREAM, JSON_LINES, Feed, Said, reply, unless_gone
from ui.routes import Route, keeper, nothing_here
from ui.turns import Turns
from ui.wire import (
    PREFIX,
    Ask,
    Check,
    LetGo,
    Offered,
    Removal,
    Renewal,
    RequestError,
    Restoring,
    Saving,
    Search,
)

if TYPE_CHECKING:
    from rag.engine import Engine

T = TypeVar("T")
R = TypeVar("R", bound=Record)

Step = Callable[[int, int], None]
"""Hears (done, total) articles."""

BEAT = 10.0
"""Seconds of silence after which a stream shows that it is still there."""

_QUOTE_INSTEAD = "Try again in a moment, or with 'write' false: the articles are quoted at once."

_ALL = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]
_FILTERS = {
    "source": "sources",
    "author": "authors",
    "tag": "tags",
    "language": "languages",
    "article": "articles",
}


class Api:
    """The requests over one engine. ``ready()`` is done when its model is loaded, or holds why
    it cannot be; what needs the model waits for it."""

    def __init__(
        self, engine: Engine, ready: Callable[[], Future[None]], *, beat: float = BEAT
    ) -> None:
        self._engine = engine
        self._library = engine.library
        self._settings = engine.settings
        self._ready = ready
        self._loading: asyncio.Future[None] | None = None
        self._beat = beat
        at_once, waiting = self._settings.threads, self._settings.waiting
        self._questions = Turns(at_once, waiting=waiting)
        # A language model takes its time: searching and quoting go on meanwhile.
        self._writing = Turns(at_once, waiting=waiting, hint=_QUOTE_INSTEAD)
        # Changes wait for each other in the library anyway; here they hold no threads meanwhile.
        self._changes = Turns(1, waiting=waiting)

    def router(self, token: str) -> APIRouter:
        """All of it, for those who know ``token``."""
        router = APIRouter(prefix=PREFIX, dependencies=[Depends(keeper(token))], route_class=Route)
        one = "/articles/{article:text}"
        for method, path, endpoint in (
            ("GET", "", self.hello),
            ("POST", "/ask", self.ask),
            ("POST", "/stream", self.stream),
            ("POST", "/search", self.search),
            ("POST", "/ingest", self.ingest),
            ("GET", "/articles", self.articles),
            ("GET", one, self.article),
            ("DELETE", one, self.remove),
            ("POST", "/remove", self.remove_all),
            ("GET", "/origins", self.origins),
            ("POST", "/let-go", self.let_go),
            ("GET", "/status", self.status),
            ("POST", "/verify", self.verify),
            ("POST", "/rebuild", self.rebuild),
            ("POST", "/compact", self.compact),
            ("POST", "/backup", self.backup),
            ("POST", "/restore", self.restore),
        ):
            router.add_api_route(path, endpoint, methods=[method], response_model=None)
        router.add_api_route("/{rest:text}", nothing_here, methods=_ALL, response_model=None)
        return router

    async def hello(self) -> Response:
        """Which library this is, at no cost."""
        return reply({"schema": SCHEMA, "library": str(self._library.path), **self._models()})

    # Asking.

    async def ask(self, request: Request) -> Response:
        """The answer to a question, whole."""
        asked = await self._read(request, Ask)

        async def answer() -> Response:
            last: dict[str, Any] = {}
            async for _, said in self._answering(asked):
                last = said
            return reply(last)

        return await unless_gone(request, answer())

    async def stream(self, request: Request) -> Response:
        """The answer as it comes: ``statement`` events, then one ``answer`` or ``error``."""
        return self._feed(EVENT_STREAM, self._answering(await self._read(request, Ask)))

    async def _answering(self, ask: Ask) -> AsyncIterator[Said]:
        options = _options(ask)
        until = None if ask.timeout is None else monotonic() + ask.timeout
        async with self._writing if self._engine.model and ask.write else self._questions:
            await self._loaded()
            if until is not None:
                options["timeout"] = until - monotonic()
            async with self._engine.astream(ask.question, **options) as stream:
                async for statement in stream:
                    yield "statement", statement.to_dict()
                answer: Answer = await stream.answer()
                yield "answer", answer.to_dict()

    async def search(self, request: Request) -> Response:
        """The passages nearest to a question."""
        asked = await self._read(request, Search)

        async def found() -> Response:
            async with self._questions:
                await self._loaded()
                hits = await self._engine.asearch(asked.question, **_options(asked))
            return reply(hits.to_dict())

        return await unless_gone(request, found())

    # Articles in and out.

    async def ingest(self, request: Request) -> Response:
        """Keeps articles, one ``Offered`` a line; answers each with a line, in order, once it is
        on disk."""
        # Reading the request notices by itself when the client goes away.
        return self._feed(JSON_LINES, self._keeping(request), watch=False)

    async def _keeping(self, request: Request) -> AsyncIterator[Said]:
        languages = Languages()
        limit = self._settings.request_limit
        async for lines in body.batches(request.stream(), limit=limit):
            offered = await asyncio.to_thread(offers.read, lines, languages, limit)
            async with self._changes:
                await self._loaded()
                kept = await asyncio.to_thread(self._kept, offered)
            for line in kept:
                yield "kept", line

    def _kept(self, offered: Sequence[Offered | PullquoteError]) -> list[dict[str, Any]]:
        """What became of each, in order."""
        told: list[dict[str, Any]] = []
        results = self._library.put_all(
            (item.article, item.origin) for item in offered if isinstance(item, Offered)
        )
        for item in offered:
            article, outcome = next(results) if isinstance(item, Offered) else (None, item)
            became: dict[str, Any] = {"id": article.id if article else ""}
            if isinstance(outcome, PullquoteError):
                became["failure"] = outcome.to_dict()
            else:
                became["outcome"] = outcome
            told.append(became)
        return told

    async def articles(self, request: Request) -> Response:
        """The articles that match, without their texts."""
        filters = _filters(request)

        def listed() -> Response:
            found = [source.to_dict() for source in self._library.articles(filters)]
            return reply({"schema": SCHEMA, "articles": found})

        return await asyncio.to_thread(listed)

    async def article(self, article: str) -> Response:
        """One article with its text and origin."""

        def found() -> Response:
            origin = self._library.origin(article)
            return reply({**self._library.article(article).to_dict(), "origin": origin})

        return await asyncio.to_thread(found)

    async def remove(self, article: str) -> Response:
        """Takes an article out of everything."""
        return await self._removed([article])

    async def remove_all(self, request: Request) -> Response:
        """Takes articles out: all or none."""
        wanted = (await self._read(request, Removal)).articles
        return await self._removed(list(dict.fromkeys(wanted)))

    async def _removed(self, articles: list[str]) -> Response:
        await self._change(lambda: self._library.remove_all(articles))
        return reply({"schema": SCHEMA, "removed": articles})

    async def origins(self, request: Request) -> Response:
        """The articles that came from a place, a file or a folder, and all that lies below."""
        place = request.query_params.get("place")
        if not place:
            raise RequestError("Which place is meant?", "Name it: ?place=/path/to/folder.")

        def found() -> Response:
            origins = [origin.to_dict() for origin in self._library.came_from(place)]
            return reply({"schema": SCHEMA, "origins": origins})

        return await asyncio.to_thread(found)

    async def let_go(self, request: Request) -> Response:
        """Notes that places no longer have articles, and removes what no other place has."""
        origins = (await self._read(request, LetGo)).origins
        removed = await self._change(lambda: self._library.let_go(origins))
        return reply({"schema": SCHEMA, "removed": removed})

    # The library as a whole.

    async def status(self) -> Response:
        """Counts, dates, sizes; and how it is with the models."""
        status = await asyncio.to_thread(self._library.status)
        return reply({**status.to_dict(), **self._models()})

    async def verify(self, request: Request) -> Response:
        """Compares everything with everything."""
        repair = (await self._read(request, Check)).repair
        found = await self._change(lambda: self._library.verify(repair=repair))
        return reply(found.to_dict())

    async def rebuild(self, request: Request) -> Response:
        """Makes everything anew: lines with ``done`` and ``total``, then one with ``articles``."""
        renewal = await self._read(request, Renewal)
        for name in (f.name for f in fields(Renewal)):
            wanted, ours = getattr(renewal, name), getattr(self._settings, name)
            if wanted not in (None, ours):
                raise OtherModel(
                    f"The process that has the library open works with '{name}' {ours},"
                    f" not {wanted}.",
                    "Stop it to rebuild with other settings.",
                )

        def rebuilt(step: Step) -> dict[str, Any]:
            return {"schema": SCHEMA, "articles": self._library.rebuild(step)}

        return self._feed(JSON_LINES, self._working(rebuilt))

    async def compact(self) -> Response:
        """Gives back room: lines with ``done`` and ``total``, then what it came to."""
        return self._feed(
            JSON_LINES, self._working(lambda step: self._library.compact(step).to_dict())
        )

    async def backup(self, request: Request) -> Response:
        """Writes all of it into one file."""
        target = _path((await self._read(request, Saving)).target)
        made = await self._change(lambda: self._library.backup(target))
        return reply({"schema": SCHEMA, "backup": str(made)})

    async def restore(self, request: Request) -> Response:
        """Takes on a backup: lines with ``done`` and ``total``, then one with ``articles``."""
        wanted = await self._read(request, Restoring)
        backup = _path(wanted.backup)

        def restored(step: Step) -> dict[str, Any]:
            count = self._library.restore(backup, replace=wanted.replace, progress=step)
            return {"schema": SCHEMA, "articles": count}

        return self._feed(JSON_LINES, self._working(restored))

    async def _working(self, work: Callable[[Step], dict[str, Any]]) -> AsyncIterator[Said]:
        """Lines that tell how far a change is, then the one that it results in."""
        steps: asyncio.Queue[Said | None] = asyncio.Queue()
        loop, stop = asyncio.get_running_loop(), threading.Event()

        def step(done: int, total: int) -> None:
            if stop.is_set():
                raise ClientDisconnect  # the library keeps what it had
            told = {"done": done, "total": total}
            loop.call_soon_threadsafe(steps.put_nowait, ("progress", told))

        async with self._changes:
            await self._loaded()
            under_way = asyncio.ensure_future(asyncio.to_thread(work, step))
            under_way.add_done_callback(lambda _: steps.put_nowait(None))
            try:
                while said := await steps.get():
                    yield said
                yield "done", await under_way
            finally:
                stop.set()
                await asyncio.wait({under_way})
                # Seen, or it is logged as forgotten.
                _ = under_way.cancelled() or under_way.exception()

    # Underneath.

    def _feed(self, form: Any, said: AsyncIterator[Said], *, watch: bool = True) -> Feed:
        return Feed(said, form, beat=self._beat, watch=watch)

    async def _read(self, request: Request, kind: type[R]) -> R:
        return await body.read(request.stream(), kind, limit=self._settings.request_limit)

    async def _change(self, work: Callable[[], T]) -> T:
        async with self._changes:
            return await asyncio.to_thread(work)

    async def _loaded(self) -> None:
        """Waits for the model. Raises why it cannot be loaded."""
        if self._loading is None:
            self._loading = asyncio.wrap_future(self._ready())
        # Whoever stops waiting must not stop the loading.
        await asyncio.wait({self._loading})
        self._loading.result()

    def _models(self) -> dict[str, str]:
        """How it is with the embedding model, and which language model writes, if any."""
        return {"model": self._model(), "writer": self._engine.model}

    def _model(self) -> str:
        """``loading``, ``ready``, or why it cannot be loaded."""
        loading = self._ready()
        if not loading.done():
            return "loading"
        error = loading.exception()
        if error is None:
            return "ready"
        return error.line if isinstance(error, PullquoteError) else str(error)


def _options(asked: Ask | Search) -> dict[str, Any]:
    """A question's fields as the engine's arguments."""
    return {f.name: getattr(asked, f.name) for f in fields(asked) if f.name != "question"}


def _path(text: str) -> Path:
    """A path on this machine; what it is relative to, a request does not say."""
    path = Path(text)
    if "\0" in text or not path.is_absolute():
        raise RequestError(f"'{text:.200}' is not the whole path of a file.", "Begin it with '/'.")
    return path


def _filters(request: Request) -> Filters:
    """Filters from the query of an address, named as on the command line."""
    given: dict[str, Any] = {}
    for name, value in request.query_params.multi_items():
        if name in _FILTERS:
            given.setdefault(_FILTERS[name], []).append(value)
        elif name in ("since", "until"):
            given[name] = value
        else:
            raise RequestError(f"There is no parameter '{name:.60}' here.", "Leave it out.")
    return body.record_of(given, Filters)
