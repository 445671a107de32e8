"""A run while it is made: one line a case, so that what is interrupted goes on where it was."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Self, TextIO

from evals.runs.records import Row, Setup
from rag.errors import EvaluationError


class Journal:
    """The file beside the run that is to be. Its first line holds the setup.

    Rows are written as they come and are not kept in memory: ``done`` has each case's tags and
    scores. Cases that could not be asked before are not in it: they are asked again. A journal
    of another setup is put aside, as ``NAME.old``. Raises ``EvaluationError`` while another run
    writes to the same file.
    """

    def __init__(self, path: Path, setup: Setup) -> None:
        self._path = path
        self.done: dict[str, tuple[tuple[str, ...], Mapping[str, float | None]]] = {}
        self.seconds = 0.0
        self._passages: set[str] = set()
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = _locked(path)
        whole = self._resumed(setup)
        if not whole and path.stat().st_size:
            shutil.copyfile(path, path.with_name(path.name + ".old"))
        self._file.seek(whole)
        self._file.truncate()
        if not whole:
            self._write({"setup": setup.to_dict()})

    @staticmethod
    def setup(path: Path) -> Setup | None:
        """What an interrupted run was made with; None when there is none."""
        for entry, _ in _entries(path):
            with suppress(ValueError, KeyError):
                return Setup.from_dict(entry["setup"])
            break
        return None

    def add(self, row: Row, passages: Mapping[str, str], seconds: float = 0.0) -> None:
        """Writes a row that took ``seconds``, and the texts of its passages that no row had
        before."""
        new = {name: text for name, text in passages.items() if name not in self._passages}
        entry = {"row": row.to_dict(), "passages": new, "seconds": seconds}
        self._write(entry)
        self._note(row, entry)

    def rows(self) -> Iterator[dict[str, Any]]:
        """The row of every case as JSON types, in the order they came."""
        told: set[str] = set()
        for entry, _ in _entries(self._path):
            row = entry.get("row")
            if row is None or row["case"]["id"] in told:
                continue
            # Of one that failed and was asked again the first row does not count.
            if bool(row["error"]) == (not self.done[row["case"]["id"]][1]):
                told.add(row["case"]["id"])
                yield row

    def passages(self) -> Iterator[tuple[str, str]]:
        """Id and text of every passage that was found, once."""
        for entry, _ in _entries(self._path):
            yield from entry.get("passages", {}).items()

    def close(self) -> None:
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def remove(self) -> None:
        """The run is whole, and this not needed any more."""
        self.close()
        self._path.unlink(missing_ok=True)

    def _write(self, entry: dict[str, Any]) -> None:
        self._file.write(json.dumps(entry, ensure_ascii=False) + "\n")
        self._file.flush()
        os.fsync(self._file.fileno())

    def _note(self, row: Row, entry: Mapping[str, Any]) -> None:
        self.done[row.case.id] = (row.case.tags, row.scores)
        self.seconds += entry["seconds"]
        self._passages.update(entry["passages"])

    def _resumed(self, setup: Setup) -> int:
        """Takes up what is there; where its last whole line ends, 0 for nothing to go on from."""
        end = 0
        for entry, at in _entries(self._path):
            if not end:
                try:
                    same = setup.is_like(Setup.from_dict(entry["setup"]))
                except (ValueError, KeyError):
                    same = False
                if not same:
                    return 0
            else:
                try:
                    self._note(Row.from_dict(entry["row"]), entry)
                except (ValueError, KeyError):
                    break
            end = at
        for failed in [name for name, (_, scores) in self.done.items() if not scores]:
            del self.done[failed]
        return end


def _locked(path: Path) -> TextIO:
    """The file, open for this run alone."""
    file = path.open("a+", encoding="utf-8")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        raise EvaluationError(
            f"Another run is writing to {path}.", "Wait for it, or name another file with --out."
        ) from None
    return file


def _entries(path: Path) -> Iterator[tuple[dict[str, Any], int]]:
    """Each line that is whole, and where it ends, in bytes. A killed run may have cut its last."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return
    with file:
        end = 0
        for line in file:
            end += len(line)
            try:
                entry = json.loads(line)
            except ValueError:
                return
            if not line.endswith(b"\n") or not isinstance(entry, dict):
                return
            yield entry, end
