"""What is scanned: exact whatever came and went, alike at every opening, right after a crash."""

from __future__ import annotations

import struct
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.finding.matrix import Matrix, records
from rag.rows import key_of, passage_id
from rag.types import Article
from rag.vectors import Vectors

WIDTH = 8
STATE_AT = 32


def unit(count: int, seed: int = 0) -> np.ndarray:
    made = np.random.default_rng(seed).normal(size=(count, WIDTH)).astype(np.float32)
    return made / np.linalg.norm(made, axis=1, keepdims=True)


def brute(held: dict[str, np.ndarray], vector, k, within=None) -> list[str]:
    """The nearest ids by a plain product, in double precision."""
    scored = [
        (-float(np.float64(kept) @ np.float64(vector)), key_of(i))
        for i, kept in held.items()
        if within is None or key_of(i)[0] in within
    ]
    return [passage_id(*key) for _, key in sorted(scored)[:k]]


def ids(found: list[tuple[str, float]]) -> list[str]:
    return [i for i, _ in found]


@pytest.fixture
def vectors(tmp_path: Path) -> Iterator[Vectors]:
    opened = Vectors(tmp_path / "vectors")
    yield opened
    opened.close()


def test_nothing_is_near_where_nothing_is(vectors: Vectors):
    """Before the first passage, and after the last."""
    question = unit(1)[0]
    for _ in range(2):
        assert vectors.nearest(question, 5) == []
        assert vectors.similarities(question, []) == vectors.similarities(question, ["1.0"]) == {}
        vectors.add(["1.0"], unit(1))
        assert vectors.similarities(question, ["1.0", "2.0"]) == {"1.0": pytest.approx(1.0)}
        assert vectors.similarities(question, []) == {}
        vectors.delete(["1.0"])


def filled(folder: Path, count: int = 40) -> tuple[Vectors, dict[str, np.ndarray]]:
    """So many vectors, two to a version."""
    opened = Vectors(folder)
    made = dict(zip((f"{1 + n // 2}.{n % 2}" for n in range(count)), unit(count), strict=True))
    opened.add(list(made), np.array(list(made.values())))
    return opened, made


# The matrix alone.


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_the_order_of_rows_changes_nothing_not_even_the_last_bit(data):
    count = data.draw(st.integers(1, 60))
    keys = data.draw(
        st.lists(
            st.tuples(st.integers(1, 12), st.integers(0, 5)),
            min_size=count, max_size=count, unique=True,
        )
    )  # fmt: skip
    rows = records(keys, unit(count))
    asked = unit(1, seed=1)[0]
    within = data.draw(st.none() | st.sets(st.integers(0, 15)))
    k = data.draw(st.integers(0, 70))
    order = np.random.default_rng(data.draw(st.integers(0, 9))).permutation(count)
    gap = np.zeros(data.draw(st.integers(0, 3)), rows.dtype)
    found = Matrix(rows).nearest(asked, k, within)
    assert Matrix(np.concatenate([gap, rows[order]])).nearest(asked, k, within) == found
    assert len(found) == min(k, sum(within is None or v in within for v, _ in keys))
    held = {passage_id(*key): row["vector"] for key, row in zip(keys, rows, strict=True)}
    assert [s for _, s in found] == pytest.approx(
        [float(held[i] @ asked) for i in brute(held, asked, k, within)], abs=1e-6
    )


def test_rows_of_several_blocks_are_scanned_as_one():
    count = 5000
    keys = [(1 + n // 3, n % 3) for n in range(count)]
    made = unit(count)
    matrix, asked = Matrix(records(keys, made)), unit(1, seed=2)[0]
    held = {passage_id(*key): vector for key, vector in zip(keys, made, strict=True)}
    for within in (None, {7}, set(range(1, 1500)), set(range(1, 1600, 9))):
        assert ids(matrix.nearest(asked, 50, within)) == brute(held, asked, 50, within)


def test_equals_come_by_their_ids_as_numbers():
    same = np.repeat(unit(1), 4, axis=0)
    matrix = Matrix(records([(10, 0), (9, 1), (9, 0), (2, 0)], same))
    assert ids(matrix.nearest(same[0], 3)) == ["2.0", "9.0", "9.1"]


def test_an_empty_matrix_finds_nothing(vectors):
    assert vectors.nearest(unit(1)[0], 5) == []
    assert vectors.nearest(unit(1)[0], 5, {1}) == []
    vectors.delete(["1.0"])
    assert vectors.miscopied() == set()


# Beside Chroma.

STEP = st.one_of(
    st.tuples(st.just("add"), st.lists(st.integers(0, 25), min_size=1, max_size=8, unique=True)),
    st.tuples(st.just("delete"), st.lists(st.integers(0, 25), min_size=1, max_size=8, unique=True)),
    st.tuples(st.just("reopen"), st.just([])),
    st.tuples(st.just("lose"), st.just([])),
)


@settings(max_examples=15, deadline=None)
@given(st.lists(STEP, min_size=1, max_size=8), st.sets(st.integers(1, 13)))
def test_whatever_comes_and_goes_the_nearest_are_found(tmp_path_factory, steps, within):
    folder = tmp_path_factory.mktemp("library") / "vectors"
    opened, held = Vectors(folder), dict[str, np.ndarray]()
    asked = unit(1, seed=3)[0]
    try:
        for number, (step, chosen) in enumerate(steps):
            names = [f"{1 + n // 2}.{n % 2}" for n in chosen]
            if step == "add":
                made = unit(len(names), seed=number)
                opened.add(names, made)
                held.update(zip(names, made, strict=True))
            elif step == "delete":
                opened.delete(names)
                held = {i: kept for i, kept in held.items() if i not in names}
            else:
                before = opened.nearest(asked, 10)
                opened.close()
                if step == "lose":
                    (folder / "matrix").unlink(missing_ok=True)
                opened = Vectors(folder)
                assert opened.nearest(asked, 10) == before
            assert ids(opened.nearest(asked, 10)) == brute(held, asked, 10)
            assert ids(opened.nearest(asked, 10, within)) == brute(held, asked, 10, within)
        assert opened.miscopied() == set()
        assert opened.ids() == set(held)
    finally:
        opened.close()


def test_above_the_limit_chroma_answers_and_filters_stay_exact(tmp_path):
    opened, held = filled(tmp_path / "vectors")
    opened.close()
    opened = Vectors(tmp_path / "vectors", scanned=10)
    asked, within = unit(1, seed=4)[0], {2, 3, 5, 8, 13}
    assert ids(opened.nearest(asked, 10, within)) == brute(held, asked, 10, within)
    assert len(set(ids(opened.nearest(asked, 10))) & set(brute(held, asked, 10))) >= 8
    opened.close()


# The file.


def test_a_whole_file_is_used_and_one_that_is_missing_is_made_again(tmp_path):
    opened, held = filled(tmp_path / "vectors")
    opened.close()
    path = tmp_path / "vectors" / "matrix"
    asked = unit(1, seed=5)[0]
    for lost in (False, True):
        if lost:
            path.unlink()
        before = None if lost else path.stat().st_ino
        opened = Vectors(tmp_path / "vectors")
        assert ids(opened.nearest(asked, 5)) == brute(held, asked, 5)
        opened.close()
        assert lost or path.stat().st_ino == before
    assert path.exists()


def damaged(name: str, data: bytes) -> bytes:
    """What a crash, or somebody, may have made of the file."""
    row = (len(data) - 64) // 40
    return {
        "a change was cut short": data[:STATE_AT] + bytes(4) + data[STATE_AT + 4 :],
        "rows are cut off": data[: -row * 3],
        "of another collection": data[:12] + bytes(16) + data[28:],
        "of another format": data[:8] + struct.pack("<I", 99) + data[12:],
        "empty": b"",
        "something else": b"nonsense" * 20,
    }[name]


@pytest.mark.parametrize(
    "name",
    [
        "a change was cut short", "rows are cut off", "of another collection",
        "of another format", "empty", "something else",
    ],
)  # fmt: skip
def test_a_file_that_does_not_fit_is_made_anew(tmp_path, name):
    opened, held = filled(tmp_path / "vectors")
    opened.close()
    path = tmp_path / "vectors" / "matrix"
    path.write_bytes(damaged(name, path.read_bytes()))
    opened = Vectors(tmp_path / "vectors")
    asked = unit(1, seed=6)[0]
    assert ids(opened.nearest(asked, 10)) == brute(held, asked, 10)
    opened.close()
    path.write_bytes(damaged(name, path.read_bytes()))
    opened = Vectors(tmp_path / "vectors")
    opened.add(["90.0"], unit(1, seed=7))
    opened.delete(["1.0"])
    held = {i: kept for i, kept in held.items() if i != "1.0"} | {"90.0": unit(1, seed=7)[0]}
    assert ids(opened.nearest(asked, 10)) == brute(held, asked, 10)
    assert opened.miscopied() == set()
    opened.close()


@pytest.mark.slow
@pytest.mark.parametrize("step", ["begin", "write", "commit", "Chroma"])
def test_a_process_that_ends_in_the_middle_of_a_change_leaves_it_right(tmp_path, step):
    opened, held = filled(tmp_path / "vectors")
    opened.close()
    script = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from rag.vectors import Vectors\n"
        "folder, step = Path(sys.argv[1]), sys.argv[2]\n"
        "opened = Vectors(folder)\n"
        "owner, name = (opened._sidecar, step)\n"
        "if step == 'Chroma':\n"
        "    owner, name = opened._collection, 'delete'\n"
        "done = getattr(owner, name)\n"
        "def ended(*args, **options):\n"
        "    done(*args, **options)\n"
        "    os._exit(7)\n"
        "object.__setattr__(owner, name, ended)\n"
        "opened.delete(['3.0', '3.1'])\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "vectors"), step]
    assert subprocess.run(command, check=False).returncode == 7
    opened = Vectors(tmp_path / "vectors")
    there = {i: held[i] for i in opened.ids()}
    assert len(there) in (38, 40)
    asked = unit(1, seed=8)[0]
    assert ids(opened.nearest(asked, 40)) == brute(there, asked, 40)
    assert opened.miscopied() == set()
    opened.close()


def test_what_was_deleted_is_not_in_the_file(tmp_path):
    opened, _ = filled(tmp_path / "vectors")
    path = tmp_path / "vectors" / "matrix"
    (kept,) = (v for i, v in opened._loaded().vectors().items() if i == "3.0")
    gone = np.array(kept).tobytes()
    assert gone in path.read_bytes()
    opened.delete(["3.0"])
    assert gone not in path.read_bytes()
    opened.close()
    assert gone not in path.read_bytes()


def test_a_file_that_cannot_be_written_is_gone_without(tmp_path, monkeypatch):
    """A full disk: nothing fails, and what is found stays exact."""
    opened, held = filled(tmp_path / "vectors")
    write = "rag.finding.sidecar._write"
    asked = unit(1, seed=9)[0]

    def full(file, position, data):
        if position > STATE_AT:
            raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(write, full)
        opened.add(["91.0"], unit(1, seed=10))
        held["91.0"] = unit(1, seed=10)[0]
        assert not (tmp_path / "vectors" / "matrix").exists()
        assert ids(opened.nearest(asked, 50)) == brute(held, asked, 50)
        opened.delete(["1.0"])
        del held["1.0"]
        assert ids(opened.nearest(asked, 50)) == brute(held, asked, 50)
    opened.close()
    opened = Vectors(tmp_path / "vectors")
    assert ids(opened.nearest(asked, 50)) == brute(held, asked, 50)
    assert (tmp_path / "vectors" / "matrix").exists()
    opened.close()


def test_a_folder_that_holds_no_file_is_searched_from_memory(tmp_path):
    opened, held = filled(tmp_path / "vectors")
    opened.close()
    path = tmp_path / "vectors" / "matrix"
    path.unlink()
    path.with_suffix(".new").mkdir()  # so that none can be made
    opened = Vectors(tmp_path / "vectors")
    asked = unit(1, seed=11)[0]
    assert ids(opened.nearest(asked, 10)) == brute(held, asked, 10)
    opened.add(["92.0"], unit(1, seed=12))
    held["92.0"] = unit(1, seed=12)[0]
    assert ids(opened.nearest(asked, 50)) == brute(held, asked, 50)
    assert not path.exists()
    opened.close()


# In a library.


def test_verify_tells_of_a_copy_that_differs_and_makes_it_anew(open_library, articles):
    library = open_library()
    for article in articles:
        library.put(article)
    vectors = library._builds.current.vectors
    rows = np.array(vectors._loaded().rows)
    rows["vector"][1] = rows["vector"][0]
    vectors._matrix = Matrix(vectors._sidecar.replace(rows))
    assert any("scanned" in line for line in library.verify().problems)
    assert library.verify(repair=True).whole
    assert library.verify().problems == ()


def test_the_copy_goes_the_way_of_the_library(open_library, articles, model):
    """Put, replaced, removed, rebuilt, opened again: what is scanned is what there is."""
    library = open_library()
    for article in articles:
        library.put(article)
    library.put(Article(id="ferry", text="No boats were added after all."))
    library.remove("garden")
    library.rebuild()
    library.close()
    library = open_library()
    found = library.nearest(model.question("boats"), 50)
    stored = library.stored(ids(found))
    assert len(stored) == len(found) == library.passage_count()
    assert stored[found[0][0]].source.id == "ferry"
    assert library.verify().problems == ()
