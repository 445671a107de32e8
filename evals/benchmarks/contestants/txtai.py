"""txtai's hybrid index: vectors in Faiss, its own BM25, texts in SQLite.

https://neuml.github.io/txtai/embeddings/
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from txtai import Embeddings

from evals.benchmarks.contestants.contestant import Found
from evals.benchmarks.contestants.given import Given, Piece


class Txtai:
    """Given the passages of Pullquote, for it leaves splitting to others. With ``alike`` it runs
    the model in the same number type."""

    def __init__(self, folder: Path, given: Given, *, alike: bool) -> None:
        self._folder = folder
        options = {"vectors": {"dtype": given.number_type}} if alike else {}
        self._embeddings = Embeddings(
            hybrid=True, content=True, path=given.model, gpu=False, **options
        )
        self._pieces: tuple[Piece, ...] = ()

    def ingest(self, given: Given) -> int:
        self._pieces = given.pieces
        # The title with the text, as Pullquote's model reads them.
        texts = (f"{piece.title}\n{piece.text}" for piece in given.pieces)
        self._embeddings.index(enumerate(texts))
        self._embeddings.save(str(self._folder / "index"))
        return int(self._embeddings.count())

    def search(self, question: str, k: int) -> Sequence[Found]:
        found = [self._pieces[int(row["id"])] for row in self._embeddings.search(question, k)]
        return [Found(piece.article, piece.text) for piece in found]

    def close(self) -> None:
        self._embeddings.close()
