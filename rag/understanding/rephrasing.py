"""Questions put otherwise by a language model: a follow-up that stands alone, several parts apart.

What our own rules do (``followup``, ``parts``), by one short call each. Small models answer where
they are to ask, or ask something else: what comes must ask, in a sensible length, say at least half
of what the question says, add few words, and name nothing that nobody said. Else it is refused.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from rag.clock import Clock
from rag.errors import ModelError
from rag.model import Model
from rag.stopping import Stop
from rag.thoughts import after_thinking, aloud
from rag.types import Turn
from rag.understanding.wording import telling, words
from rag.writing.prompts import Prompts
from rag.writing.taming import tame_line

_TURNS = 3
_ANSWER = 300
"""Characters of an earlier answer that are shown."""
_TOKENS = 96
_SECONDS = 30.0
"""Within which a call must be done; a question waits for it."""
_SHARE = 0.3
"""Of the time that is left for a question, what a call may take."""
_LONGEST = 300
_KEPT = 0.5
"""Of the words of a question that say something, what must be said again."""
_ADDED = 0.4
"""Of what is said, what nobody need have said before: a model may put it in words of its own, and
is not to be talked into asking for something else by the answers that it reads."""
_MOST = 4
"""Parts, as for our own way."""

_LABEL = re.compile(r"[\s*#>\"“'-]*(?:\(?\d+[.)]\s*)?(?:[\w ]*questions?[\w ]*:\s*)?[\"“'*]*", re.I)
_JOINED = re.compile(
    r"[,;?:]\s*\w|\b(?:and|or|but|also|than|versus|vs|both|compared|before|after|between|whose|where"
    r"|which|who|that)\b",
    re.I,
)
"""Words by which a question may ask more than one thing; without any it does not."""


@dataclass(slots=True)
class Asking:
    """One question that a model is asked about: the time there is, an end to it, and how many
    ``calls`` were made."""

    clock: Clock = field(default_factory=Clock)
    stop: Stop = field(default_factory=Stop)
    calls: int = 0


class Rephraser:
    """Has ``model`` put questions otherwise, by ``prompts``, within ``seconds`` a call. Raises
    ``ModelError`` for whatever goes wrong: who asks falls back to our own way."""

    def __init__(self, model: Model, prompts: Prompts, *, seconds: float = _SECONDS) -> None:
        self._model = model
        self._prompts = prompts
        self._seconds = seconds

    @property
    def name(self) -> str:
        """The model's."""
        return self._model.name

    @property
    def digest(self) -> str:
        """Of the prompts."""
        return self._prompts.digest

    def standalone(
        self, question: str, history: Sequence[Turn], asking: Asking | None = None
    ) -> str:
        """``question`` with what it takes from ``history``, oldest turn first; as it is where it
        stands alone."""
        told = "\n".join(_told(turn) for turn in history[-_TURNS:])
        lines = self._asked("followup", asking, conversation=told, question=tame_line(question))
        self._check(lines[:1], question, f"{told} {question}")
        return lines[0]

    def parts(self, question: str, asking: Asking | None = None) -> tuple[str, ...]:
        """What ``question`` asks for, each readable on its own; itself alone where it is one."""
        if not _JOINED.search(question[1:]):
            return (question,)
        lines = self._asked("parts", asking, question=tame_line(question))
        found = tuple(dict.fromkeys(lines))
        if len(found) > _MOST:
            raise ModelError(f"{self.name} made {len(found)} questions of one.")
        self._check(found, question, question)
        return found if len(found) > 1 else (question,)

    def _asked(self, prompt: str, asking: Asking | None, **values: str) -> list[str]:
        """The lines that came, at least one."""
        asking = asking or Asking()
        messages, left = self._prompts.messages(prompt, **values), asking.clock.left
        seconds = self._seconds if left is None else min(self._seconds, _SHARE * left)
        asking.calls += 1
        call = self._model.stream(messages, most=_TOKENS, timeout=seconds)
        with asking.stop.leaving(call) as pieces:
            text = after_thinking("".join(aloud(pieces)))
        lines = [_bare(line) for line in text.splitlines() if _bare(line)]
        if not lines:
            raise ModelError(f"{self.name} wrote no question.")
        return lines

    def _check(self, found: Sequence[str], question: str, heard: str) -> None:
        """Raises ``ModelError`` unless ``found`` ask, together, for what ``question`` does, and say
        only what was ``heard``."""
        known = {word.key for word in words(heard)}
        spoken = [word for text in found for word in telling(text)]
        named = {w.key for w in spoken if (w.name and not w.first) or w.text[0].isdigit()}
        said = {word.key for word in spoken}
        wanted = {word.key for word in telling(question)}
        asks = all(text.endswith("?") and len(text) <= _LONGEST for text in found)
        strays = named - known or len(said - known) > _ADDED * len(said)
        if not asks or strays or len(wanted & said) < _KEPT * len(wanted):
            raise ModelError(f"{self.name} wrote another question, or none.")


def _told(turn: Turn) -> str:
    """A turn on two lines. What it says may be of an article, or of whoever tells the history."""
    return f"Question: {tame_line(turn.question)}\nAnswer: {tame_line(turn.answer)[:_ANSWER]}"


def _bare(line: str) -> str:
    """A line without numbering, label and quotation marks, and without what speaks in another's
    place."""
    return _LABEL.sub("", tame_line(line), count=1).strip().rstrip("\"”'*").strip()
