"""The table of ``docs/quality.md``: ``python -m evals.quality``.

Runs the public data sets that are there, each asked of all its articles, and writes the tables
between the two markers of the page. What was run before with the same setup is not run again;
``--fresh`` does.
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import click

from evals.files import write
from evals.fitting.fits import FITTED, half_of
from evals.metrics.totals import Total
from evals.runs.records import Run
from evals.runs.running import run
from evals.runs.setup import setup_of
from evals.runs.subject import SAMPLE, subject
from evals.runs.undone import place_of
from evals.sets.questions import Case, QuestionSet, chosen
from rag.errors import PullquoteError
from rag.settings import Settings

PAGE = Path(__file__).parents[1] / "docs" / "quality.md"
BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"


@dataclass(frozen=True, slots=True)
class Part:
    """A set and which of its questions count; ``about`` says so in words."""

    name: str
    about: str = "all"
    counts: Callable[[Case], bool] = lambda _: True


def _unseen(case: Case) -> bool:
    """Whether nothing was fitted on it."""
    return half_of(case) not in (None, FITTED)


PARTS = (
    Part(SAMPLE),
    Part("squad2", "answerable, *", lambda case: bool(case.answerable) and _unseen(case)),
    Part("realtimeqa_2022", "tier A, as of the question's day", lambda c: "tier-A" in c.tags),
    Part("nq_open_oracle"),
    Part("covidqa", "answerable", lambda case: bool(case.answerable)),
    Part("timeqa"),
    Part("mtrag_clapnq"),
    Part("nomiracl_en", "*", _unseen),
    Part("clapnq", "*", _unseen),
    Part("ramdocs"),
)

RETRIEVAL = (
    "hit@1", "hit@5", "hit@10", "article_hit@1", "article_hit@5", "article_hit@10",
    "full_evidence@10",
)  # fmt: skip
ANSWERS = (
    "crag", "holds_gold", "first_holds_gold", "holds_all", "holds_wrong", "marked_f1",
    "evidence_recall", "refused", "false_refusal",
)  # fmt: skip


def measured(part: Part, most: int, settings: Settings, folder: Path, *, fresh: bool) -> Run:
    """The run of one part; the one that is there when its setup is the same."""
    found = subject(part.name, settings)
    cases = chosen([case for case in found.questions.cases if part.counts(case)], most)
    questions = QuestionSet(part.name, cases)
    out = folder / f"{part.name}.json"
    with found.opened() as engine:
        engine.warm()
        setup = setup_of(
            engine, questions, asked=len(cases), seed=0,
            as_of=found.as_of(engine), library=found.library,
        )  # fmt: skip
        if not fresh and out.exists():
            made = Run.read(out)
            if replace(setup, as_of=made.setup.as_of).is_like(made.setup):
                return made
        place = place_of(out, folder, setup, any_day=True)
        run(engine, cases, place.setup, out)
    return Run.read(out)


def tables(runs: Sequence[tuple[Part, Run]]) -> Iterator[str]:
    """The figures as Markdown, a line at a time."""
    first = runs[0][1]
    yield f"Measured on {date.today()} at commit `{first.setup.commit}`: {first.machine};"
    yield f"{', '.join(first.setup.models)}. Intervals are 95 %, by bootstrap over the cases."
    yield "\\* Only the half, by articles, that nothing was fitted on."
    yield ""
    yield from _table("Retrieval", runs, RETRIEVAL)
    yield from _table("Answers and refusals", runs, ANSWERS)
    yield "Milliseconds a question, median and 95th percentile:"
    yield ""
    yield "| set | an answer |"
    yield "|---|--:|"
    for part, made in runs:
        yield f"| `{part.name}` | {_times(made)} |"


def _table(title: str, runs: Sequence[tuple[Part, Run]], names: Sequence[str]) -> Iterator[str]:
    yield f"### {title}"
    yield ""
    yield "| set | questions | articles | " + " | ".join(names) + " |"
    yield "|---|--:|--:|" + "--:|" * len(names)
    for part, made in runs:
        asked = made.setup.questions
        figures = " | ".join(_figure(made.totals[name], asked) for name in names)
        yield f"| `{part.name}` | {asked} ({part.about}) | {made.setup.articles} | {figures} |"
    yield ""


def _figure(total: Total, asked: int) -> str:
    if total.value is None or total.low is None or total.high is None:
        return "-"
    scored = "" if total.scored == asked else f" n={total.scored}"
    return f"{total.value:.3f} [{total.low:.3f}, {total.high:.3f}]{scored}"


def _times(made: Run) -> str:
    spent = [sum(row.milliseconds.values()) for row in made.rows if row.milliseconds]
    if len(spent) < 2:
        return "-"
    return f"{statistics.median(spent):.0f}, {statistics.quantiles(spent, n=20)[-1]:.0f}"


def placed(page: str, lines: Sequence[str]) -> str:
    """``page`` with ``lines`` between its markers."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n" + "\n".join(lines) + f"\n\n{END}{after}"


@click.command(help=__doc__)
@click.option("--most", default=1000, show_default=True, help="Questions of a set.")
@click.option("--fresh", is_flag=True, help="Run again what was run before.")
@click.option("--runs", "folder", type=click.Path(path_type=Path), default=Path("runs/quality"))
@click.option("--page", type=click.Path(path_type=Path), default=PAGE)
@click.argument("names", nargs=-1, metavar="[SET]...")
def main(most: int, fresh: bool, folder: Path, page: Path, names: tuple[str, ...]) -> None:
    settings, runs = Settings.load(), []
    for part in PARTS:
        if names and part.name not in names:
            continue
        try:
            runs.append((part, measured(part, most, settings, folder, fresh=fresh)))
        except PullquoteError as error:
            print(f"{part.name} is skipped: {error.line}", file=sys.stderr)
            continue
        print(f"{part.name}: {_figure(runs[-1][1].totals['crag'], 0)}", file=sys.stderr)
    if not runs:
        sys.exit("nothing was measured")
    write(page, placed(page.read_text(encoding="utf-8"), list(tables(runs))))


if __name__ == "__main__":
    main()
