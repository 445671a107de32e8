"""Speed in a large collection, measured in a small one; nothing here is timed."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from evals.benchmarks.contestants.entries import OURS
from evals.benchmarks.speed import tables
from evals.benchmarks.speed.figures import DATED, REORDERED, UNFILTERED, Speed, Task
from evals.benchmarks.speed.sides import SIDES
from evals.benchmarks.speed.synthetic import DAYS, FIRST, articles, portions, sentences
from evals.benchmarks.table import written
from evals.speed import run
from rag.derivation import Derivation
from rag.embedding import SentenceEmbedding
from rag.errors import EvaluationError
from rag.library import Library
from rag.types import Article

SAID = tuple(
    f"In {place} the council voted on {day} to repair the {thing} before winter."
    for place in ("Tarn", "Ellmere", "Holm", "Sund")
    for day in ("Monday", "Tuesday", "Friday")
    for thing in ("bridge", "ferry", "school", "mill", "quay")
)
TASK = Task(SAID, 300, ("When is the bridge of Tarn repaired?", "What about Sund?"), True)


def test_a_collection_has_so_many_passages_and_is_the_same_every_time() -> None:
    made = list(articles(SAID, 100))
    assert sum(len(one.passages) for one in made) == 100
    assert made == list(articles(SAID, 100))
    assert made != list(articles(SAID, 100, seed=1))
    for one in made:
        assert 0 <= one.day - FIRST.toordinal() < DAYS
        for text, (_, _, spans) in zip(one.texts(), one.passages, strict=True):
            assert text == " ".join(one.article.text[a:b] for a, b in spans)
            assert {one.article.text[a:b] for a, b in spans} <= set(SAID)


def test_vectors_are_of_length_one_and_the_same_every_time() -> None:
    ((some, vectors),) = portions(SAID, 50, 16)
    assert vectors.shape == (sum(len(one.passages) for one in some), 16)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
    ((_, again),) = portions(SAID, 50, 16)
    assert np.array_equal(vectors, again)


def test_sentences_are_of_ordinary_length_and_each_comes_once() -> None:
    text = f"Yes. {SAID[0]} {SAID[1]} {SAID[0]}\n{'A long one ' * 40}."
    assert sentences([Article(text=text)]) == [SAID[0], SAID[1]]


@pytest.fixture(scope="module")
def speed(tmp_path_factory) -> tuple[Speed, Path]:
    folder = tmp_path_factory.mktemp("speed")
    return run(TASK, [OURS], folder), folder


@pytest.mark.slow
def test_pullquote_is_asked_in_every_way(speed) -> None:
    done, _ = speed
    (ours,) = done.sides
    asked = {one.asked: one for one in ours.asked.latencies}
    assert asked.keys() >= {UNFILTERED, REORDERED, DATED, "a year", "up to a day"}
    assert asked[UNFILTERED].full == 1
    assert all(0 < one.p50 <= one.p95 <= one.worst for one in asked.values())
    assert ours.disk_mb.keys() == {"matrix", "vectors", "words", "the rest"}
    assert Speed.from_dict(json.loads(json.dumps(done.to_dict()))) == done
    text = written([tables.grid(done)], tables.notes(done))
    assert "300 passages, 2 questions in each way" in text
    assert "| any date filter, ms |" in text


@pytest.mark.slow
def test_a_library_filled_past_the_model_is_whole(speed) -> None:
    _, folder = speed
    library = Library.open(
        folder / "pullquote-300" / "collection", Derivation(SentenceEmbedding(), 220)
    )
    assert library.verify().problems == ()
    assert library.status().passages == 300
    library.close()


@pytest.mark.slow
def test_a_collection_that_is_there_is_only_asked(speed) -> None:
    done, folder = speed
    again = run(TASK, [OURS], folder)
    assert again.sides[0].filled == done.sides[0].filled
    (folder / "pullquote-300" / "filled.json").unlink()
    with pytest.raises(EvaluationError, match="not filled to the end"):
        run(TASK, [OURS], folder)


@pytest.mark.slow
@pytest.mark.parametrize("entry", SIDES[1:], ids=lambda entry: entry.name)
def test_the_others_are_filled_and_asked_alike(entry, tmp_path) -> None:
    if lacking := entry.lacking():
        pytest.skip(f"not installed: {', '.join(lacking)}")
    (side,) = run(TASK, [entry], tmp_path).sides
    asked = {one.asked: one for one in side.asked.latencies}
    assert asked[UNFILTERED].full == 1
    assert asked["a year"].full > 0
    assert REORDERED not in asked
