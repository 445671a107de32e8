"""When the articles do not answer: ``python -m evals.refusals``.

What is refused at the shipped threshold, and along the curve, on public data: questions that have
an answer, questions on which the articles have nothing (those of ``realtimeqa_2022`` asked of
``squad2``'s articles), and questions on which they have something near. Of sets that the values
were fitted on, the other half alone counts. Intervals: bootstrap, 95 %.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import click

from evals.fitting.fits import FITTED, NEVER, half_of
from evals.fitting.refusing import Decided, collect, told
from evals.runs.corpus import library_of
from evals.sets.datasets import Dataset
from evals.sets.questions import Case, sample
from rag.settings import Settings

_NEAR = ("clapnq", "nomiracl_en", "timeqa")
_FAR, _ASKED = "squad2", "realtimeqa_2022"


@dataclass(frozen=True, slots=True)
class Group:
    """Questions of the set ``asked`` for the articles of ``articles``. ``answerable`` stands over
    what the cases say."""

    name: str
    articles: str
    asked: str
    answerable: bool | None = None

    def cases(self, settings: Settings, most: int) -> list[Case]:
        cases = Dataset.named(self.asked, settings).cases()
        # What a set says of its own articles means nothing for others.
        usable = (c for c in cases if self.answerable is False or c.answerable is not None)
        chosen = (c for c in usable if self.answerable is not True or c.answerable)
        return sample((c for c in chosen if self._counts(c)), most)

    def _counts(self, case: Case) -> bool:
        """Whether nothing was fitted on it."""
        return self.asked in NEVER or half_of(case) not in (None, FITTED)


GROUPS = (
    Group("nothing on the matter", _FAR, _FAR, True),
    Group("nothing on the matter", _FAR, _ASKED, False),
    *(Group(f"near: {name}", name, name) for name in _NEAR),
)


def decided(groups: Sequence[Group], settings: Settings, most: int) -> Iterator[Decided]:
    """Every case of the groups, asked."""
    for articles in dict.fromkeys(group.articles for group in groups):
        with library_of(Dataset.named(articles, settings), settings) as engine:
            for group in groups:
                if group.articles != articles:
                    continue
                cases = group.cases(settings, most)
                yield from collect(engine, group.name, cases, answerable=group.answerable)


@click.command(help=__doc__)
@click.option("--most", default=1200, show_default=True, help="Questions of a group, at most.")
def main(*, most: int) -> None:
    settings = Settings.load()
    rows = list(decided(GROUPS, settings, most))
    print(*told(rows, settings.refusing), sep="\n")


if __name__ == "__main__":
    main()
