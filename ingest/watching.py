"""Folders watched: the library follows as files come, change and go."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager, closing
from pathlib import Path
from threading import Event
from time import monotonic

from ingest.gone import within
from ingest.intake import Intake, Shelf
from ingest.report import Failure, IngestReport
from ingest.sources import File, Item, find, places
from rag.errors import PullquoteError, SourceError

QUIET = 1.0
"""Seconds without a change after which a file is taken to be written to its end."""

_RETRY = 5.0
"""Seconds until what failed for the library's sake is tried again, and a folder with nothing in it
is looked at again."""

_TICK_MS = 250

_NOTHING = IngestReport()

Opened = Callable[[], AbstractContextManager[Shelf]]


def watch(
    folders: Sequence[Path],
    *,
    opened: Opened,
    stop: Event,
    file_limit: int = 20,
    quiet: float = QUIET,
) -> Iterator[IngestReport]:
    """Keeps a library in step with ``folders``, as ``ingest(..., sync=True)`` would, until
    ``stop`` is set. Yields a report of all that is there at first, then one a batch of changes.

    The library is opened, by ``opened``, for each batch only, so that others can use it between
    them. What fails after the first batch is a failure in a report; the change is kept and tried
    again. Nothing goes while a folder holds nothing to read: it may be one whose drive is away.
    Raises what the first batch raises, and ``SourceError`` when a folder is no longer there.
    """
    waiting: set[str] = set()
    told, first, not_before, look_again = "", True, 0.0, 0.0
    for where, changed in _changes(folders, stop, quiet):
        waiting |= changed
        idle = not changed and monotonic() < look_again
        if not waiting or idle or monotonic() < not_before:
            continue
        # What is left waiting is looked at now and then only.
        look_again = monotonic() + _RETRY
        _check_there(folders)
        due = [place for place in where if any(within(path, place) for path in waiting)]
        filled = [place for place in due if _holds_something(Path(place))]
        ready = {path for path in waiting if any(within(path, place) for place in filled)}
        given = list(dict.fromkeys(where[place] for place in filled))
        try:
            report = _follow(given, ready, opened, stop, file_limit) if ready else _NOTHING
        except PullquoteError as error:
            if first:
                raise
            not_before = look_again = monotonic() + _RETRY
            if told != error.line:
                told = error.line
                why = str(error).rstrip(".")
                yield IngestReport(failures=(Failure("not in step yet", why, error.hint),))
            continue
        waiting, told = waiting - ready, ""
        if first or _did(report):
            yield report
        first = False


def _changes(
    folders: Sequence[Path], stop: Event, quiet: float
) -> Iterator[tuple[dict[str, Path], set[str]]]:
    """Paths that changed, came or went, once they have been left alone for ``quiet`` seconds;
    all places at first. Often nothing. Before it stand the places watched, each with the given
    folder it belongs to: that folder itself, and what links below it lead to."""
    from watchfiles import watch as notices

    pending: dict[str, float] = {}
    while not stop.is_set():
        where = {str(place): folder for folder in folders for place in places(folder)}
        begun = linked = False
        changing = notices(
            *folders,
            *where,
            watch_filter=None,
            debounce=400,
            rust_timeout=_TICK_MS,
            yield_on_timeout=True,
            stop_event=stop,
            raise_interrupt=False,
            ignore_permission_denied=True,
        )
        with closing(changing):
            for changes in changing:
                if not begun:
                    # From here on nothing is missed: all that is there may be looked at.
                    begun = True
                    yield where, set(where)
                now = monotonic()
                pending.update((_place(Path(path)), now) for _, path in changes)
                settled = {path for path, since in pending.items() if now - since >= quiet}
                pending = {path: since for path, since in pending.items() if path not in settled}
                yield where, settled
                linked = any(_leads_elsewhere(Path(path), where) for _, path in changes)
                if linked:
                    break  # to watch that too
        if not linked:
            return


def _leads_elsewhere(path: Path, where: Collection[str]) -> bool:
    """Whether it is a link to a folder that is not watched."""
    return path.is_symlink() and path.is_dir() and not any(within(_place(path), p) for p in where)


def _follow(
    folders: Sequence[Path], changed: Collection[str], opened: Opened, stop: Event, limit: int
) -> IngestReport:
    """Takes in what changed, and lets go of what went. Stopped, it leaves the rest to the next
    watch, which looks at everything."""
    items, _ = find(folders)
    with opened() as shelf:
        intake = Intake(shelf, limit, None, None, sync=True)
        intake.take(_until(stop, (item for item in items if _touched(item, changed))))
        return intake.report(removed=0 if stop.is_set() else intake.let_go(changed))


def _until(stop: Event, items: Iterator[Item]) -> Iterator[Item]:
    for item in items:
        if stop.is_set():
            return
        yield item


def _holds_something(folder: Path) -> bool:
    try:
        find(folder)
    except SourceError:
        return False
    return True


def _touched(item: Item, changed: Collection[str]) -> bool:
    if not isinstance(item, File):
        return False  # a folder that cannot be listed was told of when it came
    path = str(item.path)
    return path in changed or any(str(parent) in changed for parent in item.path.parents)


def _place(path: Path) -> str:
    """As the origin of an article names it: a link is known by its own name."""
    if path.is_dir():
        return os.fspath(path.resolve())
    return os.fspath(path.parent.resolve() / path.name)


def _check_there(folders: Sequence[Path]) -> None:
    for folder in folders:
        if not folder.is_dir():
            raise SourceError(
                f"The folder '{folder}' is no longer there.", "Nothing of it was removed."
            )


def _did(report: IngestReport) -> bool:
    return bool(report.added or report.changed or report.removed or report.failures)
