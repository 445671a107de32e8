"""Floors hold a run, and go down only with a reason."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from evals.metrics.totals import Total
from evals.runs.gate import Floors, gated
from evals.runs.records import Setup
from rag.errors import EvaluationError

DAY = date(2026, 3, 1)
SETUP = Setup(
    set="harbour",
    set_digest="aa",
    questions=100,
    seed=0,
    library="harbour",
    library_digest="bb",
    articles=5,
    passages=9,
    as_of=DAY,
    settings="cc",
    values={"refuse_below": 0.3},
    prompts="",
    models=("model",),
    code="ee",
    commit="",
    version="0",
)


def figures(**values: float | None) -> dict[str, Total]:
    names = ("crag", "hit@1", "false_refusal", "quote_fidelity")
    given = {"crag": 0.5, "hit@1": 0.8, "false_refusal": 0.1, "quote_fidelity": 1.0, **values}
    return {
        name: Total(given[name], 0.0, 1.0, 0 if given[name] is None else 100, 0) for name in names
    }


def floors(path: Path) -> Floors:
    made = gated(SETUP, path, anew=False).moved(figures(), DAY, tuple(figures()))
    made.write(path)
    return Floors.read(path)


def test_a_run_like_the_one_measured_keeps_every_floor(tmp_path: Path) -> None:
    held = floors(tmp_path / "floors.json")
    assert list(held.broken(SETUP, figures(), 0)) == []
    # Another processor's numbers move a case or two.
    assert list(held.broken(SETUP, figures(**{"hit@1": 0.78, "false_refusal": 0.12}), 0)) == []


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"hit@1": 0.77}, "hit@1 0.7700 lies below its floor 0.78"),
        ({"false_refusal": 0.13}, "false_refusal 0.1300 lies above its floor 0.12"),
        ({"quote_fidelity": 0.999}, "quote_fidelity 0.9990 lies below its floor 1.0"),
        ({"crag": None}, "crag was scored in 0 cases; its floor was set by 100"),
    ],
)
def test_a_figure_that_falls_is_named(
    tmp_path: Path, values: dict[str, float | None], said: str
) -> None:
    held = floors(tmp_path / "floors.json")
    assert list(held.broken(SETUP, figures(**values), 0)) == [said]


def test_other_questions_articles_or_a_part_of_them_are_no_measure(tmp_path: Path) -> None:
    held = floors(tmp_path / "floors.json")
    others = (
        replace(SETUP, set_digest="xx"),
        replace(SETUP, library_digest="xx"),
        replace(SETUP, questions=50),
        replace(SETUP, as_of=date(2026, 3, 2)),
    )
    for setup in others:
        assert len(list(held.broken(setup, figures(), 0))) == 1
    assert list(held.broken(SETUP, figures(), 2)) == ["2 questions could not be asked"]


def test_floors_rise_by_themselves_and_fall_only_with_a_reason(tmp_path: Path) -> None:
    held = floors(tmp_path / "floors.json")
    names = ("hit@1", "false_refusal")
    better = held.moved(figures(**{"hit@1": 0.9, "false_refusal": 0.05}), DAY, names)
    assert better.now["hit@1"].floor == 0.88
    assert better.now["false_refusal"].floor == 0.07
    worse = figures(**{"hit@1": 0.5, "false_refusal": 0.3})
    assert better.moved(worse, DAY, names) == better
    lowered = better.moved(worse, DAY, names, reason="the set was wrong in nine places")
    assert lowered.now["hit@1"].floor == 0.48
    assert lowered.now["hit@1"].reason == "the set was wrong in nine places"
    assert len(lowered.entries) == len(better.entries) + 2


def test_a_floor_lowered_by_hand_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "floors.json"
    floors(path)
    written = json.loads(path.read_text())
    entry = {**written["entries"][1], "measured": 0.22, "floor": 0.2}
    path.write_text(json.dumps({**written, "entries": [*written["entries"], entry]}))
    with pytest.raises(EvaluationError, match=r"lowered on 2026-03-01 from 0\.78 to 0\.2 without"):
        Floors.read(path)


def test_a_floor_that_does_not_follow_from_what_was_measured_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "floors.json"
    floors(path)
    path.write_text(path.read_text().replace('"floor": 0.78', '"floor": 0.5'))
    with pytest.raises(EvaluationError, match=r"does not follow from the 0\.8"):
        Floors.read(path)


def test_floors_of_other_questions_are_begun_anew_only_when_asked(tmp_path: Path) -> None:
    path = tmp_path / "floors.json"
    floors(path)
    other = replace(SETUP, set_digest="xx")
    with pytest.raises(EvaluationError, match="other questions or articles"):
        gated(other, path, anew=False)
    anew = gated(other, path, anew=True)
    assert anew.entries == ()
    assert len(anew.earlier) == 4


def test_what_holds_no_floors_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "floors.json"
    path.write_text('{"set": 3}')
    with pytest.raises(EvaluationError, match="holds no floors"):
        Floors.read(path)
    with pytest.raises(EvaluationError, match="cannot be read"):
        Floors.read(tmp_path / "none.json")
