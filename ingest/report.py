"""What became of an ingest: progress while it runs, the report when it is done."""

from __future__ import annotations

from dataclasses import dataclass, fields

from rag.types import Record


@dataclass(frozen=True, slots=True)
class Failure(Record):
    """Something that could not be taken in: what it is, why not, and what to do about it."""

    what: str
    why: str
    hint: str = ""

    def __str__(self) -> str:
        return f"{self.what}: {self.why}. {self.hint}".rstrip()


@dataclass(frozen=True, slots=True)
class Progress(Record):
    """How far an ingest is: articles done of ``total``, which is None when only reading tells."""

    done: int
    total: int | None
    what: str


@dataclass(frozen=True, slots=True)
class IngestReport(Record):
    """Articles by what happened to them. ``skipped`` counts files of kinds that are not read."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0
    skipped: int = 0
    failures: tuple[Failure, ...] = ()
    warnings: tuple[str, ...] = ()

    def __add__(self, other: IngestReport) -> IngestReport:
        """Both ingests as one."""
        return IngestReport(
            *(getattr(self, f.name) + getattr(other, f.name) for f in fields(IngestReport))
        )

    def __str__(self) -> str:
        parts = {
            "added": self.added,
            "changed": self.changed,
            "removed": self.removed,
            "unchanged": self.unchanged,
            "failed": len(self.failures),
            "skipped": self.skipped,
        }
        told = ", ".join(f"{number} {word}" for word, number in parts.items() if number)
        return told or "nothing to do"
