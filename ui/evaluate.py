"""The verbs under ``pullquote eval``: measuring, reporting, comparing, holding to floors."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rag.errors import EvaluationError
from rag.settings import Settings
from ui import figures
from ui.command import complain, day_option, model_option, passed_on, show, verb

if TYPE_CHECKING:
    from evals.runs.running import Progress
    from evals.sets.gold import Missing

RUNS = Path("runs")

_SHOWN = 5  # of what a set names and a library lacks

_path = click.Path(path_type=Path)
_html = click.option("--html", type=_path, help="Write it as one HTML file.")
_markdown = click.option("--markdown", type=_path, help="Write it as Markdown.")


@click.group("eval")
def evaluate() -> None:
    """Measure with questions whose answers are known.

    \b
    pullquote eval run newspaper          the sample set, on the sample newspaper
    pullquote eval run my.jsonl           your questions, on your library
    pullquote eval compare A.json B.json  what changed between two runs
    """


@evaluate.command("run")
@click.argument("name", metavar="SET")
@click.option("--questions", type=click.IntRange(min=1), help="Ask only so many of them.")
@click.option("--seed", default=0, show_default=True, help="Chooses which.")
@day_option("--as-of", "The day of questions that name none; today if not given.")
@click.option("--out", type=_path, help="File of the run; a new one under runs/ if not given.")
@click.option("--fresh", is_flag=True, help="Do not go on with a run that was interrupted.")
@click.option("--no-report", is_flag=True, help="Write no report beside the run.")
@model_option
@verb
def run_set(
    *,
    name: str,
    questions: int | None,
    seed: int,
    as_of: date | None,
    out: Path | None,
    fresh: bool,
    no_report: bool,
    model: str | None,
    library: Path | None,
    as_json: bool,
) -> int:
    """Ask a question set and score the answers.

    SET is 'newspaper', a public data set under PULLQUOTE_DATA, or a file of questions, which is
    asked of your library. An interrupted run goes on where it was.
    """
    from evals.runs.running import check_run, partial, run
    from evals.runs.setup import setup_of
    from evals.runs.subject import subject
    from evals.runs.undone import place_of
    from evals.sets.questions import chosen

    if out is not None and out.suffix != ".json":
        raise click.UsageError("--out must end in .json; the report is written beside it.")
    if out is not None and out.exists():
        check_run(out)  # any other file is somebody's, and stays
    settings = Settings.load(library=library, model=model)
    found = subject(name, settings, own_library=library is not None)
    cases = found.questions.cases
    if questions is not None:
        cases = chosen(cases, questions, seed=seed)
    with found.opened() as engine:
        _warn_of(found.missing(engine))
        engine.warm()
        day = as_of or found.as_of(engine)
        setup = setup_of(
            engine, found.questions, asked=len(cases), seed=seed, as_of=day, library=found.library
        )
        place = place_of(out, RUNS, setup, any_day=as_of is None)
        if fresh:
            partial(place.path).unlink(missing_ok=True)
        with _running(found.questions.name) as advance:
            summary = run(engine, cases, place.setup, place.path, progress=advance)
    report = "" if no_report else str(_reported(place.path))
    result = {**summary.to_dict(), "path": str(place.path), "report": report}
    show(result, figures.summary_text(summary, place.path, report), as_json)
    return 1 if summary.errors else 0


def _warn_of(missing: Sequence[Missing]) -> None:
    from evals.sets.gold import told

    if missing:
        complain(f"warning: {told(missing)}; what cannot be found is not scored")
    for each in missing[:_SHOWN]:
        complain(f"  {each}")


@contextmanager
def _running(name: str) -> Iterator[Callable[[Progress], None]]:
    """Progress with running figures on a terminal; nothing anywhere else."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"), BarColumn(bar_width=12), MofNCompleteColumn(),
        TimeRemainingColumn(), TextColumn("{task.fields[figures]}"),
    )  # fmt: skip
    with Bar(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(f"Asking {name}", total=None, figures="")
        yield lambda p: bar.update(
            task, completed=p.done, total=p.total, figures=figures.running_text(p.means)
        )


def _reported(run: Path) -> Path:
    """The report of a run, written beside it."""
    from evals.files import write
    from evals.metrics.definitions import METRICS
    from evals.reports.report import html_report
    from evals.runs.records import Run

    path = run.with_suffix(".html")
    write(path, html_report(Run.read(run), METRICS))
    return path


@evaluate.command("report")
@click.argument("run", type=_path)
@_html
@_markdown
@verb
def report_run(
    *, run: Path, html: Path | None, markdown: Path | None, library: Path | None, as_json: bool
) -> int:
    """Draw a run: headline, tables, plots, and every case, failures first."""
    from evals.metrics.definitions import METRICS
    from evals.reports.report import html_report, markdown_report
    from evals.runs.records import Run

    read = Run.read(run)
    if html is None and markdown is None:
        html = run.with_suffix(".html")
    written = _written(
        (html, lambda: html_report(read, METRICS)),
        (markdown, lambda: markdown_report(read, METRICS)),
    )
    show({"written": written}, "\n".join(written), as_json)
    return 0


def _written(*drawings: tuple[Path | None, Callable[[], str]]) -> list[str]:
    """Writes the drawings whose file is named, and says which those are."""
    from evals.files import write

    named = [(path, draw) for path, draw in drawings if path is not None]
    for (path, _), suffix in zip(drawings, (".html", ".md"), strict=True):
        if path is not None and path.suffix != suffix:
            raise click.UsageError(f"{path} must end in {suffix}.")
    for path, draw in named:
        write(path, draw())
    return [str(path) for path, _ in named]


@evaluate.command("compare")
@click.argument("before", type=_path)
@click.argument("after", type=_path)
@_html
@_markdown
@click.option(
    "--strict", is_flag=True, help="End with 1 when something is worse beyond chance, or lost."
)
@verb
def compare_runs(
    *,
    before: Path,
    after: Path,
    html: Path | None,
    markdown: Path | None,
    strict: bool,
    library: Path | None,
    as_json: bool,
) -> int:
    """Compare two runs of one set, case by case."""
    from evals.metrics.definitions import METRICS
    from evals.reports.compare import compare
    from evals.reports.comparison import html_comparison, markdown_comparison
    from evals.runs.records import Run

    a, b = Run.read(before), Run.read(after)
    names = (before.stem, after.stem) if before.stem != after.stem else (str(before), str(after))
    comparison = compare(a, b, METRICS, names=names)
    written = _written(
        (html, lambda: html_comparison(comparison, a, b)),
        (markdown, lambda: markdown_comparison(comparison)),
    )
    show(comparison, "\n".join([*comparison.lines(), *written]), as_json)
    return 1 if strict and (comparison.regressions or comparison.lost) else 0


@evaluate.command("gate")
@click.argument("run", type=_path)
@click.option("--floors", type=_path, help="Their file; that of the sample set if not given.")
@click.option("--raise", "raising", is_flag=True, help="Bring floors up to this run.")
@click.option("--lower", metavar="REASON", help="Bring floors down to it, too, and say why.")
@click.option("--metric", "metrics", multiple=True, help="Move the floor of this metric alone.")
@verb
def gate(
    *,
    run: Path,
    floors: Path | None,
    raising: bool,
    lower: str | None,
    metrics: tuple[str, ...],
    library: Path | None,
    as_json: bool,
) -> int:
    """Hold a run to its floors: ends with 1 when a figure lies below.

    With --raise a floors file that is missing is made, and one for other questions or articles
    is begun anew, which needs --lower and a reason as well.
    """
    from evals.runs.gate import Floors, gated
    from evals.runs.records import Run
    from evals.runs.subject import OWN, SAMPLE

    read = Run.read(run)
    errors = sum(bool(row.error) for row in read.rows)
    path = floors or OWN / f"{SAMPLE}.floors.json"
    if unknown := [name for name in metrics if name not in read.totals]:
        raise click.UsageError(f"There is no metric '{unknown[0]}' in this run.")
    if raising or lower is not None:
        if errors:
            raise EvaluationError(
                f"{errors} questions of this run could not be asked.", "Run it again first."
            )
        if lower is not None and not lower.strip():
            raise click.UsageError("--lower wants a reason.")
        known = gated(read.setup, path, anew=lower is not None)
        kept = not known.entries or not list(known.broken(read.setup, read.totals, errors))
        if kept or lower is not None:
            known.moved(read.totals, date.today(), metrics, lower or "").write(path)
    held = Floors.read(path)
    broken = list(held.broken(read.setup, read.totals, errors))
    told = {"floors": str(path), "broken": broken, "held": [f.to_dict() for f in held.now.values()]}
    show(told, figures.gate_text(held, read.totals, broken), as_json)
    return 1 if broken else 0


def _fit() -> click.Command:
    from evals.fit import main

    return main


evaluate.add_command(passed_on("eval fit", "Fit weights on one half of the data.", _fit))


@evaluate.command("import")
@click.argument("format_name", metavar="FORMAT")
@click.argument("folder", type=_path)
@click.option("--to", type=_path, required=True, help="Folder for what is made.")
@click.option("--name", default="", help="Name of the set; the folder's if not given.")
@verb
def import_published(
    *, format_name: str, folder: Path, to: Path, name: str, library: Path | None, as_json: bool
) -> int:
    """Take over a published data set: articles to ingest, and questions to run.

    FORMAT is squad, beir, multihop, mtrag or realtimeqa, or auto: whichever's files are there.
    """
    from evals.sets.gold import told
    from evals.sets.importing import import_set

    made = import_set(format_name, folder, to, name)
    if lacking := told(made.missing):
        complain(f"warning: {lacking}")
    files = [str(path) for path in (made.articles_file, made.set_file, made.card)]
    result = {"format": made.format.name, "files": files, "articles": made.articles}
    show(result, "\n".join(files), as_json)
    return 0
