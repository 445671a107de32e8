"""Folders watched in this process: links below them, and folders with nothing in them."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from threading import Event, Timer

import pytest

from ingest import watching
from ingest.watching import watch
from rag.engine import Engine

pytestmark = pytest.mark.slow


def test_what_links_lead_to_is_followed_whenever_the_link_came(tmp_path: Path) -> None:
    news, away, later = (tmp_path / name for name in ("news", "away", "later"))
    for folder in (news, away, later):
        folder.mkdir()
    (away / "ferry.txt").write_text("Ferry sinks\n\nThe ferry sank at noon.")
    (away / "weir.txt").write_text("Heron nests\n\nA heron nests on the weir.")
    (later / "mill.txt").write_text("Mill burns\n\nThe mill burnt at night.")
    (news / "away").symlink_to(away)
    stop = Event()
    limit = Timer(120, stop.set)
    limit.start()
    told: list[str] = []
    with Engine.create(tmp_path / "library") as engine:
        for report in watch([news], opened=lambda: nullcontext(engine.library), stop=stop):
            told.append(str(report))
            if len(told) == 1:
                (away / "ferry.txt").unlink()
            elif len(told) == 2:
                (news / "later").symlink_to(later)
            elif len(told) == 3:
                (later / "mill.txt").write_text("Mill burns\n\nThe mill burnt at dawn.")
            else:
                break
    limit.cancel()
    assert told[:2] == ["2 added", "1 removed"]
    assert told[2].startswith("1 added")
    assert told[3].startswith("1 changed")


@pytest.mark.parametrize(("retry", "looks"), [(0.0, range(2, 99)), (60.0, range(1, 2))])
def test_a_folder_with_nothing_in_it_is_looked_at_now_and_then_and_others_are_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, retry: float, looks: range
) -> None:
    news, empty = tmp_path / "news", tmp_path / "empty"
    for folder in (news, empty):
        folder.mkdir()
    (news / "ferry.txt").write_text("Ferry sinks\n\nThe ferry sank at noon.")
    looked: list[str] = []
    holds = watching._holds_something
    monkeypatch.setattr(
        watching, "_holds_something", lambda path: looked.append(path.name) or holds(path)
    )
    monkeypatch.setattr(watching, "_RETRY", retry)
    stop = Event()
    with Engine.create(tmp_path / "library") as engine:
        reports = watch([news, empty], opened=lambda: nullcontext(engine.library), stop=stop)
        assert str(next(reports)) == "1 added"
        Timer(2, stop.set).start()
        assert list(reports) == []
    assert looked.count("news") == 1
    assert looked.count("empty") in looks
