"""A process that is killed, run as a script; and the articles it works on.

It reads jobs, one JSON object a line, and does each in a child of its own, which has all that is
heavy imported already. It says, a line each, who the child is, when it has begun, what came of
its work and how it ended. See ``test_survival.py``.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib
import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from rag.derivation import Derivation
from rag.errors import PullquoteError, StorageFailed, StorageFull
from rag.library import Library
from rag.types import Article

PORTION = 15
"""Articles put together: an ingest of many has many moments of truth."""


STARTS = ("ba", "de", "fo", "gi", "ku", "la", "mo", "ne", "ri", "su")
WORDS = [start + end for start in STARTS for end in ("rn", "lt", "ck", "mp")]


class Hashed:
    """A small embedding: words are hashed to the sixteen numbers that they add to."""

    name, window = "hashed-words", 64

    def count(self, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) for text in texts]

    def passages(self, texts: Sequence[str]) -> np.ndarray:
        return np.array([self.question(text) for text in texts], np.float32).reshape(-1, 16)

    def question(self, text: str) -> np.ndarray:
        made = np.full(16, 0.01, np.float32)
        for word in text.lower().split():
            digest = hashlib.sha256(word.encode()).digest()
            made[digest[0] % 16] += 1 + digest[1] / 256
        return made / np.linalg.norm(made)


def phrase(number: int, edition: int) -> str:
    """Words that only this edition of this article has, and in every passage of it."""
    return f"lantern {number} of edition {edition}"


def article(number: int, edition: int) -> Article:
    """Every fourth tells what the one before tells."""
    told = number - 1 if number % 4 == 3 else number
    draw = random.Random(told)
    lines = [
        f"{' '.join(draw.choices(WORDS, k=22)).capitalize()} under {phrase(number, edition)}."
        for _ in range(6)
    ]
    return Article(
        id=f"n{number}",
        title=f"Harbour report {told}",
        text="\n".join(lines),
        source=("Tarn Post", "Coast Courier")[number % 2],
        published=f"2024-03-{told % 27 + 1:02}",
    )


def ids(library: Library) -> list[str]:
    return [source.id for source in library.articles()]


def put(library: Library, numbers: Sequence[int], edition: int) -> None:
    for start in range(0, len(numbers), PORTION):
        some = [(article(n, edition), "") for n in numbers[start : start + PORTION]]
        for _, outcome in library.put_all(some):
            if isinstance(outcome, PullquoteError):
                raise outcome


def remove(library: Library, numbers: Sequence[int]) -> None:
    there = set(ids(library))
    library.remove_all([f"n{n}" for n in numbers if f"n{n}" in there])


def check(library: Library, phrases: Sequence[str]) -> dict[str, Any]:
    """What is in the library: whether it is whole, the edition of each article, and which of
    ``phrases`` stand in any of its files."""
    problems = [*library.verify().problems, *library.status().stale]
    editions = {}
    for one in ids(library):
        found = library.article(one)
        same = [e for e in (0, 1) if article(int(one[1:]), e) == found]
        editions[one] = same[0] if same else None
        nearest = library.nearest(Hashed().question(f"{found.title}\n{found.text}"), 3)
        if len(library.stored([i for i, _ in nearest])) < min(3, len(library)):
            problems.append("a passage was found that is not there")
    files = [path.read_bytes() for path in library.path.rglob("*") if path.is_file()]
    return {
        "problems": problems,
        "editions": editions,
        "builds": sorted(path.name for path in (library.path / "indexes").iterdir()),
        "found": [text for text in phrases if any(text.encode() in data for data in files)],
    }


WORK: dict[str, Callable[..., Any]] = {
    "put": put,
    "remove": remove,
    "rebuild": lambda library: library.rebuild(),
    "compact": lambda library: library.compact().articles,
    "backup": lambda library, target: str(library.backup(Path(target))),
    "restore": lambda library, backup: library.restore(Path(backup), replace=True),
    "check": check,
}


def say(**told: Any) -> None:
    os.write(1, json.dumps(told).encode() + b"\n")


def do(job: dict[str, Any]) -> None:
    """Opens the library and works. Where the disk is full it waits for the file ``freed``, and
    goes on in the same process."""
    if "user" in job:
        os.setgroups([])
        os.setgid(job["user"])
        os.setuid(job["user"])
    try:
        path, derivation = Path(job["library"]), Derivation(Hashed(), 40)
        library = Library.open(path, derivation, wait=5, create=True)
        say(begun=True)
        try:
            work = WORK[job["work"]]
            try:
                result = work(library, **job["given"])
            except (StorageFull, StorageFailed) as error:
                say(error=type(error).__name__, line=error.line)
                if "freed" not in job:
                    return
                until = time.monotonic() + 60
                while not Path(job["freed"]).exists() and time.monotonic() < until:
                    time.sleep(0.005)
                result = work(library, **job["given"])
            say(done=result)
        finally:
            library.close()
    except PullquoteError as error:
        say(error=type(error).__name__, line=error.line)


def imported() -> list[str]:
    """All modules that are imported by work of every kind, which a child does to find out."""
    reading, writing = os.pipe()
    pid = os.fork()
    if not pid:
        with tempfile.TemporaryDirectory() as folder:
            library = Library.open(Path(folder, "library"), Derivation(Hashed(), 40), create=True)
            put(library, range(4), 0)
            library.restore(library.backup(Path(folder, "saved")), replace=True)
            check(library, [])
            library.close()
        with os.fdopen(writing, "w") as pipe:
            pipe.write("\n".join(sys.modules))
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        told = pipe.read().split("\n")
    os.waitpid(pid, 0)
    return told


def main() -> None:
    # Once for all children; and some may not read where the modules lie.
    for name in imported():
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    say(ready=True)
    for line in sys.stdin:
        pid = os.fork()
        if not pid:
            code = 1
            try:
                do(json.loads(line))
                code = 0
            except BaseException as error:  # noqa: BLE001 - whatever it is, the test is told
                say(error=type(error).__name__, line=f"not ours: {error}")
            finally:
                os._exit(code)
        say(pid=pid)
        _, status = os.waitpid(pid, 0)
        say(ended=os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    main()
