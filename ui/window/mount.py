"""The window put together, and put into the server."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from rag import telemetry
from rag.engine import Engine
from ui.choices import Choices
from ui.conversations import Conversations, Progress
from ui.gate import Gate, visitor_from
from ui.jobs import Jobs
from ui.visitors import Visitors
from ui.window.intake import Intake
from ui.window.sample import prepare, sample_path
from ui.window.shelf import Shelf
from ui.window.starters import Starters
from ui.window.uploads import uploads_folder
from ui.window.window import Window
from ui.words import Words

if TYPE_CHECKING:
    from fastapi import FastAPI

    from ui.logins import Logins
    from ui.store import Store


def add_window(
    app: FastAPI,
    own: Engine,
    *,
    store: Store,
    logins: Logins | None,
    background: Executor,
    stack: ExitStack,
    sample: bool,
    quote: bool = False,
) -> Callable[[], object]:
    """Adds the page to the server, at every path that is nobody else's.

    ``stack`` closes what the window opens, ``background`` does what must not keep the page
    waiting. With ``sample`` the newspaper is offered if there are no articles,
    and from then on. With ``quote`` it begins with quotes only. Returns what is to be called once
    the server runs.
    """
    offered = sample and (not len(own.library) or sample_path().is_dir())
    beside = stack.enter_context(_sample(own)) if offered else None
    shelf = Shelf(own, beside)

    def load() -> None:
        own.warm()
        if beside:
            prepare(beside)

    ready = cache(lambda: background.submit(load))
    jobs: Jobs[Progress] = Jobs(own.settings.threads, most=own.settings.waiting)
    stack.callback(jobs.close)
    conversations = Conversations(Visitors(store), jobs, shelf.engine, ready)
    words, starters = Words.load(), Starters(shelf, background)
    choices = Choices(store, quote=quote)
    window = Window(shelf, conversations, choices, starters, words, ready=ready)
    intake = Intake(shelf, words, stack.enter_context(ThreadPoolExecutor(1, "intake")))
    _mount(app, window, intake, logins, stack.enter_context(uploads_folder()))
    # Outermost: the guard's rules are for the page, and would have browsers hide where the
    # login form comes from.
    app.add_middleware(Gate, logins=logins)

    def start() -> None:
        ready()
        window.resume()

    return start


def _sample(own: Engine) -> Engine:
    """The sample's engine, with the settings and the models of the visitor's own."""
    settings = replace(own.settings, library=sample_path())
    return Engine.create(settings, embedding=own.embedding, llm=own.llm)


def _mount(
    app: FastAPI, window: Window, intake: Intake, logins: Logins | None, uploads: Path
) -> None:
    gr = _gradio(uploads)
    from fastapi.staticfiles import StaticFiles

    from ui.window.page import ASSETS, HEAD, page, theme
    from ui.window.routes import routes

    def who(cookies: Mapping[str, str]) -> tuple[str, str]:
        visitor = visitor_from(cookies, logins)
        return visitor, visitor.partition(":")[2] if logins else ""

    app.include_router(routes(window, who))
    app.mount("/window/assets", StaticFiles(directory=ASSETS))
    blocks = page(window, intake, who)
    # Only a launched app of Gradio's looks whether a file that a page names was uploaded by it;
    # in an app that is mounted anybody could name any file of this machine.
    blocks.has_launched = True
    # What is answered side by side is bounded by our jobs.
    blocks.queue(default_concurrency_limit=None)
    gr.mount_gradio_app(
        app,
        blocks,
        path="/",
        theme=theme(),
        head=HEAD,
        footer_links=[],
        run_history=False,
        show_error=False,
        ssr_mode=False,
        mcp_server=False,
        enable_monitoring=False,
        max_file_size=window.shelf.own.settings.file_limit * 1_000_000,
    )


def _gradio(uploads: Path) -> ModuleType:
    """Gradio, told what it takes from the environment alone: to report nothing to anybody,
    and where uploaded files go, which otherwise is a place that all users share."""
    telemetry.switch_off()
    os.environ["GRADIO_TEMP_DIR"] = str(uploads)
    import gradio

    return gradio
