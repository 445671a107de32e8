"""The chat window in a real browser, served by a real ``pullquote chat``."""

from __future__ import annotations

import contextlib
import json
import re
import signal
import socket
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, Page, expect

if TYPE_CHECKING:
    from conftest import Chat, Run, Window

pytestmark = pytest.mark.browser

RIBBON = "Who cut the ribbon of the bridge over the Tarn?"
QUOTE = "Mayor Ines Calvet cut the ribbon before three hundred guests."
APPLES = "How many tonnes of apples do growers expect?"


def test_a_question_is_answered_with_a_numbered_quote(window: Window) -> None:
    page = window.page
    expect(page.locator("#state")).to_contain_text("3 articles")
    expect(page.locator("#mode summary")).to_have_text("Quotes, no model")
    window.ask(RIBBON)
    expect(page.locator(".pq-statement").first).to_contain_text(QUOTE)
    expect(page.locator(".pq-made")).to_have_text("Quoted from 1 article, 4 March 2024")
    source = page.locator(".pq-sources li")
    expect(source).to_contain_text("Tarn opens its new bridge")
    expect(source).to_contain_text("Tarn Post · 4 March 2024")
    link = source.get_by_role("link")
    assert link.get_attribute("href") == "https://tarn-post.example/bridge"
    assert link.get_attribute("rel") == "noopener noreferrer"
    expect(page.get_by_label("Your question")).to_have_value("")


def test_a_marker_shows_its_quote_when_pointed_at_and_when_focused(window: Window) -> None:
    page = window.page
    window.ask(RIBBON)
    marker, card = page.locator(".pq-marker").first, page.locator(".pq-card").first
    expect(card).to_be_hidden()
    marker.hover()
    expect(card).to_be_visible()
    for told in (QUOTE, "Tarn opens its new bridge", "Tarn Post", "4 March 2024"):
        expect(card).to_contain_text(told)
    page.mouse.move(0, 0)
    expect(card).to_be_hidden()
    marker.focus()
    expect(card).to_be_visible()
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()


def test_a_marker_opens_the_article_at_the_quoted_words(window: Window) -> None:
    page = window.page
    window.ask("What did the bridge cost and how many guests saw the mayor cut the ribbon?")
    page.locator(".pq-marker").first.click()
    reader = page.get_by_role("article")
    expect(reader).to_contain_text("Tarn opens its new bridge")
    expect(reader.locator("mark.pq-now")).to_be_in_viewport()
    expect(reader.locator("mark.pq-now")).to_be_focused()
    count = page.locator(".pq-statement .pq-marker").count()
    for number in range(2, count + 1):
        page.get_by_label("Next citation").click()
        expect(reader).to_contain_text(f"Citation {number} of {count}")
    page.get_by_label("Close the article").click()
    expect(reader).to_have_count(0)
    expect(page.locator(".pq-marker").first).to_be_focused()


def test_a_refusal_offers_the_nearest_articles(window: Window) -> None:
    page = window.page
    window.ask("How do submarines breathe under the ice of the Tarn?")
    turn = page.locator(".pq-turn").last
    expect(turn.locator(".pq-marker")).to_have_count(0)
    expect(turn).to_contain_text("The articles do not say.")
    turn.locator(".pq-nearest button").first.click()
    expect(page.get_by_role("article").locator(".pq-text")).to_be_visible()


def test_nothing_is_asked_by_an_empty_question_or_twice_by_a_hasty_hand(window: Window) -> None:
    page, box = window.page, window.page.get_by_label("Your question")
    box.fill("   ")
    box.press("Enter")
    box.fill(RIBBON)
    box.press("Enter")
    box.press("Enter")
    expect(page.locator(".pq-turn")).to_have_count(1)
    box.press_sequentially("and then")
    window.answered()
    expect(page.locator(".pq-turn")).to_have_count(1)
    expect(box).to_have_value("and then")
    page.get_by_role("button", name="Try again").dblclick()
    expect(page.get_by_role("alert")).to_have_count(0)
    window.answered()
    expect(page.locator(".pq-turn")).to_have_count(1)


def test_a_question_that_is_too_long_is_given_back(window: Window) -> None:
    box = window.page.get_by_label("Your question")
    box.fill("why " * 700)
    box.press("Enter")
    expect(window.page.get_by_role("alert")).to_contain_text("at most 2,000")
    expect(box).to_have_value("why " * 700)


def test_two_questions_at_once_are_both_answered(window: Window) -> None:
    page, box = window.page, window.page.get_by_label("Your question")
    for question in (RIBBON, APPLES):
        box.fill(question)
        box.press("Enter")
        expect(page.locator(".pq-question").last).to_have_text(question)
    expect(page.locator(".pq-turn").first).to_contain_text(QUOTE)
    expect(page.locator(".pq-turn").last).to_contain_text("900 tonnes")
    expect(page.locator(".pq-going")).to_have_count(0)


def test_what_the_question_names_can_be_taken_away(window: Window) -> None:
    page = window.page
    window.ask("List the articles by Paul Roux")
    page.get_by_label("Ask again without: by Paul Roux").click()
    window.answered()
    expect(page.get_by_label("Ask again without: by Paul Roux")).to_have_count(0)


def test_a_question_is_edited_and_asked_again(window: Window) -> None:
    page = window.page
    window.ask(RIBBON)
    window.do("Edit question")
    field = page.get_by_label("Edit your question")
    expect(field).to_be_focused()
    field.fill(APPLES)
    window.do("Ask this instead")
    expect(page.locator(".pq-question")).to_have_text([APPLES])
    window.answered()
    expect(page.locator(".pq-statement").first).to_contain_text("900 tonnes")
    window.do("Try again")
    window.answered()
    expect(page.locator(".pq-question")).to_have_text([APPLES])


def test_an_answer_is_copied_with_its_citations(window: Window) -> None:
    window.ask(RIBBON)
    window.do("Copy")
    expect(window.page.get_by_role("button", name="Copied")).to_be_visible()
    copied = window.page.evaluate("navigator.clipboard.readText()")
    assert f"{QUOTE} [1]" in copied
    assert f"[1] “{QUOTE}”\n    Tarn opens its new bridge · Tarn Post · 2024-03-04" in copied


def test_feedback_is_kept_with_its_reason_and_right_answer(window: Window) -> None:
    page = window.page
    window.ask(RIBBON)
    window.do("Not helpful")
    page.get_by_label("Something is missing").check()
    page.get_by_label("The right answer").fill("Mayor Calvet and her deputy")
    window.do("Send")
    expect(page.get_by_text("Thank you, noted.")).to_be_visible()
    pressed = page.get_by_role("button", name="Not helpful", pressed=True)
    expect(pressed).to_be_visible()
    page.reload()
    expect(pressed).to_be_visible()
    pressed.click()
    expect(pressed).to_have_count(0)


def test_a_reload_shows_the_conversation_whole(window: Window) -> None:
    page = window.page
    window.ask(RIBBON)
    window.ask(APPLES)
    shown = page.locator(".pq-turn :is(h2, p, ol)").all_inner_texts()
    assert QUOTE in str(shown)
    page.reload()
    expect(page.locator(".pq-turn")).to_have_count(2)
    assert page.locator(".pq-turn :is(h2, p, ol)").all_inner_texts() == shown


def test_conversations_are_listed_searched_renamed_exported_and_deleted(window: Window) -> None:
    page = window.page
    window.ask(RIBBON)
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator(".pq-turn")).to_have_count(0)
    window.ask(APPLES)
    headings = page.locator(".pq-heading")
    expect(headings).to_have_count(2)

    page.get_by_label("Search conversations").fill("ribbon")
    expect(headings).to_have_count(1)
    page.locator(".pq-more summary").click()
    window.do("Rename")
    page.get_by_label("New name of").fill("The bridge")
    window.do("Save")
    expect(headings).to_contain_text(["The bridge"])

    page.locator(".pq-more summary").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Markdown").click()
    text = Path(download.value.path()).read_text(encoding="utf-8")
    assert "# The bridge" in text
    assert "Mayor Ines Calvet cut the ribbon" in text
    page.locator(".pq-more summary").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="JSON").click()
    saved = json.loads(Path(download.value.path()).read_text(encoding="utf-8"))
    assert saved["exchanges"][0]["answer"]["citations"][0]["quote"] == QUOTE

    page.locator(".pq-more summary").click()
    window.do("Delete")
    window.do("Delete it")
    expect(page.get_by_text("Nothing found.")).to_be_visible()
    page.get_by_label("Search conversations").fill("")
    expect(headings).to_have_count(1)
    expect(page.locator(".pq-question")).to_have_text([APPLES])


def test_visitors_do_not_see_each_other(window: Window, browser: Browser, address: str) -> None:
    window.ask(APPLES)
    seen = window.page.url
    assert "?c=" in seen
    with closing(browser.new_context()) as other:
        page = other.new_page()
        page.goto(seen)
        expect(page.get_by_role("alert")).to_contain_text("no longer there")
        expect(page.locator(".pq-heading")).to_have_count(0)
        expect(page.locator(".pq-turn")).to_have_count(0)
        conversation = seen.partition("?c=")[2]
        for kind in ("md", "json"):
            found = page.request.get(f"{address}/window/conversations/{conversation}.{kind}")
            assert found.status == 404


def test_a_hostile_article_is_shown_as_text_and_nothing_of_it_runs(window: Window) -> None:
    page = window.page
    window.ask("What is the lighthouse keeper of Skerrow called?")
    page.locator(".pq-marker").first.click()
    reader = page.get_by_role("article")
    for place in (page.locator(".pq-turn"), reader):
        expect(place).to_contain_text("<img src=x onerror=")
        expect(place).to_contain_text("![x](http://evil.example")
        expect(place).to_contain_text("<b>Evil Times</b>")
        assert place.locator("img, script, b, a").count() == 0
    for words in (
        "${document.title='owned'} and {{value}}",
        "&lt;b&gt;",
        "</div></article></script>",
    ):
        expect(reader).to_contain_text(words)
    assert "\u202e" not in reader.inner_text()
    page.get_by_role("button", name="Articles", exact=True).click()
    expect(page.locator(".pq-articles")).to_contain_text("<script>document.title")
    assert page.locator(".pq-articles :is(img, script, b)").count() == 0
    page.wait_for_timeout(500)
    assert page.title() == "Pullquote"


def test_no_line_of_an_answer_shows_between_what_limits_the_next_question_and_its_box(
    window: Window,
) -> None:
    page = window.page
    page.get_by_role("button", name="Articles", exact=True).click()
    page.locator(".pq-browse").get_by_label("Publisher").select_option("Tarn Post")
    window.do("Ask only these")
    window.ask(RIBBON)
    page.set_viewport_size({"width": 1280, "height": 400})
    page.locator("#main").evaluate("main => main.scrollTo(0, 0)")
    limits, foot = (page.locator(at).bounding_box() for at in (".pq-scope", "#foot"))
    assert limits and foot and limits["y"] < foot["y"] <= limits["y"] + limits["height"]


def test_a_press_is_not_lost_to_a_drawing_that_comes_in_between(window: Window) -> None:
    page = window.page
    window.ask(RIBBON)
    helpful = page.get_by_role("button", name="Helpful", exact=True)
    helpful.hover()
    page.mouse.down()
    page.evaluate("at = document.querySelector('.pq-transcript').parentElement")
    page.evaluate("at.innerHTML = at.innerHTML")
    page.mouse.up()
    expect(helpful).to_have_attribute("aria-pressed", "true")


def test_articles_are_listed_narrowed_chosen_and_asked(window: Window) -> None:
    page = window.page
    page.get_by_role("button", name="Articles", exact=True).click()
    rows = page.locator(".pq-articles li")
    expect(rows).to_have_count(3)
    page.get_by_label("Search articles").fill("ribbon")
    expect(rows).to_have_count(1)
    window.do("Clear")
    expect(rows).to_have_count(3)
    page.locator(".pq-browse").get_by_label("Publisher").select_option("Valley Herald")
    expect(page.locator(".pq-found")).to_contain_text("1 article")
    window.do("Ask only these")
    expect(page.locator(".pq-scope")).to_contain_text("by Valley Herald")
    window.ask(RIBBON)
    expect(page.locator(".pq-turn").last).not_to_contain_text("Calvet")
    page.get_by_label("Ask again without: by Valley Herald").click()
    expect(page.locator(".pq-statement").first).to_contain_text(QUOTE)

    page.get_by_role("button", name="Articles", exact=True).click()
    window.do("Clear")
    page.get_by_label("Choose “Late frost hits the orchards”").check()
    window.do("Ask only the chosen one")
    expect(page.locator(".pq-scope")).to_contain_text("one chosen article")
    page.get_by_label("Do not limit to: one chosen article").click()
    expect(page.locator(".pq-scope .pq-chip")).to_have_count(0)


def test_an_article_is_pasted_opened_asked_and_removed(window: Window, tmp_path: Path) -> None:
    page = window.page
    page.get_by_role("button", name="Articles", exact=True).click()
    page.get_by_label("Or paste an article").fill(
        "Choir wins in Bergen\n\nThe Orm choir won the Bergen prize on Sunday.\n\n"
        "The conductor of the Orm choir is Liv Aasen, who is 71.\n"
    )
    adding = page.locator("#adding")
    adding.get_by_label("Publisher").fill("Orm Gazette")
    adding.get_by_label("Date").fill("last week")
    window.do("Add to the library")
    expect(page.locator("#report")).to_contain_text("'last week' is not a date")
    adding.get_by_label("Date").fill("2024-06-02")
    adding.get_by_label("Web address").fill("javascript:alert(1)")
    window.do("Add to the library")
    expect(page.locator("#report")).to_contain_text("begins with http://")
    adding.get_by_label("Web address").fill("")
    window.do("Add to the library")
    expect(page.locator("#report")).to_contain_text("1 added")

    files = [tmp_path / "ferry.txt", tmp_path / "empty.txt"]
    files[0].write_text("New ferry\n\nThe new ferry to Orm is called Havørn. It sails in July.\n")
    files[1].write_text("  \n")
    page.locator("#adding input[type=file]").set_input_files(files)
    for file in files:
        expect(page.get_by_role("cell", name=file.name)).to_be_visible()
    window.do("Add to the library")
    expect(page.locator("#report")).to_contain_text("1 added, 1 failed")
    expect(page.locator("#report")).to_contain_text("ferry.txt: added")
    expect(page.locator("#report")).to_contain_text("empty.txt: is empty")
    expect(page.locator("#state")).to_contain_text("5 articles")

    page.get_by_role("button", name="Ask", exact=True).first.click()
    window.ask("Who is the conductor of the Orm choir?")
    expect(page.locator(".pq-sources")).to_contain_text("Orm Gazette · 2 June 2024")
    page.get_by_role("button", name="Articles", exact=True).click()
    for title in ("Choir wins in Bergen", "New ferry"):
        page.get_by_label(f"Remove: {title}").click()
        window.do("Remove it")
        expect(page.locator(".pq-note")).to_contain_text(f"“{title}” was removed.")
    expect(page.locator("#state")).to_contain_text("3 articles")
    page.get_by_role("button", name="Ask", exact=True).first.click()
    page.locator(".pq-marker").first.click()
    expect(page.get_by_role("article")).to_contain_text("no longer in the library")
    expect(page.get_by_role("article")).to_contain_text("Liv Aasen, who is 71.")


def test_the_keyboard_alone_is_enough(window: Window) -> None:
    page = window.page
    page.get_by_label("Your question").blur()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("/")
    expect(page.get_by_label("Your question")).to_be_focused()
    page.keyboard.type(RIBBON)
    page.keyboard.press("Enter")
    window.answered()
    page.locator(".pq-marker").first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("article")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("article")).to_have_count(0)
    expect(page.locator(".pq-marker").first).to_be_focused()
    page.keyboard.press("a")
    expect(page.locator(".pq-articles")).to_be_visible()
    page.keyboard.press("a")
    page.keyboard.press("n")
    expect(page.locator(".pq-turn")).to_have_count(0)


@pytest.mark.parametrize(("width", "height"), [(360, 640), (768, 900), (1900, 1000)])
def test_nothing_overflows_from_a_phone_to_a_wide_screen(
    window: Window, width: int, height: int
) -> None:
    page = window.page
    page.set_viewport_size({"width": width, "height": height})
    window.ask("What is the lighthouse keeper of Skerrow called?")

    def fits() -> bool:
        return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))

    assert fits()
    page.locator(".pq-marker").first.click()
    expect(page.get_by_role("article").locator("mark.pq-now")).to_be_in_viewport()
    assert fits()
    page.get_by_label("Close the article").click()
    page.get_by_role("button", name="Articles", exact=True).click()
    expect(page.locator(".pq-articles")).to_be_visible()
    assert fits()
    if width < 768:
        expect(page.locator("#rail-column")).to_be_hidden()
        page.get_by_label("Conversations").first.click()
        expect(page.locator(".pq-heading").first).to_be_visible()


def test_an_answer_goes_on_when_the_page_is_reloaded_in_its_middle(window: Window) -> None:
    page = window.page
    box = page.get_by_label("Your question")
    box.fill(RIBBON)
    box.press("Enter")
    expect(page.locator(".pq-turn")).to_have_count(1)
    page.reload()
    window.answered()
    expect(page.locator(".pq-statement").first).to_contain_text(QUOTE)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_the_chat_ends_cleanly_and_lets_go_of_the_library(
    page: Page, run: Run, chat: Chat, library: Path, how: signal.Signals
) -> None:
    with chat("--library", library, "--port", "0") as (process, address):
        page.goto(address)
        expect(page.locator("#state")).to_contain_text("3 articles")
        process.send_signal(how)
        _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "pullquote: stopped.\n")
    assert run("status", "--library", library).code == 0


def test_a_busy_port_is_one_line_if_it_was_asked_for(run: Run, library: Path) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
        done = run("chat", "--library", library, "--port", str(port))
    assert (done.code, done.out) == (1, "")
    assert re.fullmatch(rf"pullquote: .*127\.0\.0\.1:{port}.*\n", done.err)


def test_a_busy_port_is_passed_over_if_none_was_asked_for(chat: Chat, library: Path) -> None:
    with contextlib.ExitStack() as stack:
        # Whoever has it, it is taken.
        with contextlib.suppress(OSError):
            stack.enter_context(socket.create_server(("127.0.0.1", 7860)))
        _, address = stack.enter_context(chat("--library", library))
        assert not address.endswith(":7860")


def test_the_way_back_leads_through_conversations(window: Window) -> None:
    page = window.page
    window.ask(RIBBON)
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator(".pq-turn")).to_have_count(0)
    window.ask(APPLES)
    page.go_back()
    expect(page.locator(".pq-turn")).to_have_count(0)
    page.go_back()
    expect(page.locator(".pq-question")).to_have_text([RIBBON])
    page.go_forward()
    page.go_forward()
    expect(page.locator(".pq-question")).to_have_text([APPLES])


def test_the_newest_answer_is_brought_into_view_and_focus_is_not_lost(window: Window) -> None:
    page = window.page
    for question in (RIBBON, APPLES, RIBBON):
        window.ask(question)
    expect(page.locator(".pq-question").last).to_be_in_viewport()
    # The page may still be moving.
    page.wait_for_function(
        "[...document.querySelectorAll('.pq-question')].at(-1).getBoundingClientRect().y < 200"
    )
    window.do("Edit question")
    expect(page.get_by_label("Edit your question")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Edit question")).to_be_focused()


def test_on_a_phone_an_article_makes_way_for_what_is_asked_of_it(window: Window) -> None:
    page = window.page
    page.set_viewport_size({"width": 360, "height": 740})
    window.ask(RIBBON)
    page.locator(".pq-marker").first.click()
    page.get_by_role("button", name="Summarise this article").click()
    expect(page.get_by_role("article")).to_have_count(0)
    expect(page.locator(".pq-turn")).to_have_count(2)
    window.answered()
    expect(page.locator(".pq-turn").last).to_contain_text("The new bridge over the Tarn opened")
