"""The server on loopback: ``/v1`` for programs and, for a chat, the window for people."""

from __future__ import annotations

import logging
import os
import signal
import socket
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, asynccontextmanager
from functools import cache
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import TYPE_CHECKING

from rag import telemetry
from rag.errors import PullquoteError, SettingsError
from rag.settings import Resolved, Settings
from ui.bearer import kept_token
from ui.loopback import is_loopback

if TYPE_CHECKING:
    from fastapi import FastAPI

    from rag.engine import Engine
    from ui.chat import Ready

NEIGHBOURS = 20
"""Ports tried after the default one when none was asked for."""


class ServerError(PullquoteError):
    """The server cannot listen where it should."""

    code = "cannot_listen"


def create_app(
    engine: Engine, ready: Ready, uploads: str, on_start: Callable[[], object], token: str
) -> FastAPI:
    """The whole server around an open engine. ``ready()`` is done when its model is loaded;
    ``uploads`` is a folder for files on their way into the library, ``token`` opens ``/v1``."""
    app = program_app(engine, ready, on_start, token)
    mount_window(app, engine, ready, uploads)
    return app


def program_app(
    engine: Engine, ready: Ready, on_start: Callable[[], object], token: str
) -> FastAPI:
    """What programs are served: ``/v1`` behind the guard."""
    from fastapi import FastAPI

    from ui.api import Api
    from ui.guard import OwnPagesOnly

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        on_start()
        yield

    app = FastAPI(
        title="Pullquote", lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None
    )
    app.add_middleware(OwnPagesOnly)
    app.include_router(Api(engine, ready).router(token))
    return app


def mount_window(app: FastAPI, engine: Engine, ready: Ready, uploads: str) -> None:
    """Adds the page, at every path that is nobody else's."""
    gr = _gradio(uploads)
    from ui.chat import Chat
    from ui.page import CSS, page, theme

    blocks = page(Chat(engine, ready))
    blocks.queue(default_concurrency_limit=engine.settings.threads)
    gr.mount_gradio_app(
        app,
        blocks,
        path="/",
        theme=theme(),
        css=CSS,
        footer_links=[],
        run_history=False,
        show_error=False,
        ssr_mode=False,
        mcp_server=False,
        enable_monitoring=False,
    )


def _gradio(uploads: str) -> ModuleType:
    """Gradio, told what it takes from the environment alone: to report nothing to anybody,
    and where uploaded files go, which otherwise is a place that all users share."""
    telemetry.switch_off()
    os.environ["GRADIO_TEMP_DIR"] = uploads
    import gradio

    return gradio


def serve(resolved: Resolved, *, window: bool = True) -> None:
    """Serves programs, and with ``window`` people, until it is interrupted or terminated.

    Opens the library before it serves: one that cannot be opened is an error here, not on
    the page. The model loads behind the page. Raises ``PullquoteError``.
    """
    import uvicorn

    signal.signal(signal.SIGTERM, signal.default_int_handler)
    settings = resolved.settings
    with (
        _listening(settings, chosen=resolved.origins["port"] != "default") as listener,
        _engine(settings, chosen=resolved.origins["library"] != "default") as engine,
        ThreadPoolExecutor(1, "model") as background,
        ExitStack() as stack,
    ):
        ready = cache(lambda: background.submit(engine.warm))
        address = _address(listener)
        token = kept_token(settings.library)
        # The system takes connections from here on; they wait until the server runs.
        engine.library.announce(address)

        def on_start() -> None:
            # From here on the server sees to interrupts. One that is raised while another
            # thread imports, as loading the model does, can leave that thread waiting for ever.
            print(f"Pullquote is at {address}", flush=True)
            ready()

        if window:
            uploads = stack.enter_context(TemporaryDirectory(prefix="pullquote-uploads-"))
            app = create_app(engine, ready, uploads, on_start, token)
        else:
            app = program_app(engine, ready, on_start, token)
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


def _listening(settings: Settings, *, chosen: bool) -> socket.socket:
    """A socket that listens already, so that no other process takes the port meanwhile."""
    if not is_loopback(settings.host):
        raise SettingsError(
            f"'host' must be an address of this machine alone, not {settings.host}.",
            "This version has no logins; use 127.0.0.1.",
        )
    last = settings.port if chosen else settings.port + NEIGHBOURS
    for port in range(settings.port, min(last, 65_535) + 1):
        try:
            return socket.create_server((settings.host, port), family=_family(settings.host))
        except OSError as error:
            reason = error.strerror or str(error)
    raise ServerError(
        f"Nothing can listen on {settings.host}:{settings.port}: {reason}.",
        "Choose another with --port, or 0 for any that is free.",
    )


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET
