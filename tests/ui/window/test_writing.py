"""Answers written by a language model, in a real browser: by a real small one, and by one that says
what a test has it say."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

if TYPE_CHECKING:
    from conftest import Chat, Window

pytestmark = pytest.mark.browser

RIBBON = "Who cut the ribbon of the bridge over the Tarn?"
COST = "How much did the bridge over the Tarn cost?"
KEEPER = "What is the lighthouse keeper of Skerrow called?"
TRUE = "The ribbon of the bridge was cut by Mayor Ines Calvet. "
QUOTED = "It cost 41 million euros and took four years to build. "
FALSE = "The bridge was painted red by 900 dancers. "
HOSTILE = (
    "<img src=x onerror=\"document.title='owned'\"> The ribbon of the [bridge](http://evil.example/)"
    " was cut ![](http://evil.example/t.png) by <script>document.title='owned'</script> Mayor"
    " \x1b[31mInes Calvet. "
)
PATIENCE = 120_000
"""Milliseconds for an answer of a real model on a busy machine."""

Scripted = Callable[..., str]


@pytest.fixture(autouse=True)
def patient(context: BrowserContext) -> None:
    context.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="module")
def small(
    chat: Chat, library: Path, small_model: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """A chat with a real language model."""
    own = tmp_path_factory.mktemp("small") / "library"
    shutil.copytree(library, own)
    named = ("--library", own, "--port", "0", "--model", f"gguf/{small_model}")
    with chat(*named, PULLQUOTE_MODEL_CONTEXT="2048") as (_, address):
        yield address


@pytest.fixture(scope="module")
def scripted(
    chat: Chat,
    library: Path,
    model_servers: ModuleType,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Scripted]:
    """Gives the address of a chat whose language model behaves as told from now on; with ``mark``
    of one that shows what is not borne out."""
    with ExitStack() as stack:
        running: dict[bool, tuple[Any, str]] = {}

        def started(mark: bool) -> tuple[Any, str]:
            own = tmp_path_factory.mktemp("scripted") / "library"
            shutil.copytree(library, own)
            server = stack.enter_context(model_servers.serving(model_servers.silent))
            named = ("--library", own, "--port", "0", "--model", "openai/small")
            given = {"PULLQUOTE_MODEL_URL": f"{server.address}/v1"}
            given |= {"PULLQUOTE_UNSUPPORTED": "mark"} if mark else {}
            _, address = stack.enter_context(chat(*named, **given))
            return server, address

        def behaving(behave: Any, *, mark: bool = False) -> str:
            if mark not in running:
                running[mark] = started(mark)
            server, address = running[mark]
            server.script[:] = [behave]
            return address

        yield behaving


def mode(page: Page) -> Locator:
    return page.get_by_role("group", name="Answers").get_by_role("button", pressed=True)


def last(page: Page) -> Locator:
    return page.locator(".pq-turn").last


def begun(page: Page, question: str) -> None:
    """Asks, and waits for nothing but the question."""
    box = page.get_by_label("Your question")
    box.fill(question)
    box.press("Enter")
    expect(page.locator(".pq-question").last).to_have_text(question)


def test_a_real_model_writes_and_its_markers_open_the_quotes(
    page: Page, visit: type[Window], small: str
) -> None:
    window = visit(page, small)
    expect(mode(page)).to_contain_text("Written by gguf/SmolLM2")
    begun(page, COST)
    expect(last(page).locator(".pq-going")).to_contain_text("the first sentence is being checked")
    window.answered()
    said = last(page).locator(".pq-statement").first
    expect(said).to_contain_text("41 million")
    expect(said.locator("q")).to_have_count(0)
    expect(last(page).locator(".pq-made")).to_contain_text("Written by gguf/SmolLM2")
    said.locator(".pq-marker").first.click()
    expect(page.locator("mark.pq-now")).to_contain_text("bridge")
    page.get_by_label("Close the article").click()


def test_it_is_stopped_and_another_question_is_quoted_and_the_next_written_again(
    page: Page, visit: type[Window], small: str
) -> None:
    window = visit(page, small)
    begun(page, KEEPER)
    expect(last(page).locator(".pq-going")).to_contain_text("is being checked")
    window.do("Stop")
    window.answered()
    stopped = last(page).inner_text()
    assert "Stopped before there was an answer." in stopped or "Osric Penhale" in stopped

    window.do("Quotes only")
    expect(mode(page)).to_have_text("Quotes only")
    window.ask(RIBBON)
    expect(last(page).locator("q").first).to_contain_text("Mayor Ines Calvet cut the ribbon")
    expect(last(page).locator(".pq-made")).to_contain_text("Quoted from")
    page.reload()
    expect(mode(page)).to_have_text("Quotes only")

    page.get_by_role("button", name="Written by gguf").click()
    expect(mode(page)).to_contain_text("Written by gguf")
    window.ask(COST)
    expect(last(page).locator(".pq-made")).to_contain_text("Written by gguf")


def test_statements_come_one_by_one_and_a_choice_counts_from_the_next_question(
    page: Page, visit: type[Window], scripted: Scripted, model_servers: ModuleType
) -> None:
    first, second = threading.Event(), threading.Event()

    def behave(to: Any) -> None:
        to.begin()
        for gate, pieces in ((first, (TRUE, "It ")), (second, (QUOTED[3:], FALSE))):
            gate.wait(60)
            for piece in pieces:
                to.event(piece)
        to.event(None, "stop")
        to.write("data: [DONE]\n\n")
        to.finish_body()

    address = scripted(behave)
    window = visit(page, address)
    begun(page, RIBBON)
    going, said = last(page).locator(".pq-going"), last(page).locator(".pq-statement")
    expect(going).to_contain_text("Writing … the first sentence is being checked.")
    window.do("Quotes only")  # while it streams
    expect(mode(page)).to_have_text("Quotes only")
    first.set()
    expect(said).to_contain_text([TRUE.strip()])
    expect(going).to_contain_text("the next sentence is being checked")
    page.reload()
    expect(said).to_contain_text([TRUE.strip()])
    second.set()
    window.answered()
    expect(said).to_have_count(2)
    expect(said.last.locator("q")).to_have_text(QUOTED.strip())
    expect(last(page).locator(".pq-made")).to_contain_text("Written by openai/small")
    left_out = last(page).get_by_role("group", name="1 statement of the model was left out:")
    expect(left_out).to_contain_text("says 900; the quoted words say three hundred")
    expect(left_out.get_by_text("painted red")).to_be_hidden()
    left_out.get_by_text("What the model wrote").click()
    expect(left_out).to_contain_text("Do not rely on it.")
    told = left_out.get_by_role("list", name="The model wrote this, and it did not pass the check")
    expect(told.get_by_role("listitem")).to_contain_text(FALSE.strip())
    page.get_by_role("button", name="Helpful", exact=True).click()  # all is drawn anew
    expect(page.get_by_role("button", name="Helpful", exact=True)).to_have_attribute(
        "aria-pressed", "true"
    )
    expect(told.get_by_role("listitem")).to_contain_text(FALSE.strip())
    scripted(model_servers.fails(500, "nobody asks"))
    window.ask(COST)
    expect(last(page)).not_to_contain_text("instead")
    expect(last(page).locator(".pq-made")).to_contain_text("Quoted from")


def test_as_of_when_is_part_of_the_sentence_it_stands_before(
    page: Page, visit: type[Window], scripted: Scripted, model_servers: ModuleType
) -> None:
    visit(page, scripted(model_servers.says(TRUE))).ask(f"{RIBBON[:-1]} that is open now?")
    lead = last(page).locator(".pq-statement .pq-lead").first
    expect(lead).to_have_text("As of 4 March 2024: ")
    expect(lead).to_have_css("display", "inline")
    expect(lead).to_have_css("font-weight", "400")


def test_stop_keeps_what_was_shown_and_ends_the_call(
    page: Page, visit: type[Window], scripted: Scripted, model_servers: ModuleType
) -> None:
    address = scripted(model_servers.silent_after(TRUE, QUOTED))
    window = visit(page, address)
    begun(page, RIBBON)
    expect(last(page).locator(".pq-statement").first).to_contain_text(TRUE.strip())
    window.do("Stop")
    window.answered()
    expect(last(page).locator(".pq-statement").first).to_contain_text(TRUE.strip())
    expect(last(page).locator(".pq-made")).to_contain_text("Written by openai/small")


def test_what_is_not_borne_out_is_marked_if_it_is_to_be_shown(
    page: Page, visit: type[Window], scripted: Scripted, model_servers: ModuleType
) -> None:
    address = scripted(model_servers.says(TRUE, FALSE), mark=True)
    visit(page, address).ask(RIBBON)
    marked = last(page).locator(".pq-unsupported")
    expect(marked).to_have_count(1)
    expect(marked).to_contain_text("not borne out by its quotes")


def test_where_the_model_is_gone_the_articles_are_quoted_and_it_is_said(
    page: Page, visit: type[Window], scripted: Scripted, model_servers: ModuleType
) -> None:
    address = scripted(model_servers.fails(500, "no"))
    visit(page, address).ask(RIBBON)
    expect(last(page).locator("q").first).to_contain_text("Mayor Ines Calvet")
    expect(last(page)).to_contain_text("the articles are quoted instead")
    expect(last(page).locator(".pq-made")).to_contain_text("Quoted from")


def test_nothing_that_a_model_writes_is_live(
    page: Page, visit: type[Window], scripted: Scripted, model_servers: ModuleType
) -> None:
    said = model_servers.says(HOSTILE, TRUE, FALSE + HOSTILE)
    for mark in (False, True):
        visit(page, scripted(said, mark=mark)).ask(RIBBON)
        expect(last(page).locator(".pq-statement").first).to_contain_text("Calvet")
        assert page.locator(".pq-turn :is(img, script, iframe, style)").count() == 0
        links = page.locator(".pq-turn a").evaluate_all("all => all.map(a => a.href)")
        assert set(links) == {"https://tarn-post.example/bridge"}
        assert page.title() == "Pullquote"


def test_nothing_in_a_statement_that_was_left_out_is_live_when_it_is_looked_at(
    page: Page, visit: type[Window], scripted: Scripted, model_servers: ModuleType
) -> None:
    hostile = HOSTILE.replace("Ines Calvet", "Osric <b onclick=\"document.title='owned'\">Penhale")
    visit(page, scripted(model_servers.says(TRUE, hostile))).ask(RIBBON)
    last(page).get_by_text("What the model wrote").click()
    dead = last(page).locator(".pq-left-out details li").first
    expect(dead).to_contain_text("The ribbon of the bridge was cut by")
    assert last(page).locator(".pq-left-out :is(a, b, img, script, button, [onclick])").count() == 0
    assert not set(dead.inner_text()) & set("<>\x1b") and "evil" not in dead.inner_text()
    dead.click()
    assert page.title() == "Pullquote"


def test_it_can_begin_with_quotes_although_a_model_is_set(
    page: Page,
    visit: type[Window],
    chat: Chat,
    library: Path,
    model_servers: ModuleType,
    tmp_path: Path,
) -> None:
    shutil.copytree(library, own := tmp_path / "library")
    named = ("--library", own, "--port", "0", "--model", "openai/small", "--quote")
    with model_servers.serving(model_servers.says(TRUE)) as at:
        url = {"PULLQUOTE_MODEL_URL": f"{at.address}/v1"}
        with chat(*named, **url) as (_, address):
            window = visit(page, address)
            expect(mode(page)).to_have_text("Quotes only")
            window.ask(RIBBON)
            expect(last(page).locator(".pq-made")).to_contain_text("Quoted from")
            assert at.requests == []
            window.do("Written by openai/small")
            expect(mode(page)).to_have_text("Written by openai/small")
            window.ask(RIBBON)
            expect(last(page).locator(".pq-made")).to_contain_text("Written by openai/small")


def test_without_a_model_the_window_says_so_and_how_to_connect_one(window: Window) -> None:
    page = window.page
    page.get_by_text("Quotes, no model").click()
    expect(page.locator("#mode")).to_contain_text("pullquote chat --model")
    expect(page.get_by_role("group", name="Answers")).to_have_count(0)
