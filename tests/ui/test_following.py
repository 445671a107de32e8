"""``pullquote ingest --watch``: a real process beside a folder that changes."""

from __future__ import annotations

import json
import queue
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Launch, Run

pytestmark = pytest.mark.slow


def reports(process: subprocess.Popen[str]) -> Callable[[], dict[str, int]]:
    """What the next batch did: the numbers that are not 0."""
    lines: queue.Queue[str] = queue.Queue()

    def listen() -> None:
        for line in process.stdout or ():
            lines.put(line)

    threading.Thread(target=listen, daemon=True).start()

    def following() -> dict[str, int]:
        told = json.loads(lines.get(timeout=90))
        return {n: v for n, v in told.items() if type(v) is int and v and n != "schema"}

    return following


def ids(run: Run, library: Path) -> set[str]:
    done = run("articles", "--library", library, PULLQUOTE_LOCK_WAIT="20")
    return {line.rpartition("\t")[2] for line in done.out.splitlines()}


def test_the_library_follows_what_comes_changes_and_goes(
    run: Run, launch: Launch, tmp_path: Path
) -> None:
    folder, library = tmp_path / "drop", tmp_path / "library"
    (folder / "old").mkdir(parents=True)
    watching = ("ingest", "--watch", folder, "--library", library, "--json")
    with launch(*watching, PULLQUOTE_LOCK_WAIT="20") as process:
        following = reports(process)
        assert following() == {}  # an empty folder is one that something will come into
        (folder / "ferry.txt").write_text("Ferry sinks\n\nThe ferry sank at noon.")
        (folder / "old" / "mill.md").write_text("# Mill burns\n\nThe mill burnt.")
        (folder / "photo.png").write_text("-")
        assert following() == {"added": 2, "skipped": 1}

        # Written bit by bit, it is read once, when it is whole.
        with (folder / "weir.txt").open("w") as file:
            for part in ("Heron nests\n\n", "A heron nests ", "on the ", "weir."):
                file.write(part)
                file.flush()
                time.sleep(0.4)
        assert following() == {"added": 1}

        (folder / "ferry.txt").write_text("Ferry sinks\n\nThe ferry sank at one o’clock.")
        (folder / "old").rename(folder / "new")
        assert following() == {"added": 1, "changed": 1, "removed": 1}
        names = {"drop/ferry.txt", "drop/new/mill.md", "drop/weir.txt"}
        # Between batches the library is anybody's.
        assert ids(run, library) == names
        (folder / "weir.txt").unlink()
        assert following() == {"removed": 1}
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0
        assert process.stderr is not None
        assert process.stderr.read().splitlines()[-1] == "pullquote: stopped."
    (folder / "ferry.txt").unlink()
    with launch(*watching, PULLQUOTE_LOCK_WAIT="20") as process:
        following = reports(process)
        assert following() == {"unchanged": 1, "removed": 1, "skipped": 1}  # what went meanwhile
        (folder / "new" / "mill.md").unlink()
        time.sleep(3)
        assert ids(run, library) == {"drop/new/mill.md"}  # an empty folder wipes nothing
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    assert run("verify", "--library", library).code == 0


def test_only_folders_are_watched(run: Run, tmp_path: Path) -> None:
    done = run("ingest", "--watch", tmp_path / "nowhere", "--library", tmp_path / "library")
    assert (done.code, (tmp_path / "library").exists()) == (2, False)
