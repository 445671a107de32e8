"""The verbs under ``pullquote eval``, as they are typed."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from evals.metrics.definitions import NAMES
from evals.metrics.totals import totals
from evals.runs.records import VERSION, Row, Run, Setup
from evals.sets.questions import Case
from ui.cli import main

SETUP = Setup(
    set="harbour",
    set_digest="aa",
    questions=30,
    seed=0,
    library="harbour",
    library_digest="bb",
    articles=5,
    passages=9,
    as_of=date(2026, 3, 1),
    settings="cc",
    values={"refuse_below": 0.3},
    prompts="",
    models=("model",),
    code="ee",
    commit="",
    version="0",
)


def made(path: Path, right: int) -> Path:
    """A run of thirty questions, so many of which were answered right."""
    rows = []
    for number in range(30):
        case = Case(f"q{number}", f"Who was mayor number {number}?", ("Ada Holm",), tags=("mayor",))
        score = 1.0 if number < right else -1.0
        scores = dict.fromkeys(NAMES, None) | {"crag": score, "hit@1": float(number < right)}
        rows.append(Row(case, answered=True, text="Ada Holm was.", scores=scores))
    run = Run(
        version=VERSION,
        setup=SETUP,
        started="2026-03-01T10:00:00+00:00",
        seconds=3.0,
        machine="a machine",
        totals=totals([row.scores for row in rows], NAMES),
        tags={},
        rows=tuple(rows),
    )
    path.write_text(json.dumps(run.to_dict()))
    return path


def test_a_report_is_written_beside_its_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = made(tmp_path / "run.json", 20)
    assert main(["eval", "report", str(run), "--markdown", str(tmp_path / "run.md")]) == 0
    assert "# harbour" in (tmp_path / "run.md").read_text()
    assert main(["eval", "report", str(run)]) == 0
    assert (tmp_path / "run.html").read_text().startswith("<!doctype html>")
    assert capsys.readouterr().out.split() == [str(tmp_path / "run.md"), str(tmp_path / "run.html")]


def test_compare_is_strict_when_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before, after = made(tmp_path / "before.json", 28), made(tmp_path / "after.json", 8)
    assert main(["eval", "compare", str(before), str(after)]) == 0
    assert "worse on CRAG score" in capsys.readouterr().out
    assert main(["eval", "compare", str(before), str(after), "--strict"]) == 1
    assert main(["eval", "compare", str(before), str(before), "--strict"]) == 0
    page = tmp_path / "both.html"
    assert main(["eval", "compare", str(before), str(after), "--html", str(page)]) == 0
    assert page.read_text().startswith("<!doctype html>")


def test_the_gate_holds_raises_and_lowers_only_with_a_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    floors, run = tmp_path / "floors.json", made(tmp_path / "run.json", 28)
    gate: Callable[..., int] = lambda run, *more: main(  # noqa: E731 - said often below
        ["eval", "gate", str(run), "--floors", str(floors), *more]
    )
    assert gate(run) == 1
    assert "cannot be read" in capsys.readouterr().err
    assert gate(run, "--raise") == 0
    worse = made(tmp_path / "worse.json", 8)
    assert gate(worse) == 1
    assert "gate: crag" in capsys.readouterr().out
    assert gate(worse, "--raise") == 1
    assert gate(worse, "--lower", " ") == 2
    assert gate(worse, "--lower", "half the mayors were wrong", "--metric", "hit@1") == 1
    assert gate(worse, "--lower", "half the mayors were wrong") == 0
    reasons = {entry["reason"] for entry in json.loads(floors.read_text())["entries"]}
    assert reasons == {"", "half the mayors were wrong"}


def test_what_is_somebody_elses_is_not_written_over(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run, mine = made(tmp_path / "run.json", 20), tmp_path / "mine.json"
    mine.write_text('{"mine": 1}')
    assert main(["eval", "run", "newspaper", "--out", str(mine)]) == 1
    assert "is not a run" in capsys.readouterr().err
    assert main(["eval", "report", str(run), "--html", str(mine)]) == 2
    assert main(["eval", "report", str(run), "--markdown", str(run)]) == 2
    assert mine.read_text() == '{"mine": 1}'
    link = tmp_path / "link.md"
    link.symlink_to(tmp_path / "real.md")
    assert main(["eval", "report", str(run), "--markdown", str(link)]) == 0
    assert link.is_symlink()
    assert (tmp_path / "real.md").read_text().startswith("# harbour")


def test_floors_are_not_made_of_a_run_with_errors(tmp_path: Path) -> None:
    run = Run.read(made(tmp_path / "run.json", 28))
    rows = (replace(run.rows[0], scores={}, error="It took too long."), *run.rows[1:])
    path = tmp_path / "errors.json"
    path.write_text(json.dumps(replace(run, rows=rows).to_dict()))
    floors = tmp_path / "floors.json"
    assert main(["eval", "gate", str(path), "--floors", str(floors), "--raise"]) == 1
    assert not floors.exists()


def test_every_problem_of_a_bad_set_is_a_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text('{"question": ""}\n{"question": "Who?", "anwsers": ["Ada"]}\n')
    assert main(["eval", "run", str(path)]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert lines[0].startswith(f"pullquote: {path} has 2 problems")
    assert "line 1" in lines[1]
    assert "line 2" in lines[2]
    assert "answers" in lines[2]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["run", "newspapper"], 1, "There is no question set 'newspapper'."),
        (["run", "none.csv"], 1, "none.csv"),
        (["run", "newspaper", "--out", "run.html"], 2, "must end in .json"),
        (["run", "newspaper", "--questions", "0"], 2, "--questions"),
        (["report", "none.json"], 1, "none.json cannot be read"),
        (["compare", "none.json", "none.json"], 1, "none.json cannot be read"),
        (["import", "squad", "none", "--to", "there"], 1, "There is no folder none."),
        (["import", "squid", ".", "--to", "there"], 1, "There is no format 'squid'."),
    ],
)
def test_a_mistake_is_one_line(
    arguments: list[str],
    code: int,
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["eval", *arguments]) == code
    assert said in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
