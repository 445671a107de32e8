"""Fits the values of ``rag/fitted.json`` on one half of the cases and reports the other half.

``python -m evals.fit`` fits them on the public data sets that the shipped ones are fitted on:
finding and quoting on ``squad2`` and ``clapnq``; refusing on
``clapnq``, ``nomiracl_en`` and ``squad2``. DATASETS are others to take instead. With ``--set`` and
``--library`` they are your own questions and articles; then name your file in the setting
``fitted``.

The halves are told apart by a digest of the article, or of the question where a case names none.
Prints a report; writes only with ``--write``, and never values with which the other half is
significantly worse.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from evals.fitting import quoting as fit_quoting
from evals.fitting import ranking as fit_ranking
from evals.fitting import refusing as fit_refusing
from evals.fitting.fits import FITTED, Fit
from evals.fitting.ranking import Asked
from evals.fitting.refusing import FALSE_REFUSALS, Decided
from evals.fitting.sources import Source, Sources, own
from evals.sets.questions import Case, sample
from rag.errors import PullquoteError, StorageFailed
from rag.finding.ranking import CloseSignals, Ranking, Signals
from rag.fitted import SHIPPED, Finding, Fitted, Fitting, Quoting, Refusing
from rag.settings import Settings

FINDING = ("squad2", "clapnq")
QUOTING = FINDING
REFUSING = ("clapnq", "nomiracl_en", "squad2")
FAR = ("covidqa", "ramdocs", "timeqa")
"""Sets whose questions are asked of articles that have nothing on them."""

_FAR = "squad2"
"""Its unanswerable questions hold for one paragraph only and are left out. Its articles have
nothing on what the other sets ask, and are asked that."""
_STRICT = {_FAR: 0.05}
"""Of whose answerable questions fewer may be refused: they have an answer word for word."""

_FEWER = 3
"""One in so many questions of another set is asked: there are several sets."""

_CLOSELY = 2
"""One in so many cases is read closely."""

_ASIDE = frozenset({"write", "to", "day"})
"""Options that do not change what is fitted."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How to fit. ``size``: most cases of a set, and of a group. ``share``: of the answerable
    questions, how many may be refused."""

    size: int
    share: float
    day: date
    command: str

    def fitting(self, fit: Fit[Any], sources: Sequence[Source]) -> Fitting:
        sets = {source.name: source.digest for source in sources}
        return Fitting(sets, FITTED, fit.cases[0], self.day, self.command, fit.other_half())


def fit_finding_on(sources: Sequence[Source], now: Fitted, plan: Plan) -> Fit[Finding]:
    """Raises ``EvaluationError`` for too few cases."""
    asked: dict[str, list[Asked]] = {}
    left_out = 0
    for source in sources:
        cases = sample(fit_ranking.usable(source.cases), plan.size)
        with source.open() as engine:
            asked[source.name] = list(fit_ranking.collect(engine, source.name, cases))
        left_out += len(cases) - len(asked[source.name])
    offered = [one.offered for found in asked.values() for one in found]
    fit_ranking.check(offered)
    first = fit_ranking.best(Signals, [o for o in offered if o.half == FITTED])
    print(f"finding, all candidates: {first.to_dict()}", flush=True)
    close, before = [], []
    for source in sources:
        # Reading closely takes a hundred times as long.
        some = asked[source.name][: plan.size // _CLOSELY]
        others = [one for one in some if one.offered.half != FITTED]
        with source.open() as engine:
            close += list(fit_ranking.read_closely(engine, some, first))
            now_first = now.finding.weights.first
            before += list(fit_ranking.read_closely(engine, others, now_first))
    second = fit_ranking.best(CloseSignals, [o for o in close if o.half == FITTED])
    fit = fit_ranking.fit(
        fit_ranking.Both(offered, close, Ranking(first, second)),
        fit_ranking.Both(offered, before, now.finding.weights),
        left_out=left_out,
    )
    return replace(fit, values=replace(fit.values, fitting=plan.fitting(fit, sources)))


def fit_quoting_on(sources: Sequence[Source], now: Fitted, plan: Plan) -> Fit[Quoting]:
    """Raises ``EvaluationError`` for too few cases."""
    read: list[fit_quoting.Read] = []
    asked = 0
    for source in sources:
        cases = sample(fit_ranking.usable(source.cases), plan.size)
        asked += len(cases)
        with source.open() as engine:
            read += fit_quoting.collect(engine, source.name, cases)
    fit = fit_quoting.fit(read, now.quoting, left_out=asked - len(read))
    return replace(fit, values=replace(fit.values, fitting=plan.fitting(fit, sources)))


def fit_refusing_on(
    sources: Sequence[Source], far: Sequence[Source], now: Fitted, plan: Plan
) -> tuple[Fit[Refusing], list[Decided]]:
    """The fit and the cases it rests on, for a closer report. ``far`` are sets whose questions
    alone are asked. Raises ``EvaluationError`` for too few cases."""
    decided: list[Decided] = []
    asked = 0
    for source in sources:
        groups = list(_groups(source, (*sources, *far), plan.size))
        with source.open() as engine:
            for cases, answerable in groups:
                asked += len(cases)
                decided += fit_refusing.collect(engine, source.name, cases, answerable=answerable)
    fit = fit_refusing.fit(
        decided, now.refusing, share=plan.share, strict=_STRICT, left_out=asked - len(decided)
    )
    fitting = plan.fitting(fit, (*sources, *far))
    return replace(fit, values=replace(fit.values, fitting=fitting)), decided


def _groups(
    source: Source, sources: Sequence[Source], size: int
) -> Iterator[tuple[list[Case], bool | None]]:
    """Cases to ask of a source's articles, and whether they answer (None: as the cases say)."""
    if source.name != _FAR:
        yield sample((c for c in source.cases if c.answerable is not None), size), None
        return
    yield sample((c for c in source.cases if c.answerable), size), None
    for other in sources:
        if other is not source:
            # What is about its own articles means nothing here; the half stays the case's own.
            yield sample(other.cases, size)[: size // _FEWER], False


def written(fitted: Fitted, path: Path) -> None:
    """Writes the file, whole or not at all. Raises ``StorageFailed``."""
    text = json.dumps(fitted.to_dict(), indent=2, ensure_ascii=False) + "\n"
    part = path.with_name(path.name + ".part")
    try:
        part.write_text(text, encoding="utf-8")
        part.replace(path)
    except OSError as error:
        raise StorageFailed(f"{path} cannot be written: {error.strerror}.") from error


def _values(values: Finding | Quoting | Refusing) -> str:
    told = {k: v for k, v in values.to_dict().items() if k not in ("schema", "fitting")}
    return json.dumps(told)


@click.command(help=__doc__)
@click.argument("datasets", nargs=-1)
@click.option(
    "--only", type=click.Choice(["finding", "quoting", "refusing"]), help="Fit this alone."
)
@click.option(
    "--size",
    default=600,
    show_default=True,
    type=click.IntRange(1),
    help="Most cases of a set, or of a group.",
)
@click.option(
    "--share",
    default=FALSE_REFUSALS,
    show_default=True,
    type=click.FloatRange(0, 1),
    help="Of the answerable questions, how many may be refused.",
)
@click.option("--set", "questions", type=click.Path(path_type=Path), help="Your question set.")
@click.option("--library", type=click.Path(path_type=Path), help="The library it asks.")
@click.option("--write", is_flag=True, help="Write the file.")
@click.option("--to", type=click.Path(path_type=Path), help="The file, if not the one in force.")
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="What the file says; today.")
def main(
    *,
    datasets: tuple[str, ...],
    only: str | None,
    size: int,
    share: float,
    questions: Path | None,
    library: Path | None,
    write: bool,
    to: Path | None,
    day: datetime | None,
) -> None:
    if (questions is None) != (library is None) or (questions and datasets):
        raise click.UsageError("--set and --library go together, and without DATASETS.")
    plan = Plan(size, share, day.date() if day else date.today(), _command())
    try:
        settings = Settings.load(library=library)
        path = to or settings.fitted or SHIPPED
        if write and questions and path == SHIPPED:
            raise click.UsageError("The shipped file is not for your own set: name one with --to.")
        mine = own(questions, library, settings) if questions and library else None
        sources = Sources(settings, datasets, mine)
        now = Fitted(settings.finding, settings.quoting, settings.refusing, settings.checking)
        fitted = every(sources, only, now, plan)
        if write:
            written(fitted, path)
            print(f"written: {path}")
    except PullquoteError as error:
        raise click.ClickException(error.line) from error


def every(sources: Sources, only: str | None, now: Fitted, plan: Plan) -> Fitted:
    """All fits, one after the other, or ``only`` one of them, told as they go: the values to go on
    with. Raises ``EvaluationError``."""
    if only in (None, "finding"):
        found, skipped = sources.or_else(FINDING)
        finding = fit_finding_on(found, now, plan)
        now = replace(now, finding=finding.chosen)
        told = (*skipped, f"finding: {_values(finding.values)}", *finding.lines())
        print(*told, sep="\n", flush=True)
    if only in (None, "quoting"):
        found, skipped = sources.or_else(QUOTING)
        quoting = fit_quoting_on(found, now, plan)
        now = replace(now, quoting=quoting.chosen)
        told = (*skipped, f"quoting: {_values(quoting.values)}", *quoting.lines())
        print(*told, sep="\n", flush=True)
    if only in (None, "refusing"):
        found, skipped = sources.or_else(REFUSING)
        public = any(source.name == _FAR for source in found)
        far, missing = sources.or_else(FAR) if public else ([], [])
        refusing, decided = fit_refusing_on(found, far, now, plan)
        now = replace(now, refusing=refusing.chosen)
        told = (*skipped, *missing, f"refusing: {_values(refusing.values)}", *refusing.lines())
        print(*told, *fit_refusing.by_group(decided, refusing.chosen), sep="\n", flush=True)
    return now


def _command() -> str:
    """What was asked for, without what does not change the values."""
    context = click.get_current_context()
    words = list(context.params["datasets"])
    for option in context.command.params:
        given = context.get_parameter_source(option.name or "") is ParameterSource.COMMANDLINE
        if isinstance(option, click.Option) and given and option.name not in _ASIDE:
            words += [option.opts[0], str(context.params[option.name or ""])]
    return " ".join(["python -m evals.fit", *words])


if __name__ == "__main__":
    main()
