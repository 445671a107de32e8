"""The figures of a report, and its Markdown."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from evals.files import write
from evals.metrics.metric import Metric, of_names
from evals.reports import figures
from evals.reports.outcomes import Outcome, outcome
from evals.reports.pages import texts
from evals.reports.report import failures_first, html_report, markdown_report
from evals.runs.records import Found, Row, Run
from evals.sets.questions import Case, Evidence
from rag.errors import EvaluationError
from rag.types import Source


def row(name: str, score: float | None = None, **given: object) -> Row:
    case = given.pop("case", Case(name, f"What of {name}?"))
    scores = given.pop("scores", {})
    return Row(case, scores={"crag": score, **scores}, **given)  # type: ignore[arg-type]


def found(*gold: bool | None) -> tuple[Found, ...]:
    return tuple(Found(f"{n}.0", "a", "A", None, 1.0, is_gold) for n, is_gold in enumerate(gold))


def asked(answerable: bool | None, evidence: bool = False) -> Case:
    return Case("c", "?", answerable=answerable, evidence=(Evidence("a", "q"),) * evidence)


def test_what_went_wrong_comes_first() -> None:
    rows = [
        row("right", 1),
        row("unscored"),
        row("refused", 0),
        row("error", 1, error="No answer."),
        row("wrong", -1),
        row("also wrong", -1),
    ]
    order = [r.case.id for r in failures_first(rows)]
    assert order == ["wrong", "also wrong", "refused", "error", "unscored", "right"]
    assert outcome(rows[3]) is Outcome.ERROR, "an error is never a score"


def test_refusals_count_what_was_said_to_be_answerable_and_no_errors() -> None:
    rows = [
        row("1", case=asked(True), answered=True),
        row("2", case=asked(True)),
        row("3", case=asked(False)),
        row("4", case=asked(False)),
        row("5", case=asked(False), answered=True),
        row("6", case=asked(None), answered=True),
        row("7", case=asked(True), error="No answer."),
    ]
    assert figures.Refusals.of(rows) == figures.Refusals(1, 1, 1, 2, unsaid=2)


def test_risk_is_of_answers_that_were_given_and_judged() -> None:
    rows = [
        row("sure and right", 1, answered=True, confidence=0.9),
        row("less sure and wrong", -1, answered=True, confidence=0.6),
        row("refused", 0, confidence=0.1),
        row("unscored", None, answered=True, confidence=0.8),
        row("no confidence", 1, answered=True),
    ]
    risk = figures.Risk.of(rows)
    assert risk.points == ((0.5, 0.0, 0.9), (1.0, 0.5, 0.6))
    assert risk.area == pytest.approx(0.25)
    assert risk.cases == 2
    assert figures.Risk.of(rows[2:]) == figures.Risk((), None, 0)


def test_ranks_tell_none_found_from_nothing_known() -> None:
    rows = [
        row("first", found=found(True, False, True)),
        row("third", found=found(False, False, True)),
        row("none", found=found(False, False), scores={"hit@10": 0.0}),
        row("nothing found", case=asked(True, evidence=True), scores={"hit@10": 0.0}),
        row("nobody said", found=found(None, None)),
        row("unanswerable", case=asked(False), found=found(False)),
        row("error", case=asked(True, evidence=True), error="No answer."),
    ]
    ranks = figures.gold_ranks(rows)
    assert [ranks[name] for name in ("1", "2", "3", "none", "unscored")] == [1, 0, 1, 2, 3]
    assert list(ranks) == [*map(str, range(1, 11)), "none", "unscored"]
    assert sum(ranks.values()) == len(rows)


def test_percentiles_are_times_that_were_really_taken() -> None:
    rows = [row(str(n), milliseconds={"read": n, "quote": 2 * n}) for n in range(1, 101)]
    read, quote, whole = figures.steps([*rows, row("error", error="No answer.")])
    assert (read.name, read.p50, read.p95, read.cases) == ("read", 50, 95, 100)
    assert (quote.p50, whole.name, whole.p95) == (100, "all steps", 285)
    assert figures.spread([0.4, 12, 15, 60]) == {
        "0 to 1": 1, "1 to 2": 0, "2 to 5": 0, "5 to 10": 0, "10 to 20": 2, "20 to 50": 0,
        "50 to 100": 1,
    }  # fmt: skip
    assert figures.steps([]) == [] and figures.spread([]) == {}


def test_a_score_that_nothing_is_known_of_is_shown_all_the_same() -> None:
    known = Metric("mrr@10", "MRR@10", "Mean reciprocal rank.", "higher", "retrieval")
    unused = replace(known, name="ndcg@10")
    metrics = of_names(["new", "mrr@10"], [unused, known])
    assert [metric.name for metric in metrics] == ["mrr@10", "new"]


def test_marked_words_are_cut_out_by_characters_as_python_counts_them() -> None:
    assert texts.parts("🌉 opened in May", [(2, 8), (12, 15)]) == [
        "🌉 ", "opened", " in ", "May", "",
    ]  # fmt: skip
    assert texts.parts("short", [(2, 99), (3, 2)]) == ["short"], "no range of it"


def test_what_acts_unseen_is_seen_and_moves_nothing() -> None:
    hostile = "a\x00b\u202ec\x1b[31m\ud800d\n"
    seen = texts.visible(hostile)
    assert seen == "a\u2400b\ufffdc\u241b[31m\ufffdd\n"
    assert len(seen) == len(hostile)


def test_only_addresses_of_web_pages_become_links() -> None:
    assert texts.web_address("https://news.example/a") == "https://news.example/a"
    for url in ("javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "https://[", ""):
        assert texts.web_address(url) == ""
    assert texts.described(Source("a-1", "", source="Courier")) == "a-1 · Courier"


def test_the_same_run_gives_the_same_report(invention: ModuleType) -> None:
    run = invention.invented(20)
    again = Run.of(run.to_dict())
    for report in (html_report, markdown_report):
        assert report(run, invention.METRICS) == report(again, invention.METRICS)


def test_nothing_of_a_case_stands_in_the_page_as_it_is(invention: ModuleType) -> None:
    run = invention.invented(20)
    page = html_report(run, invention.METRICS)
    for each in run.rows:
        assert each.case.question not in page
        assert each.case.id not in page


def test_a_run_without_cases_or_totals_still_gives_a_report(invention: ModuleType) -> None:
    run = replace(invention.invented(1), rows=(), totals={}, tags={}, passages={})
    assert "0 of 0 cases could be scored" in html_report(run, invention.METRICS)
    assert "No case was timed" in html_report(run, invention.METRICS)
    assert "## Cases that failed\n\nNone." in markdown_report(run, invention.METRICS)


def test_markdown_tells_the_figures_and_the_failures(invention: ModuleType) -> None:
    run = invention.invented(40)
    report = markdown_report(run, invention.METRICS, failures=2)
    score = run.totals["crag"]
    assert f"**{score.value:+.3f}** CRAG score" in report
    for metric in invention.METRICS:
        total = run.totals[metric.name]
        assert f"| {texts.markdown(metric.title)} | {total.value:.3f} | " in report
    first = failures_first(run.rows)[0]
    assert f"### Wrong: {texts.markdown(first.case.question)}" in report
    assert report.count("\n### ") == 2
    failed = sum(outcome(r) not in (Outcome.RIGHT, Outcome.UNSCORED) for r in run.rows)
    assert f"And {failed - 2} more." in report


def test_no_words_of_a_case_act_as_markdown(invention: ModuleType) -> None:
    run = invention.invented(1)
    case = replace(run.rows[0].case, question="# <img src=x>\n| [a](javascript:b) `c` **d**")
    bad = replace(run.rows[0], case=case, text="1. <script>\n---", scores={"crag": -1.0})
    report = markdown_report(invention.with_rows(run, [bad]), invention.METRICS)
    assert r"### Wrong: \# \<img src=x\> \| \[a\](javascript:b) \`c\` \*\*d\*\*" in report
    assert "\n---" not in report.split("## Cases that failed")[1]
    assert r"* Answer: 1\. \<script\> ---" in report


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    report = tmp_path / "new" / "report.html"
    write(report, "one")
    write(report, "two – ü")
    assert report.read_text(encoding="utf-8") == "two – ü"
    with pytest.raises(UnicodeEncodeError):
        write(report, "half\ud800")
    assert report.read_text(encoding="utf-8") == "two – ü"
    with pytest.raises(EvaluationError, match=r"report\.html/x cannot be written: File exists\."):
        write(report / "x", "three")
    assert [file.name for file in report.parent.iterdir()] == ["report.html"]
