"""Figures of runs as text for a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ui.render import counting

if TYPE_CHECKING:
    from evals.metrics.totals import Total
    from evals.runs.gate import Floors
    from evals.runs.running import Summary

_RUNNING = {"crag": "CRAG", "hit@1": "hit@1", "hit@5": "hit@5", "holds_gold": "gold held"}


def running_text(means: Mapping[str, float]) -> str:
    """The figures worth watching while a run goes on."""
    return "  ".join(f"{t} {means[name]:.3f}" for name, t in _RUNNING.items() if name in means)


def total_text(total: Total) -> str:
    if total.value is None or total.low is None or total.high is None:
        return f"{'-':>6}  not scored"
    unscored = f", {total.unscored} not scored" if total.unscored else ""
    interval = f"[{total.low:.3f}, {total.high:.3f}]"
    return f"{total.value:6.3f}  {interval:16}  {counting(total.scored, 'case')}{unscored}"


def summary_text(summary: Summary, path: Path, report: str) -> str:
    """A run's totals, a line a metric, and where its files are."""
    from evals.metrics.definitions import METRICS

    setup = summary.setup
    lines = [
        f"{setup.set}: {counting(setup.questions, 'question')} of"
        f" {counting(setup.articles, 'article')}, as of {setup.as_of}",
        "",
        *(f"{m.title:26} {total_text(summary.totals[m.name])}" for m in METRICS),
        "",
    ]
    if summary.resumed:
        lines.append(f"{counting(summary.resumed, 'case')} had been asked before")
    if summary.errors:
        lines.append(f"{counting(summary.errors, 'case')} could not be asked; the run says why")
    lines.append(f"run: {path}")
    if report:
        lines.append(f"report: {report}")
    return "\n".join(lines)


def gate_text(floors: Floors, totals: Mapping[str, Total], broken: Sequence[str]) -> str:
    """Each floor beside what was measured, then what does not keep to it."""
    lines = []
    for metric, floor in floors.now.items():
        value = totals[metric].value if metric in totals else None
        measured = "not scored" if value is None else f"{value:.4f}"
        lines.append(f"{metric:20} floor {floor.floor:<8} measured {measured}")
    verdict = [f"gate: {line}" for line in broken] or ["gate: every floor is kept"]
    return "\n".join([*lines, *verdict])
