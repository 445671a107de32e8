"""An interrupted run goes on where it was."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from evals.runs.journal import Journal
from evals.runs.records import Row, Setup
from evals.runs.undone import place_of
from evals.sets.questions import Case
from rag.errors import EvaluationError

SETUP = Setup(
    set="harbour",
    set_digest="aa",
    questions=3,
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


def row(number: int) -> Row:
    case = Case(f"q{number}", "Who?", tags=("list",))
    spent = {"find": 2.0, "quote": 3.0}
    return Row(case, scores={"crag": 1.0, "hit@1": None}, milliseconds=spent)


def failed(number: int) -> Row:
    return replace(row(number), scores={}, error="The question took too long.")


def test_what_was_asked_is_taken_up(tmp_path: Path) -> None:
    path = tmp_path / "run.json.partial"
    with Journal(path, SETUP) as journal:
        journal.add(row(1), {"1.0": "The ferry sails."}, 2.0)
        journal.add(row(2), {"1.0": "The ferry sails.", "2.0": "The choir sings."}, 3.0)
    with Journal(path, replace(SETUP, commit="ff")) as journal:
        assert journal.done == {
            "q1": (("list",), {"crag": 1.0, "hit@1": None}),
            "q2": (("list",), {"crag": 1.0, "hit@1": None}),
        }
        assert journal.seconds == 5
        journal.add(row(3), {"2.0": "The choir sings."})
        assert [Row.from_dict(r) for r in journal.rows()] == [row(1), row(2), row(3)]
        assert list(journal.passages()) == [
            ("1.0", "The ferry sails."),
            ("2.0", "The choir sings."),
        ]


def test_a_line_cut_by_a_kill_is_asked_again(tmp_path: Path) -> None:
    path = tmp_path / "run.json.partial"
    with Journal(path, SETUP) as journal:
        journal.add(row(1), {})
        whole = path.stat().st_size
        journal.add(row(2), {})
    for cut in range(whole + 1, path.stat().st_size, 7):
        path.write_bytes(path.read_bytes()[:cut])
        with Journal(path, SETUP) as journal:
            assert list(journal.done) == ["q1"]
            journal.add(row(2), {})
            assert len(list(journal.rows())) == 2


def test_another_setup_begins_anew(tmp_path: Path) -> None:
    path = tmp_path / "run.json.partial"
    with Journal(path, SETUP) as journal:
        journal.add(row(1), {})
    with Journal(path, replace(SETUP, settings="dd")) as journal:
        assert journal.done == {}
        assert list(journal.rows()) == []
    assert b"q1" in path.with_name(path.name + ".old").read_bytes()
    path.write_text("nothing of ours\n")
    with Journal(path, SETUP) as journal:
        assert journal.done == {}


def test_what_could_not_be_asked_is_asked_again(tmp_path: Path) -> None:
    path = tmp_path / "run.json.partial"
    with Journal(path, SETUP) as journal:
        for each in (failed(1), row(2), failed(3)):
            journal.add(each, {})
    with Journal(path, SETUP) as journal:
        assert list(journal.done) == ["q2"]
        journal.add(row(1), {})
        journal.add(failed(3), {})
        assert [Row.from_dict(r) for r in journal.rows()] == [row(2), failed(3), row(1)]


def test_two_runs_never_write_to_one_file(tmp_path: Path) -> None:
    path = tmp_path / "run.json.partial"
    with Journal(path, SETUP) as journal:
        with pytest.raises(EvaluationError, match="Another run is writing"):
            Journal(path, SETUP)
        journal.add(row(1), {})
    with Journal(path, SETUP) as journal:
        assert list(journal.done) == ["q1"]


def test_the_unfinished_run_of_a_setup_is_found_whatever_day_it_was(tmp_path: Path) -> None:
    yesterday = replace(SETUP, as_of=date(2026, 2, 28))
    with Journal(tmp_path / "harbour-20260228-101500.json.partial", yesterday):
        pass
    place = place_of(None, tmp_path, SETUP, any_day=True)
    assert place.path == tmp_path / "harbour-20260228-101500.json"
    assert place.setup == yesterday
    for other in (
        place_of(None, tmp_path, SETUP, any_day=False),
        place_of(None, tmp_path, replace(SETUP, settings="dd"), any_day=True),
    ):
        assert other.path != place.path
        assert other.setup.as_of == SETUP.as_of
    named = place_of(tmp_path / "mine.json", tmp_path, SETUP, any_day=True)
    assert named.path == tmp_path / "mine.json"
