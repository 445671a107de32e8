"""Are the marked words the answer? ``python -m evals.marked squad2``.

Asks the answerable questions of a data set. Where a quoted sentence holds a gold answer: how often
words of it are marked, and the token F1 of the marked words with the nearest gold answer.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import click

from evals.metrics.answers import exact_match, holds, token_f1
from evals.metrics.intervals import Share
from evals.runs.corpus import library_of
from evals.sets.datasets import Dataset
from evals.sets.questions import Case, half, sample
from rag.engine import Engine
from rag.settings import Settings
from rag.types import Record, Statement


@dataclass(frozen=True, slots=True)
class Scored(Record):
    """A quoted sentence of an answer: whether it holds a gold answer, and what is marked."""

    question: str
    sentence: str
    marked: tuple[str, ...]
    answers: tuple[str, ...]
    first: bool

    @property
    def holds(self) -> bool:
        return holds(self.sentence, self.answers)

    @property
    def f1(self) -> float:
        """Of the best range that is marked; 0 where none is."""
        return max((_f1(words, self.answers) for words in self.marked), default=0.0)

    @property
    def exact(self) -> bool:
        return any(exact_match(words, self.answers) for words in self.marked)


def _f1(words: str, answers: Sequence[str]) -> float:
    return token_f1(words, answers) or 0.0


def marked(statement: Statement) -> tuple[str, ...]:
    return tuple(statement.text[start:end] for start, end in statement.marked)


def collect(engine: Engine, cases: Sequence[Case]) -> Iterator[Scored]:
    for case in cases:
        statements = engine.ask(case.question, as_of=case.as_of).statements
        for place, statement in enumerate(statements):
            yield Scored(
                case.question, statement.text, marked(statement), case.answers, first=place == 0
            )


def report(rows: Sequence[Scored]) -> Iterator[str]:
    """Of the first sentences, and of all."""
    for name, some in (("first sentence", [r for r in rows if r.first]), ("all sentences", rows)):
        holding = [row for row in some if row.holds]
        pointed = [row for row in holding if row.marked]
        astray = [row for row in some if row.marked and not row.holds]
        yield f"{name}: {len(some)} quoted, {len(holding)} hold a gold answer"
        yield f"  marked where one is held: {Share(len(pointed), len(holding))}"
        if pointed:
            f1 = statistics.fmean(row.f1 for row in pointed)
            whole = statistics.fmean(_f1(row.sentence, row.answers) for row in pointed)
            yield f"  token F1 of the marked words {f1:.3f}; of the whole sentence {whole:.3f}"
            yield f"  marked exactly: {Share(sum(row.exact for row in pointed), len(pointed))}"
            wrong = sum(row.f1 == 0 for row in pointed)
            yield f"  not a word of it marked: {Share(wrong, len(pointed))}"
        yield f"  marked where none is held: {Share(len(astray), len(some) - len(holding))}"


@click.command(help=__doc__)
@click.argument("dataset")
@click.option("--questions", default=600, help="How many answerable questions; 0 for all.")
@click.option(
    "--half", "which", default=1, help="Of the articles: 0, on which rules were made, or 1."
)
def main(dataset: str, questions: int, which: int) -> None:
    data = Dataset.named(dataset, Settings.load())
    cases = [c for c in data.cases() if c.answerable and c.answers and c.articles]
    cases = [c for c in cases if half(c.articles[0]) == which]
    cases = sample(cases, questions or len(cases))
    with library_of(data) as engine:
        rows = list(collect(engine, cases))
    print(f"{dataset}, half {which}: {len(cases)} questions")
    for line in report(rows):
        print(line)


if __name__ == "__main__":
    main()
