"""How an amount is hedged: about, over, nearly, under, or at most so much.

Words before a number are read, and "or more" and "or fewer" behind it. Two ways that shut each
other out are opposed: at least 40 are not fewer than 40.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from rag.checking.words import Word


class Hedge(StrEnum):
    """``NEARLY`` is about so much and below it; ``MOST`` may reach it, ``UNDER`` does not."""

    NONE = ""
    EXACTLY = "exactly"
    ABOUT = "about"
    OVER = "over"
    NEARLY = "nearly"
    UNDER = "under"
    MOST = "most"

    def opposed(self, other: Hedge) -> bool:
        """Whether the same amount cannot be hedged both ways."""
        if Hedge.EXACTLY in (self, other):
            return self is not other and Hedge.NONE not in (self, other)
        below = (Hedge.NEARLY, Hedge.UNDER, Hedge.MOST)
        return (self is Hedge.OVER and other in below) or (other is Hedge.OVER and self in below)


_WORDS = {
    **dict.fromkeys(("about", "around", "roughly", "approximately", "some", "circa"), Hedge.ABOUT),
    **dict.fromkeys(("over", "above", "exceeding", "least", "exceeds", "exceeded"), Hedge.OVER),
    **dict.fromkeys(("nearly", "almost"), Hedge.NEARLY),
    **dict.fromkeys(("under", "below"), Hedge.UNDER),
    **dict.fromkeys(("exactly", "precisely"), Hedge.EXACTLY),
    "close": Hedge.ABOUT,
}
_THAN = {
    **dict.fromkeys(("more", "greater", "larger", "higher", "bigger", "better"), Hedge.OVER),
    **dict.fromkeys(("longer", "older", "heavier", "taller", "later", "further"), Hedge.OVER),
    **dict.fromkeys(("less", "fewer", "lower", "smaller", "worse", "shorter"), Hedge.UNDER),
    **dict.fromkeys(("younger", "lighter", "earlier"), Hedge.UNDER),
}
_DENIED = {Hedge.OVER: Hedge.MOST, Hedge.UNDER: Hedge.OVER}
_PAIRS = {("up", "to"): Hedge.MOST, ("at", "most"): Hedge.MOST}
_BEHIND = {
    **dict.fromkeys(("more", "over", "above", "older"), Hedge.OVER),
    **dict.fromkeys(("fewer", "less", "under", "below", "younger"), Hedge.MOST),
}


def hedge(found: Sequence[Word], at: int, after: int) -> Hedge:
    """How the number from the word ``at`` to before ``after`` is hedged."""
    behind = [w.plain for w in found[after : after + 2]]
    if behind[:1] == ["or"] and behind[-1] in _BEHIND:
        return _BEHIND[behind[-1]]
    third, second, first = ["", "", "", *(w.plain for w in found[max(0, at - 3) : at])][-3:]
    if first == "than":
        said = _THAN.get(second, Hedge.NONE)
        return _DENIED.get(said, said) if third in ("no", "not") else said
    if pair := _PAIRS.get((second, first)):
        return pair
    further = second if first in ("to", "a") else ""
    return _WORDS.get(first) or _WORDS.get(further) or Hedge.NONE
