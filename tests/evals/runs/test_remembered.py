"""Vectors that were made before are not made again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from evals.runs.remembered import RememberedEmbedding
from rag.embedding import BUNDLED, SentenceEmbedding

TEXTS = ["The ferry sails in July.", "The choir won in Bergen.", "The ferry sails in July."]


def test_remembered_vectors_are_those_of_the_model(tmp_path: Path) -> None:
    embedding = RememberedEmbedding(BUNDLED, tmp_path / "vectors.sqlite3")
    made = embedding.passages(TEXTS)
    assert np.allclose(made, SentenceEmbedding().passages(TEXTS), atol=0.02)
    assert np.array_equal(made, embedding.passages(TEXTS))
    assert made.shape == (3, 384)
    assert embedding.passages([]).shape == (0, 384)


def test_only_what_is_new_is_encoded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    memory = tmp_path / "vectors.sqlite3"
    RememberedEmbedding(BUNDLED, memory).passages(TEXTS)
    encoded: list[str] = []
    real = SentenceEmbedding.passages

    def counted(self: SentenceEmbedding, texts: list[str]) -> object:
        encoded.extend(texts)
        return real(self, texts)

    monkeypatch.setattr(SentenceEmbedding, "passages", counted)
    RememberedEmbedding(BUNDLED, memory).passages([*TEXTS, "A bridge was opened."])
    assert encoded == ["A bridge was opened."]
