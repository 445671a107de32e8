"""Whatever ends the work or stands in its way, and whenever: every article is whole, old or new.

Killed at random moments; on a disk that is full, or cannot be written. The long form is part of
``make soak``. Each tells its seed: set ``PULLQUOTE_SEED`` to it to repeat what failed.
"""

from __future__ import annotations

import json
import os
import random
import select
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest

VICTIM = Path(__file__).with_name("victim.py")
_spec = spec_from_file_location("victim", VICTIM)
victim = module_from_spec(_spec)
_spec.loader.exec_module(victim)

NOBODY = 65534
THERE, NEW = range(40), range(40, 100)
"""Numbers of the articles that are in the library before, and of those that come."""

Given = dict[str, Any]
Editions = dict[str, int]


@dataclass(frozen=True)
class Ended:
    """How a job ended: with a result, an error of ours as (class, line), or neither."""

    seconds: float
    result: Any = None
    error: tuple[str, str] | None = None
    code: int = 0


class Victim:
    """The process that jobs are given to."""

    def __init__(self) -> None:
        self._start()

    def _start(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(VICTIM)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=VICTIM.parents[2],
            env={**os.environ, "PYTHONPATH": str(VICTIM.parents[2])},
        )
        self._rest = b""
        assert self._told(60) == {"ready": True}

    def do(
        self,
        work: str,
        library: Path,
        given: Given | None = None,
        *,
        kill: float | None = None,
        then: Callable[[], None] = lambda: None,
        after: float = 0.0,
        **more: Any,
    ) -> Ended:
        """Has a job done. ``kill``: seconds after its beginning when its process is killed. Else
        ``then`` is called when it fails, or ``after`` so many seconds if that comes first."""
        job = {"work": work, "library": str(library), "given": given or {}, **more}
        try:
            return self._done(job, kill, then, after)
        except BaseException:
            # What it would still say is not for the next test.
            self._process.kill()
            self._process.wait()
            self._start()
            raise

    def _done(
        self, job: Given, kill: float | None, then: Callable[[], None], after: float
    ) -> Ended:
        self._process.stdin.write(json.dumps(job).encode() + b"\n")
        self._process.stdin.flush()
        said: dict[str, Any] = {}
        until = time.monotonic() + 120
        begun, alarm = time.monotonic(), None
        while "ended" not in said:
            told = self._told((alarm or until) - time.monotonic())
            if told is None and alarm:
                if kill is None:
                    then()
                else:
                    os.kill(said["pid"], 9)
                alarm = None
                continue
            assert told is not None, f"{job} hangs"
            said |= told
            if "begun" in told:
                begun = time.monotonic()
            if "begun" in said and "pid" in said and {"begun", "pid"} & told.keys():
                wait = kill if kill is not None else after
                alarm = begun + wait if wait else None
            if "error" in told and kill is None:
                then()
                alarm = None
        error = (said["error"], said["line"]) if "error" in said else None
        return Ended(time.monotonic() - begun, said.get("done"), error, said["ended"])

    def close(self) -> None:
        self._process.stdin.close()
        self._process.wait(60)

    def _told(self, seconds: float) -> dict[str, Any] | None:
        """The next line; None when none comes in time."""
        until = time.monotonic() + seconds
        while b"\n" not in self._rest:
            left = max(0.0, until - time.monotonic())
            ready, _, _ = select.select([self._process.stdout], [], [], left)
            if not ready:
                return None
            data = os.read(self._process.stdout.fileno(), 65536)
            assert data, "the process of the jobs is gone"
            self._rest += data
        line, _, self._rest = self._rest.partition(b"\n")
        return json.loads(line)


def editions(*parts: tuple[Sequence[int], int]) -> Editions:
    return {f"n{n}": edition for numbers, edition in parts for n in numbers}


BEFORE = editions((THERE, 0))


@dataclass(frozen=True)
class Work:
    """What is done to a library that holds ``BEFORE``; ``half`` says which states it may leave
    when it is cut short, ``after`` which it comes to; ``gone`` are the words it takes away."""

    name: str
    given: Given
    after: Editions
    half: Callable[[Editions], bool]
    gone: tuple[str, ...] = ()


def _some_new(found: Editions) -> bool:
    return {k: v for k, v in found.items() if k in BEFORE} == BEFORE and found.items() <= {
        **BEFORE,
        **editions((NEW, 0)),
    }.items()


def _each_old_or_new(found: Editions) -> bool:
    return found.keys() == BEFORE.keys() and set(found.values()) <= {0, 1}


def _unchanged(found: Editions) -> bool:
    return found == BEFORE


GOING = range(5, 30)
KEPT = editions(([*range(5), *range(30, 40)], 0))
BACKED_UP = editions((range(30, 70), 1))

WORKS = {
    "ingest": Work(
        "put", {"numbers": [*NEW], "edition": 0}, editions((THERE, 0), (NEW, 0)), _some_new
    ),
    "replace": Work(
        "put",
        {"numbers": [*THERE], "edition": 1},
        editions((THERE, 1)),
        _each_old_or_new,
        tuple(victim.phrase(n, 0) for n in THERE),
    ),
    "remove": Work(
        "remove",
        {"numbers": [*GOING]},
        KEPT,
        lambda found: found in (BEFORE, KEPT),
        tuple(victim.phrase(n, 0) for n in GOING),
    ),
    "rebuild": Work("rebuild", {}, BEFORE, _unchanged),
    "compact": Work("compact", {}, BEFORE, _unchanged),
    "restore": Work(
        "restore",
        {"backup": "<backup>"},
        BACKED_UP,
        lambda found: found in (BEFORE, BACKED_UP),
        tuple(victim.phrase(n, 0) for n in THERE),
    ),
    "backup": Work("backup", {"target": "<target>"}, BEFORE, _unchanged),
}


@pytest.fixture(scope="module")
def process() -> Iterator[Victim]:
    process = Victim()
    yield process
    process.close()


@pytest.fixture(scope="module")
def made(process: Victim, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a library of ``BEFORE`` and a backup of another one."""
    folder = tmp_path_factory.mktemp("made")
    assert process.do("put", folder / "library", {"numbers": [*THERE], "edition": 0}).code == 0
    other = folder / "other"
    process.do("put", other, {"numbers": [*range(30, 70)], "edition": 1})
    process.do("backup", other, {"target": str(folder / "backup")})
    return folder


@pytest.fixture
def draw() -> random.Random:
    """Random moments that can be had again."""
    seed = int(os.environ.get("PULLQUOTE_SEED", time.time_ns() % 1_000_000))
    print(f"PULLQUOTE_SEED={seed}")
    return random.Random(seed)


def placed(given: Given, folder: Path, made: Path) -> Given:
    """Paths put where they are meant."""
    where = {"<backup>": str(made / "backup"), "<target>": str(folder / "saved")}
    return {k: where.get(v, v) if isinstance(v, str) else v for k, v in given.items()}


def inspected(process: Victim, library: Path, work: Work, moment: str, **more: Any) -> Editions:
    """What a library holds that must be whole."""
    checked = process.do("check", library, {"phrases": []}, **more)
    assert checked.result is not None, (moment, checked)
    found = checked.result
    assert found["problems"] == [], moment
    assert len(found["builds"]) == 1, (moment, found["builds"])
    assert work.half(found["editions"]) or found["editions"] == work.after, moment
    return found["editions"]


def finished(
    process: Victim, library: Path, work: Work, given: Given, moment: str, **more: Any
) -> None:
    """A rerun finishes the job, and nothing of what it took away is left."""
    done = process.do(work.name, library, given, **more)
    assert done.error is None and done.code == 0, (moment, done)
    found = process.do("check", library, {"phrases": work.gone}, **more).result
    assert found["problems"] == [], moment
    assert found["editions"] == work.after, moment
    assert found["found"] == [], moment


def undamaged(saved: Path) -> None:
    """A backup that was cut short has no name; one that has its name is whole."""
    if saved.exists():
        import sqlite3

        with sqlite3.connect(saved) as db:
            assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            counts = [db.execute(f"SELECT count(*) FROM {t}") for t in ("passages", "vectors")]
            assert len({count.fetchone()[0] for count in counts}) == 1


def killed(process: Victim, made: Path, folder: Path, name: str, times: int, draw) -> None:
    """Kills the work at so many random moments, and looks at what it left."""
    work, kills, tries = WORKS[name], 0, 0
    library, given = folder / "library", placed(work.given, folder, made)
    shutil.copytree(made / "library", library)
    usual = process.do(work.name, library, given).seconds
    while kills < times:
        tries += 1
        assert tries < 3 * times + 20, f"{name} ends before it can be killed"
        shutil.rmtree(library)
        shutil.copytree(made / "library", library)
        (folder / "saved").unlink(missing_ok=True)
        at = draw.uniform(0, usual)
        ended = process.do(work.name, library, given, kill=at)
        assert ended.error is None, ended
        if ended.code != -9:  # the machine is quicker now than it was
            usual = min(usual, ended.seconds)
        kills += ended.code == -9
        moment = f"{name}, killed after {at:.3f} s of {usual:.3f} (kill {kills})"
        inspected(process, library, work, moment)
        undamaged(folder / "saved")
        finished(process, library, work, given, moment)
    print(f"{name}: killed {kills} times in {usual:.2f} s of work, {tries - kills} too late")


@pytest.mark.slow
@pytest.mark.parametrize("name", WORKS)
def test_work_that_is_killed_leaves_everything_whole(process, made, tmp_path, draw, name):
    killed(process, made, tmp_path, name, 3, draw)


@pytest.mark.soak
@pytest.mark.parametrize("name", WORKS)
def test_work_that_is_killed_a_hundred_times_leaves_everything_whole(
    process, made, tmp_path, draw, name
):
    killed(process, made, tmp_path, name, 100, draw)


# A full disk.


def used(disk: Path) -> int:
    stat = os.statvfs(disk)
    return (stat.f_blocks - stat.f_bavail) * stat.f_frsize


def watched(disk: Path, work: Callable[[], object]) -> int:
    """The most bytes that ``work`` takes on the disk while it goes on."""
    before, most, over = used(disk), 0, threading.Event()

    def watch() -> None:
        nonlocal most
        while not over.wait(0.001):
            most = max(most, used(disk) - before)

    thread = threading.Thread(target=watch)
    thread.start()
    work()
    over.set()
    thread.join()
    return most


def crowded(process: Victim, made: Path, disk: Path, name: str, times: int, draw) -> None:
    """Has the work done where the disk is full at some moment; then room is made, and the same
    process goes on."""
    work, full = WORKS[name], 0
    library, filler, freed = disk / "library", disk / "filler", disk / "freed"
    given = placed(work.given, disk, made)

    def fresh() -> None:
        shutil.rmtree(library, ignore_errors=True)
        for path in (freed, filler, disk / "saved"):
            path.unlink(missing_ok=True)
        shutil.copytree(made / "library", library)

    def make_room() -> None:
        filler.unlink(missing_ok=True)
        freed.touch()

    fresh()
    most = watched(disk, lambda: process.do(work.name, library, given))
    for number in range(times):
        fresh()
        stat, room = os.statvfs(disk), int(draw.uniform(0, most))
        moment = f"{name} with {room} bytes left of {most} (time {number + 1})"
        with suppress(OSError):  # what is there may be less than was told
            filler.write_bytes(bytes(max(stat.f_bavail * stat.f_frsize - room, 0)))
        ended = process.do(work.name, library, given, then=make_room, freed=str(freed))
        if ended.error:
            full += 1
            assert ended.error[0] == "StorageFull", (moment, ended)
            assert "\n" not in ended.error[1]
        filler.unlink(missing_ok=True)
        found = inspected(process, library, work, moment)
        assert ended.result is None or found == work.after, moment
        undamaged(disk / "saved")
        finished(process, library, work, given, moment)
    print(f"{name}: the disk was full {full} times of {times}, with up to {most} bytes left")
    assert full


@pytest.mark.slow
@pytest.mark.parametrize("name", WORKS)
def test_a_disk_that_fills_up_costs_nothing_stored(process, made, small_disk, draw, name):
    crowded(process, made, small_disk, name, 3, draw)


@pytest.mark.soak
@pytest.mark.parametrize("name", WORKS)
def test_a_disk_that_fills_up_at_many_moments_costs_nothing_stored(
    process, made, small_disk, draw, name
):
    crowded(process, made, small_disk, name, 30, draw)


# A folder that cannot be written.


@pytest.mark.slow
@pytest.mark.parametrize("name", WORKS)
def test_a_disk_that_can_only_be_read_is_one_clear_line(process, made, small_disk, name):
    work, library = WORKS[name], small_disk / "library"
    given = placed(work.given, small_disk, made)
    shutil.copytree(made / "library", library)
    for way in ("ro", "rw"):
        subprocess.run(["mount", "-o", f"remount,{way}", str(small_disk)], check=True)
        if way == "ro":
            ended = process.do(work.name, library, given)
            assert ended.error and ended.error[0] == "StorageFailed", ended
            assert "cannot be written" in ended.error[1] and "\n" not in ended.error[1]
    assert inspected(process, library, work, name) == BEFORE
    finished(process, library, work, given, name)


def forbidden(process: Victim, made: Path, name: str, times: int, draw) -> None:
    """Takes the permission to write away in the middle of the work."""
    work, failed = WORKS[name], 0
    # Permissions are nothing to root, so root lets another do the work, where it may go.
    more = {"user": NOBODY} if os.geteuid() == 0 else {}
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        shutil.copyfile(made / "backup", folder / "backup")
        given = placed(work.given, folder / "in", folder)
        library = folder / "in" / "library"

        def fresh() -> None:
            shutil.rmtree(folder / "in", ignore_errors=True)
            shutil.copytree(made / "library", library)
            permit()

        def permit(*, writing: bool = True) -> None:
            allowed = -1 if writing else ~0o222
            for place, _, files in os.walk(folder):
                for path, mode in ((place, 0o755), *((f"{place}/{file}", 0o644) for file in files)):
                    with suppress(FileNotFoundError):  # files come and go meanwhile
                        Path(path).chmod(mode & allowed)
                        if more:
                            os.chown(path, NOBODY, NOBODY)

        fresh()
        usual = process.do(work.name, library, given, **more).seconds
        for number in range(times):
            fresh()
            at = draw.uniform(0.001, usual)
            moment = f"{name}, not to be written after {at:.3f} s of {usual:.3f} ({number + 1})"
            ended = process.do(
                work.name, library, given, after=at, then=lambda: permit(writing=False), **more
            )
            permit()
            if ended.error:
                failed += 1
                assert ended.error[0] == "StorageFailed", (moment, ended)
                assert "\n" not in ended.error[1]
            inspected(process, library, work, moment, **more)
            undamaged(folder / "in" / "saved")
            finished(process, library, work, given, moment, **more)
    print(f"{name}: it could not be written {failed} times of {times}")


@pytest.mark.slow
@pytest.mark.parametrize("name", WORKS)
def test_a_folder_that_is_locked_in_the_middle_costs_nothing_stored(process, made, draw, name):
    forbidden(process, made, name, 3, draw)


@pytest.mark.soak
@pytest.mark.parametrize("name", WORKS)
def test_a_folder_that_is_locked_at_many_moments_costs_nothing_stored(process, made, draw, name):
    forbidden(process, made, name, 30, draw)
