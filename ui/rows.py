"""How exchanges are written in the store, and read back."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime

from rag.records import Record
from rag.types import Answer
from ui.render import one_line
from ui.saved import Asked, Exchange, Verdict
from ui.store import StoreDamaged, storable

TITLE = 100
"""Characters of a title, to fit a list."""

UNREADABLE = "This answer can no longer be read."


def exchange_of(row: sqlite3.Row) -> Exchange:
    """An exchange with its conversation's id as ``home`` and its ``verdict``, if any."""
    answer, error = None, row["error"]
    try:
        answer = Answer.from_dict(json.loads(row["answer"])) if row["answer"] else None
    except ValueError:  # one that is lost must not take its conversation with it
        error = UNREADABLE
    try:
        return Exchange(
            id=row["id"],
            conversation=row["home"],
            asked=Asked.from_dict(json.loads(row["asked"])),
            at=row["at"],
            answer=answer,
            error=error,
            suggestions=tuple(json.loads(row["suggestions"])),
            verdict=Verdict.from_dict(json.loads(row["verdict"])) if row["verdict"] else None,
        )
    except ValueError as failed:
        raise StoreDamaged("A question that was kept can no longer be read.") from failed


def title_of(text: str) -> str:
    """One line of at most ``TITLE`` characters, cut between words where it can be."""
    line = one_line(storable(text))
    if len(line) <= TITLE:
        return line
    cut = line[: TITLE - 2]
    return f"{cut.rsplit(' ', 1)[0] if ' ' in cut[TITLE // 2 :] else cut} …"


def record_json(record: Record) -> str:
    return storable(json.dumps(record.to_dict(), ensure_ascii=False))


def texts_json(texts: Sequence[str]) -> str:
    return storable(json.dumps(list(texts), ensure_ascii=False))


def now() -> str:
    """This moment, so written that later ones sort behind it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")
