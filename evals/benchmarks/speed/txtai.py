"""txtai's hybrid index over the passages, whose vectors are given.

https://neuml.github.io/txtai/embeddings/
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
from txtai import Embeddings

from evals.benchmarks.speed.searcher import Days, Portions
from evals.benchmarks.speed.synthetic import Floats
from rag.embedding import bundled_path


class Txtai:
    def __init__(self, embeddings: Embeddings) -> None:
        self._embeddings = embeddings

    @classmethod
    def fill(cls, folder: Path, portions: Portions) -> None:
        waiting: list[Floats] = []

        def documents() -> Iterator[tuple[int, dict[str, Any], None]]:
            number = 0
            for some, vectors in portions:
                given = ((one, text) for one in some for text in one.texts())
                for (one, text), vector in zip(given, vectors, strict=True):
                    waiting.append(vector)
                    # The title with the text, as Pullquote's model reads them.
                    yield number, {"text": f"{one.article.title}\n{text}", "day": one.day}, None
                    number += 1

        def known(texts: Sequence[str]) -> Floats:
            made = np.array(waiting[: len(texts)])
            del waiting[: len(texts)]
            return made

        embeddings = Embeddings(hybrid=True, content=True, method="external", transform=known)
        embeddings.index(documents())
        # Questions are for the model.
        del embeddings.config["method"], embeddings.config["transform"]
        embeddings.config["path"] = str(bundled_path())
        embeddings.save(str(folder))
        embeddings.close()

    @classmethod
    def opened(cls, folder: Path) -> Self:
        embeddings = Embeddings()
        embeddings.load(str(folder))
        return cls(embeddings)

    def search(self, question: str, k: int, days: Days, *, reorder: bool) -> int:
        if days == Days():
            return len(self._embeddings.search(question, k))
        bounds = [
            f"day {sign} {day.toordinal()}"
            for day, sign in ((days.since, ">="), (days.until, "<="))
            if day
        ]
        query = f"SELECT id, text FROM txtai WHERE similar(:asked) AND {' AND '.join(bounds)}"
        return len(self._embeddings.search(query, k, parameters={"asked": question}))

    def close(self) -> None:
        self._embeddings.close()
