"""An article's text as sentences, and its sentences as passages, all by offsets.

A passage is made of whole sentences and is never longer than the embedding model really
reads. ``text[passage.start:passage.end]`` is the passage, always.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

VERSION = 1
"""Of this way of splitting: passages made by another version are rebuilt."""

Span = tuple[int, int]

_LINE = re.compile(r"[^\n]*\S[^\n]*")
_BLANK = re.compile(r"\n[ \t\r\f\v]*\n\s*")
_TERMINAL = re.compile(r"[.!?…][\"'’”»)\]]*\s*$")
_LONGEST_TOKEN = 20
"""Characters a token stands for at most: a model takes a word without end for one unknown token,
and a passage of a million letters helps nobody."""

# Where a sentence too long for the model may be cut, best first.
_CLAUSES = (
    re.compile(r"[;:]\s+"),
    re.compile(r",\s+|\s+[–—-]+\s+"),
    re.compile(r"\s+"),
)


@dataclass(frozen=True, slots=True)
class Chunk:
    """A passage to be: its span in the article and the spans of its sentences."""

    start: int
    end: int
    sentences: tuple[Span, ...]


def paragraphs(text: str) -> list[Span]:
    """Spans of the paragraphs, without surrounding white space.

    Every line is a paragraph, unless the text is hard-wrapped (most lines break off within a
    sentence at about one width): then only blank lines part them.
    """
    lines = [match.span() for match in _LINE.finditer(text)]
    if not _hard_wrapped(text, lines):
        spans = lines
    else:
        cuts = [0, *(end for m in _BLANK.finditer(text) for end in (m.start(), m.end())), len(text)]
        spans = [(a, b) for a, b in zip(cuts[::2], cuts[1::2], strict=True) if a < b]
    return [span for span in (_stripped(text, *span) for span in spans) if span[0] < span[1]]


def sentences(text: str) -> list[Span]:
    """Spans of the sentences of ``text``, in order, without surrounding white space.

    Boundaries within a paragraph are nupunkt's (Punkt: Kiss and Strunk 2006,
    https://aclanthology.org/J06-4003/).
    """
    from nupunkt import sent_spans

    found = []
    for start, end in paragraphs(text):
        for a, b in sent_spans(text[start:end]):
            span = _stripped(text, start + a, start + b)
            if span[0] < span[1]:
                found.append(span)
    return found


def split(text: str, *, count: Callable[[Sequence[str]], list[int]], limit: int) -> list[Chunk]:
    """Passages of at most ``limit`` tokens, as ``count`` counts them.

    A paragraph that would be torn starts a new passage when the one before is already half
    full: what belongs together is found together.
    """
    count = _bounded(count)
    spans = _within_limit(text, sentences(text), count, limit)
    sizes = count([text[a:b] for a, b in spans])
    openings = {start for start, _ in paragraphs(text)}
    left = _tokens_to_paragraph_end(spans, sizes, openings)

    chunks: list[Chunk] = []
    current: list[Span] = []
    filled = 0
    for span, size, rest in zip(spans, sizes, left, strict=True):
        torn = span[0] in openings and filled + rest > limit and filled >= limit / 2
        if current and (filled + size > limit or torn):
            chunks.append(_chunk(current))
            current, filled = [], 0
        current.append(span)
        filled += size
    if current:
        chunks.append(_chunk(current))
    return chunks


def _bounded(
    count: Callable[[Sequence[str]], list[int]],
) -> Callable[[Sequence[str]], list[int]]:
    """``count``, but never fewer tokens than that many characters take."""

    def counted(texts: Sequence[str]) -> list[int]:
        sizes = zip(texts, count(texts), strict=True)
        return [max(size, len(text) // _LONGEST_TOKEN) for text, size in sizes]

    return counted


def _chunk(spans: list[Span]) -> Chunk:
    return Chunk(spans[0][0], spans[-1][1], tuple(spans))


def _tokens_to_paragraph_end(spans: list[Span], sizes: list[int], openings: set[int]) -> list[int]:
    """For each sentence, the tokens from it to the end of its paragraph."""
    left = [0] * len(spans)
    running = 0
    for i in range(len(spans) - 1, -1, -1):
        running += sizes[i]
        left[i] = running
        if spans[i][0] in openings:
            running = 0
    return left


def _within_limit(
    text: str, spans: list[Span], count: Callable[[Sequence[str]], list[int]], limit: int
) -> list[Span]:
    """The same spans, those over the limit cut at clauses."""
    fitting: list[Span] = []
    for span, size in zip(spans, count([text[a:b] for a, b in spans]), strict=True):
        if size <= limit:
            fitting.append(span)
        else:
            fitting.extend(_cut(text, span, count, limit))
    return fitting


def _cut(
    text: str, span: Span, count: Callable[[Sequence[str]], list[int]], limit: int
) -> list[Span]:
    """One over-long span as pieces within the limit: at clauses, else words, else anywhere."""
    start, end = span
    for pattern in _CLAUSES:
        edges = [start, *(m.end() for m in pattern.finditer(text, start, end)), end]
        atoms = [_stripped(text, a, b) for a, b in pairwise(edges) if text[a:b].strip()]
        if len(atoms) > 1 and max(count([text[a:b] for a, b in atoms])) <= limit:
            return _joined(text, atoms, count, limit)
    # A word longer than the model reads: no token is shorter than a character.
    return [(a, min(a + limit, end)) for a in range(start, end, limit)]


def _joined(
    text: str, atoms: list[Span], count: Callable[[Sequence[str]], list[int]], limit: int
) -> list[Span]:
    """Neighbouring atoms joined as long as they fit."""
    sizes = count([text[a:b] for a, b in atoms])
    joined, filled = [atoms[0]], sizes[0]
    for atom, size in zip(atoms[1:], sizes[1:], strict=True):
        if filled + size <= limit:
            joined[-1] = (joined[-1][0], atom[1])
            filled += size
        else:
            joined.append(atom)
            filled = size
    return joined


def _hard_wrapped(text: str, lines: list[Span]) -> bool:
    if len(lines) < 6:
        return False
    widths = [b - a for a, b in lines]
    ended = sum(bool(_TERMINAL.search(text, a, b)) for a, b in lines)
    return 40 <= median(widths) <= 100 and max(widths) <= 120 and ended < len(lines) / 2


def _stripped(text: str, start: int, end: int) -> Span:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip())
