"""Memory that was freed goes back to the system."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from rag.memory import give_back


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux how much memory is in use")
def test_what_was_freed_is_given_back() -> None:
    def in_use() -> int:
        return int(Path("/proc/self/statm").read_text().split()[1]) * 4096

    kept, freed = [], []
    for _ in range(20_000):  # freed in between what is kept, and so not at the end of the heap
        freed.append(bytearray(10_000))
        kept.append(bytearray(10))
    full = in_use()
    del freed
    give_back()
    assert in_use() < full - 100_000_000
