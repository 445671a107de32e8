"""Do two articles tell one story? Judged by their words, and their dates within one paper.

Copies of a wire report keep most of their words in order: some are changed, paragraphs are cut,
the headline is another. Pages that share a template or a footer keep words in order too. They
are told apart by three things: other figures in the same phrases, whole stretches of words that
the shorter one has to itself, and, in one paper, more than a few days between them.

Articles that may be alike are found by MinHash (Broder 1997, https://doi.org/10.1109/SEQUEN.1997.666900)
in bands (Leskovec, Rajaraman and Ullman, Mining of Massive Datasets, chapter 3), and then compared
exactly. The judgement depends on the two articles and on nothing else in the library, so the
order in which articles come changes nothing.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, TypeAlias

from rag.types import Article

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Hashes: TypeAlias = NDArray[np.uint32]
    Flags: TypeAlias = NDArray[np.bool_]

VERSION = "1"
"""Names this way of judging; a library judged by another says so. Goes up with any change here."""

_SHINGLE = 3
"""Words in a shingle. With every fifth word changed, half of these are whole; of five, a third."""
_SHORTEST = 20
"""Shingles below which an article tells its story alone: a few words are soon alike."""
_BANDS, _ROWS = 64, 2
"""Bands of the MinHash signature and values in each. Two articles are compared with a chance of
1 - (1 - s^2)^64 where s is their Jaccard similarity: .93 at .2, which is what is left of it when
every fifth word is changed and half of the paragraphs are cut; .99 at .27."""
_KEPT = 0.4
"""Share of the shingles of one article that the other has, at least: half of them are whole when
every fifth word is changed, less those that went over a cut or are of the headline."""
_STRETCH = 12
"""Shingles in a row that the other article lacks: changed words leave fewer, another text more."""
_OWN = 0.2
"""Share of an article that may lie in such stretches: a headline, an added sentence or two. Pages
with a footer in common have more of their own."""
_FIGURES = 0.7
"""Share of the figures in phrases of both that are the same, at least: a template has others."""
_DAYS = 6
"""Days within which one paper prints its report again. A column appears again after a week."""
_SAME = 0.85
"""Share kept both ways, at least, when one paper prints it later than that: the whole text, and
under the same headline."""

_WORD = re.compile(r"\w+")
_FIGURE = re.compile(r"\d")


@dataclass(frozen=True, slots=True, eq=False)
class Fingerprint:
    """What is compared of an article: hashes of its shingles, (n,) each, in their order.

    ``masked`` has every word with a digit as the same word; ``figured`` tells which shingles
    hold such a word beside others.
    """

    exact: Hashes
    masked: Hashes
    figured: Flags
    title: tuple[str, ...]
    source: str
    first: date | None
    last: date | None


def fingerprint(article: Article) -> Fingerprint:
    import numpy as np

    title, text = (_WORD.findall(part.casefold()) for part in (article.title, article.text))
    words = title + text
    figures = np.fromiter((bool(_FIGURE.search(w)) for w in words), np.bool_, len(words))
    hashes = np.fromiter((zlib.crc32(w.encode()) for w in words), np.uint64, len(words))
    count = np.stack(_windows(figures.astype(np.uint64))).sum(axis=0)
    return Fingerprint(
        exact=_shingles(hashes),
        masked=_shingles(np.where(figures, np.uint64(0), hashes)),
        figured=(count > 0) & (count < _SHINGLE),
        title=tuple(title),
        source=article.source.casefold(),
        first=article.published.first if article.published else None,
        last=article.published.last if article.published else None,
    )


def bands(one: Fingerprint) -> tuple[int, ...]:
    """Hashes, of 64 bits with a sign. Articles that have one in common are to be compared;
    one with none tells its story alone."""
    import numpy as np
    from datasketch import MinHash

    if len(one.exact) < _SHORTEST:
        return ()
    # The shingles are hashed already.
    signature = MinHash(_BANDS * _ROWS, seed=1, scheme="affine32", hashfunc=int)
    signature.update_batch(np.unique(one.exact))
    rows = signature.hashvalues.astype(np.uint64).reshape(_BANDS, _ROWS)
    return tuple(_mixed(np.arange(_BANDS, dtype=np.uint64), *rows.T).view(np.int64).tolist())


def alike(one: Fingerprint, other: Fingerprint) -> bool:
    """Whether both tell one story. It does not matter which is given first."""
    import numpy as np

    found, lacking = np.isin(one.exact, other.exact), np.isin(other.exact, one.exact)
    there, back = float(found.mean()), float(lacking.mean())
    if max(there, back) < _KEPT:
        return False
    if _apart(one, other) and (one.title != other.title or min(there, back) < _SAME):
        return False
    # The shorter one, as a rule: a cut article is all in the whole one, and not the reverse.
    checks = []
    if there >= back:
        checks.append(_agrees(one, other, found))
    if back >= there:
        checks.append(_agrees(other, one, lacking))
    return all(checks)


def _agrees(one: Fingerprint, other: Fingerprint, found: Flags) -> bool:
    """Whether ``one`` has neither a text of its own nor other figures; ``found`` tells which of
    its shingles ``other`` has."""
    import numpy as np

    if _in_stretches(found) > _OWN * len(found):
        return False
    phrases = np.isin(one.masked, other.masked) & one.figured
    return bool((phrases & found).sum() >= _FIGURES * phrases.sum())


def _in_stretches(found: Flags) -> int:
    """Shingles that lie in long stretches of what was not found."""
    import numpy as np

    steps = np.diff(np.concatenate([[0], ~found, [0]]).astype(np.int8))
    lengths = np.nonzero(steps == -1)[0] - np.nonzero(steps == 1)[0]
    return int(lengths[lengths >= _STRETCH].sum())


def _apart(one: Fingerprint, other: Fingerprint) -> bool:
    """Whether they are from one paper, or from unnamed ones, and from other weeks."""
    if one.source != other.source or not (one.first and one.last and other.first and other.last):
        return False
    return max((other.first - one.last).days, (one.first - other.last).days) > _DAYS


def _windows(values: NDArray[np.uint64]) -> Sequence[NDArray[np.uint64]]:
    """The first, second and third word of every shingle."""
    count = max(len(values) - _SHINGLE + 1, 0)
    return [values[i : i + count] for i in range(_SHINGLE)]


def _shingles(words: NDArray[np.uint64]) -> Hashes:
    import numpy as np

    return (_mixed(*_windows(words)) >> np.uint64(32)).astype(np.uint32)


def _mixed(*parts: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """One hash of several, modulo 2^64; the multiplier is Knuth's, 2^64 over the golden ratio."""
    import numpy as np

    mixed = np.zeros_like(parts[0])
    for part in parts:
        mixed = (mixed + part) * np.uint64(0x9E3779B97F4A7C15)
    return mixed
