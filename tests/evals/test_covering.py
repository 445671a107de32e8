"""What becomes of questions of two parts, measured."""

from __future__ import annotations

import gzip
import json

from evals.covering import ARTICLES, STRANGERS, Answered, answered, joined, lines
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


def test_pairs_are_joined_of_what_is_answered_and_what_is_not(tmp_path):
    for name in (ARTICLES, STRANGERS):
        rows = [
            {"qid": f"{name}{n}", "question": f"Who built {n}?", "answers": ["Ida Roth"],
             "answerable": True, "gold_docs": [f"{name}-{n % 8}"]}
            for n in range(80)
        ]  # fmt: skip
        (tmp_path / name).mkdir()
        for file, lines_of in (("corpus", []), ("queries", rows)):
            with gzip.open(tmp_path / name / f"{file}.jsonl.gz", "wt") as out:
                out.writelines(json.dumps(row) + "\n" for row in lines_of)
    kinds = dict(joined(Settings(data=tmp_path), 5))
    told = {kind: [(p.first.id, p.second.id) for p in made] for kind, made in kinds.items()}
    assert [len(made) for made in told.values()] == [5, 5, 5]
    assert all(a.startswith(ARTICLES) for a, _ in told["the first answered"])
    assert all(b.startswith(STRANGERS) for _, b in told["the first answered"])
    assert all(a.startswith(STRANGERS) for a, _ in told["neither answered"])
    assert dict(joined(Settings(data=tmp_path), 5)) == kinds
