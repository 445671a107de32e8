"""Whole journeys: a first run, a terminal beside the window, a server that is killed."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

if TYPE_CHECKING:
    from conftest import Chat, Run, Window

pytestmark = pytest.mark.browser

QUOTE = "Mayor Ines Calvet cut the ribbon before three hundred guests."


@pytest.fixture
def copy(library: Path, tmp_path: Path) -> Path:
    shutil.copytree(library, tmp_path / "library")
    return tmp_path / "library"


@pytest.fixture
def first_run(chat: Chat, tmp_path: Path) -> Iterator[str]:
    """A chat by somebody who has nothing yet."""
    with chat("--port", "0", XDG_DATA_HOME=str(tmp_path)) as (_, address):
        yield address


def test_a_first_run_opens_on_the_sample_newspaper_and_never_mixes_it_with_ones_own(
    page: Page, visit: type[Window], first_run: str
) -> None:
    window = visit(page, first_run)
    expect(page.locator(".pq-where")).to_have_text("Sample newspaper")
    expect(page.get_by_role("button", name="Use my own articles").first).to_be_visible()
    starters = page.locator(".pq-welcome .pq-suggestions button")
    expect(starters.first).to_be_visible()
    # What is offered is answered.
    starters.first.click()
    window.answered()
    expect(page.locator(".pq-marker").first).to_be_visible()
    expect(page.locator(".pq-scope")).to_contain_text("as of")

    page.get_by_role("button", name="Use my own articles").first.click()
    expect(page.locator(".pq-where")).to_have_text("My articles")
    expect(page.get_by_text("There are no articles yet. Add some below.")).to_be_visible()
    expect(page.locator(".pq-heading")).to_have_count(0)
    page.get_by_label("Or paste an article").fill(
        "Choir wins in Bergen\n\nThe conductor of the Orm choir is Liv Aasen, who is 71.\n"
    )
    window.do("Add to the library")
    expect(page.locator("#state")).to_contain_text("1 article")
    page.get_by_role("button", name="Ask", exact=True).first.click()
    window.ask("Who is the conductor of the Orm choir?")
    expect(page.locator(".pq-statement").first).to_contain_text("Liv Aasen")
    window.ask("How much will the dredging of Aldermouth harbour cost?")
    expect(page.locator(".pq-turn").last.locator(".pq-marker")).to_have_count(0)

    page.get_by_role("button", name="Back to the sample newspaper").click()
    page.get_by_role("button", name="Articles", exact=True).click()
    page.get_by_label("Search articles").fill("Aasen")
    expect(page.get_by_text("No article matches.")).to_be_visible()
    expect(page.get_by_role("button", name="Remove")).to_have_count(0)


def test_a_terminal_beside_the_window_ingests_and_asks(
    page: Page, visit: type[Window], chat: Chat, run: Run, copy: Path, tmp_path: Path
) -> None:
    article = tmp_path / "new" / "choir.txt"
    article.parent.mkdir()
    article.write_text("Choir wins\n\nThe conductor of the Orm choir is Liv Aasen, aged 71.\n")
    with chat("--library", copy, "--port", "0") as (_, address):
        window = visit(page, address)
        question = "Who is the conductor of the Orm choir?"
        window.ask(question)
        expect(page.locator(".pq-turn .pq-marker")).to_have_count(0)

        done = run("ingest", article.parent, "--library", copy)
        assert (done.code, done.out, done.err) == (0, "1 added\n", "")
        done = run("ask", question, "--library", copy, "--json")
        assert "Liv Aasen" in json.loads(done.out)["text"]

        window.do("Try again")
        window.answered()
        expect(page.locator(".pq-statement").first).to_contain_text("Liv Aasen")


def test_a_server_killed_in_mid_conversation_shows_it_whole_when_it_is_back(
    page: Page, visit: type[Window], chat: Chat, copy: Path
) -> None:
    with chat("--library", copy, "--port", "0") as (process, address):
        window = visit(page, address)
        window.ask("How many tonnes of apples do growers expect?")
        port = address.rpartition(":")[2]
        box = page.get_by_label("Your question")
        box.fill("Who cut the ribbon of the bridge over the Tarn?")
        box.press("Enter")
        expect(page.locator(".pq-turn")).to_have_count(2)
        process.send_signal(signal.SIGKILL)
        process.wait(30)
    with chat("--library", copy, "--port", port):
        page.reload()
        expect(page.locator(".pq-turn")).to_have_count(2)
        window.answered()
        expect(page.locator(".pq-turn").first).to_contain_text("900 tonnes")
        expect(page.locator(".pq-turn").last).to_contain_text(QUOTE)


def test_the_pictures_of_the_guides_can_be_made(tmp_path: Path) -> None:
    script = Path(__file__).parents[3] / "docs" / "screenshots.py"
    subprocess.run([sys.executable, script, tmp_path], check=True, env=os.environ, timeout=300)
    kept = {path.name for path in (script.parent / "screenshots").glob("*.png")}
    assert {path.name for path in tmp_path.glob("*.png")} == kept
