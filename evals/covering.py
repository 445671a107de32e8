"""Answers to questions of two parts: ``python -m evals.covering``.

Real questions are joined, "What ..., and who ...?", and asked of ``squad2``'s articles: two that
they answer; one that they answer and one of ``realtimeqa_2022``, on which they have nothing; two
on which they have nothing. Told is how often each part's gold answer is held, and which parts
are named as not covered. The half that nothing was fitted on. Intervals: Wilson, 95 %.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import click

from evals.fitting.fits import FITTED
from evals.metrics.answers import holds
from evals.metrics.intervals import Share
from evals.parts import OPENINGS, Pair, pairs
from evals.runs.corpus import library_of
from evals.sets.datasets import Dataset
from evals.sets.questions import Case, half, sample
from rag.engine import Engine
from rag.question_reader import QuestionReader
from rag.settings import Settings
from rag.understanding.parts import own_words

ARTICLES, STRANGERS = "squad2", "realtimeqa_2022"
_LONGEST = 120
"""Letters of a question that is joined to another."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of a pair that was read as two parts: whether anything was ``said``, for each
    part whether its gold answer was ``held`` and whether it was ``named`` as not covered, and how
    many ``words`` the answer has."""

    said: bool
    held: tuple[bool, bool]
    named: tuple[bool, bool]
    words: int


def answered(engine: Engine, pair: Pair) -> Answered | None:
    """None for a pair that is not read as two questions."""
    parts = QuestionReader(lambda _: False, engine.settings).read(pair.question).parts
    if len(parts) != 2:
        return None
    answer = engine.ask(pair.question)
    text = answer.said if answer.answered else ""
    first, second = (own_words(part)[0] in answer.uncovered for part in parts)
    one, other = (holds(text, case.answers) for case in (pair.first, pair.second))
    words = sum(len(statement.text.split()) for statement in answer.statements)
    return Answered(answer.answered, (one, other), (first, second), words)


def joined(settings: Settings, most: int) -> Iterator[tuple[str, list[Pair]]]:
    """At most ``most`` pairs of each kind."""
    cases = [c for c in Dataset.named(ARTICLES, settings).cases() if c.answers and c.articles]
    unseen = (p for p in pairs(cases, each=12) if half(p.first.articles[0]) != FITTED)
    both = sample(list(unseen), most)
    strange = [c for c in Dataset.named(STRANGERS, settings).cases() if _asks(c)]
    strange = sample(strange, 2 * most)
    yield "both answered", both
    yield (
        "the first answered",
        [Pair(p.first, c, "mixed") for p, c in zip(both, strange, strict=False)],
    )
    others = zip(strange[::2], strange[1::2], strict=False)
    yield "neither answered", [Pair(a, b, "none") for a, b in others]


def _asks(case: Case) -> bool:
    return case.question.lower().startswith(OPENINGS) and len(case.question) < _LONGEST


def lines(about: str, rows: Sequence[Answered]) -> Iterator[str]:
    def share(held: Sequence[bool]) -> Share:
        return Share(sum(held), len(held))

    words = sum(row.words for row in rows) / max(1, sum(row.said for row in rows))
    yield f"{about}: {len(rows)} pairs read as two questions, {words:.1f} words an answer"
    yield f"  answered {share([row.said for row in rows])}"
    if about.startswith("neither"):
        return
    for i, name in enumerate(("first", "second")):
        yield f"  {name}: gold held {share([row.held[i] for row in rows])}"
        yield f"    named as not covered {share([row.named[i] for row in rows])}"
    yield f"  gold of both held {share([all(row.held) for row in rows])}"


@click.command(help=__doc__)
@click.option("--most", default=120, show_default=True, help="Pairs of a kind, at most.")
def main(*, most: int) -> None:
    settings = Settings.load()
    with library_of(Dataset.named(ARTICLES, settings), settings) as engine:
        engine.warm()
        for about, asked in joined(settings, most):
            rows = [row for pair in islice(asked, most) if (row := answered(engine, pair))]
            print(*lines(about, rows), sep="\n", flush=True)


if __name__ == "__main__":
    main()
