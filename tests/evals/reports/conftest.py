"""Invented runs, and a real browser that opens their pages as files."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from importlib import util
from pathlib import Path
from types import ModuleType

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")

Open = Callable[..., Page]


@pytest.fixture(scope="session")
def invention() -> ModuleType:
    """The module that makes runs up."""
    spec = util.spec_from_file_location("invented", Path(__file__).with_name("invented.py"))
    assert spec and spec.loader
    module = sys.modules[spec.name] = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        pytest.skip(f"no Chromium at {CHROMIUM}; CHROMIUM names another")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        browser.close()


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Iterator[Open]:
    """Opens a page from its file. Nothing may be asked for but the file itself, no script may
    fail, and nothing may be left in the console."""
    asked: list[str] = []
    failed: list[str] = []
    contexts = []

    def opened(html: str, hash_: str = "", ready: bool = True, **given: object) -> Page:
        file = tmp_path / "page.html"
        file.write_text(html, encoding="utf-8")
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 800}, **given})
        contexts.append(context)
        context.on("request", lambda request: asked.append(request.url.partition("#")[0]))
        context.on("weberror", lambda error: failed.append(str(error.error)))
        context.on("console", lambda message: failed.append(message.text))
        page = context.new_page()
        page.goto(file.as_uri() + hash_)
        if ready:
            expect(page.locator("html[data-ready]")).to_be_attached()
        return page

    yield opened
    for context in contexts:
        context.close()
    assert set(asked) == {(tmp_path / "page.html").as_uri()}
    assert failed == []
