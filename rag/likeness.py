"""Do two articles tell one story? Judged by their words, and more strictly within one paper.

Copies of a wire report keep most of their words in order: some are changed, paragraphs are cut,
the headline is another. Pages that share a template or a footer keep words in order too. They
are told apart by other figures in the same phrases, and by whole stretches of words that the
shorter one has to itself: longer ones than changed words leave. What one paper prints is made of
its own templates and series, so there hardly any such stretch is let pass, and more than a few
days between them, or headlines that name other issues (``rag.series``), mean another story.

Only what is read counts: addresses of links, tags and codes of a page say nothing.

Articles that may be alike are found by MinHash (Broder 1997, https://doi.org/10.1109/SEQUEN.1997.666900)
in bands (Leskovec, Rajaraman and Ullman, Mining of Massive Datasets, chapter 3), and then compared
exactly. The judgement depends on the two articles and on nothing else in the library, so the
order in which articles come changes nothing. It is measured by ``python -m evals.duplicates``.
"""

from __future__ import annotations

import html
import math
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, TypeAlias

from rag.series import other_issues, same_words
from rag.types import Article

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Hashes: TypeAlias = NDArray[np.uint32]
    Flags: TypeAlias = NDArray[np.bool_]

VERSION = "2"
"""Names this way of judging; a library judged by another says so. Goes up with any change here."""

_SHINGLE = 3
"""Words in a shingle. With every fifth word changed, half of these are whole; of five, a third."""
_SHORTEST = 20
"""Shingles below which an article tells its story alone: a few words are soon alike."""
_BANDS, _ROWS = 64, 2
"""Bands of the MinHash signature and values in each. Two articles are compared with a chance of
1 - (1 - s^2)^64 where s is their Jaccard similarity: .93 at .2, which is what is left of it when
every fifth word is changed and half of the paragraphs are cut; .99 at .27."""
_KEPT = 0.36
"""Share of the shingles of one article that the other has, at least: half of them are whole when
every fifth word is changed, less those that went over a cut."""
_RARE = 0.003
"""Chance that changed words leave a gap as long as that before a whole shingle comes again: a
longer one is another text."""
_STRETCH = 12
"""Shingles of such a gap where hardly a word is changed."""
_OWN, _OWN_OF_ONE_PAPER = 0.2, 0.04
"""Share of an article that may lie in such stretches: an added sentence or two. Pages with a footer
in common have more of their own; of one paper's pages a sentence is enough."""
_EDITED = 0.6, 0.8
"""Shares of whole shingles, outside of such stretches, between which one paper's pages pass from
edited ones, of which as much may be their own as of another's, to those of one template, which has
its words as they are."""
_FIGURES = 0.7
"""Share of the figures in phrases of both that are the same, at least: a template has others."""
_DAYS = 6
"""Days within which one paper prints its report again. A column appears again after a week."""
_SAME = 0.93
"""Share kept both ways, at least, when one paper prints it later than that: the whole text, and
under the same headline."""

_WORD = re.compile(r"\w+")
_FIGURE = re.compile(r"\d")
_MARKUP = re.compile(
    r"\]\([^)\n]*\)|https?://\S+|</?[a-zA-Z!][^<>]{0,500}>|\{[{%][^{}]{0,500}[%}]\}"
)
"""Targets of links in Markdown, addresses, tags of HTML, codes of page generators."""


@dataclass(frozen=True, slots=True, eq=False)
class Fingerprint:
    """What is compared of an article: hashes of its shingles, (n,) each, in their order.

    ``masked`` has every word with a digit as the same word; ``figured`` tells which shingles
    hold such a word beside others.
    """

    exact: Hashes
    masked: Hashes
    figured: Flags
    title: str
    source: str
    first: date | None
    last: date | None


def fingerprint(article: Article) -> Fingerprint:
    import numpy as np

    words = _WORD.findall(_MARKUP.sub(" ", html.unescape(article.text)).casefold())
    figures = np.fromiter((bool(_FIGURE.search(w)) for w in words), np.bool_, len(words))
    hashes = np.fromiter((zlib.crc32(w.encode()) for w in words), np.uint64, len(words))
    count = np.stack(_windows(figures.astype(np.uint64))).sum(axis=0)
    return Fingerprint(
        exact=_shingles(hashes),
        masked=_shingles(np.where(figures, np.uint64(0), hashes)),
        figured=(count > 0) & (count < _SHINGLE),
        title=article.title,
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
    one_paper = one.source == other.source
    if one_paper and _another_article(one, other, min(there, back)):
        return False
    # The shorter one, as a rule: a cut article is all in the whole one, and not the reverse.
    checks = []
    if there >= back:
        checks.append(not _own_text(found, one_paper) and _agrees(one, other, found, one_paper))
    if back >= there:
        checks.append(not _own_text(lacking, one_paper) and _agrees(other, one, lacking, one_paper))
    return all(checks)


def _another_article(one: Fingerprint, other: Fingerprint, kept: float) -> bool:
    """Whether they are different articles of one paper, or of unnamed ones, by their headlines and
    days, although each keeps the share ``kept`` of its shingles, or more."""
    if same_words(one.title, other.title):
        return kept < _SAME and _apart(one, other)
    return other_issues(one.title, other.title) or _apart(one, other)


def _agrees(one: Fingerprint, other: Fingerprint, found: Flags, every: bool) -> bool:
    """Whether ``one`` has no other figures; ``found`` tells which of its shingles ``other`` has.

    Phrases that come again and again, as in lists, do not tell which figure is which, where words
    are changed. They count if ``every`` one does: within a paper, whose lists are of one form.
    """
    import numpy as np

    phrases = one.figured & np.isin(one.masked, other.masked if every else _once(other.masked))
    if not every:
        phrases &= np.isin(one.masked, _once(one.masked))
    return bool((phrases & found).sum() >= _FIGURES * phrases.sum())


def _once(hashes: Hashes) -> Hashes:
    """Those that are there once."""
    import numpy as np

    values, counts = np.unique(hashes, return_counts=True)
    return np.asarray(values[counts == 1])


def _own_text(found: Flags, one_paper: bool) -> bool:
    """Whether too much of an article is another text than the other's."""
    import numpy as np

    rest = len(found) - _in_stretches(found, _STRETCH)
    whole = float(found.sum()) / rest if rest else 0.0
    most = np.interp(whole, _EDITED, (_OWN, _OWN_OF_ONE_PAPER)) if one_paper else _OWN
    return bool(_in_stretches(found, _longest_gap(whole)) > most * len(found))


def _longest_gap(whole: float) -> float:
    """Shingles in a row that changed words here and there may break where a share of ``whole`` of
    all shingles is left, but for a chance of ``_RARE``.

    If a share q of the words stays, each as likely as the next, ``whole`` is q^3. The first word
    of a gap was changed. Past two more that are not of a whole shingle, a gap ends at each word
    with a chance of about (1 - q) q^3 / (1 - q^3).
    """
    stays = min(max(whole, 0.01), 0.999) ** (1 / _SHINGLE)
    ends = (1 - stays) * stays**_SHINGLE / (1 - stays**_SHINGLE)
    return max(math.log(_RARE) / math.log1p(-ends), _STRETCH)


def _in_stretches(found: Flags, least: float) -> int:
    """Shingles that lie in stretches, as long as that or longer, of what was not found."""
    import numpy as np

    steps = np.diff(np.concatenate([[0], ~found, [0]]).astype(np.int8))
    lengths = np.nonzero(steps == -1)[0] - np.nonzero(steps == 1)[0]
    return int(lengths[lengths >= least].sum())


def _apart(one: Fingerprint, other: Fingerprint) -> bool:
    """Whether they are from other weeks."""
    if not (one.first and one.last and other.first and other.last):
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
