"""Text that comes a page at a time, and where in it each page begins."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Piece:
    """Words on a page; ``gap`` is what parts them from the words before."""

    page: int
    text: str
    gap: str = "\n\n"


def assembled(pieces: Iterable[Piece], count: int) -> tuple[str, tuple[int, ...]]:
    """The text, and where each of ``count`` pages begins in it. A page without words begins
    where the next one does."""
    text = ""
    parts: list[str] = []
    length = 0
    begins: dict[int, int] = {}
    for piece in pieces:
        if not piece.text:
            continue
        whole = piece.gap + piece.text if parts else piece.text
        begins.setdefault(piece.page, length + len(whole) - len(piece.text))
        parts.append(whole)
        length += len(whole)
    text = "".join(parts)
    starts = [length] * count
    following = length
    for number in range(count, 0, -1):
        # A page may come again, after words that were set aside: it began where it first did.
        following = min(begins.get(number, following), following)
        starts[number - 1] = following
    if starts:
        starts[0] = 0
    return text, tuple(starts)
