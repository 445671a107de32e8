"""How sure is a mean over cases, and a difference between two runs?

Cases are taken as drawn at random from all that could be asked. What is drawn at random here
depends on ``seed`` alone, and not on the order of the cases.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from rag.types import Record

SAMPLES = 10_000
"""Draws behind an interval or a p-value."""

_FEW = 16
"""Differences of which all ways to turn their signs are counted: 65,536."""

_BLOCK = 1 << 20
"""Numbers drawn at a time: some megabytes, however many cases there are."""

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Share:
    """A share of cases with its 95 % interval."""

    count: int
    total: int

    @property
    def value(self) -> float | None:
        """None when there was nothing to count."""
        return self.count / self.total if self.total else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Wilson's score interval (Wilson 1927, https://doi.org/10.2307/2276774)."""
        if not self.total:
            return None
        z, n, p = 1.96, self.total, self.count / self.total
        centre = (p + z * z / (2 * n)) / (1 + z * z / n)
        spread = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
        return max(0.0, centre - spread), min(1.0, centre + spread)

    def __str__(self) -> str:
        if self.value is None or self.interval is None:
            return "not scored"
        low, high = self.interval
        return f"{self.value:.3f} [{low:.3f}, {high:.3f}]"


def bootstrap(
    values: Sequence[float], *, seed: int = 0, samples: int = SAMPLES
) -> tuple[float, float] | None:
    """The 95 % interval of the mean of ``values``, one a case: the percentile bootstrap.

    Draw as many cases as there are, with replacement, ``samples`` times; the interval holds the
    middle 95 % of their means (Efron & Tibshirani 1993, https://doi.org/10.1201/9780429246593,
    chapter 13). None without values. Values that are all equal give an interval of no width: for
    a share near 0 or 1 of few cases, ``Share.interval`` says more.
    """
    if not values:
        return None
    means = _resampled_means(np.asarray(values, dtype=np.float64), seed, samples)
    low, high = np.quantile(means, (0.025, 0.975))
    return float(low), float(high)


def _resampled_means(values: Values, seed: int, samples: int) -> Values:
    """Means of ``samples`` resamples.

    Cases of equal value cannot be told apart, so where there are few different values it is
    enough to draw how often each comes up: from the multinomial distribution, which for values
    of 0 and 1 is the binomial. That is the same thing, and much quicker.
    """
    random = np.random.default_rng(seed)
    different, counts = np.unique(values, return_counts=True)
    if len(different) <= _FEW:
        times = random.multinomial(len(values), counts / len(values), size=samples)
        return np.asarray(times @ different / len(values))
    ordered, cases = np.sort(values), len(values)
    drawn = (random.integers(cases, size=(rows, cases)) for rows in _blocks(samples, cases))
    return np.concatenate([ordered[places].mean(axis=1) for places in drawn])


def _blocks(rows: int, width: int) -> Iterator[int]:
    """How many of ``rows`` rows of ``width`` numbers to make at a time."""
    size = max(1, _BLOCK // width)
    yield from (min(size, rows - start) for start in range(0, rows, size))


@dataclass(frozen=True, slots=True)
class Difference(Record):
    """How much higher one run's mean is than another's, over the ``cases`` that both scored: with
    its 95 % interval, and ``p``, the chance of one as large if nothing had changed."""

    mean: float
    low: float
    high: float
    p: float
    cases: int


def paired(
    before: Sequence[float], after: Sequence[float], *, seed: int = 0, samples: int = SAMPLES
) -> Difference | None:
    """``after`` against ``before``, values of the same cases in the same order.

    The interval is the bootstrap's over the differences; p is that of the paired randomisation
    test, two-sided. None without cases. ``ValueError`` when they are not as many.
    """
    differences = [b - a for a, b in zip(before, after, strict=True)]
    interval = bootstrap(differences, seed=seed, samples=samples)
    if interval is None:
        return None
    mean = float(sum(differences) / len(differences))
    p = randomisation(differences, seed=seed, samples=samples)
    return Difference(mean, *interval, p, len(differences))


def randomisation(differences: Sequence[float], *, seed: int = 0, samples: int = SAMPLES) -> float:
    """The two-sided p-value of paired differences: how often their sum is as far from 0, or
    farther, when the sign of each is left to chance.

    Without a difference between two runs, which value of a pair came from which is chance (Noreen
    1989, Computer-Intensive Methods for Testing Hypotheses; for retrieval, Smucker et al. 2007,
    https://doi.org/10.1145/1321440.1321528). Differences of 0 have no sign. Up to 16 others: all
    signs are tried, and p is exact. More: ``samples`` ways at random, the observed one counted
    with them, so that p is never 0 (Phipson & Smyth 2010, https://arxiv.org/abs/1603.05766).
    """
    sizes = np.sort(np.abs([d for d in differences if d]))
    if not len(sizes):
        return 1.0
    # Sums that are equal but for rounding are equal.
    as_far = abs(sum(differences)) - 1e-9 * sizes.sum()
    if len(sizes) <= _FEW:
        ways = np.arange(1 << len(sizes))[:, None] >> np.arange(len(sizes)) & 1
        return float((_signed_sums(ways, sizes) >= as_far).mean())
    random = np.random.default_rng(seed)
    farther = sum(
        int((_signed_sums(_coins(random, rows, len(sizes)), sizes) >= as_far).sum())
        for rows in _blocks(samples, len(sizes))
    )
    return (farther + 1) / (samples + 1)


def _coins(random: np.random.Generator, rows: int, width: int) -> NDArray[np.uint8]:
    tossed = random.integers(256, size=(rows, -(-width // 8)), dtype=np.uint8)
    return np.unpackbits(tossed, axis=1, count=width)


def _signed_sums(ways: NDArray[np.integer], sizes: Values) -> Values:
    """How far from 0 the sum is with each way's signs: 1 for plus, 0 for minus."""
    return np.asarray(np.abs(2 * (ways @ sizes) - sizes.sum()))


def holm(ps: Sequence[float]) -> list[float]:
    """p-values adjusted for being several, in the order they came: a metric whose adjusted value
    is under .05 differs, with a 5 % chance at most that any of them does not.

    The i-th smallest of m is multiplied by m - i + 1, is never less than the one before, and at
    most 1 (Holm 1979, https://www.jstor.org/stable/4615733).
    """
    adjusted, highest = [0.0] * len(ps), 0.0
    for rank, place in enumerate(sorted(range(len(ps)), key=ps.__getitem__)):
        highest = max(highest, min(1.0, (len(ps) - rank) * ps[place]))
        adjusted[place] = highest
    return adjusted
