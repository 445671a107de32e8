"""The vectors of all passages as one matrix: the nearest are found by looking at every one.

A scan reads 1.5 kB a passage and is done at the speed of memory: 100,000 passages of 384 numbers
in 6 to 9 ms on one core. Threads do not make it quicker.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import chain, count

import numpy as np
from numpy.typing import NDArray

from rag.rows import Key, passage_id

Floats = NDArray[np.float32]
Records = NDArray[np.void]
"""One record a row: version, ordinal, vector. Version 0 marks a row that is free."""

_BLOCK = 2048
"""Rows looked at together: what is copied of them stays within the cache."""


def record(dimension: int) -> np.dtype[np.void]:
    """How a row is laid out, in memory and on disk alike."""
    return np.dtype([("version", "<i8"), ("ordinal", "<i8"), ("vector", "<f4", (dimension,))])


def records(keys: Sequence[Key], vectors: Floats) -> Records:
    """Rows of these passages; ``vectors`` (n, d) has theirs, in order."""
    made = np.zeros(len(keys), record(vectors.shape[-1]))
    made["version"], made["ordinal"] = np.array(keys, np.int64).reshape(-1, 2).T
    made["vector"] = vectors
    return made


class Matrix:
    """Never changed: a change makes the next one. Safe to use from many threads."""

    def __init__(self, rows: Records) -> None:
        self.rows = rows
        # Side by side, so that looking for a version does not read the vectors.
        self._versions: NDArray[np.int64] = np.ascontiguousarray(rows["version"])
        self._ordinals: NDArray[np.int64] = np.ascontiguousarray(rows["ordinal"])
        self._used = self._versions > 0
        self._size = int(np.count_nonzero(self._used))

    def __len__(self) -> int:
        """Passages, not rows."""
        return self._size

    def nearest(
        self, vector: Floats, k: int, within: Collection[int] | None = None
    ) -> list[tuple[str, float]]:
        """The ``k`` nearest passages with their dot product, which for unit vectors is their
        cosine similarity: all of them if there are no more. Best first, equals by their ids;
        always the same, whatever the order of rows. ``within`` names the versions that may be
        found; None means all."""
        wanted = self._used if within is None else self._of(within)
        rows = np.flatnonzero(wanted)
        scores = self._scores(vector, wanted)
        if 0 < k < len(rows):
            least = np.partition(scores, len(scores) - k)[len(scores) - k]
            best = scores >= least
            rows, scores = rows[best], scores[best]
        versions, ordinals = self._versions[rows], self._ordinals[rows]
        order = np.lexsort((ordinals, versions, -scores))[:k]
        return [(passage_id(int(versions[i]), int(ordinals[i])), float(scores[i])) for i in order]

    def similarities(self, vector: Floats, keys: Collection[Key]) -> dict[Key, float]:
        """The dot product with each of these passages that is here."""
        rows = self.rows_of(keys)
        if not rows:
            return {}  # Where nothing is, the vectors that are not there have no length.
        scores = np.einsum("ij,j->i", self.rows["vector"][list(rows.values())], vector)
        return dict(zip(rows, scores.tolist(), strict=True))

    def vectors(self) -> dict[str, Floats]:
        """The vector of every passage, by id."""
        return {
            passage_id(int(self._versions[i]), int(self._ordinals[i])): self.rows["vector"][i]
            for i in np.flatnonzero(self._used)
        }

    def rows_of(self, keys: Collection[Key]) -> dict[Key, int]:
        """Where those of these passages are that are here."""
        some = np.flatnonzero(self._of({version for version, _ in keys}))
        found = {(int(self._versions[i]), int(self._ordinals[i])): int(i) for i in some}
        return {key: found[key] for key in keys if key in found}

    def room_for(self, keys: Sequence[Key]) -> list[int]:
        """A row for each passage: the one it has, else a free one, else one after the last."""
        known = self.rows_of(keys)
        free = np.flatnonzero(~self._used)[: len(keys)].tolist()
        room = chain(free, count(len(self.rows)))
        return [known[key] if key in known else next(room) for key in keys]

    def _of(self, versions: Collection[int]) -> NDArray[np.bool_]:
        """Which rows are of these versions."""
        if not len(self._versions):
            return self._used
        last = int(self._versions.max())
        asked = np.fromiter(versions, np.int64, len(versions))
        table = np.zeros(last + 1, np.bool_)
        table[asked[(asked > 0) & (asked <= last)]] = True
        found: NDArray[np.bool_] = table[self._versions]
        return found

    def _scores(self, vector: Floats, wanted: NDArray[np.bool_]) -> Floats:
        """Of the wanted rows, in order. Each is the same sum, whatever rows lie around it: a
        matrix product of BLAS may round otherwise where a row lies elsewhere, and starts
        threads."""
        vectors = self.rows["vector"]
        if np.count_nonzero(wanted) > len(wanted) / 2:
            # Leaving some out costs more than looking at them; and in one call, so that other
            # threads can run meanwhile.
            all_scores: Floats = np.einsum("ij,j->i", vectors, vector)
            return all_scores[wanted]
        parts: list[Floats] = [np.zeros(0, np.float32)]
        for start in range(0, len(wanted), _BLOCK):
            mask = wanted[start : start + _BLOCK]
            if mask.any():
                block = vectors[start : start + _BLOCK]
                parts.append(np.einsum("ij,j->i", block[mask], vector))
        return np.concatenate(parts)
