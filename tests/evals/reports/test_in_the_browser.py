"""Reports and comparisons as people meet them: a file, opened in a real Chromium."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from types import ModuleType
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from evals.reports.compare import compare
from evals.reports.comparison import html_comparison
from evals.reports.report import failures_first, html_report
from evals.runs.records import Found, Row, Run
from evals.sets.questions import Case, Evidence
from rag.types import Citation, Filters, Source, Statement, Support, Turn

pytestmark = pytest.mark.browser

Open = Callable[..., Page]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}

_WORDS = (
    "</script><script>window.owned = 1</script>"
    "<img src='https://evil.example/x' onerror='window.owned = 1'>"
    "${window.owned = 1} {{ 7 * 7 }} {% raw %} <!-- ]]> --> &lt;b&gt; "
)
HOSTILE = _WORDS + "\u202eesrever\u2066 \x00\x1b\ud800"
SEEN = _WORDS + "\ufffdesrever\ufffd \u2400\u241b\ufffd"


@pytest.fixture(scope="module")
def run(invention: ModuleType) -> Run:
    made: Run = invention.invented(120)
    return made


@pytest.fixture(scope="module")
def report(invention: ModuleType, run: Run) -> str:
    return html_report(run, invention.METRICS)


@pytest.fixture(scope="module")
def comparison(invention: ModuleType, run: Run) -> str:
    other = _worse(invention, run)
    return html_comparison(compare(run, other, invention.METRICS), run, other)


def _worse(invention: ModuleType, run: Run) -> Run:
    rows = [
        replace(row, answered=True, scores={**row.scores, "crag": -1.0}) if n % 4 == 0 else row
        for n, row in enumerate(run.rows)
    ]
    made: Run = invention.with_rows(run, rows)
    return made


def cases(page: Page) -> Any:
    return page.locator("#list > li")


def faults(page: Page) -> list[str]:
    found: list[dict[str, Any]] = Axe().run(page, options=RULES).response["violations"]
    return [f"{v['id']}: {node['target']}" for v in found for node in v["nodes"]]


def test_it_shows_the_failures_first_and_a_page_at_a_time(
    run: Run, report: str, opened: Open
) -> None:
    page = opened(report)
    expect(page.locator("#found")).to_have_text("120 cases")
    expect(cases(page)).to_have_count(50)
    ordered = [row.case.question for row in failures_first(run.rows)]
    assert page.locator("#list h3").all_inner_texts() == ordered[:50]
    page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="Next").click()
    expect(page.locator("#place")).to_have_text("101 to 120 of 120")
    assert page.locator("#list h3").all_inner_texts() == ordered[100:]
    expect(page.get_by_role("button", name="Next")).to_be_disabled()


def test_a_case_tells_all_that_is_known_of_it(invention: ModuleType, opened: Open) -> None:
    source = Source("ferry", "Ferry returns", "https://news.example/ferry", "Courier")
    quote = "🌉 The night ferry returns on 3 June."
    citation = Citation(1, source, "1.0", quote, 0, len(quote))
    row = Row(
        Case(
            "ferry-1",
            "When does it return?",
            answers=("the 3 June",),
            wrong=("4 June",),
            answerable=True,
            evidence=(Evidence("ferry", quote),),
            history=(Turn("Is there a ferry?", "There was one."),),
            as_of=date(2024, 5, 1),
            filters=Filters(sources=("Courier",)),
            tags=("follow-up",),
        ),
        answered=True,
        text=f"{quote} [1]",
        statements=(Statement(quote, (citation,), Support.QUOTED, ((30, 36),)),),
        citations=(citation,),
        found=(
            Found("2.0", "bakery", "Bakery moves", None, 0.9, False),
            Found("1.0", "ferry", "Ferry returns", date(2024, 4, 30), 0.8, True),
        ),
        scores={"crag": 1.0, "token_f1": None},
        confidence=0.75,
        milliseconds={"read": 1.25},
        model_calls=2,
    )
    run = replace(
        invention.with_rows(invention.invented(1), [row]),
        passages={"1.0": f"{quote} Tickets sell in May.", "2.0": "The bakery moved."},
    )
    page = opened(html_report(run, invention.METRICS))
    cases(page).locator("summary").first.click()
    case = page.locator(".case")
    expect(case).to_contain_text("As of 2024-05-01 · sources: Courier · Tags: follow-up")
    for text in ("Is there a ferry?", "There was one.", "the 3 June", "4 June", "follow-up"):
        expect(cases(page).first).to_contain_text(text)
    expect(case.locator(".statement mark")).to_have_text(quote[30:36])
    expect(case.get_by_role("link", name="Ferry returns · Courier")).to_have_attribute(
        "href", "https://news.example/ferry"
    )
    expect(case).to_contain_text("answered · confidence 0.750 · read 1.2 ms · 2 model calls")
    passages = case.locator(".passages > li")
    expect(passages.nth(0)).to_contain_text("1.Bakery moves")
    expect(passages.nth(1)).to_contain_text("2.GoldFerry returns")
    expect(passages.nth(1).locator("mark")).to_have_text("3 June")
    expect(case.locator(".passages > .gold")).to_have_count(1)
    case.locator(".scores").evaluate("list => list.parentElement.open = true")
    expect(case.locator(".scores")).to_contain_text("CRAG score")
    expect(case.locator(".scores div").filter(has_text="Token f1")).to_contain_text("not scored")


def test_a_search_finds_questions_answers_gold_answers_and_ids(
    run: Run, report: str, opened: Open
) -> None:
    page = opened(report)
    search = page.get_by_role("searchbox")
    one = next(row for row in run.rows if row.case.answers and row.statements)
    for text in (one.case.id, one.case.answers[0], one.text[:60], one.case.question.upper()):
        search.fill(text)
        expect(page.locator("#list h3", has_text=one.case.question)).to_be_visible()
    search.fill("no case says this")
    expect(page.locator("#found")).to_have_text("0 of 120 cases")
    expect(cases(page)).to_have_count(0)
    search.fill("")
    expect(page.locator("#found")).to_have_text("120 cases")


def test_filters_let_through_what_they_say(run: Run, report: str, opened: Open) -> None:
    page = opened(report)
    wanted = {
        "Failed": sum((row.scores.get("crag") or 1) <= 0 for row in run.rows if row.scores)
        + sum(row.scores.get("crag") == 0 for row in run.rows),
        "Refused": sum(not row.answered and not row.error for row in run.rows),
        "Right": sum(row.scores.get("crag") == 1 for row in run.rows),
        "Unscored": sum(row.scores.get("crag", 0) is None for row in run.rows),
        "Errors": sum(bool(row.error) for row in run.rows),
    }
    for name, count in wanted.items():
        page.get_by_role("radio", name=f"{name} {count}", exact=True).check()
        expect(page.locator("#found")).to_have_text(f"{count} of 120 cases".replace("1 of 1 ", ""))
    page.get_by_role("radio", name="All 120").check()
    page.get_by_role("combobox", name="Tag").select_option("alias")
    count = sum("alias" in row.case.tags for row in run.rows)
    expect(page.locator("#found")).to_have_text(f"{count} of 120 cases")


def test_an_address_leads_to_its_case(run: Run, report: str, opened: Open) -> None:
    last = failures_first(run.rows)[-1].case
    page = opened(report, f"#case-{last.id}")
    expect(page.locator("details[open] > summary", has_text=last.question)).to_be_focused()
    expect(page.locator(".case .passages").first).to_be_in_viewport()
    other = failures_first(run.rows)[0].case
    page.get_by_role("searchbox").fill(last.id)
    page.evaluate("id => { location.hash = `#case-${id}`; }", other.id)
    expect(page.locator("details[open] > summary", has_text=other.question)).to_be_focused()
    expect(page.get_by_role("searchbox")).to_have_value("")


def test_everything_works_by_keyboard(report: str, opened: Open) -> None:
    page = opened(report)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="To the cases")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("combobox", name="Tag")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("radio", name="Failed")).to_be_checked()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Open all on this page")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    first = cases(page).first.locator("> details")
    expect(first.locator("> summary")).to_be_focused()
    page.keyboard.press("Enter")
    expect(first.locator(".case")).to_be_visible()
    page.keyboard.press("Enter")
    expect(first.locator(".case")).to_be_hidden()
    page.get_by_role("button", name="Open all on this page").press("Enter")
    expect(page.locator(".case:visible")).to_have_count(cases(page).count())
    page.get_by_role("button", name="Close all").press("Enter")
    expect(page.locator(".case:visible")).to_have_count(0)


def test_a_definition_shows_on_focus_and_on_hover_and_goes_with_escape(
    report: str, opened: Open
) -> None:
    page = opened(report)
    term = page.get_by_role("link", name="CRAG score").first
    tip = page.locator("#tip-crag")
    expect(tip).to_be_hidden()
    term.focus()
    expect(tip).to_be_visible()
    page.keyboard.press("Escape")
    expect(tip).to_be_hidden()
    page.get_by_role("link", name="Hit@1", exact=True).first.hover()
    expect(page.get_by_role("tooltip").filter(has_text="hit@1")).to_be_visible()
    term.press("Enter")
    expect(page.locator("#metric-crag")).to_be_in_viewport()


def test_words_of_a_case_are_words_whatever_they_say(invention: ModuleType, opened: Open) -> None:
    source = Source(HOSTILE, HOSTILE, "javascript:window.owned=1", HOSTILE, (HOSTILE,))
    citation = Citation(1, source, HOSTILE, HOSTILE, 0, len(HOSTILE))
    case = Case(
        HOSTILE,
        HOSTILE,
        answers=(HOSTILE,),
        wrong=(HOSTILE,),
        evidence=(Evidence(HOSTILE, HOSTILE),),
        history=(Turn(HOSTILE, HOSTILE),),
        filters=Filters(sources=(HOSTILE,)),
        tags=(HOSTILE,),
    )
    row = Row(
        case,
        answered=True,
        text=HOSTILE,
        statements=(Statement(HOSTILE, (citation,), marked=((0, 9), (200, 210))),),
        citations=(citation, replace(citation, marker=2, quote="other " + HOSTILE)),
        found=(Found(HOSTILE, HOSTILE, HOSTILE, None, 1.0, True),),
        scores={"crag": -1.0},
        milliseconds={HOSTILE: 1.0},
    )
    failed = Row(replace(case, id="error"), error=HOSTILE)
    made = invention.with_rows(invention.invented(1), [row, failed])
    setup = replace(made.setup, set=HOSTILE, library=HOSTILE, models=(HOSTILE,), commit=HOSTILE)
    run = replace(
        made,
        setup=setup,
        machine=HOSTILE,
        tags={HOSTILE: made.totals},
        passages={HOSTILE: HOSTILE},
    )
    other = replace(
        run, setup=replace(setup, commit="x"), rows=(replace(row, answered=False), failed)
    )
    compared = html_comparison(
        compare(run, other, invention.METRICS, names=(HOSTILE, "B")), run, other
    )
    for html in (html_report(run, invention.METRICS), compared):
        page = opened(html)
        page.get_by_role("button", name="Open all on this page").click()
        expect(page.locator(".case")).to_have_count(2)
        assert page.evaluate("window.owned") is None
        assert page.locator("img, iframe, object, embed").count() == 0
        assert page.locator("a[href^='javascript']").count() == 0
        # Its two scripts, and data.
        assert page.locator("script:not([type])").count() == 1
        assert page.locator("h1").inner_text().startswith("</script><script>window.owned = 1")
        assert page.locator("#list h3").first.text_content() == SEEN
        assert page.locator(".passages p").first.text_content() == SEEN
        assert page.locator(".failed").first.text_content() == SEEN
        text = page.evaluate("document.body.textContent")
        assert not set(text) & set("\u202e\u2066\x00\x1b\ud800")
        # Its id serves as an address all the same.
        link = page.get_by_role("link", name="Link to this case").first.get_attribute("href")
        again = opened(html, link)

        expect(again.locator("#list details[open] > summary").first).to_be_focused()


def test_no_script_runs_but_the_one_that_belongs_to_the_page(
    report: str, browser: Any, tmp_path: Any
) -> None:
    planted = "<script>window.owned = 1</script><svg onload='window.owned = 1'></svg></main>"
    style = "<style>h1 { color: rgb(1, 2, 3) }</style>"
    file = tmp_path / "planted.html"
    file.write_text(report.replace("</main>", planted + style), encoding="utf-8")
    page = browser.new_page()
    page.goto(file.as_uri())
    expect(page.locator("html[data-ready]")).to_be_attached()
    assert page.evaluate("window.owned") is None
    colour = page.locator("h1").evaluate("e => getComputedStyle(e).color")
    assert colour != "rgb(1, 2, 3)"
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_it_is_accessible_and_fits(
    invention: ModuleType, opened: Open, scheme: str, width: int
) -> None:
    # Few cases: axe looks at every word of those that are open.
    run = invention.invented(12)
    other = _worse(invention, run)
    other = replace(other, setup=replace(other.setup, library_digest="0" * 16, commit="f" * 40))
    compared = compare(run, other, invention.METRICS)
    for html in (html_report(run, invention.METRICS), html_comparison(compared, run, other)):
        page = opened(html, color_scheme=scheme, viewport={"width": width, "height": 800})
        assert faults(page) == []
        page.evaluate("document.querySelectorAll('main details').forEach(d => { d.open = true; })")
        expect(page.locator(".case")).to_have_count(12)
        assert page.evaluate("document.documentElement.scrollWidth") == width
        page.get_by_role("button", name="Close all").click()
        cases(page).nth(1).locator("> details > summary").click()
        page.evaluate("document.querySelectorAll('.case details').forEach(d => { d.open = true; })")
        assert faults(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") == width
        page.get_by_role("link", name="CRAG score").first.focus()
        assert faults(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") == width


def test_on_paper_it_is_black_on_white_and_without_tools(report: str, opened: Open) -> None:
    page = opened(report, color_scheme="dark")
    page.emulate_media(media="print")
    expect(page.locator(".tools")).to_be_hidden()
    expect(page.locator(".pager")).to_be_hidden()
    ink = page.locator("h1").evaluate("e => getComputedStyle(e).color")
    assert ink == "rgb(29, 32, 36)"
    assert page.pdf(format="A4").startswith(b"%PDF")


def test_without_scripts_all_figures_are_there(report: str, opened: Open) -> None:
    page = opened(report, ready=False, java_script_enabled=False)
    assert "The list of cases needs JavaScript." in report.partition("<noscript>")[2]
    expect(page.get_by_role("heading", name="What the metrics mean")).to_be_visible()
    expect(page.get_by_role("searchbox")).to_be_hidden()


def test_a_comparison_shows_both_answers_and_leads_to_flips(
    invention: ModuleType, run: Run, comparison: str, opened: Open
) -> None:
    page = opened(comparison)
    expect(page.locator(".verdict")).to_contain_text("B is worse on CRAG score")
    page.locator("summary", has_text="right → wrong").click()
    link = page.locator(".to-case").first
    question = link.inner_text()
    link.click()
    case = page.locator("#list > li").filter(has_text=question).first
    expect(case.locator("> details > summary")).to_be_focused()
    expect(case.locator(".badge").nth(0)).to_contain_text("Right")
    expect(case.locator(".badge").nth(1)).to_have_text("Wrong")
    sides = case.locator(".side")
    expect(sides.get_by_role("heading", name="Answer of A")).to_be_visible()
    expect(sides.get_by_role("heading", name="Answer of B")).to_be_visible()
    left, right = (sides.nth(n).bounding_box() for n in (0, 1))
    assert left and right and left["y"] == right["y"] and left["x"] < right["x"]
    flipped = len(compare(run, _worse(invention, run), invention.METRICS).flips)
    page.get_by_role("radio", name=f"Flipped {flipped}").check()
    expect(page.locator("#found")).to_have_text(f"{flipped} of 120 cases")


@pytest.mark.slow
def test_a_report_of_five_thousand_cases_opens_and_is_searched(
    invention: ModuleType, opened: Open
) -> None:
    run = invention.invented(5000, passages=12_000)
    page = opened(html_report(run, invention.METRICS))
    expect(page.locator("#found")).to_have_text("5,000 cases")
    last = failures_first(run.rows)[-1].case
    page.get_by_role("searchbox").fill(last.id)
    expect(cases(page)).to_have_count(1)
    cases(page).locator("summary").first.click()
    passage = run.passages[run.rows[int(last.id[-5:])].found[-1].passage_id]
    expect(page.locator(".passages p").last).to_have_text(passage)
