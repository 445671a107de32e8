"""Where a run is written: to a new file, or to one that was begun and not finished."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from evals.runs.journal import Journal
from evals.runs.records import Setup
from evals.runs.running import PARTIAL, partial


@dataclass(frozen=True, slots=True)
class Place:
    """The file of a run, and the setup to make it with."""

    path: Path
    setup: Setup


def place_of(out: Path | None, folder: Path, setup: Setup, *, any_day: bool) -> Place:
    """``out``, else the file in ``folder`` of an interrupted run of this setup, else a new one.
    With ``any_day`` a run that was begun on another day goes on as of that day."""
    unfinished = [partial(out)] if out else sorted(folder.glob(f"{_stem(setup)}-*.json{PARTIAL}"))
    for path in reversed(unfinished):
        begun = Journal.setup(path)
        as_of = begun.as_of if begun and any_day else setup.as_of
        if replace(setup, as_of=as_of).is_like(begun):
            return Place(
                path.with_name(path.name.removesuffix(PARTIAL)), replace(setup, as_of=as_of)
            )
    now = datetime.now().strftime("%Y%m%d-%H%M%S")
    return Place(out or folder / f"{_stem(setup)}-{now}.json", setup)


def _stem(setup: Setup) -> str:
    return Path(setup.set).stem
