"""Data sets in the files they are published as: articles and questions with ids that agree.

Each format has a module, which cites the files it was written after. A format reads a folder as it
was downloaded or cloned.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from evals.sets.published import beir, mtrag, multihop, realtimeqa, squad
from evals.sets.published.format import Contents, Format
from rag.errors import EvaluationError

FORMATS: Mapping[str, Format] = {
    known.name: known
    for known in (beir.FORMAT, multihop.FORMAT, realtimeqa.FORMAT, mtrag.FORMAT, squad.FORMAT)
}
"""The formats by name, those whose files are told most surely first."""

AUTO = "auto"
"""In place of a format's name: the one whose files are there."""

_HINT = "The formats: " + "; ".join(f"{f.name} ({f.files})" for f in FORMATS.values()) + "."


def format_of(folder: Path, name: str = AUTO) -> Format:
    """The format ``name`` if ``folder`` holds its files. Raises ``EvaluationError`` for a name
    that is not known, and for files that are not there."""
    if name != AUTO and name not in FORMATS:
        raise EvaluationError(f"There is no format '{name}'.", _HINT)
    if not folder.is_dir():
        raise EvaluationError(f"There is no folder {folder}.", "Name the folder of the files.")
    wanted = FORMATS.values() if name == AUTO else [FORMATS[name]]
    for known in wanted:
        if known.found(folder):
            return known
    if name == AUTO:
        raise EvaluationError(f"{folder} holds no data set that is known.", _HINT)
    chosen = FORMATS[name]
    raise EvaluationError(f"{folder} holds no {chosen.title}.", f"Its files: {chosen.files}.")


def published(name: str, folder: Path) -> Contents:
    """The articles and the questions of the data set in ``folder``, which lies there as it is
    published in the format ``name``, or ``auto``. Articles are read while they are gone through.

    Raises ``EvaluationError`` like ``format_of``, and for files that are not as published.
    """
    return format_of(folder, name).read(folder)


__all__ = ["AUTO", "FORMATS", "Contents", "Format", "format_of", "published"]
