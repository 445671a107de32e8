"""Makes the pictures of the window that the README and the guides show.

    python docs/screenshots.py [FOLDER]

Starts a chat of its own on the sample newspaper, asks, and photographs: on a desk, on a phone,
in the dark. Needs Chromium at ``/usr/bin/chromium`` or where ``CHROMIUM`` says.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, Page, expect, sync_playwright

ROOT = Path(__file__).parents[1]
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PATIENCE = 60_000

Visit = Callable[[Page], None]

DESK, PHONE = {"width": 1280, "height": 800}, {"width": 360, "height": 740}
TWO = "Who found the silver pennies, and who won the chess championship of Peru?"
COST = "How much will the dredging of Aldermouth harbour cost?"


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    expect.set_options(timeout=PATIENCE)
    with served() as address, sync_playwright() as playwright:
        chromium = os.environ.get("CHROMIUM", "/usr/bin/chromium")
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        for name, (size, dark, visit) in PICTURES.items():
            with opened(browser, address, size, dark=dark) as page:
                visit(page)
                page.wait_for_timeout(600)  # what moves comes to rest
                page.screenshot(path=folder / f"{name}.png")
        browser.close()


@contextmanager
def served() -> Iterator[str]:
    """A chat as it is on a first run, with a home of its own."""
    with TemporaryDirectory() as home:
        kept = {k: v for k, v in os.environ.items() if not k.startswith("PULLQUOTE_")}
        process = subprocess.Popen(
            [sys.executable, "-m", "ui.cli", "chat", "--port", "0"],
            cwd=home,
            env={**kept, "XDG_DATA_HOME": home, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            line = process.stdout.readline() if process.stdout else ""
            yield line.split()[3]
        finally:
            process.terminate()
            process.wait(30)


@contextmanager
def opened(browser: Browser, address: str, size: dict[str, int], *, dark: bool) -> Iterator[Page]:
    context = browser.new_context(
        viewport=size, device_scale_factor=1, color_scheme="dark" if dark else "light"
    )
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.goto(address)
    expect(page.locator(".pq-welcome .pq-suggestions")).to_be_visible()
    yield page
    context.close()


def welcome(page: Page) -> None:
    """The first thing anybody sees."""


def asked(question: str) -> Visit:
    """A question and its answer."""

    def visit(page: Page) -> None:
        page.get_by_label("Your question").fill(question)
        page.get_by_label("Your question").press("Enter")
        expect(page.locator(".pq-turn .pq-actions")).to_be_visible()
        page.wait_for_timeout(2000)  # for what might be asked next

    return visit


def pointed(page: Page) -> None:
    asked(COST)(page)
    page.locator(".pq-marker").first.hover()


def article(page: Page) -> None:
    asked(COST)(page)
    page.locator(".pq-marker").first.click()
    expect(page.locator("mark.pq-now")).to_be_visible()


def articles(page: Page) -> None:
    page.get_by_role("button", name="Articles", exact=True).click()
    expect(page.locator(".pq-articles")).to_be_visible()


def adding(page: Page) -> None:
    page.get_by_role("button", name="Use my own articles").first.click()
    expect(page.locator("#adding")).to_be_visible()


PICTURES: dict[str, tuple[dict[str, int], bool, Visit]] = {
    "welcome": (DESK, False, welcome),
    "answer": (DESK, False, pointed),
    "article": (DESK, False, article),
    "article-dark": (DESK, True, article),
    "news": (DESK, False, asked("What's new on the harbour this month?")),
    "refusal": (DESK, False, asked("Who won the football world cup in 2022?")),
    "differing": (DESK, False, asked("When does the smokehouse open?")),
    "as-of": (DESK, False, asked("Who is the harbour master of Aldermouth?")),
    "uncovered": (DESK, False, asked(TWO)),
    "articles": (DESK, False, articles),
    "adding": (DESK, False, adding),
    "welcome-phone": (PHONE, False, welcome),
    "answer-phone": (PHONE, False, asked(COST)),
    "article-phone": (PHONE, False, article),
    "articles-phone-dark": (PHONE, True, articles),
}

if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name("screenshots"))
