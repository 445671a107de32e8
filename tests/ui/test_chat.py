"""The chat window in a real browser, served by a real ``pullquote chat``."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

if TYPE_CHECKING:
    from conftest import Launch, Run

pytestmark = pytest.mark.browser

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
def page(browser: Browser) -> Iterator[Page]:
    """A page that must not have asked anything of another machine, nor had a script fail."""
    page = browser.new_page()
    page.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    asked: list[str] = []
    failed: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: failed.append(str(error)))
    yield page
    page.close()
    hosts = {urlsplit(url).hostname for url in asked if not url.startswith(("data:", "blob:"))}
    assert hosts == {"127.0.0.1"}
    assert failed == []


def address_of(process: subprocess.Popen[str]) -> str:
    """Where a ``pullquote chat`` says it is, once it does."""
    assert process.stdout is not None
    line = process.stdout.readline()
    found = re.fullmatch(r"Pullquote is at (http://127\.0\.0\.1:\d+)\n", line)
    assert found, line
    return found[1]


@pytest.fixture(scope="module")
def address(
    launch: Launch, library: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """A chat over a copy of the library: its owner locks everybody else out."""
    own = tmp_path_factory.mktemp("served") / "library"
    shutil.copytree(library, own)
    with launch("chat", "--library", own, "--port", "0") as process:
        yield address_of(process)


def ask(page: Page, question: str) -> None:
    page.get_by_label("Your question").fill(question)
    page.get_by_label("Your question").press("Enter")


def last_reply(page: Page) -> str:
    """The newest reply once it is whole."""
    expect(page.locator(".bot .reply").last).not_to_contain_text("…")
    return page.locator(".bot .reply").last.inner_text()


def test_a_question_is_answered_with_quote_title_and_link(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.locator("#state")).to_contain_text("Quoting, no language model · 3 articles")

    ask(page, "Who cut the ribbon of the bridge over the Tarn?")
    quote = "Mayor Ines Calvet cut the ribbon before three hundred guests."
    citation = page.locator(".citation").filter(has_text=quote)
    expect(citation.locator("blockquote")).to_have_text(quote)
    expect(citation).to_contain_text("Tarn opens its new bridge · Tarn Post · 2024-03-04")
    link = citation.get_by_role("link")
    assert link.get_attribute("href") == "https://tarn-post.example/bridge"
    assert link.get_attribute("rel") == "noopener noreferrer"
    expect(page.get_by_label("Your question")).to_have_value("")

    ask(page, "How do submarines breathe under polar ice?")
    expect(page.locator(".bot .reply")).to_have_count(2)
    last_reply(page)
    expect(page.locator(".bot .reply").last.locator(".citation")).to_have_count(0)

    ask(page, "   ")
    expect(page.locator(".bot .reply")).to_have_count(3)
    assert "question" in last_reply(page).lower()


def test_visitors_do_not_share_a_conversation(page: Page, browser: Browser, address: str) -> None:
    page.goto(address)
    ask(page, "How many tonnes of apples do growers expect?")
    expect(page.locator(".citation").filter(has_text="900 tonnes")).to_be_visible()
    other = browser.new_page()
    other.goto(address)
    expect(other.locator("#state")).to_contain_text("3 articles")
    expect(other.locator(".reply .citation")).to_have_count(0)
    other.close()


def test_a_hostile_article_is_shown_as_text_and_nothing_of_it_runs(
    page: Page, address: str
) -> None:
    page.goto(address)
    ask(page, "What is the lighthouse keeper of Skerrow called?")
    citation = page.locator(".citation").filter(has_text="Osric Penhale")
    expect(citation).to_be_visible()
    for words in ("<img src=x onerror=", "![x](http://evil.example", "<b>Evil Times</b>"):
        expect(citation).to_contain_text(words)
    assert citation.locator("img, script, a, b").count() == 0
    page.wait_for_timeout(500)
    assert page.title() == "Pullquote"


@pytest.fixture
def fresh(launch: Launch, environment: dict[str, str]) -> Iterator[str]:
    """A chat for which no library was named, so that the default one is made."""
    with launch("chat", "--port", "0") as process:
        yield address_of(process)
        assert (Path(environment["XDG_DATA_HOME"]) / "pullquote" / "library").is_dir()


def test_an_article_is_pasted_into_an_empty_library_and_asked(
    page: Page, fresh: str, tmp_path: Path
) -> None:
    page.goto(fresh)
    expect(page.get_by_text("The library is empty.")).to_be_visible()

    page.get_by_label("Or paste an article").fill(
        "Choir wins in Bergen\n\nThe Orm choir won the Bergen prize on Sunday.\n\n"
        "The conductor of the Orm choir is Liv Aasen, who is 71.\n"
    )
    page.get_by_label("Publisher").fill("Orm Gazette")
    page.get_by_label("Date").fill("last week")
    page.get_by_role("button", name="Add to the library").click()
    expect(page.locator("#report")).to_contain_text("'last week' is not a date")
    page.get_by_label("Date").fill("2024-06-02")
    page.get_by_role("button", name="Add to the library").click()
    expect(page.locator("#report")).to_contain_text("1 added")
    expect(page.locator("#state")).to_contain_text("1 article")

    files = [tmp_path / "ferry.txt", tmp_path / "empty.txt"]
    files[0].write_text("New ferry\n\nThe new ferry to Orm is called Havørn. It sails in July.\n")
    files[1].write_text("  \n")
    page.locator("#add input[type=file]").set_input_files(files)
    for file in files:
        expect(page.get_by_role("cell", name=file.name)).to_be_visible()
    page.get_by_role("button", name="Add to the library").click()
    expect(page.locator("#report")).to_contain_text("1 added, 1 failed")
    expect(page.locator("#report")).to_contain_text("empty.txt: is empty")
    expect(page.locator("#state")).to_contain_text("2 articles")

    ask(page, "Who is the conductor of the Orm choir?")
    citation = page.locator(".citation").filter(has_text="Liv Aasen")
    expect(citation).to_contain_text("Choir wins in Bergen · Orm Gazette · 2024-06-02")


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_the_chat_ends_cleanly_and_lets_go_of_the_library(
    page: Page, run: Run, launch: Launch, library: Path, how: signal.Signals
) -> None:
    with launch("chat", "--library", library, "--port", "0") as process:
        page.goto(address_of(process))
        expect(page.locator("#state")).to_contain_text("3 articles")
        process.send_signal(how)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (0, "", "pullquote: stopped.\n")
    assert run("status", "--library", library).code == 0


def test_a_busy_port_is_one_line_if_it_was_asked_for(run: Run, library: Path) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
        done = run("chat", "--library", library, "--port", str(port))
    assert (done.code, done.out) == (1, "")
    assert re.fullmatch(rf"pullquote: .*127\.0\.0\.1:{port}.*\n", done.err)


def test_a_busy_port_is_passed_over_if_none_was_asked_for(launch: Launch, library: Path) -> None:
    with contextlib.ExitStack() as stack:
        # Whoever has it, it is taken.
        with contextlib.suppress(OSError):
            stack.enter_context(socket.create_server(("127.0.0.1", 7860)))
        process = stack.enter_context(launch("chat", "--library", library))
        assert not address_of(process).endswith(":7860")
