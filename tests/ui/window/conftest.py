"""A real browser, and windows served by real processes."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from importlib import util
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

if TYPE_CHECKING:
    from conftest import Launch

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 30_000
"""Milliseconds: the first answer waits for the embedding model."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        pytest.skip(f"no Chromium at {CHROMIUM}; CHROMIUM names another")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A visitor of their own, whose pages must not ask anything of another machine, nor have a
    script fail."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.set_default_timeout(PATIENCE)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    expect.set_options(timeout=PATIENCE)
    asked: list[str] = []
    failed: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    context.on("weberror", lambda error: failed.append(str(error.error)))
    yield context
    context.close()
    hosts = {urlsplit(url).hostname for url in asked if not url.startswith(("data:", "blob:"))}
    assert hosts <= {"127.0.0.1"}
    assert failed == []


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


Chat = Callable[..., AbstractContextManager[tuple[subprocess.Popen[str], str]]]


@pytest.fixture(scope="session")
def chat(launch: Launch) -> Chat:
    """Starts a ``pullquote chat`` and gives its process and its address."""

    @contextmanager
    def chat(*arguments: str | Path, **given: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
        with launch("chat", *arguments, **given) as process:
            yield process, _address_of(process)

    return chat


def _address_of(process: subprocess.Popen[str]) -> str:
    """Where it says it is, once it does."""
    assert process.stdout is not None
    line = process.stdout.readline()
    found = re.match(r"Pullquote is at (http://127\.0\.0\.1:\d+)", line)
    assert found, line
    return found[1]


@pytest.fixture(scope="module")
def served(library: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the library: its owner locks everybody else out."""
    own = tmp_path_factory.mktemp("served") / "library"
    shutil.copytree(library, own)
    return own


@pytest.fixture(scope="module")
def address(chat: Chat, served: Path) -> Iterator[str]:
    """A chat over the copy."""
    with chat("--library", served, "--port", "0") as (_, address):
        yield address


class Window:
    """What a visitor does in the window."""

    def __init__(self, page: Page, address: str, query: str = "") -> None:
        self.page = page
        page.goto(f"{address}/{query}")
        expect(page.locator(".pq-bar")).to_be_visible()

    def ask(self, question: str) -> None:
        """Asks, and waits for the answer to be whole."""
        before = self.page.locator(".pq-turn").count()
        box = self.page.get_by_label("Your question")
        box.fill(question)
        box.press("Enter")
        expect(self.page.locator(".pq-turn")).to_have_count(before + 1)
        self.answered()

    def answered(self) -> None:
        expect(self.page.locator(".pq-going")).to_have_count(0)
        expect(self.page.locator(".pq-turn").last.locator(".pq-actions")).to_be_visible()

    @property
    def last(self) -> str:
        return self.page.locator(".pq-turn").last.inner_text()

    def do(self, button: str) -> None:
        self.page.get_by_role("button", name=button, exact=True).last.click()


@pytest.fixture(scope="session")
def visitor() -> Any:
    """The class of visitors without a browser."""
    spec = util.spec_from_file_location("visitor", Path(__file__).with_name("visitor.py"))
    assert spec and spec.loader
    module = sys.modules[spec.name] = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Visitor


@pytest.fixture(scope="session")
def visit() -> type[Window]:
    """Opens the window at an address, for tests that start their own."""
    return Window


@pytest.fixture
def window(page: Page, address: str) -> Window:
    return Window(page, address)
