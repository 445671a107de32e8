"""A long run takes no more memory than a short one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from evals.runs.records import Run
from evals.runs.running import Progress, run
from evals.runs.setup import setup_of
from evals.runs.subject import SAMPLE, subject
from evals.sets.questions import QuestionSet
from rag.settings import Settings

pytestmark = pytest.mark.soak

QUESTIONS, SETTLED = 5000, 500


def resident() -> float:
    """Megabytes of memory this process has now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1e6


def test_five_thousand_questions_take_no_more_memory_than_five_hundred(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    found = subject(SAMPLE, Settings.load())
    own = found.questions.cases
    cases = tuple(replace(own[number % len(own)], id=f"{number:04}") for number in range(QUESTIONS))
    taken: dict[int, float] = {}

    def note(progress: Progress) -> None:
        if progress.done in (SETTLED, QUESTIONS) or progress.done % 1000 == 0:
            taken[progress.done] = resident()

    with found.opened() as engine:
        questions = QuestionSet("many", cases)
        setup = setup_of(
            engine,
            questions,
            asked=QUESTIONS,
            seed=0,
            as_of=found.as_of(engine),
            library=found.library,
        )
        run(engine, cases, setup, tmp_path / "many.json", progress=note)
    print({done: round(megabytes) for done, megabytes in taken.items()})
    assert len(Run.read(tmp_path / "many.json").rows) == QUESTIONS
    assert taken[QUESTIONS] < 1.05 * taken[SETTLED]
