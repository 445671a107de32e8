"""Evidence for each part of a question: ``python -m evals.parts squad2``.

Pairs of real questions are joined into one, both of one article or of two: "What ..., and who
...?". Full evidence is a gold passage for each of the two among the first; asked as one question,
and with its parts searched for beside it: those that our rules see, and with ``--model`` those that
a language model does, of a sample of the half that no rule was made on; then it is told, too, how
many single questions, which are to stay whole, each takes apart. Of a whole question that
names no two things, the sample set's ``full_evidence@10`` tells (``pullquote eval run newspaper``).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import click

from evals.metrics.answers import holds
from evals.metrics.intervals import Share, randomisation
from evals.runs.corpus import library_of
from evals.runs.replies import RememberedModel
from evals.sets.datasets import Dataset
from evals.sets.questions import Case, half, sample
from rag.engine import Engine
from rag.errors import EvaluationError, ModelError
from rag.llms import model_for
from rag.question_reader import QuestionReader
from rag.retrieval import PassageRetriever
from rag.settings import Settings
from rag.types import Hit
from rag.understanding.parts import split
from rag.understanding.rephrasing import Rephraser
from rag.writing.prompts import Prompts

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


def measure(
    engine: Engine, asked: Sequence[Pair], rephraser: Rephraser | None = None
) -> list[dict[str, Any]]:
    """One row a pair: whether it has parts, and full evidence at each rank without and with them,
    and, with a ``rephraser``, with the parts that it sees. Raises ``EvaluationError``."""
    retriever = engine.retriever
    if not isinstance(retriever, PassageRetriever):
        raise EvaluationError("This engine has a retriever of its own, which knows of no parts.")
    reader = QuestionReader(lambda _: False, engine.settings)
    rows = []
    for pair in asked:
        question = reader.read(pair.question, k=max(RANKS))
        ways = [replace(question, parts=()), question]
        if rephraser:
            ways.append(replace(question, parts=_parts_by(rephraser, pair, question.parts)))
        found = [retriever.find(q) for q in ways]
        rows.append(
            {
                "about": pair.about,
                "half": half(pair.first.articles[0]),
                "split": [bool(way.parts) for way in ways[1:]],
                "full": [[pair.borne_out(hits[:k]) for k in RANKS] for hits in found],
            }
        )
    return rows


def _parts_by(rephraser: Rephraser, pair: Pair, ours: tuple[str, ...]) -> tuple[str, ...]:
    """The parts that a language model sees beside the whole; ``ours``, and a line, where it
    fails."""
    try:
        found = rephraser.parts(pair.question)
    except ModelError as error:
        print(f"{pair.id}: {error}", file=sys.stderr)
        return ours
    return tuple(part for part in found if part != pair.question)


def taken_apart(rephraser: Rephraser, cases: Sequence[Case]) -> str:
    """How many of single questions our rules split, and how many a language model."""
    ours = sum(len(split(case.question)) > 1 for case in cases)
    by_model = failed = 0
    for case in cases:
        try:
            by_model += len(rephraser.parts(case.question)) > 1
        except ModelError:  # read by our rules then
            failed += 1
    shares = f"{Share(ours, len(cases))}, by the model {Share(by_model, len(cases))}"
    return f"{len(cases)} single questions taken apart: by rules {shares}, failed {failed}"


def lines(rows: Sequence[dict[str, Any]]) -> Iterator[str]:
    for about in ("one article", "two articles"):
        for part in (0, 1):
            chosen = [r for r in rows if r["about"] == about and r["half"] == part]
            if not chosen:
                continue
            counts = [sum(each) for each in zip(*(r["split"] for r in chosen), strict=True)]
            yield f"{about}, half {part}: {len(chosen)} joined, split {_and(counts)}"
            for place, k in enumerate(RANKS):
                ways = [[r["full"][i][place] for r in chosen] for i in range(len(counts) + 1)]
                shares = (str(Share(sum(each), len(each))) for each in ways)
                named = zip(("whole", "parts", "by the model"), shares, strict=False)
                yield f"  full evidence @{k:<2}  {'   '.join(map(' '.join, named))}"
                for one, other, name in zip(ways, ways[1:], _AGAINST, strict=False):
                    differences = [float(a) - float(b) for a, b in zip(other, one, strict=True)]
                    yield f"    {name} p = {randomisation(differences):.4f}"


_AGAINST = ("parts against whole", "by the model against parts")


def _and(numbers: Sequence[int]) -> str:
    return " and by the model ".join(map(str, numbers))


@click.command(help=__doc__)
@click.argument("dataset")
@click.option("--each", default=12, help="Pairs of one article.")
@click.option("--model", help="A language model, by name, to see the parts, too.")
@click.option("--most", default=30, show_default=True, help="Pairs, with a model.")
@click.option("--seconds", default=300.0, show_default=True, help="That a call may take.")
@click.option("--memory", type=click.Path(path_type=Path), default=Path("runs/replies.jsonl"))
@click.option("--json", "as_json", is_flag=True)
def main(
    *,
    dataset: str,
    each: int,
    model: str | None,
    most: int,
    seconds: float,
    memory: Path,
    as_json: bool,
) -> None:
    data = Dataset.named(dataset, Settings.load())
    cases = [c for c in data.cases() if c.answerable and c.answers and c.articles]
    asked, rephraser = list(pairs(cases, each)), None
    if model:
        remembered = RememberedModel(model_for(model, timeout=seconds), memory)
        rephraser = Rephraser(remembered, Prompts(), seconds=seconds)
        asked = sample([pair for pair in asked if half(pair.first.articles[0]) == 1], most)
        alone = sample((case for case in cases if half(case.articles[0]) == 1), most)
        print(taken_apart(rephraser, alone), file=sys.stderr)
    with library_of(data) as engine:
        engine.warm()
        rows = measure(engine, asked, rephraser)
    print(json.dumps(rows) if as_json else "\n".join(lines(rows)))


if __name__ == "__main__":
    main()
