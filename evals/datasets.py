"""Public data sets as articles and cases. They lie outside the project, under ``PULLQUOTE_DATA``.

Each folder has ``corpus.jsonl.gz`` and ``queries.jsonl.gz``.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from evals.questions import Case, Evidence
from rag.errors import SourceError
from rag.settings import Settings
from rag.types import Article, Turn


@dataclass(frozen=True, slots=True)
class Dataset:
    """One folder of the data."""

    folder: Path

    @classmethod
    def named(cls, name: str, settings: Settings) -> Dataset:
        """The data set ``name``. Raises ``SourceError`` when it is not there."""
        if settings.data is None:
            raise SourceError("No public data is set.", "Set PULLQUOTE_DATA to its folder.")
        folder = settings.data / name
        if not (folder / "corpus.jsonl.gz").is_file():
            raise SourceError(f"There is no data set '{name}' in {settings.data}.")
        return cls(folder)

    @property
    def name(self) -> str:
        return self.folder.name

    def articles(self) -> Iterator[Article]:
        for row in _rows(self.folder / "corpus.jsonl.gz"):
            yield Article(
                id=row["doc_id"],
                title=row.get("title") or "",
                text=row["text"],
                url=row.get("url") or "",
                source=row.get("source") or "",
                published=row.get("date") or None,
                language="en",
            )

    def cases(self) -> Iterator[Case]:
        for row in _rows(self.folder / "queries.jsonl.gz"):
            yield _case(row)


def _case(row: dict[str, Any]) -> Case:
    return Case(
        id=row["qid"],
        question=row["question"],
        answers=tuple(row.get("answers") or ()),
        answerable=row.get("answerable"),
        articles=tuple(row.get("gold_docs") or ()),
        evidence=tuple(Evidence(e["doc_id"], e["text"]) for e in row.get("gold_evidence") or ()),
        history=_history(row.get("history") or []),
        as_of=date.fromisoformat(row["date"]) if row.get("date") else None,
        tags=tuple(filter(None, [row.get("type"), row.get("tier")])),
    )


def _history(turns: list[dict[str, str]]) -> tuple[Turn, ...]:
    """Speakers alternate: the visitor asks, the system answers."""
    texts = [turn["text"] for turn in turns]
    return tuple(Turn(q, a) for q, a in zip(texts[::2], texts[1::2], strict=False))


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)
