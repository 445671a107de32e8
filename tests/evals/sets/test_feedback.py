"""Feedback as a question set: asked again as it was, gold only where a visitor said so."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from evals.sets.questions import Case
from evals.sets.reading import read_questions
from rag.types import Answer, Filters, Trace, Turn
from ui.saved import Asked, Feedback, Verdict

DAY = date(2024, 12, 11)


def given(exchange: str, verdict: Verdict, asked: Asked, *history: Turn) -> str:
    answer = Answer(asked.question, "It stood.", answered=True, trace=Trace(as_of=DAY))
    feedback = Feedback(exchange, "2024-12-12T01:00:00", verdict, "/lib", asked, history, answer)
    return json.dumps(feedback.to_dict(), ensure_ascii=False)


def test_only_what_a_visitor_gave_as_right_is_gold(tmp_path: Path) -> None:
    file = tmp_path / "feedback.jsonl"
    filters = Filters(sources=("Courier",), since=date(2024, 1, 1))
    turn = Turn("What of the mill?", "It burnt.", ("1.0",))
    rows = (
        given("a", Verdict(True), Asked("What happened this week?")),
        given("b", Verdict(False, "wrong", "Ida Roth"), Asked("Who?", filters, date(2023, 1, 5))),
        given("c", Verdict(False), Asked("And then?"), turn),
        '{"question": "Who sang?"}',
    )
    file.write_text("\n".join(rows))
    liked, righted, disliked, plain = read_questions(file).cases
    assert liked == Case("a", "What happened this week?", as_of=DAY, tags=("feedback", "liked"))
    assert righted == Case(
        "b", "Who?", ("Ida Roth",), as_of=date(2023, 1, 5), filters=filters,
        tags=("feedback", "disliked"),
    )  # fmt: skip
    assert (disliked.history, disliked.answers) == ((turn,), ())
    assert (plain.question, plain.tags) == ("Who sang?", ())
