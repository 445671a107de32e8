"""Removing from a large library, measured in a small one; nothing here is timed."""

from __future__ import annotations

import pytest

from evals.removal import fill, mark, measure, told

SAID = tuple(
    f"In {place} the council voted on {day} to repair the {thing} before winter."
    for place in ("Tarn", "Ellmere", "Holm", "Sund")
    for day in ("Monday", "Tuesday", "Friday")
    for thing in ("bridge", "ferry", "school", "mill", "quay")
)


@pytest.mark.slow
def test_what_is_removed_is_in_no_file_and_what_stays_is_seen(tmp_path) -> None:
    library = tmp_path / "library"
    fill(library, SAID, 60)
    assert mark("made-0", 0) in (library / "catalog.sqlite3").read_bytes().decode("latin-1")
    done = measure(library, 5)
    assert (done.passages, done.removed) == (60, 5)
    assert done.removed_passages >= 5
    assert done.found == {}
    assert done.seen >= 60 - done.removed_passages
    assert done.problems == ()
    assert done.before_mb.keys() == done.after_mb.keys() == {"all", "indexes", "catalog"}
    assert any("removed 5 articles" in line for line in told(done))
