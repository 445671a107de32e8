"""What a language model is asked: the passages that most likely answer, as far as there is room."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from rag.deciding import Decided
from rag.draft import Draft
from rag.errors import ModelError
from rag.model import Message, Model
from rag.rows import Stored
from rag.types import Hit
from rag.writing.fencing import Fenced, fenced, pack
from rag.writing.parsing import SENTINEL
from rag.writing.prompts import Prompts
from rag.writing.taming import tame_line

_TOKENS = 256
"""Tokens an answer has at most; of a small context, a quarter."""
_ASIDE = 64
"""Tokens of a prompt that a model adds by itself."""
_HELD = 0.95
"""Of the chances to answer, what the passages shown must hold. All eight that are read take a small
model on two cores over a minute; most often one or two hold nearly all."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The ``messages`` for a model, the passages ``shown`` in them and the tokens that its answer
    may have, ``most``."""

    messages: tuple[Message, ...]
    shown: tuple[Fenced, ...]
    most: int


class Asker:
    """Asks by ``prompts``, within what ``model`` reads."""

    def __init__(self, prompts: Prompts, model: Model) -> None:
        self._prompts = prompts
        self._model = model

    @property
    def digest(self) -> str:
        """Of the prompts."""
        return self._prompts.digest

    def asked(self, draft: Draft, decided: Decided) -> Asked:
        """Passages and question. Raises ``ModelError`` where no passage has room."""
        context = self._model.context
        most = min(_TOKENS, context // 4)
        frame = self._messages(draft, decided, ())
        room = context - most - _ASIDE - sum(self._model.count(one.text) for one in frame)
        shown = pack(fenced(_likely(decided)), room, self._model.count)
        if not shown:
            raise ModelError("No passage has room in its context.", "Take a model with a larger.")
        return Asked(self._messages(draft, decided, shown), tuple(shown), most)

    def _messages(
        self, draft: Draft, decided: Decided, shown: Sequence[Fenced]
    ) -> tuple[Message, ...]:
        question = draft.question
        asked = question.understood.text or question.asked
        if draft.uncovered:
            asked = " ".join(part.asked for part in decided.heard)
        differing = f"\n{self._prompts.text('differing')}" if decided.disputed else ""
        return self._prompts.messages(
            "writing",
            as_of=_day(question.as_of),
            example=shown[0].id if shown else "a2b3",
            sentinel=SENTINEL,
            passages="\n".join(one.text for one in shown),
            question=tame_line(asked) + differing,
        )


def _likely(decided: Decided) -> list[tuple[Hit, Stored]]:
    """Passages, likeliest first, that hold ``_HELD`` of the chances to answer; and those of all
    that is to be told in any case."""
    chances: dict[str, float] = {}
    for one in decided.likeliest:
        chances[one.passage] = chances.get(one.passage, 0.0) + one.chance
    held, likely = 0.0, []
    for passage in sorted(chances, key=lambda i: -chances[i]):
        if held < _HELD * sum(chances.values()):
            likely.append(passage)
        held += chances[passage]
    told = [sentence.hit.passage.id for sentence in decided.given]
    read = {hit.passage.id: (hit, stored) for hit, stored in decided.passages}
    return [read[passage] for passage in dict.fromkeys([*likely, *told])]


def _day(day: date) -> str:
    return f"{day.day} {calendar.month_name[day.month]} {day.year}"
