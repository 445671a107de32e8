"""WCAG 2.2 AA as far as axe can tell, over every view of the window, light and dark."""

from __future__ import annotations

import shutil
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

if TYPE_CHECKING:
    from conftest import Chat, Window

pytestmark = pytest.mark.browser

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def faults(page: Page) -> list[str]:
    """Serious and critical findings, each with its rule and element."""
    found: list[dict[str, Any]] = Axe().run(page, options=RULES).response["violations"]
    return [
        f"{violation['id']}: {node['target']}"
        for violation in found
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_no_view_has_a_serious_fault(
    context: BrowserContext, visit: type[Window], address: str, scheme: str, width: int
) -> None:
    page = context.new_page()
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.set_viewport_size({"width": width, "height": 800})
    window = visit(page, address)
    assert faults(page) == []

    window.ask("Who cut the ribbon of the bridge over the Tarn?")
    page.locator(".pq-marker").first.focus()
    expect(page.locator(".pq-card").first).to_be_visible()
    assert faults(page) == []

    window.do("Not helpful")
    expect(page.locator(".pq-feedback")).to_be_visible()
    assert faults(page) == []

    page.locator(".pq-marker").first.click()
    expect(page.get_by_role("article")).to_be_visible()
    assert faults(page) == []
    page.get_by_label("Close the article").click()

    window.ask("How do submarines breathe under polar ice?")
    assert faults(page) == []

    page.get_by_role("button", name="Articles", exact=True).click()
    expect(page.locator(".pq-articles")).to_be_visible()
    assert faults(page) == []

    if width > 800:
        page.get_by_role("button", name="Keyboard shortcuts").click()
        expect(page.get_by_role("dialog")).to_be_visible()
        assert faults(page) == []


@pytest.mark.parametrize("width", [1280, 390])
def test_no_written_answer_has_one(
    context: BrowserContext, visit: type[Window], chat: Chat, library: Path, tmp_path: Path,
    model_servers: ModuleType, width: int,
) -> None:  # fmt: skip
    shutil.copytree(library, own := tmp_path / "library")
    page = context.new_page()
    page.set_viewport_size({"width": width, "height": 800})
    says = model_servers.says("The bridge was opened by Ines Calvet. ", "It is 900 years old. ")
    with model_servers.serving(says) as server:
        named = ("--library", own, "--port", "0", "--model", "openai/small")
        given = {"PULLQUOTE_MODEL_URL": f"{server.address}/v1", "PULLQUOTE_UNSUPPORTED": "mark"}
        with chat(*named, **given) as (_, address):
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
                window = visit(page, address)
                window.ask("Who cut the ribbon of the bridge over the Tarn?")
                assert faults(page) == []
                window.do("Quotes only")
                expect(page.get_by_role("button", name="Quotes only", pressed=True)).to_be_visible()
                assert faults(page) == []
