"""The server: ``/v1`` for programs and, for a chat, the window for people."""

from __future__ import annotations

import logging
import signal
import socket
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, asynccontextmanager, closing
from functools import cache
from typing import TYPE_CHECKING

from rag.loopback import is_loopback
from rag.settings import Resolved, Settings
from ui.bearer import kept_token
from ui.listening import address_of, listening

if TYPE_CHECKING:
    from fastapi import FastAPI

    from rag.engine import Engine
    from ui.logins import Logins
    from ui.store import Store

Ready = Callable[[], "Future[None]"]
"""Has the model loaded, once; the future is done when it is, or holds why it cannot be."""


def serve(resolved: Resolved, *, window: bool = True, quote: bool = False) -> None:
    """Serves programs, and with ``window`` people, until it is interrupted or terminated. With
    ``quote`` the window begins with quotes only, whatever language model is set.

    Opens the library before it serves: one that cannot be opened is an error here, not on
    the page. The model loads behind the page. Raises ``PullquoteError``.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    settings = resolved.settings
    chosen = {name for name, origin in resolved.origins.items() if origin != "default"}
    with ExitStack() as stack:
        store = stack.enter_context(_store(settings)) if window else None
        logins = _logins(store) if store else None
        # Without a window there is nothing that the token does not guard.
        guarded = not window or logins is not None
        listener = stack.enter_context(
            listening(settings, chosen="port" in chosen, guarded=guarded)
        )
        engine = stack.enter_context(_engine(settings, chosen="library" in chosen))
        background = stack.enter_context(ThreadPoolExecutor(1, "model"))
        ready = cache(lambda: background.submit(engine.warm))
        address = address_of(listener)
        starts: list[Callable[[], object]] = [
            lambda: print(f"Pullquote is at {address} (Ctrl-C stops it)", flush=True),
            ready,
        ]
        # By any name only where a login stands before everything.
        anywhere = logins is not None or not is_loopback(settings.host)
        app = program_app(engine, ready, starts, kept_token(settings.library), anywhere=anywhere)
        if store:
            from ui.window.mount import add_window

            start = add_window(
                app,
                engine,
                store=store,
                logins=logins,
                background=background,
                stack=stack,
                sample="library" not in chosen,
                quote=quote,
            )
            starts.append(start)
        # The system takes connections from here on; they wait until the server runs.
        engine.library.announce(address)
        _run(app, listener)


def program_app(
    engine: Engine,
    ready: Ready,
    starts: list[Callable[[], object]],
    token: str,
    *,
    anywhere: bool = False,
) -> FastAPI:
    """What programs are served: ``/v1`` behind the guard. ``starts`` are called once the server
    runs: from then on it sees to interrupts, and one that is raised while another thread
    imports, as loading the model does, could leave that thread waiting for ever."""
    from fastapi import FastAPI

    from ui.api import Api
    from ui.guard import OwnPagesOnly

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        for start in starts:
            start()
        yield

    app = FastAPI(
        title="Pullquote", lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None
    )
    app.add_middleware(OwnPagesOnly, anywhere=anywhere)
    app.include_router(Api(engine, ready).router(token))
    return app


def _run(app: FastAPI, listener: socket.socket) -> None:
    import uvicorn

    # Gradio's pages keep a connection open for as long as they are looked at.
    config = uvicorn.Config(app, log_config=None, timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    # What it says of connections that we cut at the end is no news.
    logging.getLogger("uvicorn.error").addFilter(lambda _: not server.should_exit)
    server.run([listener])


def _engine(settings: Settings, *, chosen: bool) -> Engine:
    """The engine; only the default library is made when it is missing."""
    from rag.engine import Engine

    return Engine.open(settings) if chosen else Engine.create(settings)


def _store(settings: Settings) -> closing[Store]:
    from ui.store import Store

    return closing(Store(settings.visitors))


def _logins(store: Store) -> Logins | None:
    """Logins are needed as soon as there are users, on this machine too: a server before this
    one may let others in."""
    from ui.logins import Logins

    logins = Logins(store)
    return logins if logins.names() else None
