"""What the commands of all benchmarks can be told: whom to measure, and where to write it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from evals.benchmarks.contestants.entries import Entry
from rag.types import Record

C = TypeVar("C", bound=Callable[..., Any])


def only(entries: Sequence[Entry], text: str) -> Callable[[C], C]:
    """``--only``, one of ``entries`` each time."""
    names = click.Choice([entry.name for entry in entries])
    return click.option("--only", multiple=True, type=names, help=text)


def files(command: C) -> C:
    """``--json`` and ``--markdown``."""
    place = click.Path(path_type=Path)
    markdown = click.option("--markdown", "as_markdown", type=place, help="A file for the tables.")
    figures = click.option("--json", "as_json", type=place, help="A file for all figures.")
    return figures(markdown(command))


def write(done: Record, tables: str, as_json: Path | None, as_markdown: Path | None) -> None:
    """What was measured and its tables, into the files that were asked for."""
    if as_json:
        as_json.write_text(json.dumps(done.to_dict(), indent=1), encoding="utf-8")
    if as_markdown:
        as_markdown.write_text(tables, encoding="utf-8")
