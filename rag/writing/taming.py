"""Words of others as a language model is shown them: nothing in them speaks in another's place.

Angle brackets fence what is data, and begin most of the marks by which a chat's template tells
whose turn it is; other templates have marks of their own. All that is changed are those signs.
"""

from __future__ import annotations

import re
import unicodedata

_BRACKETS = str.maketrans("<>", "‹›")
_JOINERS = "\u200c\u200d"
"""Invisible, and yet part of words in some scripts."""

_SQUARE = re.compile(r"\[(/?[A-Z_]{3,})\]")
"""``[INST]``, ``[/SYSTEM_PROMPT]``, ``[TOOL_CALLS]``."""
_TURN = re.compile(
    r"^([ \t]*)#[# \t]*"
    r"(?=(?:system|user|human|assistant|instruction|response|input)[ \t]*(?::|$))",
    re.IGNORECASE | re.MULTILINE,
)
"""``### Assistant:``"""


def tame(text: str) -> str:
    """``text`` without angle brackets, a template's marks and letters that nobody sees."""
    seen = "".join(
        c
        for c in text.translate(_BRACKETS)
        if c in "\n\t" or c in _JOINERS or unicodedata.category(c) not in ("Cc", "Cf", "Cs")
    )
    return _TURN.sub(r"\1", _SQUARE.sub(r"‹\1›", seen))


def tame_line(text: str) -> str:
    """The same on one line."""
    return " ".join(tame(text).split())
