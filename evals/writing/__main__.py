"""Answers of a language model beside quoted ones: ``python -m evals.writing --model gguf/PATH``.

Questions of public sets, of the half that nothing was fitted on, are each asked twice of all the
articles of their set. Every one is kept as it comes; the same command goes on. Told are figures of
both ways with 95 % intervals, and what became of the model's statements; ``--show`` writes them
down to be read by eye.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from evals.files import write
from evals.metrics.citing import Entails
from evals.runs.corpus import copy_of
from evals.sets.datasets import Dataset
from evals.writing.asking import Asked, Kept, Setup, ask, chosen
from evals.writing.figures import beside, of_model
from evals.writing.labels import by_eye, read
from evals.writing.listening import Listening
from evals.writing.showing import shown
from rag.checking.checker import Checker
from rag.checking.faults import Quote
from rag.embedding import SentenceEmbedding
from rag.errors import PullquoteError
from rag.llms import model_for
from rag.settings import Settings

SETS = ("squad2", "nq_open_oracle", "clapnq")


def asked(
    name: str, model: Listening, kept: Kept, settings: Settings, *, most: int, part: int
) -> list[Asked]:
    """Cases of the set ``name``; those that are kept already are not asked again."""
    data, rows = Dataset.named(name, settings), []
    with copy_of(data, settings, llm=model) as engine:
        engine.warm()
        setup = Setup.of(engine)
        for case in chosen(list(data.cases()), most, part=part):
            row = kept.of(name, case, setup)
            if row is None:
                row = ask(engine, model, name, case)
                kept.add(row)
                print(f"{name} {case.id}: {row.whole:.0f} s", file=sys.stderr, flush=True)
            rows.append(row)
    return rows


@click.command(help=__doc__)
@click.option("--model", required=True, help="The language model, by name.")
@click.option("--most", default=20, show_default=True, help="Questions of a set.")
@click.option("--timeout", default=600.0, show_default=True, help="Seconds a call may take.")
@click.option(
    "--half", "part", default=1, show_default=True, help="0 is the one that is fitted on."
)
@click.option("--show", type=click.Path(path_type=Path), help="File for what is read by eye.")
@click.option("--out", type=click.Path(path_type=Path), default=Path("runs/writing.jsonl"))
@click.argument("names", nargs=-1, metavar="[SET]...")
def main(
    *,
    model: str,
    most: int,
    timeout: float,
    part: int,
    show: Path | None,
    out: Path,
    names: tuple[str, ...],
) -> None:
    settings = Settings.load()
    try:
        writer = Listening(model_for(model, timeout=timeout))
        kept = Kept(out)
        rows = {
            name: asked(name, writer, kept, settings, most=most, part=part)
            for name in names or SETS
        }
    except PullquoteError as error:
        raise click.ClickException(error.line) from error
    entails = borne_out(settings)
    for name, some in rows.items():
        lines = [*beside(some, entails), "", *of_model(some), *by_eye(some, read())]
        print(f"\n{name}\n", *lines, sep="\n")
    if show:
        write(show, "\n".join(line for some in rows.values() for line in shown(some)))


def borne_out(settings: Settings) -> Entails:
    """Our own checker as the judge, given nothing but the quotes."""
    checker = Checker(SentenceEmbedding().encode, settings.checking.unsupported_below)
    return lambda premise, claim: checker.check(claim, [Quote(premise)]).holds


if __name__ == "__main__":
    main()
