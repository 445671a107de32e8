"""What every benchmark says of itself, beside its figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from evals.runs.machine import Machine
from rag.types import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement(Record):
    """One benchmark, whole: the ``version`` of its file, when it was ``started`` and on which
    machine. ``skipped`` says of those that are not in it why."""

    version: int
    started: str
    machine: Machine
    skipped: Mapping[str, str]
