"""What a run was made with, so that another can be made that must give the same."""

from __future__ import annotations

import hashlib
import subprocess
from datetime import date
from importlib import metadata
from pathlib import Path

from evals.runs.records import Setup
from evals.sets.questions import QuestionSet
from rag.embedding import SentenceEmbedding
from rag.engine import Engine
from rag.library import Library
from rag.rows import digest
from rag.writing.prompts import Prompts


def setup_of(
    engine: Engine, questions: QuestionSet, *, asked: int, seed: int, as_of: date, library: str
) -> Setup:
    """The setup of a run that asks ``asked`` of the questions of ``engine``; ``library`` is the
    name its articles go by."""
    status = engine.library.status()
    # Another number type gives other vectors, and now and then another order.
    model = engine.embedding
    numbers = f" ({model.number_type})" if isinstance(model, SentenceEmbedding) else ""
    return Setup(
        set=questions.name,
        set_digest=questions.digest,
        questions=asked,
        seed=seed,
        library=library,
        library_digest=library_digest(engine.library),
        articles=status.articles,
        passages=status.passages,
        as_of=as_of,
        settings=engine.settings.digest(),
        values=engine.settings.values(),
        prompts=Prompts().digest if engine.model else "",
        models=tuple(filter(None, (status.embedding + numbers, engine.model))),
        code=code_digest(),
        commit=commit(),
        version=metadata.version("pullquote"),
    )


def library_digest(library: Library) -> str:
    """Sixteen hex digits over all that its articles say, in whatever order they came."""
    whole = hashlib.sha256()
    for name in sorted(source.id for source in library.articles()):
        whole.update(f"{name}\0{digest(library.article(name))}\n".encode())
    return whole.hexdigest()[:16]


def code_digest() -> str:
    """Sixteen hex digits over the code that finds, answers and scores: changed code is another
    setup, committed or not."""
    home = Path(__file__).parents[2]
    whole = hashlib.sha256()
    for folder in ("rag", "evals/metrics", "evals/runs"):
        for path in sorted((home / folder).rglob("*.py")):
            whole.update(path.relative_to(home).as_posix().encode() + b"\0" + path.read_bytes())
    return whole.hexdigest()[:16]


def commit() -> str:
    """The commit of the code that runs, ``+`` behind it when something was changed since; empty
    where it is not a checkout of ours."""
    home = Path(__file__).parents[2]
    if not (home / ".git").exists():
        return ""
    head = _git(home, "rev-parse", "--short=12", "HEAD")
    changed = _git(home, "status", "--porcelain", "--untracked-files=no")
    return f"{head}+" if head and changed else head


def _git(home: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - arguments of ours, none of a user's
            ["git", *arguments],  # noqa: S607 - whichever git the developer has
            cwd=home, capture_output=True, text=True, check=True, timeout=10,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip()
