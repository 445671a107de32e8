"""One library, served: two processes bring articles in while questions are asked all the time.

The long form, five minutes, is part of ``make soak``.
"""

from __future__ import annotations

import json
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rag.engine import Engine
from rag.settings import Settings
from rag.types import Filters
from ui.desk import Desk, desk

if TYPE_CHECKING:
    from conftest import Launch, Run

STARTS, ENDS = ("Mar", "Tol", "Wen", "Bris", "Hal"), ("by", "ford", "wick", "ness")
PLACES = [start + end for start in STARTS for end in ENDS]
THINGS = ("mill", "chapel", "weir", "granary", "lighthouse", "quay", "tannery", "signal box")
EACH = 80
"""Articles that each of the two brings in, again and again, changed."""


def told(side: int, number: int, edition: int) -> dict[str, str]:
    """An article of one of the two sides."""
    place, thing = PLACES[number % 20], THINGS[number // 20 + 4 * side]
    cost = 1000 + 37 * number + 5000 * side
    return {
        "id": f"{side}-{number}",
        "title": f"The {thing} of {place}",
        "text": f"The {thing} of {place} cost {cost} crowns, the council said in its report"
        f" number {edition + 1}.\n\nIt was built by {number % 7 + 2} masons in {number % 5 + 3}"
        f" years. People of {place} come to the {thing} every spring to paint its doors.",
        "source": f"{place} Post",
        "published": f"2024-{number % 12 + 1:02}-{edition % 28 + 1:02}",
    }


@dataclass
class Seen:
    """What came of it: milliseconds each answer took, what was wrong, and how often each side
    brought its articles in, in which seconds."""

    answers: list[float] = field(default_factory=list)
    answered: int = 0
    wrong: list[str] = field(default_factory=list)
    editions: list[int] = field(default_factory=lambda: [0, 0])
    seconds: float = 0.0

    def __str__(self) -> str:
        spread = statistics.quantiles(self.answers, n=20)
        put = sum(self.editions) * EACH
        return (
            f"{len(self.answers)} questions, {self.answered} answered: p50"
            f" {statistics.median(self.answers):.0f} ms, p95 {spread[18]:.0f} ms, longest"
            f" {max(self.answers):.0f} ms; {put} articles put in {self.seconds:.0f} s"
        )


def together(run: Run, launch: Launch, folder: Path, seconds: float) -> Seen:
    """Both sides bring their articles in until the time is up, and finish what they are at;
    questions are asked until then."""
    library, seen = folder / "library", Seen()
    first = folder / "first.jsonl"
    first.write_text(json.dumps({"id": "first", "text": "The harbour master opened the lock."}))
    assert run("ingest", first, "--library", library).code == 0
    until = time.monotonic() + seconds

    def bring(side: int) -> None:
        path = folder / f"side{side}" / "articles.jsonl"
        path.parent.mkdir()
        while time.monotonic() < until:
            done = seen.editions[side]
            lines = (json.dumps(told(side, number, done)) for number in range(EACH))
            path.write_text("\n".join(lines))
            with launch("ingest", path.parent, "--library", library) as process:
                out, err = process.communicate(timeout=300)
            expected = f"{EACH} {'changed' if done else 'added'}\n"
            assert (process.returncode, out, err) == (0, expected, "")
            seen.editions[side] = done + 1

    started = time.monotonic()
    with (
        launch("serve", "--library", library, "--port", "0") as server,
        ThreadPoolExecutor(2) as pool,
    ):
        assert server.stdout.readline().startswith("Pullquote is at ")
        with desk(Settings(library=library)) as owner:
            assert owner.address
            sides = [pool.submit(bring, side) for side in (0, 1)]
            number = 0
            while not all(side.done() for side in sides):
                ask(owner, number, seen)
                number += 1
            for side in sides:
                side.result()
            seen.seconds = time.monotonic() - started
            assert owner.verify(repair=False).problems == ()
    with Engine.open(Settings(library=library)) as engine:
        assert len(engine.library) == 2 * EACH + 1
        for side, number in product((0, 1), range(EACH)):
            wanted = told(side, number, seen.editions[side] - 1)
            assert engine.library.article(wanted["id"]).text == wanted["text"]
        assert engine.library.verify().problems == ()
    return seen


def ask(owner: Desk, number: int, seen: Seen) -> None:
    """Asks, and looks whether every citation is word for word what its article says, in the
    edition that was there at that moment."""
    title = told(number % 2, number * 7 % EACH, 0)["title"]
    started = time.perf_counter()
    question = f"What did {title.replace('The', 'the', 1)} cost?"
    with owner.stream(question, filters=Filters(), as_of=None) as stream:
        answer = stream.answer
    seen.answers.append((time.perf_counter() - started) * 1000)
    seen.answered += answer.answered
    for one in answer.citations:
        side, _, which = one.source.id.partition("-")
        texts = (
            told(int(side), int(which), e)["text"] for e in range(seen.editions[int(side)] + 1)
        )
        if not any(text[one.start : one.end] == one.quote for text in texts):
            seen.wrong.append(f"{question}: {one}")


@pytest.mark.slow
def test_articles_come_in_from_two_sides_while_questions_are_asked(run, launch, tmp_path):
    seen = together(run, launch, tmp_path, 15)
    print(seen)
    assert seen.wrong == []
    assert seen.answered


@pytest.mark.soak
def test_articles_come_in_for_five_minutes_while_questions_are_asked(run, launch, tmp_path):
    seen = together(run, launch, tmp_path, 300)
    print(seen)
    assert seen.wrong == []
    assert seen.answered
