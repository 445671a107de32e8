"""What visitors say of answers, printed."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from rag.types import Answer
from ui.saved import Asked, Feedback, Verdict
from ui.store import Store
from ui.visitors import Visitors

if TYPE_CHECKING:
    from conftest import Run


def test_feedback_is_printed_with_all_that_is_needed_to_ask_again(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "visitors.sqlite3"
    with closing(Store(file)) as store:
        visitors = Visitors(store)
        exchange = visitors.ask("ada", "/library", None, Asked("Who?"))
        visitors.finish(exchange.id, Answer("Who?", "Nobody knows."))
        visitors.judge("ada", exchange.id, Verdict(False, "wrong", "Ines Calvet"))
    done = run("feedback", PULLQUOTE_VISITORS=str(file))
    assert (done.code, done.err) == (0, "")
    given = Feedback.from_dict(json.loads(done.out))
    assert given.verdict == Verdict(False, "wrong", "Ines Calvet")
    assert (given.asked.question, given.answer.text) == ("Who?", "Nobody knows.")
    assert "ada" not in done.out
    assert run("feedback", "--since", "2999-01-01", PULLQUOTE_VISITORS=str(file)).out == ""
