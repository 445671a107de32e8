"""Joined questions, and full evidence for them."""

from __future__ import annotations

from evals.parts import Pair, lines, measure, pairs, taken_apart
from evals.sets.questions import Case, half
from rag.engine import Engine
from rag.settings import Settings
from rag.types import Article


def _case(article: str, question: str, answer: str) -> Case:
    return Case(question, question, answers=(answer,), answerable=True, articles=(article,))


def test_two_questions_are_asked_as_one():
    first, second = _case("a", "Who built it?", "x"), _case("a", "When did it burn?", "y")
    assert Pair(first, second, "one article").question == "Who built it, and when did it burn?"


def test_pairs_keep_to_a_half_and_use_no_question_twice():
    cases = [_case(f"a{n % 9}", f"What is {n}?", "x") for n in range(90)]
    made = list(pairs(cases, 2))
    used = [case.id for pair in made for case in (pair.first, pair.second)]
    assert len(used) == len(set(used))
    assert {pair.about for pair in made} == {"one article", "two articles"}
    assert all(half(p.first.articles[0]) == half(p.second.articles[0]) for p in made)


def test_evidence_is_full_when_both_are_borne_out(tmp_path):
    mill = _case("mill", "When did the Tarn mill burn down?", "1911")
    pier = _case("pier", "How long is the Ellmere pier?", "80 metres")
    lost = _case("pier", "How wide is the Ellmere pier?", "9 metres")
    with Engine.create(Settings(library=tmp_path / "library")) as engine:
        engine.library.put(Article(id="mill", text="The Tarn mill burnt down in 1911."))
        engine.library.put(Article(id="pier", text="The Ellmere pier is 80 metres long."))
        asked = [Pair(mill, other, "two articles") for other in (pier, lost)]
        rows = measure(engine, asked)
    assert [row["split"] for row in rows] == [[True], [True]]
    assert rows[0]["full"] == [[True] * 3] * 2
    assert rows[1]["full"] == [[False] * 3] * 2
    assert any("1.000" in line or "0.500" in line for line in lines(rows))


def test_parts_that_a_model_sees_are_measured_beside_ours(tmp_path, rephraser):
    mill = _case("mill", "When did the Tarn mill burn down?", "1911")
    pier = _case("pier", "How long is the Ellmere pier?", "80 metres")
    asked = [Pair(mill, pier, "two articles")]
    lines_of = f"{mill.question}\n{pier.question}"
    with Engine.create(Settings(library=tmp_path / "library")) as engine:
        engine.library.put(Article(id="mill", text="The Tarn mill burnt down in 1911."))
        engine.library.put(Article(id="pier", text="The Ellmere pier is 80 metres long."))
        (row,) = measure(engine, asked, rephraser(lines_of))
        (failed,) = measure(engine, asked, rephraser("I do not know."))
    assert row["split"] == failed["split"] == [True, True]
    assert row["full"] == [[True] * 3] * 3
    assert "by the model 1.000" in "\n".join(lines([row]))


def test_single_questions_that_are_taken_apart_are_counted(rephraser):
    cases = [_case("a", "Who built the Tarn mill, which burnt down?", "x")]
    told = taken_apart(rephraser("Who built the Tarn mill?\nWhich mill burnt down?"), cases)
    assert told.startswith("1 single questions taken apart: by rules 0.000")
    assert "by the model 1.000" in told and told.endswith("failed 0")
    assert taken_apart(rephraser("No."), cases).endswith("failed 1")
