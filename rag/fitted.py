"""Values that were fitted on data, and what on: one small file that people can read.

``fitted.json`` beside this module is the one that ships. ``python -m evals.fit`` makes it, but for
its part on checking (``python -m evals.checking --write``), and makes others of people's own
questions; the setting ``fitted`` names the file that counts.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Self

from rag.errors import SettingsError
from rag.finding.ranking import Ranking, SentenceSignals
from rag.records import Record
from rag.refusing import Weights

SHIPPED = Path(__file__).with_name("fitted.json")


@dataclass(frozen=True, slots=True)
class Fitting(Record):
    """What values were fitted on.

    ``sets`` has the digest of each data set by its name. ``cases`` is how many of the articles'
    ``half`` they were fitted on; ``other_half`` holds the figures of the half they were not.
    ``command`` makes the same values of the same data again.
    """

    sets: Mapping[str, str]
    half: int
    cases: int
    day: date
    command: str
    other_half: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Finding(Record):
    """What speaks for a passage, and how much (``rag.finding.ranking``). ``fitting`` is None for
    weights somebody chose."""

    weights: Ranking
    fitting: Fitting | None = None


@dataclass(frozen=True, slots=True)
class Refusing(Record):
    """When to refuse: the model, and the confidence (0 to 1) below which it is done."""

    weights: Weights
    refuse_below: float
    fitting: Fitting | None = None


@dataclass(frozen=True, slots=True)
class Quoting(Record):
    """What speaks for a sentence, and how much (``rag.finding.ranking``)."""

    weights: SentenceSignals
    fitting: Fitting | None = None


@dataclass(frozen=True, slots=True)
class Checking(Record):
    """When a statement is about something else than its quotes: where its bearing (0 to 1,
    ``rag.checking.bearing``) is below ``unsupported_below``."""

    unsupported_below: float
    fitting: Fitting | None = None


@dataclass(frozen=True, slots=True)
class Fitted(Record):
    """All that is fitted."""

    finding: Finding
    quoting: Quoting
    refusing: Refusing
    checking: Checking

    @classmethod
    def read(cls, path: Path = SHIPPED) -> Self:
        """What the file ``path`` holds. Raises ``SettingsError`` unless that is all of it."""
        hint = "Make it with 'python -m evals.fit --write', or leave 'fitted' unset."
        try:
            fitted = cls.from_dict(json.loads(path.read_text(encoding="utf-8")))
        except OSError as error:
            raise SettingsError(f"{path} cannot be read: {error.strerror}.", hint) from error
        except ValueError as error:
            # Also what is no JSON, and no text.
            told = " ".join(str(error).split())
            raise SettingsError(f"{path} holds no fitted values: {told}.", hint) from error
        if not all(map(math.isfinite, fitted.values().values())):
            raise SettingsError(f"{path} holds values that are no numbers.", hint)
        return fitted

    def values(self) -> dict[str, float]:
        """Every number that can change an answer, by its name."""
        ranking, refusing = self.finding.weights, self.refusing
        return {
            **_numbers("first", ranking.first),
            **_numbers("close", ranking.close),
            **_numbers("quoting", self.quoting.weights),
            **_numbers("refusing", refusing.weights),
            "refuse_below": refusing.refuse_below,
            "unsupported_below": self.checking.unsupported_below,
        }


def _numbers(name: str, weights: Record) -> dict[str, float]:
    return {f"{name}.{k}": v for k, v in weights.to_dict().items() if k != "schema"}
