"""The benchmark, run on a few articles of the sample newspaper; nothing here is timed."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from evals import bench
from evals.benchmarks import table as benchtable
from evals.benchmarks.benchmark import (
    MEASURES,
    Benchmark,
    Figures,
    Rounds,
    direction,
    ratio,
    unsteady,
)
from evals.benchmarks.contestants.entries import ENTRIES, OURS, Entry
from evals.benchmarks.contestants.given import Given, newspaper
from evals.runs.machine import Machine, peak_memory
from evals.sets.questions import Case
from rag.errors import EvaluationError
from rag.types import Article

FIGURES = Figures(
    open_seconds=4.0,
    open_mb=700.0,
    ingest_seconds=10.0,
    ingest_mb=800.0,
    search_mb=850.0,
    answer_mb=900.0,
    disk_mb=2.0,
    passages=100,
    passages_per_second=10.0,
    search_p50=10.0,
    search_p95=20.0,
    answer_p50=100.0,
    answer_p95=200.0,
    hit_1=0.7,
    hit_5=0.9,
    hit_10=1.0,
    answers_held=0.8,
    threads=2,
    load=0.1,
)
SEARCH = next(measure for measure in MEASURES if measure.field == "search_p50")
ANSWER = next(measure for measure in MEASURES if measure.field == "answer_p50")
DISK = next(measure for measure in MEASURES if measure.field == "disk_mb")
MISSING = Entry("absent", "Absent", ("no-such-package",), OURS.opened)


def rounds(name: str, *figures: Figures) -> Rounds:
    return Rounds(name, name.title(), {"torch": "1"}, figures)


def benchmark(*contestants: Rounds) -> Benchmark:
    return Benchmark(
        version=1,
        started="2026-01-01",
        machine=Machine.here(),
        data="tiny",
        articles=5,
        questions=8,
        number_type="float32",
        contestants=contestants,
        skipped={"absent": "why"},
    )


@pytest.fixture(scope="module")
def given() -> Given:
    return newspaper(articles=5, questions=6)


@pytest.fixture(scope="module")
def measured(given: Given) -> Benchmark:
    return bench.run(given, [OURS, MISSING], rounds=1)


@pytest.mark.slow
def test_every_contestant_is_given_the_same_articles_passages_and_questions(
    given: Given, tmp_path: Path
) -> None:
    assert (len(given.articles), len(given.cases)) == (5, 6)
    assert {piece.article for piece in given.pieces} == {article.id for article in given.articles}
    texts = {article.id: article.text for article in given.articles}
    assert all(piece.text in texts[piece.article] for piece in given.pieces)
    assert given == newspaper(articles=5, questions=6)
    given.write(tmp_path / "given.json")
    assert Given.read(tmp_path / "given.json") == given


@pytest.mark.slow
def test_the_record_of_a_run_has_all_figures(measured: Benchmark, given: Given) -> None:
    (ours,) = measured.contestants
    assert (ours.name, len(ours.figures)) == ("pullquote", 1)
    for figures in ours.figures:
        for field in fields(Figures):
            assert getattr(figures, field.name) is not None, field.name
        assert figures.passages == len(given.pieces)
        assert figures.open_mb <= figures.ingest_mb <= figures.search_mb
        assert figures.disk_mb > 0 and figures.hit_1 <= figures.hit_5 <= figures.hit_10
        assert figures.hit_10 > 0.5
    assert ours.versions["torch"]
    assert Benchmark.from_dict(json.loads(json.dumps(measured.to_dict()))) == measured


@pytest.mark.slow
def test_a_contestant_that_is_not_installed_is_listed(measured: Benchmark) -> None:
    assert measured.skipped == {"absent": "not installed: no-such-package"}
    assert "Skipped: absent: not installed: no-such-package" in benchtable.markdown(measured)


@pytest.mark.slow
@pytest.mark.parametrize("entry", ENTRIES[1:], ids=lambda entry: entry.name)
def test_the_others_find_the_same_articles(entry: Entry, given: Given) -> None:
    if lacking := entry.lacking():
        pytest.skip(f"not installed: {', '.join(lacking)}")
    (theirs,) = bench.run(given, [entry], rounds=1).contestants
    assert theirs.figures[0].hit_10 > 0.5
    assert theirs.figures[0].answer_p50 is None


@pytest.mark.slow
def test_the_command_writes_what_it_shows(tmp_path: Path) -> None:
    as_json, as_markdown = tmp_path / "bench.json", tmp_path / "bench.md"
    arguments = ["--articles", "2", "--questions", "2", "--rounds", "1", "--only", "pullquote"]
    files = ["--json", str(as_json), "--markdown", str(as_markdown)]
    done = CliRunner().invoke(bench.main, [*arguments, *files], catch_exceptions=False)
    assert "newspaper: 2 articles, 2 questions; one round" in done.output
    assert Benchmark.from_dict(json.loads(as_json.read_text())).questions == 2
    assert "| ingest, s |" in as_markdown.read_text()


def test_a_contestant_that_fails_is_left_out_with_its_last_line() -> None:
    case = Case("1", "Who?", ("Ida",), articles=("mill",))
    given = Given("tiny", (Article(text="Ida.", id="mill"),), (), (case,), "", "float32")
    unknown = replace(OURS, name="nobody")
    with pytest.raises(EvaluationError, match="KeyError: 'nobody'"):
        bench.run(given, [unknown], rounds=1)


def test_ratios_are_taken_within_a_round() -> None:
    slow = replace(FIGURES, search_p50=30.0)
    ours, theirs = (
        rounds("ours", FIGURES, slow),
        rounds("theirs", slow, replace(slow, search_p50=90)),
    )
    found = ratio(theirs, ours, SEARCH)
    assert found is not None and (found.low, found.high) == (3.0, 3.0)


def test_what_one_of_them_does_not_do_is_not_compared() -> None:
    silent = replace(FIGURES, answer_p50=None)
    assert ratio(rounds("theirs", silent), rounds("ours", FIGURES), ANSWER) is None


def test_a_direction_is_named_only_where_all_rounds_agree() -> None:
    ours = rounds("ours", FIGURES, FIGURES)
    for disks, expected in (((3.0, 4.0), "more"), ((1.0, 1.5), "less"), ((1.0, 3.0), "same")):
        theirs = rounds("theirs", *(replace(FIGURES, disk_mb=disk) for disk in disks))
        found = ratio(theirs, ours, DISK)
        assert found is not None and direction(found) == expected


def test_the_tables_say_in_words_who_is_slower_and_who_takes_less() -> None:
    other = replace(FIGURES, search_p50=25.0, disk_mb=1.0, answer_p50=None, answer_p95=None)
    text = benchtable.markdown(benchmark(rounds("pullquote", FIGURES), rounds("other", other)))
    assert "| search p50, ms | 10.0 | 25.0 |" in text
    assert "| answer p50, ms | 100.0 | - |" in text
    assert "| search p50, ms | 2.50 times slower |" in text
    assert "| MB on disk | 2.00 times less |" in text
    assert "* Skipped: absent: why" in text


def test_rounds_that_do_not_agree_are_named() -> None:
    shaky = rounds("shaky", FIGURES, replace(FIGURES, search_p50=13.0))
    assert list(unsteady(benchmark(shaky))) == [("Shaky", "search p50, ms")]
    assert "The rounds differ by more than a fifth in: Shaky, search p50" in benchtable.markdown(
        benchmark(shaky)
    )


def test_the_machine_is_described() -> None:
    machine = Machine.here()
    assert machine.processor and machine.cores >= 1 and machine.memory > 0.1
    assert Machine.from_dict(machine.to_dict()) == machine
    assert f"{machine.cores} cores" in str(machine)
    assert peak_memory() > 1
