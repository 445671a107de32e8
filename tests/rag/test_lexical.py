"""The words index under filters."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from rag.lexical import Words


@pytest.fixture(scope="module")
def words(tmp_path_factory) -> Iterator[Words]:
    """3,000 passages of six words out of sixty; two make an article."""
    opened = Words(tmp_path_factory.mktemp("words"))
    drawn = np.random.default_rng(0).zipf(1.3, size=(3000, 6)) % 60
    opened.change(
        add=[
            (1 + n // 2, n % 2, "", " ".join(f"w{word}" for word in row))
            for n, row in enumerate(drawn)
        ]
    )
    yield opened
    opened.close()


@pytest.mark.parametrize("count", [0, 1, 30, 200, 700, 1500])
def test_the_best_under_a_filter_are_the_best_of_all_that_pass_it(words, count):
    """Whether they are read out of the best of all or the index is handed the versions."""
    within = frozenset(np.random.default_rng(count).permutation(1500)[:count].tolist())
    for text in ("w1 w7", "w50", "w3 w9 w20 w41", "nowhere"):
        everything = words.best(text, 3000, title_weight=0.2)
        expected = [score for (version, _), score in everything if version in within][:10]
        found = words.best(text, 10, title_weight=0.2, within=within)
        assert [score for _, score in found] == pytest.approx(expected)
        assert {version for (version, _), _ in found} <= within
