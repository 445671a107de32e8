"""Lines on pages to the paragraphs they were broken from: by where they stand and how they end.

Running heads, feet and page numbers go; hyphens at line ends go where the word has none.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from ingest.clean import without_furniture
from ingest.paging import Piece

_MARGIN = 0.12
"""The share of a page's height, above and below, in which running heads stand."""

_NUMBER = re.compile(
    r"\W*(?:page|p\.|seite)?\s*(?:\d{1,4}|[ivxlc]{1,7})\s*(?:(?:of|/|von)\s*\d{1,4})?\W*", re.I
)
_PRINTED = re.compile(
    r"(?:file|https?)://\S+(?:\s+\d+\s*/\s*\d+)?"
    r"|\d+[/.]\d+[/.]\d+,? \d+:\d\d(?:\s?[AP]M)?\b.*",
    re.IGNORECASE,
)
"""What browsers print above and below a page: its address, its title with the time."""

_ENDED = re.compile(r"[.!?…:;][\"'’”»)\]]*$")
_ITEM = re.compile(r"(?:[•▪●◦‣∙·–—*-]|\(?(?:\d{1,3}[.)]|[a-z]\)))\s+\S")
_WORD = re.compile(r"\w+(?:-\w+)*")
_SOFT = "\u00ad"


@dataclass(frozen=True, slots=True)
class Line:
    """A line on a page, in points: its edges, how high above the page's lower edge it stands, and
    the height of its letters."""

    text: str
    left: float
    right: float
    base: float
    size: float


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page and its lines in reading order."""

    number: int
    width: float
    height: float
    lines: tuple[Line, ...]


def body_size(sheets: Sequence[Sheet]) -> float:
    """The height of letters in which most is written; 0 where nothing is."""
    sizes: Counter[float] = Counter()
    for sheet in sheets:
        for line in sheet.lines:
            sizes[line.size] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def without_running_heads(sheets: Sequence[Sheet]) -> tuple[Sheet, ...]:
    """The pages without what stands in their margins again and again, numbers aside, and
    without page numbers and what a browser prints there."""
    edges = [{_pattern(line) for line in sheet.lines if _at_edge(line, sheet)} for sheet in sheets]
    seen = Counter(pattern for patterns in edges for pattern in patterns)
    # On left and right pages heads differ: each stands on half of them.
    often = max(2, min(len(sheets) // 3, 10))
    return tuple(
        replace(
            sheet,
            lines=tuple(
                line
                for line in sheet.lines
                if not (_at_edge(line, sheet) and _runs(line, seen[_pattern(line)] >= often))
            ),
        )
        for sheet in sheets
    )


def _at_edge(line: Line, sheet: Sheet) -> bool:
    margin = _MARGIN * sheet.height
    return line.base < margin or line.base + line.size > sheet.height - margin


def _pattern(line: Line) -> tuple[str, int]:
    """What makes two lines in the margins the same: words without figures, at one height."""
    return re.sub(r"\d+", "#", line.text).casefold(), round(line.base / 4)


def _runs(line: Line, often: bool) -> bool:
    printed = _NUMBER.fullmatch(line.text) or _PRINTED.fullmatch(line.text)
    # A long line that stands in one place twice is text that happens to be the same.
    return bool(printed) or (often and len(line.text) <= 200)


def flowing(sheets: Sequence[Sheet]) -> Iterator[Piece]:
    """The text in pieces, a paragraph broken by a page in as many as it has pages."""
    layout = _Layout(sheets)
    words = Counter(
        word.casefold()
        for sheet in sheets
        for line in sheet.lines
        for word in _WORD.findall(line.text)
    )
    before: tuple[Sheet, Line] | None = None
    text, page, gap = "", 0, "\n\n"
    for sheet in sheets:
        for line in sheet.lines:
            new = before is None or layout.begins(sheet, line, *before)
            if new or sheet.number != page:
                if text.endswith(("-", _SOFT)) and not new:
                    # The word that a page break parts belongs to the page it begins on.
                    head, _, rest = line.text.partition(" ")
                    text = _joined(text, head, words)
                    line = replace(line, text=rest)  # noqa: PLW2901 - the rest of this line
                yield from _piece(page, text, gap)
                text, page, gap = line.text, sheet.number, "\n\n" if new else " "
            else:
                text = _joined(text, line.text, words)
            before = (sheet, line) if line.text else before
    yield from _piece(page, text, gap)


def _piece(page: int, text: str, gap: str) -> Iterator[Piece]:
    said = without_furniture(text.replace(_SOFT, "").strip())
    if said:
        yield Piece(page, said, gap)


def _joined(text: str, following: str, words: Counter[str]) -> str:
    """A line and the next one of its paragraph."""
    if not text:
        return following
    if not text.endswith(("-", _SOFT)) or not following[:1].isalpha():
        return f"{text} {following}"
    stem = text[:-1]
    start, end = re.search(r"[\w-]*$", stem), _WORD.match(following)
    first, last = start[0] if start else "", end[0] if end else ""
    parted, whole = f"{first}-{last}".casefold(), f"{first}{last}".casefold()
    # As the document writes it elsewhere; a capital begins a name, which keeps its hyphen.
    keeps = words[parted] > words[whole] or (text[-1] == "-" and not following[0].islower())
    return f"{stem}-{following}" if keeps else f"{stem}{following}"


class _Layout:
    """Where lines usually stand in a document."""

    def __init__(self, sheets: Sequence[Sheet]) -> None:
        self._leading = _leading(sheets)

    def begins(self, sheet: Sheet, line: Line, above: Sheet, before: Line) -> bool:
        """Whether ``line`` begins a paragraph, rather than going on with ``before``."""
        other_type = abs(line.size - before.size) > 0.12 * max(line.size, before.size)
        if other_type or _ITEM.match(line.text):
            return True
        ended = _ENDED.search(before.text) is not None
        step = before.base - line.base
        if sheet.number != above.number or step < -0.5 * line.size:  # another page or column
            return ended or not (line.text[:1].islower() or _is_full(before, above))
        if step < 0.5 * line.size:  # beside it
            return False
        if step > 1.35 * self._leading * line.size:
            return True
        indented = abs(line.left - before.left) > 0.6 * line.size
        short = before.right < line.right - 0.15 * (line.right - line.left)
        return ended and (indented or short)


def _leading(sheets: Sequence[Sheet]) -> float:
    """From line to line, in heights of letters."""
    steps = [
        (one.base - other.base) / other.size
        for sheet in sheets
        for one, other in pairwise(sheet.lines)
        if other.size
        and 0.5 < (one.base - other.base) / other.size < 3
        and abs(one.size - other.size) < 0.1
    ]
    if not steps:
        return 1.2
    # Lines within a paragraph are nearer to each other than paragraphs are.
    return sorted(steps)[len(steps) // 4]


def _is_full(line: Line, sheet: Sheet) -> bool:
    """Whether a line goes to the edge that lines on its page go to."""
    edges = [other.right for other in sheet.lines if abs(other.left - line.left) < 4 * line.size]
    return line.right > max(edges, default=line.right) - 3 * line.size
