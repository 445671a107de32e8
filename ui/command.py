"""What all commands share: their options, their output, one line for what goes wrong."""

from __future__ import annotations

import functools
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from rag.errors import PullquoteError
from rag.types import Filters, Record
from ui.render import one_line

Verb = Callable[..., int]
Words = TypeVar("Words", str, tuple[str, ...])

library_option = click.option(
    "--library", type=click.Path(path_type=Path), help="Folder of the library."
)


model_option = click.option(
    "--model", help="Language model that writes answers, as 'ollama/NAME'; quoted without one."
)


def as_text(_context: object, _option: object, value: Words) -> Words:
    """Turns away words from a command line whose bytes are not UTF-8."""
    try:
        "".join(value).encode()
    except UnicodeEncodeError:
        raise click.BadParameter("holds bytes that are not UTF-8.") from None
    return value


def verb(function: Verb) -> Verb:
    """Gives a command ``--library`` and ``--json``; its expected failures become one line."""

    @library_option
    @click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
    @functools.wraps(function)
    def run(*, as_json: bool, **given: Any) -> int:
        try:
            code = function(as_json=as_json, **given)
            sys.stdout.flush()
        except BrokenPipeError:
            # Whoever read us has enough; what is still buffered has nowhere to go.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0
        except PullquoteError as error:
            if as_json:
                print_json(error.to_dict())
            else:
                for line in error.lines:
                    complain(line)
            return 1
        return code

    return run


def _day(_context: object, _option: object, moment: datetime | None) -> date | None:
    return moment.date() if moment else None


def day_option(name: str, about: str) -> Callable[[Verb], Verb]:
    """An option that takes a day, as 2024-12-10, and gives a ``date``."""
    return click.option(name, type=click.DateTime(["%Y-%m-%d"]), callback=_day, help=about)


def _among(name: str, field: str, about: str) -> Callable[[Verb], Verb]:
    """An option that may be given several times, each another alternative."""
    return click.option(name, field, multiple=True, callback=as_text, help=about)


def filtered(function: Verb) -> Verb:
    """Gives a command the options that make ``Filters``."""

    @_among("--source", "sources", "Only this publisher.")
    @_among("--author", "authors", "Only this author.")
    @_among("--tag", "tags", "Only articles with this tag.")
    @_among("--language", "languages", "Only this language, as 'en'.")
    @_among("--article", "articles", "Only the article with this id.")
    @day_option("--since", "Published on this day or later.")
    @day_option("--until", "Published on this day or earlier.")
    @functools.wraps(function)
    def run(
        *,
        sources: tuple[str, ...],
        authors: tuple[str, ...],
        tags: tuple[str, ...],
        languages: tuple[str, ...],
        since: date | None,
        until: date | None,
        articles: tuple[str, ...],
        **given: Any,
    ) -> int:
        if since and until and until < since:
            raise click.UsageError("--until lies before --since.")
        filters = Filters(sources, authors, tags, languages, since, until, articles)
        return function(filters=filters, **given)

    return run


def show(result: Record | dict[str, Any], text: str, as_json: bool) -> None:
    """A result, as its JSON or as text."""
    if as_json:
        print_json(result.to_dict() if isinstance(result, Record) else result)
    else:
        print(text)


def print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2))


def complain(line: str) -> None:
    """One line for people, where it is in nobody's way."""
    click.echo(f"pullquote: {one_line(line)}", err=True)


@contextmanager
def progress(what: str) -> Iterator[Callable[[int, int | None], None]]:
    """Takes (done, total) and shows them on a terminal; shows nothing anywhere else."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def passed_on(name: str, about: str, command: Callable[[], click.Command]) -> click.Command:
    """A command whose own options are known only once it is imported."""

    def run(arguments: tuple[str, ...]) -> int:
        arguments = tuple("--help" if given == "-h" else given for given in arguments)
        done = command().main(list(arguments), f"pullquote {name}", standalone_mode=False)
        return int(done or 0)

    return click.Command(
        name.rpartition(" ")[2],
        callback=run,
        params=[click.Argument(["arguments"], nargs=-1, type=click.UNPROCESSED)],
        help=about,
        add_help_option=False,
        context_settings={"ignore_unknown_options": True, "allow_extra_args": True},
    )
