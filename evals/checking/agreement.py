"""How far two judges of the same statements agree."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Judged = Sequence[bool] | NDArray[np.bool_]

_DRAWS = 2000


def kappa(one: Judged, other: Judged) -> float | None:
    """Agreement beyond chance, at most 1 (Cohen 1960, https://doi.org/10.1177/001316446002000104).
    None without cases, and where chance alone agrees always."""
    if not len(one):
        return None
    a, b = np.asarray(one, dtype=bool), np.asarray(other, dtype=bool)
    agreed = float((a == b).mean())
    chance = float(a.mean() * b.mean() + (1 - a.mean()) * (1 - b.mean()))
    return None if chance == 1.0 else (agreed - chance) / (1.0 - chance)


def interval(one: Sequence[bool], other: Sequence[bool]) -> tuple[float, float] | None:
    """The 95 % interval of ``kappa``: a seeded percentile bootstrap over the cases."""
    if not one:
        return None
    a, b = np.asarray(one, dtype=bool), np.asarray(other, dtype=bool)
    seeded = np.random.default_rng(0)
    drawn = (seeded.integers(len(a), size=len(a)) for _ in range(_DRAWS))
    values = [k for places in drawn if (k := kappa(a[places], b[places])) is not None]
    if not values:
        return None
    low, high = np.quantile(values, (0.025, 0.975))
    return float(low), float(high)
