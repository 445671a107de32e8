"""On which page of its document words stand, and how that is told."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise

from rag.errors import ArticleError

Pages = tuple[tuple[int, int], ...]
"""(number, offset in the article where it begins) of the pages that some words touch."""

_LOCATOR = re.compile(r"pp?\. (\d+)")


def touched(starts: Sequence[int], start: int, end: int) -> Pages:
    """The pages that ``start`` to ``end`` touches. ``starts`` says where each page begins, the
    first being number 1; pages without words begin where the next one does."""
    first = bisect_right(starts, start)
    last = bisect_right(starts, max(start, end - 1))
    return tuple((number, starts[number - 1]) for number in range(max(first, 1), last + 1))


def locator(pages: Pages, start: int, end: int) -> str:
    """``p. 3`` or ``pp. 3-4`` for words within those that touch ``pages``; empty for no pages."""
    # The first of them is where the words begin, wherever that page began.
    numbers = [n for n, at in pages[1:] if at <= start]
    first = numbers[-1] if numbers else pages[0][0] if pages else 0
    last = max((n for n, at in pages if at < end), default=first)
    if not first:
        return ""
    return f"p. {first}" if last <= first else f"pp. {first}-{last}"


def at_place(url: str, place: str) -> str:
    """``url``, leading to the page that a locator names where it is the address of a PDF."""
    named = _LOCATOR.match(place)
    if not named or "#" in url or not url.partition("?")[0].lower().endswith(".pdf"):
        return url
    return f"{url}#page={named[1]}"


def check_pages(starts: Sequence[int], length: int) -> None:
    """Raises ``ArticleError`` unless pages begin in order, within a text of that length."""
    in_order = all(a <= b for a, b in pairwise(starts))
    if starts and not (in_order and starts[0] == 0 and starts[-1] <= length):
        raise ArticleError(
            "'pages' does not say where pages begin.",
            "It holds the offset in the text at which each page begins, the first of them 0.",
        )
