"""Pullquote: answers from articles, every statement quoted, one click away.

::

    from pullquote import Engine, ingest

    with Engine.open("my-library") as engine:
        ingest("articles/", into=engine.library)
        print(engine.ask("Who won the vote?").text)

This file is the only public door: programs import from here and from nowhere else.
"""

from importlib.util import find_spec
from pathlib import Path

# The folders behind this door have everyday names, and a host program may have a `rag` or an
# `ingest` of its own that Python finds first. Better one clear line now than a puzzle later.
for _name in ("rag", "ingest"):
    _spec = find_spec(_name)
    _found = Path(_spec.origin).resolve() if _spec and _spec.origin else None
    _mine = Path(__file__).resolve().parent / _name / "__init__.py"
    if _found != _mine:
        raise ImportError(
            f"pullquote needs its own '{_name}' package ({_mine}), but Python finds "
            f"{_found or 'none'} first. Rename that one, or run pullquote in an environment "
            "of its own and talk to it through its command."
        )

from ingest.sync import Failure, IngestReport, Progress, ingest  # noqa: E402 - after the check
from rag.engine import Engine  # noqa: E402
from rag.errors import (  # noqa: E402
    AnswerTimeout,
    ArticleError,
    ArticleNotFound,
    CallFailed,
    EvaluationError,
    LibraryDamaged,
    LibraryError,
    LibraryInUse,
    LibraryNotEmpty,
    LibraryNotFound,
    LibraryTooNew,
    ModelError,
    NotABackup,
    NotALibrary,
    OtherModel,
    PullquoteError,
    QuestionError,
    SettingsError,
    SourceError,
    StorageFailed,
    StorageFull,
)
from rag.library import Library  # noqa: E402
from rag.settings import Settings  # noqa: E402
from rag.stream import AnswerStream  # noqa: E402
from rag.types import (  # noqa: E402
    Answer,
    Article,
    Citation,
    Compaction,
    Dated,
    Days,
    Facets,
    Favoured,
    Filters,
    Gloss,
    Hit,
    Hits,
    Kind,
    LeftOut,
    Outcome,
    Passage,
    Source,
    Statement,
    Status,
    Support,
    Trace,
    Turn,
    Understood,
    Verification,
)

__version__ = "0.1.0"

__all__ = [
    "Answer",
    "AnswerStream",
    "AnswerTimeout",
    "Article",
    "ArticleError",
    "ArticleNotFound",
    "CallFailed",
    "Citation",
    "Compaction",
    "Dated",
    "Days",
    "Engine",
    "EvaluationError",
    "Facets",
    "Failure",
    "Favoured",
    "Filters",
    "Gloss",
    "Hit",
    "Hits",
    "IngestReport",
    "Kind",
    "LeftOut",
    "Library",
    "LibraryDamaged",
    "LibraryError",
    "LibraryInUse",
    "LibraryNotEmpty",
    "LibraryNotFound",
    "LibraryTooNew",
    "ModelError",
    "NotABackup",
    "NotALibrary",
    "OtherModel",
    "Outcome",
    "Passage",
    "Progress",
    "PullquoteError",
    "QuestionError",
    "Settings",
    "SettingsError",
    "Source",
    "SourceError",
    "Statement",
    "Status",
    "StorageFailed",
    "StorageFull",
    "Support",
    "Trace",
    "Turn",
    "Understood",
    "Verification",
    "ingest",
]
