"""A run: what one question set gave on one library, with all that a report needs.

One JSON file. Reports, comparisons and the gate are made from runs alone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, Self

from evals.metrics.totals import Total
from evals.sets.questions import Case
from rag.errors import EvaluationError
from rag.types import Citation, Record, Statement

VERSION = 1
"""Of run files."""


@dataclass(frozen=True, slots=True)
class Found(Record):
    """A retrieved passage. Its text is kept once, in ``Run.passages``. ``published`` is a day,
    a month, a year, or empty; ``gold`` is None where nothing says which passages are."""

    passage_id: str
    article: str
    title: str
    published: str
    score: float
    gold: bool | None = None


@dataclass(frozen=True, slots=True)
class Row(Record):
    """What one case gave.

    ``scores`` has one entry for each metric in ``metrics.definitions.METRICS``; None where the case
    lacks what the metric needs. ``confidence`` is that of the decision to answer, 0 to 1.
    ``error`` is the one line of what went wrong; then nothing is scored.
    """

    case: Case
    answered: bool = False
    reason: str = ""
    text: str = ""
    statements: tuple[Statement, ...] = ()
    citations: tuple[Citation, ...] = ()
    found: tuple[Found, ...] = ()
    scores: Mapping[str, float | None] = field(default_factory=dict)
    confidence: float | None = None
    milliseconds: Mapping[str, float] = field(default_factory=dict)
    model_calls: int = 0
    error: str = ""


@dataclass(frozen=True, slots=True)
class Setup(Record):
    """What a run was made with. Two runs of like setup give equal figures; ``values`` are
    the settings that count; ``code`` is a digest of the code that asks and scores.

    ``as_of`` is the day of the cases that name none. Digests are sixteen hex digits;
    ``questions`` is how many of the set's were asked, chosen by ``seed``.
    """

    set: str
    set_digest: str
    questions: int
    seed: int
    library: str
    library_digest: str
    articles: int
    passages: int
    as_of: date
    settings: str
    values: Mapping[str, Any]
    prompts: str
    models: tuple[str, ...]
    code: str
    commit: str
    version: str

    def is_like(self, other: Setup | None) -> bool:
        """Whether the two give equal figures: all is the same, but perhaps the commit."""
        return other is not None and replace(other, commit=self.commit) == self


@dataclass(frozen=True, slots=True)
class Run(Record):
    """One evaluation run, whole.

    ``tags`` holds the totals of the cases of each tag. ``passages`` holds the text of each
    passage that was found, by its id. ``seconds`` is the time it took to ask and score,
    interruptions left out.
    """

    version: int
    setup: Setup
    started: str
    seconds: float
    machine: str
    totals: Mapping[str, Total]
    tags: Mapping[str, Mapping[str, Total]]
    rows: tuple[Row, ...]
    passages: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> Self:
        """The run of a file. Raises ``EvaluationError`` for one that is no run, or a newer one."""
        try:
            value = json.loads(path.read_text(encoding="utf-8"), parse_constant=refused)
        except OSError as error:
            raise EvaluationError(f"{path} cannot be read: {error.strerror}.") from error
        except ValueError as error:
            raise EvaluationError(f"{path} is not a run: {error}.") from error
        return cls.of(value, str(path))

    @classmethod
    def of(cls, value: Any, name: str = "this") -> Self:
        """The run that ``value``, made of JSON types, holds. Raises ``EvaluationError``."""
        if not isinstance(value, dict) or "setup" not in value or "rows" not in value:
            raise EvaluationError(f"{name} is not a run.", "Runs are made by 'pullquote eval run'.")
        if value.get("version") != VERSION:
            raise EvaluationError(
                f"{name} is a run of version {value.get('version')}; this reads {VERSION}.",
                "Make it again with this version of Pullquote.",
            )
        try:
            return cls.from_dict(value)
        except ValueError as error:
            raise EvaluationError(f"{name} is not a whole run: {error}.") from error


def refused(constant: str) -> Any:
    """What JSON may not hold here: NaN and the infinite compare with nothing."""
    raise ValueError(f"{constant} is no figure")
