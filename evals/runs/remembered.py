"""Vectors that were made before are not made again: an embedding with a memory on disk.

Another splitter, or another library with the same passages, costs only what changed.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
from llama_index.core.bridge.pydantic import PrivateAttr

from rag.embedding import Floats, SentenceEmbedding

_AT_ONCE = 500  # values in one question to SQLite, which takes a limited number


class RememberedEmbedding(SentenceEmbedding):
    """A ``SentenceEmbedding`` that keeps passages' vectors by a digest of model and text.

    ``memory`` is an SQLite file, made when missing; several processes may share it.
    """

    _memory: Path = PrivateAttr()

    def __init__(self, model_name: str, memory: Path) -> None:
        super().__init__(model_name)
        self._memory = memory

    def passages(self, texts: Sequence[str]) -> Floats:
        if not texts:
            return super().passages(texts)
        keys = [self._key(text) for text in texts]
        with closing(self._opened()) as file:
            known = _known(file, keys)
            new = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
            vectors = super().passages(list(new.values()))
            made = dict(zip(new, vectors, strict=True))
            with file:
                rows = ((key, vector.tobytes()) for key, vector in made.items())
                file.executemany("INSERT OR IGNORE INTO vectors VALUES (?, ?)", rows)
        return np.stack([known[key] if key in known else made[key] for key in keys])

    def _key(self, text: str) -> bytes:
        # The same text in other numbers has another vector.
        whole = "\0".join((self.name, self.number_type, text))
        return hashlib.sha256(whole.encode()).digest()

    def _opened(self) -> sqlite3.Connection:
        self._memory.parent.mkdir(parents=True, exist_ok=True)
        file = sqlite3.connect(self._memory, timeout=60)
        file.execute("PRAGMA journal_mode=WAL")
        file.execute("PRAGMA synchronous=OFF")  # a memory that is lost is made anew
        file.execute("CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB)")
        return file


def _known(file: sqlite3.Connection, keys: Sequence[bytes]) -> dict[bytes, Floats]:
    found: dict[bytes, Floats] = {}
    for start in range(0, len(keys), _AT_ONCE):
        some = keys[start : start + _AT_ONCE]
        marks = ", ".join("?" * len(some))
        rows = file.execute(f"SELECT key, vector FROM vectors WHERE key IN ({marks})", some)
        found.update((key, np.frombuffer(vector, np.float32)) for key, vector in rows)
    return found
