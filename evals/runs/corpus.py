"""Libraries to measure with, made once and kept in the user's cache folder."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import platformdirs

from evals.runs.remembered import RememberedEmbedding
from evals.sets.datasets import Dataset
from rag.engine import Engine
from rag.errors import PullquoteError
from rag.settings import Settings


def _cache() -> Path:
    return Path(platformdirs.user_cache_dir("pullquote", appauthor=False))


def _embedding(settings: Settings) -> RememberedEmbedding:
    return RememberedEmbedding(settings.embedding, _cache() / "vectors.sqlite3")


@contextmanager
def library_at(name: str, settings: Settings | None = None) -> Iterator[Engine]:
    """An engine over the library ``name`` of the cache, made when missing and brought up to
    date. Vectors that were made before, for whichever library, are not made again."""
    settings = replace(settings or Settings.load(), library=_cache() / "libraries" / name)
    with Engine.create(settings, embedding=_embedding(settings)) as engine:
        if engine.library.status().stale:
            engine.library.rebuild()
        yield engine


@contextmanager
def library_of(dataset: Dataset, settings: Settings | None = None) -> Iterator[Engine]:
    """An engine over the articles of ``dataset``, but for those that cannot be kept: each is a
    line. The first time takes minutes: it embeds."""
    with library_at(dataset.name, settings) as engine:
        items = ((article, str(dataset.folder)) for article in dataset.articles())
        for done, (article, outcome) in enumerate(engine.library.put_all(items), start=1):
            if isinstance(outcome, PullquoteError):
                print(f"{dataset.name}: '{article.id}' is left out: {outcome}", file=sys.stderr)
            if done % 500 == 0:
                print(f"{dataset.name}: {done} articles ({article.id})", file=sys.stderr)
        yield engine


@contextmanager
def copy_of(dataset: Dataset, settings: Settings, *, llm: Any = None) -> Iterator[Engine]:
    """The same, over a copy that is thrown away: a language model takes an hour, and others want
    to measure meanwhile."""
    with library_of(dataset, settings) as engine:
        made = engine.settings.library
    with TemporaryDirectory() as folder:
        copied = Path(folder) / "library"
        shutil.copytree(made, copied)
        own = replace(settings, library=copied)
        with Engine.open(own, embedding=_embedding(own), llm=llm) as engine:
            yield engine
