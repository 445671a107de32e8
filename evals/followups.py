"""Follow-up questions, with and without the turns before: ``python -m evals.followups``.

Every question is asked in three ways: its last turn alone, with its conversation, and as a person
has put it to stand alone, where somebody has. What counts is which articles are found: an article
stands at its first passage. The halves are told apart by a digest of the conversation; weights
and rules of ``rag.understanding.followup`` were fitted on the first half of ``mtrag_clapnq``.

With ``--model`` a sample of the follow-ups of the second half is asked in a fourth way, too: as a
language model puts it (``rag.understanding.rephrasing``). What that fails at is asked with its
conversation, as it would be.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import fmean

import click

from evals.metrics.intervals import bootstrap, paired
from evals.metrics.ranking import hit_at, ndcg_at, recall_at
from evals.runs.replies import RememberedModel
from evals.runs.subject import SAMPLE, subject
from evals.sets.datasets import Dataset
from evals.sets.questions import Case, half, sample
from rag.engine import Engine
from rag.errors import ModelError
from rag.llms import model_for
from rag.settings import Settings
from rag.types import Hits
from rag.understanding.rephrasing import Rephraser
from rag.writing.prompts import Prompts

ALONE, OURS, HUMAN = "last turn alone", "with its conversation", "rewritten by a person"
MODEL = "rewritten by a model"
_PASSAGES = 30
"""Passages found, enough for ten articles."""

Metric = Callable[[Sequence[bool], int], float]
METRICS: Mapping[str, Metric] = {
    "recall@5": lambda relevant, total: recall_at(5, relevant, total) or 0.0,
    "nDCG@5": lambda relevant, total: ndcg_at(5, [*map(float, relevant)], [1.0] * total) or 0.0,
    "hit@1": lambda relevant, _: float(hit_at(1, relevant)),
    "hit@5": lambda relevant, _: float(hit_at(5, relevant)),
    "hit@10": lambda relevant, _: float(hit_at(10, relevant)),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """One question and, for each way of asking it, whether each article found is relevant."""

    case: Case
    found: Mapping[str, Sequence[bool]]

    @property
    def conversation(self) -> str:
        """In MTRAG, what its turns' ids begin with; elsewhere each question has its own."""
        return self.case.id.partition("<::>")[0]

    def value(self, metric: str, way: str) -> float:
        return METRICS[metric](self.found[way], len(self.case.articles))


def measure(
    engine: Engine,
    cases: Sequence[Case],
    rewrites: Mapping[str, str],
    as_of: date,
    rephraser: Rephraser | None = None,
) -> list[Asked]:
    """The cases that have gold articles, asked in each way. Without a ``rewrites`` of its own a
    question is, for a person too, as it stands. With a ``rephraser`` it is asked as that has put
    it, too."""

    def relevant(case: Case, hits: Hits) -> list[bool]:
        articles = dict.fromkeys(hit.source.id for hit in hits)
        return [article in case.articles for article in articles]

    def find(case: Case, text: str, *, alone: bool = True) -> list[bool]:
        history = () if alone else case.history
        day = case.as_of or as_of
        hits = engine.search(text, k=_PASSAGES, history=history, as_of=day)
        return relevant(case, hits)

    asked = []
    for case in cases:
        if not case.articles:
            continue
        found = {ALONE: find(case, case.question), OURS: find(case, case.question, alone=False)}
        if rewrites:
            found[HUMAN] = find(case, rewrites.get(case.id, case.question))
        if rephraser:
            put = _put_by(rephraser, case)
            found[MODEL] = find(case, put) if put else found[OURS]
        asked.append(Asked(case, found))
    return asked


def _put_by(rephraser: Rephraser, case: Case) -> str:
    """The question as a language model puts it; empty, and a line, where it fails."""
    try:
        return rephraser.standalone(case.question, case.history)
    except ModelError as error:
        print(f"{case.id}: {error}", file=sys.stderr)
        return ""


def table(rows: Sequence[Asked]) -> list[str]:
    """A line for each metric and way, with 95 % intervals, and the paired differences.

    Turns of one conversation are not independent: the last figure of a difference is its p-value
    over the means of conversations.
    """
    lines = []
    for metric in METRICS:
        ways = list(rows[0].found)
        for way in ways:
            values = [row.value(metric, way) for row in rows]
            low, high = bootstrap(values) or (0.0, 0.0)
            lines.append(f"  {metric:9} {way:22} {fmean(values):.3f} [{low:.3f}, {high:.3f}]")
        for way in ways[:1] + ways[2:]:
            lines.append(f"  {metric:9} {OURS} against {way}: {_difference(rows, metric, way)}")
    return lines


def _difference(rows: Sequence[Asked], metric: str, way: str) -> str:
    before, after = ([row.value(metric, w) for row in rows] for w in (way, OURS))
    turns = paired(before, after)
    groups: dict[str, list[Asked]] = {}
    for row in rows:
        groups.setdefault(row.conversation, []).append(row)
    means = [
        [fmean(row.value(metric, w) for row in group) for group in groups.values()]
        for w in (way, OURS)
    ]
    conversations = paired(means[0], means[1])
    if turns is None or conversations is None:
        return "not scored"
    return (
        f"{turns.mean:+.3f} [{turns.low:+.3f}, {turns.high:+.3f}] p={turns.p:.4f},"
        f" over {conversations.cases} conversations p={conversations.p:.4f}"
    )


def parts(rows: Sequence[Asked]) -> dict[str, list[Asked]]:
    """All turns, follow-ups, and the follow-ups of each half."""
    later = [row for row in rows if row.case.history]
    found = {
        "all turns": list(rows),
        "follow-ups": later,
        "follow-ups, first half": [r for r in later if half(r.conversation) == 0],
        "follow-ups, second half": [r for r in later if half(r.conversation) == 1],
    }
    return {name: some for name, some in found.items() if some}


def sampled(cases: Sequence[Case], most: int) -> list[Case]:
    """Up to ``most`` follow-ups that have gold articles, of the half that no rule was made on."""
    later = (c for c in cases if c.history and c.articles)
    return sample((c for c in later if half(Asked(c, {}).conversation) == 1), most)


@click.command(help=__doc__)
@click.argument("name", default="mtrag_clapnq")
@click.option("--model", help="A language model, by name, to put questions, too.")
@click.option("--most", default=30, show_default=True, help="Follow-ups, with a model.")
@click.option("--seconds", default=300.0, show_default=True, help="That a call may take.")
@click.option("--memory", type=click.Path(path_type=Path), default=Path("runs/replies.jsonl"))
def main(*, name: str, model: str | None, most: int, seconds: float, memory: Path) -> None:
    settings = Settings.load()
    measured = subject(name, settings)
    rewrites = {} if name == SAMPLE else Dataset.named(name, settings).rewrites()
    cases = [case for case in measured.questions.cases if rewrites or case.history]
    rephraser = None
    if model:
        remembered = RememberedModel(model_for(model, timeout=seconds), memory)
        rephraser = Rephraser(remembered, Prompts(), seconds=seconds)
        cases = sampled(cases, most)
    with measured.opened() as engine:
        engine.warm()
        rows = measure(engine, cases, rewrites, measured.as_of(engine), rephraser)
    for part, some in parts(rows).items():
        print(f"{name}, {part}: {len(some)} questions")
        print("\n".join(table(some)))


if __name__ == "__main__":
    main()
