"""What a language model thinks in its text before it speaks, which is nothing that it says.

Servers that tell thinking apart send it in a field of its own; others leave the tags of the model
in the text. Models whose prompt ends in an opening tag write the closing one alone: what stands
before that is only known to be thought once the tag has come.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_NAMED = r"(?:think(?:ing)?|thought|reasoning)"
_OPENED = re.compile(rf"<{_NAMED}>|\[{_NAMED}\]", re.IGNORECASE)
_CLOSED = re.compile(rf"</{_NAMED}>|\[/{_NAMED}\]", re.IGNORECASE)
_HALF = re.compile(r"[<\[]/?[a-z]{0,9}$", re.IGNORECASE)
"""The end of a text that may become a tag."""


class Thoughts:
    """Takes text as it comes, and gives back what is said aloud, in the same way however it is cut.
    A closing tag without an opening one is given back, too."""

    def __init__(self) -> None:
        self._held = ""
        self._thinks = False

    def aloud(self, piece: str) -> str:
        """What can be told of ``piece``, and of what was held before it, to be said aloud."""
        text, said = self._held + piece, []
        while tag := (_CLOSED if self._thinks else _OPENED).search(text):
            if not self._thinks:
                said.append(text[: tag.start()])
            self._thinks, text = not self._thinks, text[tag.end() :]
        half = _HALF.search(text)
        end = half.start() if half else len(text)
        self._held = text[end:]
        if not self._thinks:
            said.append(text[:end])
        return "".join(said)

    def rest(self) -> str:
        """What was held at the end of the text, and is no tag after all."""
        held, self._held = self._held, ""
        return "" if self._thinks else held


def aloud(pieces: Iterable[str]) -> Iterator[str]:
    """``pieces`` without what is thought."""
    thoughts = Thoughts()
    for piece in pieces:
        if said := thoughts.aloud(piece):
            yield said
    if said := thoughts.rest():
        yield said


def after_thinking(text: str) -> str:
    """What stands after the last closing tag, where there is one."""
    ends = [tag.end() for tag in _CLOSED.finditer(text)]
    return text[ends[-1] :] if ends else text
