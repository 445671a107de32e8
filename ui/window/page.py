"""How the window is laid out, and what sets off what. With ``mount`` the only place for gradio."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

import gradio as gr

from ingest.sources import SUFFIXES
from rag.errors import PullquoteError
from ui.window.intake import Intake, Pasted
from ui.window.place import Place
from ui.window.window import Window

Who = Callable[[Mapping[str, str]], tuple[str, str]]
"""The visitor a request's cookies belong to, and the name they logged in by, if they did."""

# What became of the files is told where the eye is.
_SHOWN = "watch('value', () => element.scrollIntoView({block: 'nearest'}))"

_TAKEN = "(question) => [question, '']"

Drawn = tuple[Any, ...]
"""What the page shows next: HTML of each panel."""

ASSETS = Path(__file__).with_name("assets")
HEAD = (
    '<link rel="stylesheet" href="/window/assets/window.css">'
    '<script src="/window/assets/window.js"></script>'
)

# Nothing here is an interface for programs; a spinner over the answer would hide it; and what
# is answered side by side is bounded by our jobs, not by Gradio's queue.
_EVENT: dict[str, Any] = {
    "api_visibility": "private",
    "show_progress": "hidden",
    "concurrency_limit": None,
    "trigger_mode": "multiple",
}


def _panel(name: str) -> gr.HTML:
    """HTML drawn by us, whose buttons and forms come back as the event ``act``."""
    attach = "window.pullquote.attach(element, trigger, watch); // sends 'act'"
    return gr.HTML(elem_id=name, js_on_load=attach, apply_default_css=False)


def theme() -> gr.themes.Base:
    """Gradio's own, in fonts of the visitor's system: any other is fetched or missing."""
    names = ("system-ui", "Segoe UI", "Helvetica Neue", "Arial", "sans-serif")
    return gr.themes.Default(
        font=[gr.themes.Font(name) for name in names],
        font_mono=[gr.themes.Font("Consolas"), gr.themes.Font("monospace")],
    )


def page(window: Window, intake: Intake, who: Who) -> gr.Blocks:
    """The page with everything on it wired to ``window``."""
    words = window.words
    blocks: gr.Blocks
    with gr.Blocks(title=words("name"), analytics_enabled=False, fill_width=True) as blocks:
        bar = _panel("bar")
        with gr.Row(elem_id="shell"):
            with gr.Column(elem_id="rail-column", min_width=0):
                rail = _panel("rail")
            with gr.Column(elem_id="main", min_width=0):
                with gr.Column(elem_id="asking"):
                    transcript = _panel("transcript")
                    with gr.Column(elem_id="foot"):
                        box, send = _composer(window)
                        mode = _panel("mode")
                with gr.Column(elem_id="browsing"):
                    listing = _panel("listing")
                    with gr.Column(elem_id="adding"):
                        fields, button = _adding(window)
                        report = gr.HTML(
                            elem_id="report",
                            apply_default_css=False,
                            js_on_load=_SHOWN,
                        )
            with gr.Column(elem_id="beside", min_width=0):
                reader = _panel("reader")
        sent = gr.Textbox(visible=False)
        drawn: list[Any] = [bar, rail, reader, transcript, mode, listing]
        events = _Events(window, intake, who)
        follow = {"fn": events.follow, "outputs": [transcript], **_EVENT}

        blocks.load(events.enter, None, drawn, **_EVENT).then(**follow)
        # It waits for the model, and no answer waits for it.
        blocks.load(events.settle, None, bar, **_EVENT)
        for panel in (bar, rail, transcript, mode, listing, reader):
            panel.act(events.act, None, drawn, **_EVENT).then(**follow)
        for asked in (box.submit, send.click):
            # The box is emptied by the page itself: what is typed meanwhile stays, and pressing
            # twice asks once.
            taken = asked(None, [box], [sent, box], js=_TAKEN, api_visibility="private")
            taken.then(events.ask, [sent], [*drawn, box], **_EVENT).then(**follow)
        button.click(
            events.add, fields, [*drawn, report, *fields],
            **{**_EVENT, "trigger_mode": "once"},
        )  # fmt: skip
        blocks.unload(events.leave)
    return blocks


def _composer(window: Window) -> tuple[gr.Textbox, gr.Button]:
    """The question box and its button."""
    words = window.words
    with gr.Row(elem_id="composer"):
        box = gr.Textbox(
            label=words("ask.box"),
            placeholder=words("ask.placeholder"),
            elem_id="question",
            max_lines=6,
            scale=8,
            autofocus=True,
        )
        send = gr.Button(words("ask.send"), variant="primary", elem_id="ask", min_width=80)
    return box, send


def _adding(window: Window) -> tuple[list[Any], gr.Button]:
    """Files to drop and a text to paste."""
    words = window.words
    gr.HTML(f"<h2>{words('library.add')}</h2>", apply_default_css=False)
    files = gr.File(
        label=words("add.files", kinds=" ".join(SUFFIXES)), file_count="multiple", height=140
    )
    text = gr.Textbox(label=words("add.paste"), lines=4, max_lines=12)
    with gr.Row():
        title, source, published, url = (
            gr.Textbox(
                label=words(f"add.{name}"),
                placeholder=words.get(f"add.{name}_example", ""),
                min_width=140,
            )
            for name in ("title", "source", "published", "url")
        )
    return [files, text, title, source, published, url], gr.Button(
        words("add.button"), variant="primary"
    )


class _Events:
    """What the page's events call. Drawing reads from disk, so it goes to a thread."""

    def __init__(self, window: Window, intake: Intake, who: Who) -> None:
        self._window = window
        self._intake = intake
        self._who = who
        # What is done on one page is done in the order it came, and drawn in that order.
        self._turnstiles: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def enter(self, request: gr.Request) -> Drawn:
        visitor, user = await self._known(request)
        async with self._turnstile(request):
            place = await asyncio.to_thread(
                self._window.enter, visitor, _page(request), _address(request)
            )
            return await self._drawn(place, visitor, user)

    async def settle(self, request: gr.Request) -> Any:
        """The bar once more, when the model is loaded."""
        visitor, user = await self._known(request)
        return await self._window.settled(visitor, _page(request), user) or gr.skip()

    async def act(self, event: gr.EventData, request: gr.Request) -> Drawn:
        action = event._data if isinstance(event._data, dict) else {}
        _, drawn = await self._acted(action, request)
        return drawn

    async def ask(self, question: str, request: gr.Request) -> Drawn:
        place, drawn = await self._acted({"act": "ask", "question": question}, request)
        # A question that was refused is given back.
        return (*drawn, question if place.note else gr.skip())

    async def follow(self, request: gr.Request) -> AsyncIterator[Any]:
        visitor, _ = await self._known(request)
        shown = False
        async for html in self._window.follow(visitor, _page(request)):
            shown = True
            yield html
        if not shown:
            yield gr.skip()

    async def add(  # noqa: PLR0917 - Gradio hands over one value a field
        self,
        files: list[str] | None,
        text: str,
        title: str,
        source: str,
        published: str,
        url: str,
        request: gr.Request,
    ) -> AsyncIterator[Drawn]:
        """Takes in what was dropped and pasted, saying how far it is."""
        visitor, user = await self._known(request)
        page, drawing = _page(request), self._window.drawing
        quiet, kept = [gr.skip()] * 6, [gr.skip()] * 6
        place = self._window.place(page)
        if place is None or place.visitor != visitor:
            place = await asyncio.to_thread(self._window.enter, visitor, page, _address(request))
        pasted = Pasted(text, title, source, published, url)
        async for progress in self._intake.take(place.library, files or [], pasted):
            report = drawing.intake(progress.lines, progress.report)
            if not progress.done:
                yield (*quiet, report, *kept)
                continue
            emptied = kept if progress.refused else [None, *[""] * 5]
            # The visitor may have gone elsewhere meanwhile, and stays there.
            async with self._turnstile(request):
                now = self._window.place(page) or place
                panels = await self._drawn(now, visitor, user)
            yield (*panels, report, *emptied)

    def leave(self, request: gr.Request) -> None:
        self._window.leave(_page(request))

    async def _acted(self, action: Mapping[str, Any], request: gr.Request) -> tuple[Place, Drawn]:
        visitor, user = await self._known(request)
        async with self._turnstile(request):
            after = await asyncio.to_thread(
                self._window.act, visitor, _page(request), action, _address(request)
            )
            return after, await self._drawn(after, visitor, user)

    def _turnstile(self, request: gr.Request) -> asyncio.Lock:
        return self._turnstiles.setdefault(_page(request), asyncio.Lock())

    async def _known(self, request: gr.Request) -> tuple[str, str]:
        """The visitor and the name they logged in by; an error on the page for who is neither."""
        try:
            return await asyncio.to_thread(self._who, request.cookies)
        except PullquoteError as error:
            raise gr.Error(error.line) from error

    async def _drawn(self, place: Place, visitor: str, user: str) -> Drawn:
        panels = await asyncio.to_thread(self._window.panels, visitor, place, user)
        return (
            panels.bar,
            panels.rail,
            panels.reader,
            panels.transcript,
            panels.mode,
            gr.skip() if panels.listing is None else panels.listing,
        )


def _page(request: gr.Request) -> str:
    """One open page, as Gradio tells them apart."""
    return str(request.session_hash or "")


def _address(request: gr.Request) -> str:
    """The conversation that the page's address names."""
    return str(dict(request.query_params).get("c", ""))
