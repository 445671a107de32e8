"""Evidence for each part of a question: ``python -m evals.parts squad2``.

Pairs of real questions are joined into one, both of one article or of two: "What ..., and who
...?". Full evidence is a gold passage for each of the two among the first; asked as one question,
and with its parts searched for beside it. Of a whole question that names no two things, the
sample set's ``full_evidence@10`` tells (``pullquote eval run newspaper``).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import click

from evals.metrics.answers import holds
from evals.metrics.intervals import Share, randomisation
from evals.runs.corpus import library_of
from evals.sets.datasets import Dataset
from evals.sets.questions import Case, half, sample
from rag.engine import Engine
from rag.errors import EvaluationError
from rag.question import QuestionReader
from rag.retrieval import PassageRetriever
from rag.settings import Settings
from rag.types import Hit

RANKS = (3, 5, 10)
OPENINGS = ("what", "who", "when", "where", "how", "which", "why")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two questions asked as one; ``about`` is ``one article`` or ``two articles``."""

    first: Case
    second: Case
    about: str

    @property
    def id(self) -> str:
        return f"{self.first.id} {self.second.id}"

    @property
    def question(self) -> str:
        asked = self.second.question.strip()
        return f"{self.first.question.strip(' ?')}, and {asked[:1].lower()}{asked[1:]}"

    def borne_out(self, hits: Sequence[Hit]) -> bool:
        """Whether ``hits`` hold gold passages for both."""
        return all(
            any(h.source.id in case.articles and holds(h.passage.text, case.answers) for h in hits)
            for case in (self.first, self.second)
        )


def pairs(cases: Sequence[Case], each: int) -> Iterator[Pair]:
    """Up to ``each`` pairs of an article, and as many of an article and the next one."""
    by_article: dict[str, list[Case]] = {}
    for case in sample(cases, len(cases)):
        if case.question.lower().startswith(OPENINGS):
            by_article.setdefault(case.articles[0], []).append(case)
    for part in (0, 1):
        mine = [chosen for article, chosen in sorted(by_article.items()) if half(article) == part]
        for one, other in pairwise(mine):
            own = one[: 2 * each]
            yield from (
                Pair(a, b, "one article") for a, b in zip(own[::2], own[1::2], strict=False)
            )
            more = zip(one[2 * each : 3 * each], other[3 * each : 4 * each], strict=False)
            yield from (Pair(a, b, "two articles") for a, b in more)


def measure(engine: Engine, asked: Sequence[Pair]) -> list[dict[str, Any]]:
    """One row a pair: whether it has parts, and full evidence at each rank without and with them.
    Raises ``EvaluationError``."""
    retriever = engine.retriever
    if not isinstance(retriever, PassageRetriever):
        raise EvaluationError("This engine has a retriever of its own, which knows of no parts.")
    reader = QuestionReader(lambda _: False, engine.settings)
    rows = []
    for pair in asked:
        question = reader.read(pair.question, k=max(RANKS))
        found = [retriever.find(q) for q in (replace(question, parts=()), question)]
        rows.append(
            {
                "about": pair.about,
                "half": half(pair.first.articles[0]),
                "split": bool(question.parts),
                "full": [[pair.borne_out(hits[:k]) for k in RANKS] for hits in found],
            }
        )
    return rows


def lines(rows: Sequence[dict[str, Any]]) -> Iterator[str]:
    for about in ("one article", "two articles"):
        for part in (0, 1):
            chosen = [r for r in rows if r["about"] == about and r["half"] == part]
            split = sum(r["split"] for r in chosen)
            yield f"{about}, half {part}: {len(chosen)} joined, {split} split"
            for place, k in enumerate(RANKS):
                before, after = ([r["full"][i][place] for r in chosen] for i in (0, 1))
                p = randomisation([float(a) - float(b) for a, b in zip(after, before, strict=True)])
                shares = (str(Share(sum(each), len(each))) for each in (before, after))
                yield f"  full evidence @{k:<2}  whole {'   parts '.join(shares)}   p = {p:.4f}"


@click.command(help=__doc__)
@click.argument("dataset")
@click.option("--each", default=12, help="Pairs of one article.")
@click.option("--json", "as_json", is_flag=True)
def main(dataset: str, each: int, as_json: bool) -> None:
    data = Dataset.named(dataset, Settings.load())
    cases = [c for c in data.cases() if c.answerable and c.answers and c.articles]
    with library_of(data) as engine:
        engine.warm()
        rows = measure(engine, list(pairs(cases, each)))
    print(json.dumps(rows) if as_json else "\n".join(lines(rows)))


if __name__ == "__main__":
    main()
