"""The command ``pullquote``. Exit codes: 0 done (a refusal is an answer), 1 an expected
failure or an ingest with failures, 2 usage, 130 interrupted.

Everything heavy is imported by the verb that needs it, so that help comes at once.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import click

from rag.errors import PullquoteError
from rag.settings import Settings, resolve
from rag.types import SCHEMA, Answer, Filters
from ui import render
from ui.command import (
    Verb,
    as_text,
    complain,
    day_option,
    filtered,
    library_option,
    model_option,
    passed_on,
    print_json,
    progress,
    show,
    verb,
)
from ui.desk import Desk, check_model, desk, passed_over
from ui.evaluate import evaluate
from ui.feedback import feedback
from ui.users import user


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that cannot show a letter shows a stand-in instead of an error.
            stream.reconfigure(errors="replace")
    try:
        return int(pullquote.main(arguments, "pullquote", standalone_mode=False) or 0)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.Abort:
        complain("interrupted.")
        return 130


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="pullquote", prog_name="pullquote")
def pullquote() -> None:
    """Answers from your articles, every statement quoted.

    \b
    pullquote ingest articles/       take articles in
    pullquote ask "Who won?"         ask them
    pullquote chat                   the same in a browser
    """


@pullquote.command()
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.option("--sync", is_flag=True, help="Remove what is gone from these folders and lists.")
@click.option("--watch", is_flag=True, help="Keep in step with these folders until stopped.")
@verb
def ingest(
    sources: tuple[str, ...], sync: bool, watch: bool, library: Path | None, as_json: bool
) -> int:
    """Take in articles: folders and files of .txt .md .html .pdf .docx .jsonl .jsonl.gz.

    What is in the library already and has not changed is left alone. A library that is
    missing is made.
    """
    from ingest.sources import find
    from ingest.sync import ingest as take_in

    if watch:
        from ui.following import follow

        folders = [Path(source) for source in sources]
        if not all(folder.is_dir() for folder in folders):
            raise click.UsageError("--watch takes folders that are there.")
        follow(folders, Settings.load(library=library), as_json=as_json)
        return 0
    find(sources)  # a mistyped source leaves no library behind
    settings = Settings.load(library=library)
    with desk(settings, create=True) as owner, progress("Reading") as advance:
        report = take_in(
            sources,
            into=owner.shelf,
            sync=sync,
            file_limit=settings.file_limit,
            progress=lambda p: advance(p.done, p.total),
        )
    for warning in report.warnings:
        complain(f"warning: {warning}")
    for failure in report.failures:
        complain(str(failure))
    show(report, str(report), as_json)
    return 1 if report.failures else 0


@pullquote.command()
@click.argument("question", callback=as_text)
@day_option("--as-of", "Answer as on this day: what was published later does not count.")
@model_option
@click.option("--quote", is_flag=True, help="Quote the articles, whatever model is set.")
@filtered
@verb
def ask(
    *,
    question: str,
    as_of: date | None,
    model: str | None,
    quote: bool,
    filters: Filters,
    library: Path | None,
    as_json: bool,
) -> int:
    """Ask a question; the answer is quoted from the articles, or written by a model that is
    set, every statement checked against what it cites."""
    resolved = resolve({"library": library, "model": model})
    with desk(resolved.settings, model=model) as owner:
        if not quote and (told := passed_over(owner, resolved)):
            complain(told)
        answer = _answered(owner, question, filters, as_of, write=not quote, aloud=not as_json)
    gap = "\n" if answer.answered and not answer.unsaid else ""
    show(answer, gap + render.answer_text(answer), as_json)
    return 0


def _answered(
    owner: Desk, question: str, filters: Filters, as_of: date | None, *, write: bool, aloud: bool
) -> Answer:
    """The answer, its statements printed as they come if they are to be said ``aloud``."""
    with owner.stream(question, filters=filters, as_of=as_of, write=write) as stream:
        for statement in stream:
            if aloud:
                print(render.plain(str(statement)), flush=True)
        return stream.answer


@pullquote.command()
@click.argument("question", callback=as_text)
@click.option("-k", type=click.IntRange(min=1), default=10, show_default=True, help="Passages.")
@day_option("--as-of", "Search as on this day.")
@filtered
@verb
def search(
    *,
    question: str,
    k: int,
    as_of: date | None,
    filters: Filters,
    library: Path | None,
    as_json: bool,
) -> int:
    """Find the passages nearest to a question, best first."""
    with desk(Settings.load(library=library)) as owner:
        hits = owner.search(question, k=k, filters=filters, as_of=as_of)
    show(hits, render.hits_text(hits), as_json)
    return 0


@pullquote.command()
@filtered
@verb
def articles(filters: Filters, library: Path | None, as_json: bool) -> int:
    """List articles, newest first: date, publisher, title, id."""
    with desk(Settings.load(library=library)) as owner:
        found = owner.articles(filters)
    if as_json:
        print_json([source.to_dict() for source in found])
    for source in () if as_json else found:
        print(render.article_line(source))
    return 0


@pullquote.command()
@click.argument("ids", callback=as_text, nargs=-1, required=True, metavar="ARTICLE...")
@verb
def remove(ids: tuple[str, ...], library: Path | None, as_json: bool) -> int:
    """Remove articles, named by their ids, from everything. All of them or, if one is not
    there, none."""
    wanted = tuple(dict.fromkeys(ids))
    with desk(Settings.load(library=library)) as owner:
        owner.remove(wanted)
    told = f"{render.counting(len(wanted), 'article')} removed"
    show({"schema": SCHEMA, "removed": list(wanted)}, told, as_json)
    return 0


@pullquote.command()
@verb
def status(library: Path | None, as_json: bool) -> int:
    """Show what the library holds and how it was made."""
    with desk(Settings.load(library=library)) as owner:
        found = owner.status()
    show(found, render.status_text(found), as_json)
    return 0


@pullquote.command()
@click.option("--repair", is_flag=True, help="Mend the indexes from the articles.")
@verb
def verify(repair: bool, library: Path | None, as_json: bool) -> int:
    """Check every article, passage and index entry against each other."""
    with desk(Settings.load(library=library)) as owner:
        found = owner.verify(repair=repair)
    for problem in found.problems:
        complain(problem)
    show(found, render.verification_text(found), as_json)
    return 0 if found.whole else 1


@pullquote.command()
@verb
def rebuild(library: Path | None, as_json: bool) -> int:
    """Make everything but the articles anew, with the embedding model now set."""
    settings = Settings.load(library=library)
    with desk(settings, rebuilding=True) as owner, progress("Rebuilding") as advance:
        count = owner.rebuild(advance)
    told = f"{render.counting(count, 'article')} rebuilt"
    show({"schema": SCHEMA, "articles": count}, told, as_json)
    return 0


@pullquote.command()
@verb
def compact(library: Path | None, as_json: bool) -> int:
    """Give back the room of what was removed and replaced. Nothing is embedded anew."""
    with desk(Settings.load(library=library)) as owner, progress("Compacting") as advance:
        done = owner.compact(advance)
    show(done, render.compaction_text(done), as_json)
    return 0


@pullquote.command()
@click.argument("target", type=click.Path(path_type=Path), metavar="FILE|FOLDER")
@verb
def backup(target: Path, library: Path | None, as_json: bool) -> int:
    """Write the whole library into one file, also while it is in use.

    In a folder the file is named by the time. A backup of that name is replaced once the new
    one is whole.
    """
    with desk(Settings.load(library=library)) as owner:
        made = owner.backup(target)
    show({"schema": SCHEMA, "backup": str(made)}, str(made), as_json)
    return 0


@pullquote.command()
@click.argument("backup", type=click.Path(path_type=Path))
@click.option("--replace", is_flag=True, help="What the library holds may go.")
@verb
def restore(backup: Path, replace: bool, library: Path | None, as_json: bool) -> int:
    """Make a library what a backup holds; one that is missing is made. Nothing is embedded anew.

    A library that holds articles is left alone, unless told otherwise.
    """
    from rag.backups import check

    settings = Settings.load(library=library)
    check(backup)  # a mistyped name leaves no library behind
    with desk(settings, create=True) as owner, progress("Restoring") as advance:
        count = owner.restore(backup, replace=replace, progress=advance)
    told = f"{render.counting(count, 'article')} restored"
    show({"schema": SCHEMA, "articles": count}, told, as_json)
    return 0


@pullquote.command()
@model_option
@verb
def doctor(model: str | None, library: Path | None, as_json: bool) -> int:
    """Show settings and where they come from, and try models, library and disk."""
    from ui.doctor import examination_text, examine

    found = examine(library, model)
    show(found, examination_text(found), as_json)
    return 0 if found.well else 1


def _bench() -> click.Command:
    from evals.bench import main

    return main


def serving(function: Verb) -> Verb:
    """Gives a command that serves its options."""
    for option in (
        library_option,
        model_option,
        click.option("--port", type=int, help="Port to listen on; 0 for any that is free."),
        click.option("--host", help="Address of this machine to listen on."),
    ):
        function = option(function)
    return function


@pullquote.command()
@serving
def chat(**given: Any) -> int:
    """Open the chat window for a browser on this machine. Programs are served, too."""
    return _serve(given, window=True)


@pullquote.command()
@serving
def serve(**given: Any) -> int:
    """Serve programs on this machine, without a window."""
    return _serve(given, window=False)


def _serve(given: dict[str, Any], *, window: bool) -> int:
    from ui.app import serve as run

    try:
        resolved = resolve(given)
        if given["model"]:
            check_model(resolved.settings)
        run(resolved, window=window)
    except PullquoteError as error:
        complain(error.line)
        return 1
    except KeyboardInterrupt:  # how it is meant to end
        complain("stopped.")
    return 0


pullquote.add_command(evaluate)
pullquote.add_command(passed_on("bench", "Measure speed, memory and disk beside others.", _bench))
pullquote.add_command(feedback)
pullquote.add_command(user)


if __name__ == "__main__":
    sys.exit(main())
