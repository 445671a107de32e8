"""Passage retrieval on a public data set: ``python -m evals.retrieval squad2``.

A hit is a passage of a gold article that holds a gold answer.
"""

from __future__ import annotations

import json
import statistics
from time import perf_counter
from typing import Any

import click

from evals.metrics.answers import holds
from evals.metrics.intervals import Share
from evals.metrics.ranking import hit_at
from evals.runs.corpus import library_of
from evals.sets.datasets import Dataset
from evals.sets.questions import Case, half, sample
from rag.engine import Engine
from rag.settings import Settings
from rag.types import Hit

RANKS = (1, 3, 5, 10)


def relevant(case: Case, hit: Hit) -> bool:
    return hit.source.id in case.articles and holds(hit.passage.text, case.answers)


def measure(engine: Engine, cases: list[Case]) -> dict[str, Any]:
    """Hits at each rank, over all cases and over each half, and milliseconds a question."""
    rows, times = [], []
    for case in cases:
        started = perf_counter()
        found = engine.search(case.question, k=max(RANKS), as_of=case.as_of, reorder=None)
        times.append((perf_counter() - started) * 1000)
        rows.append((case, [relevant(case, hit) for hit in found]))
    parts = {
        "all": rows,
        "first half": [row for row in rows if half(row[0].articles[0]) == 0],
        "second half": [row for row in rows if half(row[0].articles[0]) == 1],
    }
    hits = {
        part: {k: Share(sum(hit_at(k, r) for _, r in chosen), len(chosen)) for k in RANKS}
        for part, chosen in parts.items()
    }
    return {"hits": hits, "median_ms": statistics.median(times)}


@click.command(help=__doc__)
@click.argument("dataset")
@click.option("--questions", default=600, help="How many answerable questions; 0 for all.")
@click.option("--json", "as_json", is_flag=True)
def main(dataset: str, questions: int, as_json: bool) -> None:
    data = Dataset.named(dataset, Settings.load())
    cases = [c for c in data.cases() if c.answerable and c.answers and c.articles]
    cases = sample(cases, questions or len(cases))
    with library_of(data) as engine:
        engine.warm()
        result = measure(engine, cases)
        status = engine.library.status()
    if as_json:
        hits = {part: {k: s.value for k, s in row.items()} for part, row in result["hits"].items()}
        print(json.dumps({**result, "hits": hits}))
        return
    print(
        f"{dataset}: {len(cases)} questions, {status.articles} articles, {status.passages} passages"
    )
    for part, row in result["hits"].items():
        figures = "   ".join(f"@{k} {share}" for k, share in row.items())
        print(f"{part:12} n={row[1].total:<5} {figures}")
    print(f"median {result['median_ms']:.1f} ms a question")


if __name__ == "__main__":
    main()
