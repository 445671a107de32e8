"""How many tokens a text may be, for any model: an estimate, rather too many than too few."""

from __future__ import annotations

import re

_PIECES = re.compile(r"(?P<letters>[A-Za-z]+)|(?P<spaces>[ \t]+)|(?P<other>[^A-Za-z \t])")


def estimated_tokens(text: str) -> int:
    """Three letters a token; each figure, sign and line break one; of other letters, one for two
    bytes. A space is part of the word after it, more of them are one."""
    count = 0
    for piece in _PIECES.finditer(text):
        found = piece.group()
        if piece.lastgroup == "letters":
            count += -(-len(found) // 3)
        elif piece.lastgroup == "spaces":
            count += len(found) > 1
        else:
            count += -(-len(found.encode(errors="replace")) // 2)
    return count
