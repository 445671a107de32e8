"""What is measured: a question set, and the library it is asked of."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from evals.runs.corpus import library_at, library_of
from evals.sets.datasets import Dataset, available
from evals.sets.gold import Missing, missing_evidence, unknown_articles
from evals.sets.questions import QuestionSet
from evals.sets.reading import JSON_LINES, TABLES, read_questions
from ingest.sample import digest, newspaper
from ingest.sync import ingest
from rag.engine import Engine
from rag.errors import EvaluationError
from rag.settings import Settings

SAMPLE = "newspaper"
OWN = Path(__file__).parents[1] / "question-sets"


@dataclass(frozen=True, slots=True)
class Subject:
    """``opened`` gives an engine over the library, made first where it is ours to make;
    ``library`` is the name its articles go by."""

    questions: QuestionSet
    library: str
    opened: Callable[[], AbstractContextManager[Engine]]
    old_news: bool = False

    def as_of(self, engine: Engine) -> date:
        """The day that questions are asked on which name none: today, but of the sample
        newspaper its last day, as in the window."""
        return (engine.library.newest_day() if self.old_news else None) or date.today()

    def missing(self, engine: Engine) -> tuple[Missing, ...]:
        """What the set calls gold and the library lacks: it can never be found."""
        library = engine.library
        known = {source.id for source in library.articles()}
        named = unknown_articles(self.questions, known)
        return named + missing_evidence(
            self.questions, lambda name: library.article(name).text if name in known else None
        )


def subject(name: str, settings: Settings, *, own_library: bool = False) -> Subject:
    """The sample set, a public data set or a file of questions.

    A file is asked of the library of ``settings``; so are the other two with ``own_library``,
    else of the articles they belong to. Raises ``EvaluationError``, ``SourceError``.
    """
    if name == SAMPLE:
        questions = read_questions(OWN / f"{SAMPLE}.jsonl")
        found = Subject(questions, SAMPLE, lambda: _newspaper(settings), old_news=True)
    elif name in (known := [data.name for data in available(settings).present]):
        data = Dataset.named(name, settings)
        found = Subject(data.questions(), name, lambda: library_of(data, settings))
    elif name.endswith((*JSON_LINES, *TABLES)) or Path(name).exists():
        found, own_library = Subject(read_questions(Path(name)), "", Engine.open), True
    else:
        raise EvaluationError(
            f"There is no question set '{name}'.",
            f"Name a file, or one of: {', '.join([SAMPLE, *known])}.",
        )
    if not own_library:
        return found
    return Subject(found.questions, str(settings.library), lambda: Engine.open(settings))


@contextmanager
def _newspaper(settings: Settings) -> Iterator[Engine]:
    # Articles belong to the folder they came from: another checkout has a library of its own.
    place = hashlib.sha256(str(newspaper().resolve()).encode()).hexdigest()[:6]
    name = f"{SAMPLE}-{digest()[:12]}-{place}"
    with library_at(name, settings) as engine:
        report = ingest([newspaper()], into=engine.library)
        if report.failures:
            raise EvaluationError(f"The sample newspaper cannot be read: {report.failures[0]}.")
    # Opened anew, as the next run will: an index that was just filled scores a hair differently.
    with library_at(name, settings) as engine:
        yield engine
