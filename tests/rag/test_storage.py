"""A full disk and a folder that cannot be written: one clear line, nothing stored is touched."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import numpy as np
import pytest

from rag.derivation import Derivation
from rag.errors import StorageFailed, StorageFull
from rag.library import Library
from rag.types import Article
from rag.vectors import Vectors


@pytest.mark.slow
def test_a_full_disk_is_one_clear_line_and_costs_nothing_stored(small_disk, model):
    derivation = Derivation(model, 220)
    library = Library.open(small_disk / "library", derivation, create=True)
    kept = Article(id="kept", text="The lighthouse keeper counted forty ships on Sunday.")
    library.put(kept)
    filler = small_disk / "filler"
    filler.write_bytes(b"x" * (_free(small_disk) - 200_000))

    with pytest.raises(StorageFull) as caught:
        for n in range(50):
            library.put(Article(id=f"n{n}", text=f"Ship {n} sailed. " * 3000))
    assert "\n" not in caught.value.line
    there = {source.id for source in library.articles()}
    assert library.article("kept") == kept
    library.close()

    filler.unlink()
    library = Library.open(small_disk / "library", derivation)
    assert {source.id for source in library.articles()} == there
    assert library.verify().problems == ()
    library.put(Article(id="later", text="There is room again."))
    assert library.verify().problems == ()
    library.close()


def test_vectors_that_found_no_room_can_be_added_when_there_is_some(small_disk):
    """Chroma's own connection would wait for ever after its first failure."""
    vectors = Vectors(small_disk / "vectors")
    made = np.random.default_rng(0).normal(size=(250, 64)).astype(np.float32)
    vectors.add([f"99.{n}" for n in range(250)], made)
    filler = small_disk / "filler"
    filler.write_bytes(b"x" * (_free(small_disk) - 20_000))
    with pytest.raises(StorageFull):
        for n in range(20):
            vectors.add([f"{n}.{i}" for i in range(250)], made)
    filler.unlink()
    vectors.add(["100.0"], made[:1])
    assert {"99.0", "100.0"} <= vectors.ids()
    assert vectors.nearest(made[0] / np.linalg.norm(made[0]), 1, {100})[0][0] == "100.0"
    vectors.close()


def test_who_reads_vectors_does_not_wait_for_a_change(tmp_path):
    vectors = Vectors(tmp_path / "vectors")
    vectors.add(["1.0"], np.ones((1, 4), np.float32))
    read: list[set[str]] = []
    reader = threading.Thread(target=lambda: read.append(vectors.ids()))
    with vectors._change():
        reader.start()
        reader.join(10)
        while_changing = list(read)
    reader.join()
    vectors.close()
    assert while_changing == [{"1.0"}]


def _free(folder: Path) -> int:
    stat = os.statvfs(folder)
    return stat.f_bavail * stat.f_frsize


def test_a_folder_that_cannot_be_made_is_one_clear_line(tmp_path, model):
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(StorageFailed) as caught:
        Library.open(tmp_path / "file" / "library", Derivation(model, 220), create=True)
    assert "\n" not in caught.value.line
