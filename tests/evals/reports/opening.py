"""How soon can a report of 5,000 cases be read and searched?

``PYTHONPATH=. python tests/evals/reports/opening.py`` makes one with ten of 12,000 invented
passages (1 kB each) a case, opens its file in a fresh Chromium, and prints the times from the
start of the navigation. Needs the development packages.
"""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path

from invented import METRICS, invented
from playwright.sync_api import sync_playwright

from evals.reports.report import html_report

TIMES = 5
WATCH = """new MutationObserver(() => {
  if (document.documentElement?.dataset.ready) window.ready ??= performance.now();
}).observe(document, {attributes: true, subtree: true})"""
SEARCH = """() => {
  const started = performance.now();
  const box = document.getElementById("search");
  box.value = "harbour ferry";
  box.dispatchEvent(new Event("input"));
  return performance.now() - started;
}"""
OPEN = """async () => {
  const started = performance.now();
  document.querySelector("#list details").open = true;
  while (!document.querySelector("#list .passages")) await new Promise(requestAnimationFrame);
  return performance.now() - started;
}"""


def main() -> None:
    started = time.perf_counter()
    page = html_report(invented(5000, passages=12_000), METRICS)
    print(f"{len(page) / 1e6:.1f} MB, made in {time.perf_counter() - started:.1f} s (run included)")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        file = Path(folder) / "report.html"
        file.write_text(page, encoding="utf-8")
        for _ in range(TIMES):
            print(_opened(playwright, file))


def _opened(playwright: object, file: Path) -> str:
    browser = playwright.chromium.launch(  # type: ignore[attr-defined]
        executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"),
        args=["--no-sandbox", "--disable-gpu"],
    )
    page = browser.new_page()
    page.add_init_script(WATCH)
    page.goto(file.as_uri())
    page.wait_for_function("window.ready")
    painted = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    ready, loaded = page.evaluate("[ready, performance.getEntries()[0].loadEventEnd]")
    searched, opened = page.evaluate(SEARCH), page.evaluate(OPEN)
    browser.close()
    return (
        f"first contentful paint {painted:.0f} ms, search usable {ready:.0f} ms, loaded"
        f" {loaded:.0f} ms; a search {searched:.0f} ms, a case opened {opened:.0f} ms"
    )


if __name__ == "__main__":
    main()
