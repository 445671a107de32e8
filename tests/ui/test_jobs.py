"""Jobs go on whoever watches, in their turn, and leave nothing behind."""

from __future__ import annotations

import asyncio
import gc
import threading
import time
import weakref
from collections.abc import Iterator

import pytest

from ui.jobs import Job, Jobs, Snapshot
from ui.wire import Busy


@pytest.fixture
def jobs() -> Iterator[Jobs[int]]:
    jobs: Jobs[int] = Jobs(1, most=4, each=2)
    yield jobs
    jobs.close()


class Held:
    """Work that begins, waits to be let go, and counts to ``last``."""

    def __init__(self, last: int = 3) -> None:
        self.last = last
        self.begun, self.go = threading.Event(), threading.Event()

    def __call__(self, job: Job[int]) -> None:
        self.begun.set()
        while not job.ending and not self.go.wait(0.01):
            pass
        for n in range(1, self.last + 1):
            if job.ending:
                return
            job.publish(n)


def seen(job: Job[int]) -> list[tuple[int, int, bool]]:
    return [(s.value, s.place, s.over) for s in job.watch()]


def test_every_follower_sees_the_latest_at_once_and_the_end(jobs: Jobs[int]) -> None:
    work = Held()
    job = jobs.start("a", "ada", work, 0)
    work.begun.wait(5)
    early, late = job.watch(), job.watch()
    assert next(early) == Snapshot(0)

    async def both() -> list[list[int]]:
        async def one() -> list[int]:
            return [snapshot.value async for snapshot in job.follow()]

        followers = [asyncio.create_task(one()) for _ in range(5)]
        await asyncio.sleep(0.05)
        work.go.set()
        return list(await asyncio.gather(*followers))

    for values in asyncio.run(both()):
        assert values == sorted(values)  # some in between may be missed, none comes twice over
        assert (values[0], values[-1]) == (0, 3)
    assert list(early)[-1] == Snapshot(3, over=True)
    assert list(late) == [Snapshot(3, over=True)]  # came when it was over


def test_a_follower_may_leave_and_come_back_and_none_is_needed(jobs: Jobs[int]) -> None:
    work = Held()
    job = jobs.start("a", "ada", work, 0)
    work.begun.wait(5)

    async def leave() -> None:
        follower = job.follow()
        await anext(follower)
        await follower.aclose()  # type: ignore[attr-defined]  # it is a generator

    asyncio.run(leave())
    assert not job._wakers
    work.go.set()
    assert seen(job)[-1] == (3, 0, True)


def test_a_follower_whose_event_loop_died_disturbs_nobody(jobs: Jobs[int]) -> None:
    work = Held()
    job = jobs.start("a", "ada", work, 0)
    loop = asyncio.new_event_loop()
    follower = job.follow()
    loop.run_until_complete(anext(follower))
    loop.close()
    work.go.set()
    assert seen(job)[-1] == (3, 0, True)
    assert not job._wakers


def test_jobs_run_in_their_order_and_know_their_place(jobs: Jobs[int]) -> None:
    first, ran = Held(), []
    jobs.start("first", "ada", first, 0)
    first.begun.wait(5)
    waiting = [
        jobs.start(name, name, lambda job: ran.append(job.key), 0) for name in ("b", "c", "d")
    ]
    assert [job.snapshot.place for job in waiting] == [1, 2, 3]
    jobs.stop("c")
    assert [job.snapshot.place for job in waiting] == [1, 0, 2]
    first.go.set()
    for job in waiting:
        assert seen(job)[-1] == (0, 0, True)
    assert ran == ["c", "b", "d"]  # the stopped one at once, to note it


def test_what_takes_long_has_turns_and_places_of_its_own(jobs: Jobs[int]) -> None:
    slow, quick = Held(), Held()
    first = jobs.start("slow", "ada", slow, 0, long=True)
    slow.begun.wait(5)
    waiting = [jobs.start(f"slow {n}", "ada", slow, 0, long=True) for n in range(2)]
    with pytest.raises(Busy):
        jobs.admit("ada", long=True)
    jobs.admit("ada")
    quick.go.set()
    assert seen(jobs.start("quick", "ada", quick, 0))[-1] == (3, 0, True)
    assert not first.snapshot.over
    assert [job.snapshot.place for job in waiting] == [1, 2]
    slow.go.set()
    assert all(seen(job)[-1] == (3, 0, True) for job in waiting)


def test_too_many_waiting_is_a_clear_line(jobs: Jobs[int]) -> None:
    work = Held()
    jobs.start("first", "ada", work, 0)
    work.begun.wait(5)
    for n in range(2):
        jobs.admit("ada")
        jobs.start(f"ada {n}", "ada", work, 0)
    with pytest.raises(Busy, match="2 of your questions") as caught:
        jobs.admit("ada")
    assert caught.value.code == "busy"
    for n in range(2):
        jobs.admit("ben")
        jobs.start(f"ben {n}", "ben", work, 0)
    with pytest.raises(Busy, match="Too many"):
        jobs.admit("cleo")
    work.go.set()


def test_the_same_job_is_started_once(jobs: Jobs[int]) -> None:
    work = Held()
    assert jobs.start("a", "ada", work, 0) is jobs.start("a", "ada", work, 0)
    work.go.set()


def test_a_stopped_job_ends_between_its_steps(jobs: Jobs[int]) -> None:
    work = Held()
    job = jobs.start("a", "ada", work, 0)
    work.begun.wait(5)
    jobs.stop("a")
    jobs.stop("nobody")
    assert seen(job)[-1] == (0, 0, True)


def test_a_job_that_fails_ends_and_the_next_one_runs(
    jobs: Jobs[int], caplog: pytest.LogCaptureFixture
) -> None:
    def failing(job: Job[int]) -> None:
        raise ZeroDivisionError("on purpose")

    job = jobs.start("a", "ada", failing, 0)
    work = Held()
    work.go.set()
    after = jobs.start("b", "ada", work, 0)
    assert seen(job)[-1] == (0, 0, True)
    assert seen(after)[-1] == (3, 0, True)
    assert "on purpose" in caplog.text


def test_closing_abandons_what_runs_and_what_waits() -> None:
    jobs: Jobs[int] = Jobs(1)
    work, ran = Held(), []
    running = jobs.start("a", "ada", work, 0)
    work.begun.wait(5)
    waiting = jobs.start("b", "ada", lambda job: ran.append(job.key), 0)
    jobs.close()
    jobs.close()
    assert running.abandoned
    assert running.snapshot.over
    assert waiting.snapshot.over
    assert ran == []
    with pytest.raises(Busy, match="about to stop"):
        jobs.start("c", "ada", work, 0)


def test_a_thousand_jobs_leave_nothing_behind() -> None:
    jobs: Jobs[int] = Jobs(4)
    threads = threading.active_count()
    left: weakref.WeakSet[Job[int]] = weakref.WeakSet()

    async def follow_all() -> int:
        async def one(n: int) -> int:
            job = jobs.start(str(n), str(n), lambda job: job.publish(1), 0)
            left.add(job)
            if n % 3 == 0:
                jobs.stop(str(n))
            if n % 7 == 0:
                return 1  # nobody follows it
            return [snapshot async for snapshot in job.follow()][-1].value

        return sum(await asyncio.gather(*(one(n) for n in range(1000))))

    assert asyncio.run(follow_all()) == 1000
    deadline = time.monotonic() + 10
    while len(jobs) and time.monotonic() < deadline:
        time.sleep(0.01)
    gc.collect()
    assert len(jobs) == 0
    assert len(left) <= 4  # what an idle worker last had in hand
    assert threading.active_count() <= threads + 4
    jobs.close()
    gc.collect()
    assert len(left) == 0
    assert threading.active_count() == threads


@pytest.mark.parametrize("closing", [False, True])
def test_an_end_reaches_a_step_that_takes_long(closing: bool) -> None:
    jobs: Jobs[int] = Jobs(1)
    begun, told = threading.Event(), threading.Event()

    def work(job: Job[int]) -> None:
        with job.stop.ending(told.set):
            begun.set()
            assert told.wait(5), "nobody told the step to end"
        job.publish(1)

    job = jobs.start("a", "ada", work, 0)
    assert begun.wait(5)
    if not closing:
        jobs.stop("a")
    jobs.close()
    assert job.snapshot == Snapshot(1, over=True)
