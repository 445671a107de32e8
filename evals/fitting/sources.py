"""Where the cases to fit on come from: public data sets, or a question set of one's own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from evals.fitting.fits import check_allowed, data_digest
from evals.runs.corpus import library_of
from evals.sets.datasets import Dataset
from evals.sets.questions import Case
from evals.sets.reading import read_questions
from rag.engine import Engine
from rag.errors import EvaluationError, SourceError
from rag.settings import Settings


@dataclass(frozen=True, slots=True)
class Source:
    """Cases under a name, the digest of them and their articles, and how to open the articles'
    library with given settings."""

    name: str
    cases: tuple[Case, ...]
    digest: str
    open: Callable[..., AbstractContextManager[Engine]]


def public(name: str, settings: Settings) -> Source:
    """A public data set. Raises ``EvaluationError`` for one that only measures, ``SourceError``
    for one that is not there."""
    check_allowed(name)
    data = Dataset.named(name, settings)
    cases = tuple(data.cases())
    digest = data_digest(cases, data.articles())
    return Source(
        name, cases, digest, lambda **values: library_of(data, replace(settings, **values))
    )


def own(questions: Path, library: Path, settings: Settings) -> Source:
    """A question set of one's own and the library that it asks. Raises ``EvaluationError``,
    ``LibraryError``."""
    check_allowed(questions.name, questions, settings.data)
    cases = read_questions(questions).cases

    def opened(**values: Any) -> Engine:
        return Engine.open(Settings.load(library=library, **values))

    with opened() as engine:
        articles = [engine.library.article(s.id) for s in engine.library.articles()]
    return Source(questions.stem, cases, data_digest(cases, articles), opened)


class Sources:
    """Where cases and articles come from: data sets by name, or one's own set alone. Raises
    ``EvaluationError`` for one that only measures."""

    def __init__(self, settings: Settings, datasets: Sequence[str], mine: Source | None) -> None:
        for name in datasets:
            check_allowed(name)
        self._settings = settings
        self._datasets = datasets
        self._mine = mine

    def or_else(self, names: Sequence[str]) -> tuple[list[Source], list[str]]:
        """Those that were asked for, or those of ``names``; and in words what was skipped because
        it is not there. Raises ``EvaluationError`` when nothing is."""
        if self._mine is not None:
            return [self._mine], []
        found, skipped = [], []
        for name in self._datasets or names:
            try:
                found.append(public(name, self._settings))
            except SourceError as error:
                skipped.append(f"skipped: {error}")
        if not found:
            raise EvaluationError(f"There is nothing to fit on: {' '.join(skipped)}")
        return found, skipped
