"""A language model consulted about one question; where it fails, rules read the question."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from rag.errors import ModelError
from rag.types import Turn
from rag.understanding.rephrasing import Asking, Rephraser

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Calls:
    """How often a language model was asked to read a question: its name, and a digest of the
    prompts."""

    model: str
    prompts: str
    count: int


class Consultation:
    """What ``rephraser`` makes of one question; None where there is none, where it fails, and from
    then on: one that just failed is not waited for. ``notes`` tell why rules were to read."""

    def __init__(self, rephraser: Rephraser | None, asking: Asking) -> None:
        self._rephraser = rephraser
        self._asking = asking
        self.notes: tuple[str, ...] = ()

    def standalone(self, question: str, history: Sequence[Turn]) -> str | None:
        """As ``Rephraser.standalone``."""
        return self._asked(lambda model: model.standalone(question, history, self._asking))

    def parts(self, question: str) -> tuple[str, ...] | None:
        """As ``Rephraser.parts``."""
        return self._asked(lambda model: model.parts(question, self._asking))

    @property
    def calls(self) -> Calls | None:
        """Those that were made, if any."""
        if self._rephraser is None or not self._asking.calls:
            return None
        return Calls(self._rephraser.name, self._rephraser.digest, self._asking.calls)

    def _asked(self, work: Callable[[Rephraser], T]) -> T | None:
        clock, stop, before = self._asking.clock, self._asking.stop, self._asking.calls
        if self._rephraser is None or self.notes or stop.asked:
            return None
        clock.lap("understand")
        try:
            return work(self._rephraser)
        except ModelError as error:
            if not stop.asked:
                self.notes += (f"The question was read by rules: {error}",)
            return None
        finally:
            clock.lap("rephrase" if self._asking.calls > before else "understand")
