"""Is an amount what something changed by, or what it changed to: "rose by 5", "rose to 5"."""

from __future__ import annotations

from collections.abc import Sequence

from rag.checking.words import Word, stem

_CHANGES_WORDS = """rise increase grow climb jump surge soar gain fall decrease decline drop plunge
    tumble slip shrink reduce cut raise lower widen narrow"""
_CHANGES = frozenset(map(stem, _CHANGES_WORDS.split()))
_BETWEEN_WORDS = """about around some roughly approximately nearly almost over under above below
    more less fewer than at least most a an just only up no exactly"""
_BETWEEN = frozenset(_BETWEEN_WORDS.split())
"""What may stand between "by" and a number."""
_REACH = 4
"""Words between the change and "by" or "to"."""


def step(found: Sequence[Word], at: int) -> str:
    """``by`` or ``to``, where the number that begins with the word ``at`` is so much of a change;
    empty where nothing changes."""
    i = at - 1
    while i >= 0 and (found[i].plain in _BETWEEN or _up_to(found, i)):
        i -= 1
    if i < 0 or found[at].first:
        return ""
    if found[i].stem in _CHANGES:
        return "by"
    way = {"by": "by", "of": "by", "to": "to"}.get(found[i].plain, "")
    near = found[i - 1 : i] if found[i].plain == "of" else found[max(0, i - _REACH) : i]
    return way if any(w.stem in _CHANGES for w in near) else ""


def _up_to(found: Sequence[Word], i: int) -> bool:
    return found[i].plain == "to" and i > 0 and found[i - 1].plain == "up"
