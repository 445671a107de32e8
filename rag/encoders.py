"""Any LlamaIndex embedding as what the library needs of one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
from llama_index.core.base.embeddings.base import BaseEmbedding

from rag.embedding import Encoder, Floats, SentenceEmbedding, bundled_path, first_line, unit
from rag.errors import ModelError


class AdaptedEmbedding:
    """Any LlamaIndex embedding as an ``Encoder``.

    Such a class does not tell what it reads; lengths are counted in the bundled model's
    tokens, and a window of 512 is what the smallest models in common use have.
    """

    window = 512

    def __init__(self, embedding: BaseEmbedding) -> None:
        from tokenizers import Tokenizer

        self._embedding = embedding
        self._tokenizer = Tokenizer.from_file(str(bundled_path() / "tokenizer.json"))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()

    @property
    def name(self) -> str:
        return f"{self._embedding.class_name()}/{self._embedding.model_name}"

    def count(self, texts: Sequence[str]) -> list[int]:
        batch = self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        return [len(item.ids) for item in batch]

    def passages(self, texts: Sequence[str]) -> Floats:
        with self._translated():
            vectors = self._embedding.get_text_embedding_batch(list(texts))
        return unit(np.asarray(vectors, np.float32))

    def question(self, text: str) -> Floats:
        with self._translated():
            vector = self._embedding.get_query_embedding(text)
        scaled: Floats = unit(np.asarray([vector], np.float32))[0]
        return scaled

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except Exception as error:
            raise ModelError(
                f"The embedding model {self.name} failed: {first_line(error)}"
            ) from error


def encoder_for(embedding: BaseEmbedding) -> Encoder:
    """``embedding`` itself when it is ours, else adapted."""
    return embedding if isinstance(embedding, SentenceEmbedding) else AdaptedEmbedding(embedding)
