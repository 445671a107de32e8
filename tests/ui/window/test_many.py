"""Many visitors at once: all are answered, soon, and nobody sees another's questions."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Chat
    from visitor import Visitor

VISITORS, EVERY = 10, 10.0
"""How many there are, and how many seconds lie between two questions of one."""

QUESTIONS = (
    "Who cut the ribbon of the bridge over the Tarn?",
    "How many tonnes of apples do growers expect?",
    "What did the new bridge cost?",
    "What is the lighthouse keeper of Skerrow called?",
    "How do submarines breathe under polar ice?",
)


def resident(process: int) -> float:
    """Megabytes of memory a process holds."""
    status = Path(f"/proc/{process}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads /proc")
@pytest.mark.parametrize(
    "seconds",
    [pytest.param(20, marks=pytest.mark.slow), pytest.param(300, marks=pytest.mark.soak)],
)
def test_ten_visitors_are_answered_side_by_side(
    chat: Chat,
    served: Path,
    visitor: type[Visitor],
    seconds: int,
    capsys: pytest.CaptureFixture[str],
) -> None:
    firsts: list[float] = []
    with chat("--library", served, "--port", "0") as (process, address):
        visitors = [visitor(address) for _ in range(VISITORS)]
        visitors[0].ask(QUESTIONS[0])  # the model is loaded
        begin = time.monotonic()

        def asking(number: int) -> None:
            mine_page, turn = visitors[number], 0
            while (at := (number / VISITORS + turn) * EVERY) < seconds:
                time.sleep(max(0.0, begin + at - time.monotonic()))
                mine = f"{QUESTIONS[turn % len(QUESTIONS)]} I am visitor {number}-."
                answered = mine_page.ask(mine)
                firsts.append(answered.first)
                assert f"visitor {number}-" in answered.html
                others = {f"visitor {other}-" for other in range(VISITORS) if other != number}
                assert not [other for other in others if other in answered.html]
                turn += 1

        memory: list[tuple[float, float]] = []
        with ThreadPoolExecutor(VISITORS) as pool:
            going = [pool.submit(asking, number) for number in range(VISITORS)]
            while not all(future.done() for future in going):
                memory.append((time.monotonic() - begin, resident(process.pid)))
                time.sleep(1)
            for future in going:
                future.result()
        for page in visitors:
            page.close()

    firsts.sort()
    p50, p95 = firsts[len(firsts) // 2], firsts[int(len(firsts) * 0.95)]
    told = f"{len(firsts)} answers; first statement p50 {p50:.2f} s, p95 {p95:.2f} s"
    settled = [megabytes for at, megabytes in memory if at >= min(60, seconds / 2)]
    growth = settled[-1] / settled[0] - 1
    with capsys.disabled():
        print(f"\n{told}; memory {settled[0]:.0f} -> {settled[-1]:.0f} MB ({growth:+.1%})")
    if seconds >= 300:
        assert p95 < 2.0
        assert growth < 0.05
