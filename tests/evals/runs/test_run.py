"""Runs over the sample set: repeatable, resumable, sharp enough to see a change for the worse."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from time import monotonic, sleep

import pytest

from evals.metrics.definitions import METRICS
from evals.reports.compare import compare
from evals.runs.gate import Floors
from evals.runs.records import Row, Run
from evals.runs.running import partial, run
from evals.runs.setup import setup_of
from evals.runs.subject import OWN, SAMPLE, subject
from evals.sets.questions import Case, QuestionSet, chosen
from rag.errors import EvaluationError
from rag.fitted import SHIPPED
from rag.settings import Settings

pytestmark = pytest.mark.slow

FLOORS = OWN / f"{SAMPLE}.floors.json"


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A cache folder of these tests' own."""
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(folder))
        yield folder


def asked(out: Path, questions: int = 0, **changes: object) -> Run:
    """A run of the sample set, or of so many of its questions."""
    found = subject(SAMPLE, Settings.load(**changes))
    cases = found.questions.cases
    if questions:
        cases = chosen(cases, questions)
    with found.opened() as engine:
        setup = setup_of(
            engine,
            found.questions,
            asked=len(cases),
            seed=0,
            as_of=found.as_of(engine),
            library=found.library,
        )
        run(engine, cases, setup, out)
    return Run.read(out)


@pytest.fixture(scope="module")
def whole(cache: Path) -> Run:
    """The sample set, asked whole."""
    return asked(cache / "whole.json")


def figures(made: Run) -> list[Row]:
    """Rows without what no two runs have in common."""
    return [replace(row, milliseconds={}) for row in made.rows]


def test_the_sample_set_keeps_its_floors(whole: Run) -> None:
    assert len(whole.rows) == whole.setup.questions == 216
    assert [row.error for row in whole.rows if row.error] == []
    broken = Floors.read(FLOORS).broken(whole.setup, whole.totals, 0)
    assert list(broken) == []


def test_the_same_run_twice_gives_the_same_figures(whole: Run, cache: Path) -> None:
    again = asked(cache / "again.json")
    assert figures(again) == figures(whole)
    assert (again.totals, again.tags, again.passages) == (
        whole.totals,
        whole.tags,
        whole.passages,
    )
    comparison = compare(whole, again, METRICS)
    assert not comparison.regressions
    assert list(Floors.read(FLOORS).broken(again.setup, again.totals, 0)) == []


def test_spoilt_weights_are_significant_and_stopped_by_the_gate(whole: Run, cache: Path) -> None:
    fitted = json.loads(SHIPPED.read_text())
    first = fitted["finding"]["weights"]["first"]
    # By meaning alone, and nothing is read closely.
    first.update({name: 0.0 for name in first if name != "meaning"})
    (cache / "fitted.json").write_text(json.dumps(fitted))
    spoilt = asked(cache / "spoilt.json", fitted=cache / "fitted.json", reranker="none")
    comparison = compare(whole, spoilt, METRICS)
    assert "hit@1" in [worse.metric.name for worse in comparison.regressions]
    broken = "\n".join(Floors.read(FLOORS).broken(spoilt.setup, spoilt.totals, 0))
    assert "hit@1 " in broken


def test_a_run_killed_half_way_goes_on_and_gives_the_same(cache: Path) -> None:
    straight = asked(cache / "straight.json", questions=40)
    out = cache / "killed.json"
    command = [
        sys.executable, "-m", "ui.cli", "eval", "run", SAMPLE,
        "--questions", "40", "--out", str(out), "--json",
    ]  # fmt: skip
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    until = monotonic() + 120
    while not (partial(out).exists() and partial(out).read_bytes().count(b"\n") > 10):
        assert monotonic() < until, "no row within two minutes"
        assert process.poll() is None, "ended before it was killed"
        sleep(0.02)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert not out.exists()
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    told = json.loads(done.stdout)
    assert 10 <= told["resumed"] < 40
    resumed = Run.read(out)
    assert figures(resumed) == figures(straight)
    assert resumed.totals == straight.totals
    assert not partial(out).exists()
    assert Path(told["report"]).read_text().startswith("<!doctype html>")


def test_a_question_that_cannot_be_asked_is_counted_and_scored_nowhere(cache: Path) -> None:
    cases = (Case("long", "why " * 1000, answerable=True), Case("short", "Who leads the AHC?"))
    found = subject(SAMPLE, Settings.load())
    with found.opened() as engine:
        day = date(2025, 11, 1)
        questions = QuestionSet("odd", cases)
        setup = setup_of(engine, questions, asked=2, seed=0, as_of=day, library="")
        summary = run(engine, cases, setup, cache / "odd.json")
    assert summary.errors == 1
    assert summary.totals["false_refusal"].scored == 0
    assert summary.totals["false_refusal"].unscored == 2
    rows = Run.read(cache / "odd.json").rows
    assert "2,000" in rows[0].error or "2000" in rows[0].error
    assert rows[0].scores == {}


def test_a_run_that_is_none_is_refused_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    for text in ("", "[]", "{}", '{"version": 1, "setup": {}, "rows": 3}', '{"version": 99}'):
        path.write_text(text)
        with pytest.raises(EvaluationError) as caught:
            Run.read(path)
        assert "\n" not in caught.value.line
    with pytest.raises(EvaluationError, match="cannot be read"):
        Run.read(tmp_path / "none.json")


def test_a_set_that_is_not_there_says_which_are() -> None:
    with pytest.raises(EvaluationError, match="no question set 'newspapper'") as caught:
        subject("newspapper", Settings.load())
    assert "one of: newspaper" in caught.value.line
