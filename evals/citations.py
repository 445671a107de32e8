"""Does every citation resolve, word for word? ``python -m evals.citations squad2 covidqa``.

Asks every question of each data set and compares each quote with the article it names, at the
offsets it gives. One that does not hold is printed, and the command ends with 1.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator

import click

from evals.metrics.answers import holds
from evals.runs.corpus import library_of
from evals.sets.datasets import Dataset
from evals.sets.questions import sample
from rag.engine import Engine
from rag.settings import Settings
from rag.types import Answer


def faults(engine: Engine, answer: Answer) -> Iterator[str]:
    """What is wrong with the citations of an answer, in words."""
    if not answer.answered and answer.citations:
        yield "a refusal with citations"
    if [c.marker for c in answer.citations] != list(range(1, len(answer.citations) + 1)):
        yield "markers are not 1, 2, 3, ..."
    for citation in answer.citations:
        article = engine.library.article(citation.source.id)
        if article.text[citation.start : citation.end] != citation.quote:
            yield f"[{citation.marker}] does not stand at its place in '{article.id}'"
        if article.title != citation.source.title:
            yield f"[{citation.marker}] has another title than '{article.id}'"
    for statement in answer.statements:
        if statement.text not in {c.quote for c in statement.citations}:
            yield "a statement that is not its quote"


@click.command(help=__doc__)
@click.argument("datasets", nargs=-1, required=True)
@click.option("--questions", default=0, help="How many questions of each at most; 0 for all.")
def main(datasets: tuple[str, ...], questions: int) -> None:
    settings = Settings.load()
    bad = 0
    for name in datasets:
        data = Dataset.named(name, settings)
        cases = list(data.cases())
        counts: Counter[str] = Counter()
        with library_of(data) as engine:
            for case in sample(cases, questions or len(cases)):
                answer = engine.ask(case.question, history=case.history, as_of=case.as_of)
                counts["questions"] += 1
                counts["answered"] += answer.answered
                counts["citations"] += len(answer.citations)
                if case.answerable and case.answers:
                    counts["answerable"] += 1
                    counts["gold held"] += holds(answer.said, case.answers)
                for fault in faults(engine, answer):
                    counts["faults"] += 1
                    print(f"{name} {case.id}: {fault}")
        bad += counts["faults"]
        print(
            f"{name}: {counts['questions']} questions, {counts['answered']} answered,"
            f" {counts['citations']} citations, {counts['faults']} that do not hold;"
            f" a gold answer in {counts['gold held']} of {counts['answerable']} answerable",
            flush=True,
        )
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
