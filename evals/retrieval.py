"""Passage retrieval on a public data set: ``python -m evals.retrieval squad2``.

A hit is a passage of a gold article that holds a gold answer; where no answer stands in a gold
article, the passages of that question are not scored, its articles are. Candidate recall is told
before reordering: what is not in the shortlist cannot be raised into the first ten from outside.
Intervals: Wilson, 95 %.
"""

from __future__ import annotations

import json
import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from time import perf_counter

import click

from evals.fitting.fits import half_of
from evals.metrics.intervals import Share
from evals.metrics.ranking import hit_at
from evals.metrics.relevance import Relevance
from evals.runs.corpus import library_of
from evals.sets.datasets import Dataset
from evals.sets.questions import Case, sample
from rag.engine import Engine
from rag.retrieval import PassageRetriever
from rag.settings import Settings
from rag.types import Understood

RANKS = (1, 3, 5, 10)
CANDIDATES, SHORTLIST = "candidates", "shortlist"


@dataclass(frozen=True, slots=True)
class Asked:
    """How a question is asked, when not as it is: without what is read of days and without the
    day it was asked on, or without reordering."""

    dates: bool = True
    reorder: bool = True

    def understood(self, case: Case) -> Understood | None:
        return None if self.dates else Understood(text=case.question)

    def as_of(self, case: Case) -> date | None:
        return case.as_of if self.dates else None


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found for a case: which of the first passages are gold (None: nothing tells),
    which are of a gold article, and whether a gold one is among the candidates, the shortlist."""

    case: Case
    gold: tuple[bool, ...] | None
    articles: tuple[bool, ...]
    among: dict[str, bool]
    milliseconds: float

    def shares(self) -> Iterable[tuple[str, bool]]:
        if self.gold is not None:
            yield from ((f"passage@{k}", bool(hit_at(k, self.gold))) for k in RANKS)
            yield from self.among.items()
        yield from ((f"article@{k}", bool(hit_at(k, self.articles))) for k in RANKS)


def look(engine: Engine, case: Case, asked: Asked) -> Looked:
    """Searches for one case."""
    relevance = Relevance(
        case, lambda name: [stored.passage for stored in engine.library.whole(name)]
    )
    started = perf_counter()
    found = engine.search(
        case.question,
        k=max(RANKS),
        history=case.history,
        filters=case.filters,
        as_of=asked.as_of(case),
        understood=asked.understood(case),
        reorder=asked.reorder,
    )
    spent = (perf_counter() - started) * 1000
    gold, among = None, {}
    if relevance.answer_stands:
        gold = tuple(bool(relevance.gold(hit.passage)) for hit in found)
        among = _among(engine, case, asked, relevance)
    articles = tuple(hit.source.id in relevance.articles for hit in found)
    return Looked(case, gold, articles, among, spent)


def _among(engine: Engine, case: Case, asked: Asked, relevance: Relevance) -> dict[str, bool]:
    retriever = engine.retriever
    if not isinstance(retriever, PassageRetriever):
        return {}
    question = retriever.reader.read(
        case.question, k=max(RANKS), history=case.history, filters=case.filters,
        as_of=asked.as_of(case), understood=asked.understood(case),
    )  # fmt: skip
    offered = [stored.passage for stored, _ in retriever.weighed(question)]
    short = [hit.passage for hit in retriever.find(question)][: engine.settings.shortlist]
    told = {CANDIDATES: offered, SHORTLIST: short}
    return {name: any(map(relevance.gold, passages)) for name, passages in told.items()}


def figures(rows: Sequence[Looked]) -> dict[str, Share]:
    """Shares by name, of the cases that could be scored."""
    told: dict[str, list[bool]] = {}
    for row in rows:
        for name, hit in row.shares():
            told.setdefault(name, []).append(hit)
    return {name: Share(sum(hits), len(hits)) for name, hits in told.items()}


@click.command(help=__doc__)
@click.argument("dataset")
@click.option("--questions", default=600, help="How many answerable questions; 0 for all.")
@click.option("--tag", help="Only questions with this tag.")
@click.option("--without-dates", is_flag=True, help="Do not use days, nor the one of the question.")
@click.option("--without-reordering", is_flag=True, help="Do not reorder the shortlist.")
@click.option("--json", "as_json", is_flag=True)
def main(
    *,
    dataset: str,
    questions: int,
    tag: str | None,
    without_dates: bool,
    without_reordering: bool,
    as_json: bool,
) -> None:
    data = Dataset.named(dataset, Settings.load())
    cases = [c for c in data.cases() if c.answerable and c.answers and c.articles]
    cases = [c for c in cases if tag is None or tag in c.tags]
    cases = sample(cases, questions or len(cases))
    asked = Asked(dates=not without_dates, reorder=not without_reordering)
    with library_of(data) as engine:
        engine.warm()
        rows = [look(engine, case, asked) for case in cases]
        status = engine.library.status()
    halves: dict[str, Callable[[Case], bool]] = {
        "all": lambda _: True,
        "half 0 (fitted on)": lambda case: half_of(case) == 0,
        "half 1 (unseen)": lambda case: half_of(case) == 1,
    }
    parts = {
        part: figures([row for row in rows if counts(row.case)]) for part, counts in halves.items()
    }
    median = statistics.median(row.milliseconds for row in rows)
    if as_json:
        shares = {part: {name: s.value for name, s in told.items()} for part, told in parts.items()}
        print(json.dumps({"hits": shares, "median_ms": median}))
        return
    print(
        f"{dataset}: {len(cases)} questions, {status.articles} articles, {status.passages} passages"
    )
    for part, told in parts.items():
        print(f"{part}:")
        for name, share in told.items():
            print(f"  {name:12} {share}  n={share.total}")
    print(f"median {median:.1f} ms a question")


if __name__ == "__main__":
    main()
