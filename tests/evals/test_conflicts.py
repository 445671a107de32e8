"""Right answers, wrong ones, and whether the other side is shown."""

from __future__ import annotations

from evals.conflicts import Said, report, within
from rag.types import Statement


def said(number: str, text: str, wrong: str = "1,200") -> Said:
    return Said(number, text, ("840", "910"), (wrong,))


def test_an_answer_is_right_wrong_or_both() -> None:
    both, alone, none = said("1", "It has 840 or 1,200."), said("2", "It has 1,200."), said("3", "")
    assert (both.share_right, both.wrong_beside, both.wrong_alone) == (0.5, 1.0, 0.0)
    assert (alone.share_right, alone.wrong_beside, alone.wrong_alone) == (0.0, 0.0, 1.0)
    assert (none.refused, none.any_wrong) == (1.0, 0.0)


def test_whole_statements_are_shown_up_to_so_many_words() -> None:
    statements = [Statement(text, ()) for text in ("One two three.", "Four five.", "Six.")]
    assert within(statements, 5) == "One two three. Four five."
    assert within(statements, 1) == "One two three."
    assert within((), 5) == ""


def test_the_same_questions_are_compared_with_what_was_said_before() -> None:
    rows, before = [said("1", "It has 840."), said("2", "")], [said("1", "It has 1,200.")]
    lines = list(report(rows, before))
    assert lines[0] == "2 questions, 1 compared"
    assert "before 1.000, -1.000" in next(line for line in lines if "a wrong answer" in line)
    assert not any("before" in line for line in report(rows))
