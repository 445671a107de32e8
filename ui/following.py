"""``pullquote ingest --watch``: folders followed until somebody stops it, one line a batch."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from rag.settings import Settings
from ui.command import complain
from ui.desk import desk

if TYPE_CHECKING:
    from ingest.intake import Shelf
    from ingest.report import IngestReport


def follow(folders: Sequence[Path], settings: Settings, *, as_json: bool) -> None:
    """Keeps the library in step with ``folders`` until an interrupt or a termination, which ends
    it cleanly. Raises ``PullquoteError``."""
    from ingest.watching import watch
    from rag.embedding import SentenceEmbedding

    stop = Event()
    embedding = SentenceEmbedding(settings.embedding)  # loaded once, not for every batch

    @contextmanager
    def opened() -> Iterator[Shelf]:
        with desk(settings, create=True, embedding=embedding) as owner:
            yield owner.shelf

    with _stopping(stop.set):
        told = ", ".join(map(str, folders))
        complain(f"watching {told} (Ctrl-C stops it)")
        reports = watch(folders, opened=opened, stop=stop, file_limit=settings.file_limit)
        for report in reports:
            _tell(report, as_json=as_json)
    complain("stopped.")


def _tell(report: IngestReport, *, as_json: bool) -> None:
    for warning in report.warnings:
        complain(f"warning: {warning}")
    for failure in report.failures:
        complain(str(failure))
    if as_json:
        print(json.dumps(report.to_dict(), ensure_ascii=False), flush=True)
    else:
        print(f"{datetime.now():%H:%M:%S}  {report}", flush=True)


@contextmanager
def _stopping(stop: Callable[[], None]) -> Iterator[None]:
    """Interrupt and termination call ``stop``, and nothing else, within the block."""
    before = {
        number: signal.signal(number, lambda *_: stop())
        for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
