"""Where pages contradict each other: ``python -m evals.conflicts``.

Asks the questions of ``ramdocs``, whose pages hold several right answers, wrong ones and noise side
by side (RAMDocs: Wang et al. 2025, https://arxiv.org/abs/2504.13079), of its whole library. Of each
answer the first hundred words count, whole statements only. Told: the right answers given; the
wrong ones, with a right one shown beside and without. ``--out`` keeps what was said, ``--against``
compares with what was kept before, question by question. Nothing is fitted on it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

import click

from evals.files import write
from evals.fitting.fits import figure
from evals.metrics.answers import holds, holds_share
from evals.runs.corpus import library_of
from evals.sets.datasets import Dataset
from evals.sets.questions import Case, sample
from rag.engine import Engine
from rag.settings import Settings
from rag.types import Record, Statement

WORDS = 100


@dataclass(frozen=True, slots=True)
class Said(Record):
    """What a question was answered with, empty for a refusal; its right and wrong answers; and
    whether the answer says that the articles differ."""

    id: str
    text: str
    right: tuple[str, ...]
    wrong: tuple[str, ...]
    differing: bool = False

    @property
    def share_right(self) -> float:
        """Of the right answers, those given."""
        return holds_share(self.text, self.right) or 0.0

    @property
    def any_right(self) -> float:
        return float(holds(self.text, self.right))

    @property
    def any_wrong(self) -> float:
        return float(holds(self.text, self.wrong))

    @property
    def wrong_beside(self) -> float:
        """A wrong answer with the other side shown."""
        return float(self.any_wrong and self.any_right)

    @property
    def wrong_alone(self) -> float:
        return float(self.any_wrong and not self.any_right)

    @property
    def refused(self) -> float:
        return float(not self.text)

    @property
    def told_apart(self) -> float:
        return float(self.differing)

    @property
    def words(self) -> float:
        return float(len(self.text.split()))


FIGURES: dict[str, Callable[[Said], float]] = {
    "right answers given, share": lambda said: said.share_right,
    "a right answer given": lambda said: said.any_right,
    "a wrong answer given": lambda said: said.any_wrong,
    "  with the other side": lambda said: said.wrong_beside,
    "  without": lambda said: said.wrong_alone,
    "said to differ": lambda said: said.told_apart,
    "refused": lambda said: said.refused,
    "words": lambda said: said.words,
}


def within(statements: Sequence[Statement], words: int = WORDS) -> str:
    """The statements that fit into so many words, as they are shown; always the first."""
    shown: list[str] = []
    for statement in statements:
        if shown and len(" ".join((*shown, statement.shown)).split()) > words:
            break
        shown.append(statement.shown)
    return " ".join(shown)


def asked(engine: Engine, cases: Sequence[Case]) -> Iterator[Said]:
    for case in cases:
        answer = engine.ask(case.question, as_of=case.as_of)
        statements = answer.statements if answer.answered else ()
        differing = sum(bool(s.lead) and not s.lead.startswith("As of") for s in statements) > 1
        yield Said(case.id, within(statements), case.answers, case.wrong, differing)


def report(rows: Sequence[Said], before: Sequence[Said] = ()) -> Iterator[str]:
    """The figures; of questions that are in ``before`` too, the difference to it."""
    earlier = {said.id: said for said in before}
    pairs = [(said, earlier[said.id]) for said in rows if said.id in earlier]
    yield f"{len(rows)} questions" + (f", {len(pairs)} compared" if before else "")
    for name, of in FIGURES.items():
        line = f"{name:28} {figure([of(said) for said in rows])}"
        if pairs:
            was = fmean(of(old) for _, old in pairs)
            line += f"   before {was:.3f}, {figure([of(new) - of(old) for new, old in pairs])}"
        yield line


def read(path: Path) -> list[Said]:
    return [Said.from_dict(row) for row in json.loads(path.read_text(encoding="utf-8"))]


@click.command(help=__doc__)
@click.option("--most", default=0, help="How many questions; all when 0.")
@click.option("--out", type=click.Path(path_type=Path), help="Keep what was said in this file.")
@click.option("--against", type=click.Path(path_type=Path, exists=True), help="What was kept.")
def main(*, most: int, out: Path | None, against: Path | None) -> None:
    settings = Settings.load()
    data = Dataset.named("ramdocs", settings)
    cases = list(data.cases())
    with library_of(data, settings) as engine:
        rows = list(asked(engine, sample(cases, most or len(cases))))
    if out:
        write(out, json.dumps([said.to_dict() for said in rows], ensure_ascii=False, indent=1))
    print(*report(rows, read(against) if against else ()), sep="\n")


if __name__ == "__main__":
    main()
