"""The machine that something was measured on, and what a process took of it."""

from __future__ import annotations

import os
import platform
import resource
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from rag.types import Record

_BFLOAT16 = ("amx_bf16", "avx512_bf16")
"""Processors with either multiply bfloat16 themselves; the bundled model then runs in it."""


@dataclass(frozen=True, slots=True)
class Machine(Record):
    """``memory`` is in gigabytes (10^9); ``flags`` are those that decide about bfloat16."""

    processor: str
    cores: int
    memory: float
    flags: tuple[str, ...]
    system: str
    python: str

    @classmethod
    def here(cls) -> Self:
        """This machine. What it does not tell is empty."""
        told = _cpuinfo()
        return cls(
            processor=told.get("model name") or _brand() or platform.processor(),
            cores=_cores(),
            memory=round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9, 1),
            flags=tuple(flag for flag in _BFLOAT16 if flag in told.get("flags", "").split()),
            system=platform.platform(),
            python=platform.python_version(),
        )

    def __str__(self) -> str:
        flags = ", ".join(self.flags) or "no native bfloat16"
        return (
            f"{self.processor}, {self.cores} cores, {self.memory} GB, {flags};"
            f" {self.system}; Python {self.python}"
        )


def peak_memory() -> float:
    """The most megabytes (10^6 bytes) of memory that this process has had so far."""
    # Linux hands the parent's peak down in getrusage; this one is the process's own.
    status = _lines(Path("/proc/self/status"))
    if "VmHWM" in status:
        return int(status["VmHWM"].split()[0]) * 1024 / 1e6
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak * 1024 / 1e6


def _cores() -> int:
    """Cores that this process may use."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _cpuinfo() -> dict[str, str]:
    return _lines(Path("/proc/cpuinfo"))


def _lines(path: Path) -> dict[str, str]:
    """What a file of ``name: value`` lines says; of a name there twice, the last."""
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return {}
    pairs = (line.partition(":") for line in text.splitlines())
    return {name.strip(): value.strip() for name, _, value in pairs}


def _brand() -> str:
    """The processor's name as macOS tells it."""
    if sys.platform != "darwin":
        return ""
    told = subprocess.run(
        ["/usr/sbin/sysctl", "-n", "machdep.cpu.brand_string"],
        capture_output=True,
        text=True,
        check=False,
    )
    return told.stdout.strip()
