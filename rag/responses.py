"""What a LlamaIndex model says aloud, response by response, and how that ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rag.failures import CutOff, NoText, UsedUp
from rag.thoughts import Thoughts
from rag.tokens import estimated_tokens

if TYPE_CHECKING:
    from llama_index.core.base.llms.types import ChatResponse

_ROUGHLY = 2
"""Our count of tokens is at most about so many times the model's."""
_BEYOND = 4
"""Times what a service was asked for, by our count, at which we stop reading: it goes on anyway."""
_FULL = ("length", "max_tokens")
"""How services say that a model stopped for want of tokens."""


class Responses:
    """Reads one stream: ``most`` tokens that are said aloud, of a model asked for ``asked``."""

    def __init__(self, most: int, asked: int) -> None:
        self._most, self._asked = most, asked
        self._thoughts = Thoughts()
        self._length = 0  # letters, to tell what is new
        self._written = 0  # tokens, thoughts too, by our count
        self._said = self._pieces = 0  # tokens of what is said aloud by our count; and its pieces
        self._spoke = self._thought = self._full = False
        self._tells_end = self._ended = False

    def piece(self, response: ChatResponse) -> str | None:
        """What is new and said aloud; empty when it is only thinking, None where nothing came."""
        self._look_for_end(response)
        new = response.delta
        if new is None:  # only the text so far is told
            new = (response.message.content or "")[self._length :]
        self._length += len(new)
        thought = _thought(response)
        self._written += estimated_tokens(new) + estimated_tokens(thought)
        said = self._aloud(self._thoughts.aloud(new))
        self._thought |= bool(thought) or len(said) < len(new)
        return said if new or thought else None

    def rest(self) -> str:
        """What was held back until the end."""
        return self._aloud(self._thoughts.rest())

    @property
    def enough(self) -> bool:
        """Has it said what it may, or gone on far beyond what it was asked for?"""
        return (
            # A piece is a token or more, unless text comes letter by letter.
            min(self._pieces, self._said) >= self._most
            or self._said > _ROUGHLY * self._most
            or self._written > _BEYOND * self._asked
        )

    def check_end(self) -> None:
        """Raises if it ended without saying so, for want of tokens, or before it said anything."""
        if self.enough:
            if not self._spoke:
                raise UsedUp("it had not written a word")
            return
        if self._tells_end and not self._ended:
            raise CutOff
        if self._full:
            raise UsedUp("it was not done" if self._spoke else "it had not written a word")
        if not self._spoke and self._thought:
            raise NoText("it thought, and said nothing")
        if not self._length:
            raise NoText("no text came")

    def _aloud(self, said: str) -> str:
        self._said += estimated_tokens(said)
        self._pieces += bool(said)
        self._spoke |= bool(said.strip())
        return said

    def _look_for_end(self, response: ChatResponse) -> None:
        raw = response.raw
        choices = getattr(raw, "choices", None)
        reasons = [response.message.additional_kwargs.get("stop_reason")]
        if choices:
            self._tells_end = True
            reasons.append(getattr(choices[0], "finish_reason", None))
            self._ended |= reasons[-1] is not None
        elif isinstance(raw, dict):
            reasons += [raw.get("finish_reason"), raw.get("done_reason")]
            if "done" in raw:
                self._tells_end = True
                self._ended |= bool(raw["done"])
        self._full |= any(reason in _FULL for reason in reasons)


def _thought(response: ChatResponse) -> str:
    """What it thinks, where a service tells that apart."""
    for told in (response.additional_kwargs, response.message.additional_kwargs):
        thought: Any = told.get("thinking_delta")
        if isinstance(thought, str) and thought:
            return thought
    return ""
