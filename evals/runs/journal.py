"""A run while it is made: one line a case, so that what is interrupted goes on where it was."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Self, TextIO

from evals.runs.records import Row, Setup


class Journal:
    """The file beside the run that is to be. Its first line holds the setup.

    Rows are written as they come and are not kept in memory: ``done`` has each case's tags and
    scores. One made with another setup is begun anew.
    """

    def __init__(self, path: Path, setup: Setup) -> None:
        self._path = path
        self.done: dict[str, tuple[tuple[str, ...], Mapping[str, float | None]]] = {}
        self.milliseconds = 0.0
        self._passages: set[str] = set()
        whole = self._resumed(setup)
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file: TextIO = path.open("r+" if whole else "w", encoding="utf-8")
        if whole:
            self._file.seek(whole)
            self._file.truncate()
        else:
            self._write({"setup": setup.to_dict()})

    @staticmethod
    def setup(path: Path) -> Setup | None:
        """What an interrupted run was made with; None when there is none."""
        for entry, _ in _entries(path):
            with suppress(ValueError, KeyError):
                return Setup.from_dict(entry["setup"])
            break
        return None

    def add(self, row: Row, passages: Mapping[str, str]) -> None:
        """Writes a row, and the texts of its passages that no row had before."""
        new = {name: text for name, text in passages.items() if name not in self._passages}
        self._write({"row": row.to_dict(), "passages": new})
        self._note(row, new)

    def rows(self) -> Iterator[dict[str, Any]]:
        """Every row as JSON types, in the order they came."""
        self._file.flush()
        for entry, _ in _entries(self._path):
            if "row" in entry:
                yield entry["row"]

    def passages(self) -> Iterator[tuple[str, str]]:
        """Id and text of every passage that was found, once."""
        self._file.flush()
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

    def _note(self, row: Row, passages: Mapping[str, str]) -> None:
        self.done[row.case.id] = (row.case.tags, row.scores)
        self.milliseconds += sum(row.milliseconds.values())
        self._passages.update(passages)

    def _resumed(self, setup: Setup) -> int:
        """Takes up what is there; where its last whole line ends, 0 for nothing to go on from."""
        end = 0
        for entry, at in _entries(self._path):
            if not end:
                try:
                    same = Setup.from_dict(entry["setup"]) == setup
                except (ValueError, KeyError):
                    same = False
                if not same:
                    return 0
            else:
                try:
                    self._note(Row.from_dict(entry["row"]), entry["passages"])
                except (ValueError, KeyError):
                    break
            end = at
        return end


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
