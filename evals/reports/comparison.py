"""A comparison to be read by people: one HTML file in the look of a report, or Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from evals.reports.compare import Comparison, Flip, Measured, flip_of, pairs_of
from evals.reports.outcomes import ORDER, Outcome
from evals.reports.pages import texts
from evals.reports.pages.casebook import Entry, blocks, tags_of
from evals.reports.pages.frame import page
from evals.reports.report import GROUPS, Kind, about, badge
from evals.runs.records import Row, Run

FLIPS = 100
"""Flips that the Markdown comparison lists; the HTML one has every case."""


def html_comparison(comparison: Comparison, a: Run, b: Run) -> str:
    """``comparison``, made of ``a`` and ``b``, as one HTML page that loads nothing, with both
    answers to each case side by side."""
    entries = [_entry(pair) for pair in sorted(pairs_of(a, b), key=_most_changed)]
    metrics = [measured.metric for measured in comparison.metrics]
    names = (comparison.a, comparison.b)
    return page(
        "comparison.html",
        comparison=comparison,
        setup=a.setup,
        about=[(name, about(run)) for name, run in zip(names, (a, b), strict=True)],
        groups=_grouped(comparison),
        flips=_flips(comparison),
        metrics=metrics,
        kinds=_kinds(entries),
        tags=tags_of(entries),
        total=len(entries),
        blocks=blocks(entries, [a, b], names, metrics),
    )


def markdown_comparison(comparison: Comparison, flips: int = FLIPS) -> str:
    """``comparison`` as Markdown, with the first ``flips`` cases that flipped."""
    a, b = map(texts.markdown, (comparison.a, comparison.b))
    apart = (
        (f"Only in {a}", comparison.only_a),
        (f"Only in {b}", comparison.only_b),
        ("Not the same case in both", comparison.changed),
    )
    parts = [
        f"# {a} and {b} compared",
        f"**{texts.markdown(comparison.verdict)}**",
        f"{comparison.cases} cases that both runs have alike.",
        "\n".join(f"* {what}: {texts.markdown(', '.join(ids))}" for what, ids in apart if ids),
        "## What differs in how they were made",
        texts.markdown_table(("", a, b), [(c.name, c.a, c.b) for c in comparison.setup])
        if comparison.setup
        else "Nothing.",
        "## Metrics",
        texts.markdown_table(
            ("metric", a, b, "difference", "95 % interval", "p (Holm)", "cases", ""),
            [
                (
                    m.metric.title,
                    texts.number(m.a),
                    texts.number(m.b),
                    texts.number(m.difference, sign=True),
                    texts.interval(m.low, m.high, sign=True),
                    texts.p_value(m.adjusted),
                    m.cases,
                    "better" if m.is_better else "worse" if m.is_worse else "",
                )
                for m in comparison.metrics
            ],
        ),
        "## Flips",
        *_flips_in_markdown(comparison, flips),
        "## Median milliseconds a step",
        texts.markdown_table(
            ("step", a, b), [(p.step, _pace(p.a), _pace(p.b)) for p in comparison.paces]
        ),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _grouped(comparison: Comparison) -> list[tuple[str, list[Measured]]]:
    def place(measured: Measured) -> int:
        return list(GROUPS).index(measured.metric.group)

    ordered = sorted(comparison.metrics, key=place)
    return [(list(GROUPS.values())[at], list(some)) for at, some in groupby(ordered, key=place)]


def _flips(comparison: Comparison) -> list[tuple[str, list[Flip]]]:
    """By kind, for the worse first."""
    ordered = sorted(comparison.flips, key=_how_bad)
    return [(kind, list(some)) for kind, some in groupby(ordered, key=lambda flip: flip.kind)]


def _how_bad(flip: Flip) -> tuple[int, str]:
    return _worth(flip.b) - _worth(flip.a), flip.kind


def _worth(end: Outcome) -> int:
    """As CRAG scores it; what has no score is worth as little as a refusal."""
    return {Outcome.WRONG: -1, Outcome.RIGHT: 1}.get(end, 0)


def _most_changed(pair: tuple[Row, Row]) -> tuple[bool, int, int]:
    """Cases that flipped, for the worse first; then the others, failures first."""
    flip = flip_of(*pair)
    change = _worth(flip.b) - _worth(flip.a) if flip else 0
    return flip is None, change, ORDER.index(badge(pair[1])[0])


def _entry(pair: tuple[Row, Row]) -> Entry:
    flip = flip_of(*pair)
    change = _worth(flip.b) - _worth(flip.a) if flip else 0
    kinds = {
        "all": True,
        "worse": change < 0,
        "better": change > 0,
        "answered": pair[0].answered is not pair[1].answered,
        "flipped": flip is not None,
        "failed": badge(pair[1])[0] in (Outcome.WRONG, Outcome.REFUSED, Outcome.ERROR),
    }
    let_through = tuple(kind for kind, holds in kinds.items() if holds)
    return Entry(pair, let_through, tuple(badge(row) for row in pair))


def _kinds(entries: Sequence[Entry]) -> list[Kind]:
    said = [
        ("all", "All", "Every case that both runs have alike"),
        (
            "flipped",
            "Flipped",
            "Ended differently, or answered in one and refused in the other",
        ),
        ("worse", "Worse", "Ended worse than before"),
        ("better", "Better", "Ended better than before"),
        ("answered", "Refused ↔ answered", "Answered in one run and refused in the other"),
        ("failed", "Still or newly failed", "Wrong, refused or an error in the second run"),
    ]
    return [Kind(*kind, sum(kind[0] in entry.kinds for entry in entries)) for kind in said]


def _flips_in_markdown(comparison: Comparison, most: int) -> list[str]:
    flips = [flip for _, some in _flips(comparison) for flip in some]
    told = "\n".join(
        f"* {texts.markdown(flip.kind)}: {texts.markdown(flip.question)}"
        f" ({texts.markdown(flip.case)})"
        for flip in flips[:most]
    )
    more = f"And {len(flips) - most} more." if len(flips) > most else ""
    return [told or "None.", more]


def _pace(value: float | None) -> str:
    return "–" if value is None else texts.milliseconds(value)
