"""What a run gave, to be read by people: one HTML file that opens offline, or Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from evals.metrics.metric import Metric, of_names
from evals.metrics.refusals import Point
from evals.metrics.totals import Total
from evals.reports import figures
from evals.reports.outcomes import ORDER, SCORE, Outcome, outcome
from evals.reports.pages import texts
from evals.reports.pages.casebook import Entry, blocks, tags_of
from evals.reports.pages.charts import curve
from evals.reports.pages.frame import page
from evals.runs.records import Row, Run

GROUPS = {
    "headline": "Headline",
    "retrieval": "Retrieval",
    "answers": "Answers",
    "citations": "Citations",
    "refusals": "Refusals",
}
FAILURES = 100
"""Failed cases that the Markdown report tells; the HTML one has every case."""

_NONE = Total(None, None, None, 0, 0)
_WORDS = {
    Outcome.RIGHT: "Right",
    Outcome.REFUSED: "Refused",
    Outcome.WRONG: "Wrong",
    Outcome.ERROR: "Error",
    Outcome.UNSCORED: "Unscored",
}


@dataclass(frozen=True, slots=True)
class Kind:
    """A filter of the list of cases: its key, its word, what it lets through and how many."""

    key: str
    label: str
    about: str
    count: int


def html_report(run: Run, metrics: Sequence[Metric]) -> str:
    """The run as one HTML page that loads nothing. ``metrics`` says what its scores mean."""
    metrics = of_names(run.totals, metrics)
    entries = [_entry(row) for row in failures_first(run.rows)]
    risk = figures.Risk.of(run.rows)
    counts = figures.outcomes(run.rows)
    steps = figures.steps(run.rows)
    return page(
        "report.html",
        setup=run.setup,
        about=about(run),
        made_with=made_with(run),
        score=run.totals.get(SCORE, _NONE),
        score_title=next((m.title for m in metrics if m.name == SCORE), SCORE),
        **_shares(counts),
        metrics=metrics,
        totals=_grouped(run, metrics),
        by_tag=_by_tag(run, metrics),
        words=[_WORDS[each] for each in _SCORED],
        refusals=_refusals(figures.Refusals.of(run.rows)),
        unsaid=figures.Refusals.of(run.rows).unsaid,
        risk=risk,
        curve=curve(figures.thinned(risk.points)),
        risk_figures=_at_quarters(risk.points),
        risk_label="; ".join(
            f"{wrong:.1%} wrong among the surest {coverage:.0%}"
            for coverage, wrong, _ in _at_quarters(risk.points)
        ),
        ranks=figures.gold_ranks(run.rows),
        steps=steps,
        slowest=max((step.p95 for step in steps), default=0) or 1,
        spread=figures.spread(figures.whole_times(run.rows)),
        kinds=_kinds(entries),
        tags=tags_of(entries),
        total=len(entries),
        blocks=blocks(entries, [run], [""], metrics),
    )


def markdown_report(run: Run, metrics: Sequence[Metric], failures: int = FAILURES) -> str:
    """The run as Markdown, with the first ``failures`` of the cases that failed."""
    metrics = of_names(run.totals, metrics)
    score = run.totals.get(SCORE, _NONE)
    counts = figures.outcomes(run.rows)
    judged = _judged(counts)
    shares = ", ".join(
        f"{_WORDS[each].lower()} {texts.share(counts[each], judged)}" for each in _SCORED
    )
    parts = [
        f"# {texts.markdown(run.setup.set)}: evaluation run",
        texts.markdown_facts(about(run) | made_with(run)),
        "## Headline",
        f"**{texts.number(score.value, sign=True)}** CRAG score, from −1 to +1; 95 % interval"
        f" {texts.interval(score.low, score.high, sign=True)}."
        f" Of {judged} scored cases: {shares}. Unscored: {counts[Outcome.UNSCORED]}."
        f" Errors: {counts[Outcome.ERROR]}.",
        "## Totals",
        *(
            texts.markdown_table(
                (title, "value", "95 % interval", "scored", "unscored"),
                [(metric.title, *_cells(total)) for metric, total in rows],
            )
            for title, rows in _grouped(run, metrics)
        ),
        *_tags_in_markdown(run, metrics),
        "## Refusals",
        texts.markdown_table(("", "answered", "refused"), _refusals(figures.Refusals.of(run.rows))),
        _risk_in_markdown(figures.Risk.of(run.rows)),
        "## Rank of the first gold passage",
        texts.markdown_table(("rank", "cases"), list(figures.gold_ranks(run.rows).items())),
        "## Milliseconds a step",
        texts.markdown_table(
            ("step", "p50", "p95", "cases"),
            [
                (s.name, texts.milliseconds(s.p50), texts.milliseconds(s.p95), s.cases)
                for s in figures.steps(run.rows)
            ],
        ),
        "## Cases that failed",
        *_failures_in_markdown(run, failures),
        "## What the metrics mean",
        "\n".join(f"* **{m.title}**: {texts.markdown(m.about)}" for m in metrics),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def failures_first(rows: Sequence[Row]) -> list[Row]:
    """Wrong, then refused, then errors and unscored, then right; each in the order of the set."""
    return sorted(rows, key=lambda row: ORDER.index(outcome(row)))


def badge(row: Row) -> tuple[Outcome, str]:
    """How a case ended, and the word for it."""
    end = outcome(row)
    if end is Outcome.RIGHT and not row.answered:
        return end, "Right to refuse"
    return end, _WORDS[end]


def about(run: Run) -> dict[str, object]:
    """What the run is, at a glance."""
    setup = run.setup
    return {
        "Questions": f"{setup.questions:,}",
        "Library": f"{setup.library}: {setup.articles:,} articles, {setup.passages:,} passages",
        "As of": setup.as_of,
        "Run on": run.started[:16].replace("T", " "),
        "Took": f"{run.seconds:,.0f} s",
        "Commit": setup.commit,
    }


def made_with(run: Run) -> dict[str, object]:
    """Settings, models and digests: what makes the same run again."""
    setup = run.setup
    return {
        "Models": ", ".join(setup.models) or "none",
        "Settings": setup.settings,
        **setup.values,
        **({"Prompts": setup.prompts} if setup.prompts else {}),
        "Question set digest": setup.set_digest,
        "Library digest": setup.library_digest,
        "Seed": setup.seed,
        "Pullquote": setup.version,
        "Machine": run.machine,
    }


_SCORED = (Outcome.RIGHT, Outcome.REFUSED, Outcome.WRONG)


def _judged(counts: Mapping[Outcome, int]) -> int:
    return sum(counts[each] for each in _SCORED)


def _shares(counts: Mapping[Outcome, int]) -> dict[str, Any]:
    judged = _judged(counts)
    shares = [(each.value, _WORDS[each], counts[each]) for each in _SCORED]
    label = ", ".join(f"{word} {texts.share(count, judged)}" for _, word, count in shares)
    return {
        "judged": judged,
        "shares": shares,
        "shares_label": label,
        "unscored": counts[Outcome.UNSCORED],
        "errors": counts[Outcome.ERROR],
    }


def _grouped(run: Run, metrics: Sequence[Metric]) -> list[tuple[str, list[tuple[Metric, Total]]]]:
    ordered = sorted(metrics, key=lambda metric: list(GROUPS).index(metric.group))
    return [
        (GROUPS[group], [(metric, run.totals[metric.name]) for metric in some])
        for group, some in groupby(ordered, key=lambda metric: metric.group)
    ]


def _by_tag(run: Run, metrics: Sequence[Metric]) -> list[tuple[str, list[Metric], list[Any]]]:
    """For each group of metrics and each tag: its cases, how they ended, and its totals."""
    tables = []
    ended = {tag: [outcome(r) for r in run.rows if tag in r.case.tags] for tag in run.tags}
    for title, pairs in _grouped(run, metrics) if run.tags else ():
        some = [metric for metric, _ in pairs]
        rows = [
            (tag, len(ended[tag]), _ends(ended[tag]), [totals.get(m.name, _NONE) for m in some])
            for tag, totals in run.tags.items()
        ]
        tables.append((title, some, rows))
    return tables


def _ends(ended: Sequence[Outcome]) -> list[int]:
    return [ended.count(each) for each in _SCORED]


def _refusals(table: figures.Refusals) -> list[tuple[str, int, int]]:
    return [
        ("Answerable", table.answerable_answered, table.answerable_refused),
        ("Unanswerable", table.unanswerable_answered, table.unanswerable_refused),
    ]


def _at_quarters(points: Sequence[Point]) -> list[Point]:
    """The points at which a quarter, a half, three quarters and all answers are given."""
    at = [next((p for p in points if p[0] >= q), None) for q in (0.25, 0.5, 0.75, 1.0)]
    return list(dict.fromkeys(point for point in at if point))


def _entry(row: Row) -> Entry:
    end = outcome(row)
    kinds = {
        "all": True,
        "failed": end in (Outcome.WRONG, Outcome.REFUSED),
        "refused": not row.answered and not row.error,
        "right": end is Outcome.RIGHT,
        "unscored": end is Outcome.UNSCORED,
        "errors": end is Outcome.ERROR,
    }
    return Entry((row,), tuple(kind for kind, holds in kinds.items() if holds), (badge(row),))


def _kinds(entries: Sequence[Entry]) -> list[Kind]:
    said = [
        ("all", "All", "Every case"),
        ("failed", "Failed", "Answered wrongly, or refused though the articles answer it"),
        ("refused", "Refused", "Not answered, rightly or wrongly"),
        ("right", "Right", "Answered rightly, or rightly refused"),
        ("unscored", "Unscored", "The case lacks what the score needs"),
        ("errors", "Errors", "Something went wrong"),
    ]
    return [Kind(*kind, sum(kind[0] in entry.kinds for entry in entries)) for kind in said]


# Markdown.


def _cells(total: Total) -> tuple[object, ...]:
    low_high = texts.interval(total.low, total.high)
    return texts.number(total.value), low_high, total.scored, total.unscored


def _tags_in_markdown(run: Run, metrics: Sequence[Metric]) -> list[str]:
    tables = [
        texts.markdown_table(
            (title, "cases", *(metric.title for metric in some)),
            [
                (tag, count, *(texts.number(t.value) for t in cells))
                for tag, count, _, cells in rows
            ],
        )
        for title, some, rows in _by_tag(run, metrics)
    ]
    return ["## By tag", *tables] if tables else []


def _risk_in_markdown(risk: figures.Risk) -> str:
    if risk.area is None:
        return ""
    shares = "; ".join(f"{wrong:.1%} of {at:.0%}" for at, wrong, _ in _at_quarters(risk.points))
    return (
        f"Wrong among the surest answers: {shares}."
        f" Area under the curve {texts.number(risk.area)}, over {risk.cases} answers."
    )


def _failures_in_markdown(run: Run, most: int) -> list[str]:
    failed = [
        row
        for row in failures_first(run.rows)
        if outcome(row) in (Outcome.WRONG, Outcome.REFUSED, Outcome.ERROR)
    ]
    told = [_failure_in_markdown(row) for row in failed[:most]]
    more = len(failed) - len(told)
    return [*told, *([f"And {more} more."] if more else [])] or ["None."]


def _failure_in_markdown(row: Row) -> str:
    gold = "; ".join(row.case.answers) or "none"
    return "\n".join(
        [
            f"### {badge(row)[1]}: {texts.markdown(row.case.question)}",
            "",
            f"* Case: {texts.markdown(row.case.id)}",
            f"* Gold: {texts.markdown(gold)}",
            f"* Answer: {texts.markdown(row.error or row.text)}",
        ]
    )
