"""What becomes of questions of two parts, measured."""

from __future__ import annotations

from evals.covering import Answered, answered, lines
from evals.parts import Pair
from evals.sets.questions import Case
from rag.engine import Engine
from rag.settings import Settings
from rag.types import Article


def test_the_part_that_is_not_covered_is_told_from_the_one_that_is(tmp_path):
    pier = Case("pier", "How long is the Ellmere pier?", answers=("80 metres",), articles=("pier",))
    peru = Case("peru", "Who won the chess championship of Peru?", answers=("Ida Roth",))
    with Engine.create(Settings(library=tmp_path / "library")) as engine:
        engine.library.put(Article(id="pier", text="The Ellmere pier is 80 metres long."))
        row = answered(engine, Pair(pier, peru, "mixed"))
        assert answered(engine, Pair(pier, Case("x", "Ellmere"), "mixed")) is None
    assert row == Answered(True, (True, False), (False, True), 7)


def test_shares_are_told_of_each_part_and_of_none_where_nothing_is_answered():
    rows = [Answered(True, (True, False), (False, True), 10)]
    assert any("second: gold held 0.000" in line for line in lines("mixed", rows))
    assert len(list(lines("neither answered", rows))) == 2
