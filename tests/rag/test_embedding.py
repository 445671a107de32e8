"""The bundled model, and any other by name."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from rag.embedding import SentenceEmbedding
from rag.errors import ModelError

TEXTS = [
    "The bridge is closed until May.",
    "Ferries carry passengers free of charge. " * 20,
    "Yes.",
]


def test_passage_and_token_vectors_come_from_one_pass(model: SentenceEmbedding):
    encodings = model.encode(TEXTS)
    alone = model.passages(TEXTS)
    for text, encoding, vector in zip(TEXTS, encodings, alone, strict=True):
        assert float(encoding.vector @ vector) > 0.99
        assert np.allclose(np.linalg.norm(encoding.tokens, axis=1), 1, atol=1e-3)
        assert len(encoding.tokens) == len(encoding.offsets) == model.count([text])[0]
        words = [text[start:end] for start, end in encoding.offsets]
        assert "".join(words) == "".join(text.split())


def test_what_comes_out_for_a_text_does_not_depend_on_the_texts_beside_it(model: SentenceEmbedding):
    together = model.encode(TEXTS)
    for text, one in zip(TEXTS, together, strict=True):
        (alone,) = model.encode([text])
        assert np.array_equal(alone.tokens, one.tokens)
        assert np.array_equal(alone.vector, one.vector)


def test_numbers_of_half_precision_order_like_full_ones(model: SentenceEmbedding):
    import torch

    full = SentenceEmbedding()
    full.model.to(torch.float32)
    question = "When does the bridge open again?"
    half_scores = model.passages(TEXTS) @ model.question(question)
    full_scores = full.passages(TEXTS) @ full.question(question)
    assert np.allclose(half_scores, full_scores, atol=0.02)


def test_a_text_longer_than_the_window_is_read_to_the_window(model: SentenceEmbedding):
    (encoding,) = model.encode(["word " * 1000])
    assert len(encoding.tokens) == model.window - 2


def test_a_model_that_is_not_there_is_one_clear_line(tmp_path):
    with pytest.raises(ModelError) as caught:
        SentenceEmbedding(str(tmp_path / "no-model")).model  # noqa: B018
    assert "\n" not in caught.value.line
    assert "bundled" in caught.value.hint


def test_any_sentence_transformers_model_can_be_set_by_its_path(tmp_path):
    import shutil

    from rag.embedding import bundled_path

    shutil.copytree(bundled_path(), tmp_path / "own-model")
    own = SentenceEmbedding(str(tmp_path / "own-model"))
    assert own.name == str(tmp_path / "own-model")
    assert own.dimension == 384


def test_a_question_does_not_wait_to_look_at_a_loaded_model(model: SentenceEmbedding):
    windows = [model.window]
    asker = threading.Thread(target=lambda: windows.append(model.window))
    with model._turn.working():
        asker.start()
        asker.join(10)
        assert len(windows) == 2
