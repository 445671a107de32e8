"""Are copies known as one story, and nothing else? ``python -m evals.duplicates``.

Planted: copies of articles of ``scale_free_blogs`` with 5, 10 and 20 % of the words changed, a
third of the paragraphs cut, another headline, in another paper or the same, put into a real catalog
after all 5,832 articles. Recall: of the copies, those that are alike to their article itself.

Flagged: the pairs among the articles that are alike. ``--pages FILE`` writes them out to be read;
what a person made of them is in ``judged.jsonl`` (how: ``judged.md``), and precision is counted
from it. The passages of ``nq_open_oracle`` and ``clapnq`` are looked at too. The hundred: all pairs
of the blogs that were read and, drawn with a fixed seed from those of ``nq_open_oracle``, as many
as are missing. The rule was mended on the pairs it flagged, so none of this is held out.

Folded: passages of a copy with one figure, date, unit, name or "not" changed; how many are folded
into the original, or it into them, in a list of results. None may be.

Asked: the same in a library with the model, where an article stands beside a copy and one that says
one thing otherwise: is that folded in the answer, and do answers quote both?

Crowd (``--only crowd``, a few minutes): the time of a put among 100,000 invented articles, 3,000 of
them pages of one template.

For recall, thresholds were chosen on half 0 of the articles. Intervals: Wilson, 95 %.
"""

from __future__ import annotations

import resource
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import click

from evals.duplicates import answers
from evals.duplicates.altered import Altered, altered, changers, folded, names_in
from evals.duplicates.crowd import crowded, invented, timed
from evals.duplicates.finding import BLOGS, Found, articles_of, found
from evals.duplicates.planting import STRENGTHS, Copy, chosen, copies, vocabulary
from evals.duplicates.reading import Pair, Verdicts, pages
from evals.files import write
from evals.metrics.intervals import Share
from evals.sets.questions import half
from rag.errors import PullquoteError
from rag.settings import Settings
from rag.types import Article

_PASSAGES, _OTHERS = "nq_open_oracle", ("nq_open_oracle", "clapnq")
_HUNDRED = 100
_VOCABULARY, _NAMES = 300, 400
"""Articles that words are taken from, and names."""


def recall(planted: Sequence[Copy], pairs: Sequence[Pair]) -> Iterator[str]:
    """By strength, form and half."""
    known = set(pairs)
    hit = {copy.article.id: (copy.of, copy.article.id) in known for copy in planted}

    def line(name: str, some: Sequence[Copy]) -> str:
        return f"  {name}: {Share(sum(hit[c.article.id] for c in some), len(some))} of {len(some)}"

    yield "recall of planted copies"
    for share in STRENGTHS:
        for number in (0, 1):
            some = [c for c in planted if c.share == share and half(c.of) == number]
            yield line(f"{share:.0%} of the words changed, half {number}", some)
    ways: dict[str, Callable[[Copy], bool]] = {
        "paragraphs cut": lambda c: c.form.cut,
        "all paragraphs": lambda c: not c.form.cut,
        "another headline": lambda c: c.form.headline,
        "another paper": lambda c: c.form.paper,
        "the same paper": lambda c: not c.form.paper,
        "all": lambda _: True,
    }
    for name, fits in ways.items():
        yield line(name, [c for c in planted if fits(c)])
    origin = {copy.article.id: copy.of for copy in planted}
    own = {(origin.get(a, a), origin.get(b, b)) for a, b in pairs}
    natural = {pair for pair in pairs if not origin.keys() & set(pair)}
    astray = {(a, b) for a, b in own if a != b} - natural - {(b, a) for a, b in natural}
    yield f"  copies alike to another article than theirs, which is not: {len(astray)}"


def precision(name: str, pairs: Sequence[Pair]) -> Iterator[str]:
    """Of pairs that were flagged, by what a person said of them."""
    verdicts = Verdicts.of(name)
    same, other, unread = verdicts.counted(pairs)
    yield (
        f"{name}: {len(pairs)} pairs flagged, {same + other} read, one story"
        f" {Share(same, same + other)}, {unread} not read;"
        f" {verdicts.missing(pairs)} known to be one story are not flagged"
    )


def hundred(blogs: Sequence[Pair], passages: Sequence[Pair], seed: int = 0) -> str:
    """Of a hundred pairs: those of the blogs that were read, and as many of passages, drawn from
    those that were read, as are missing."""
    counted = [Verdicts.of(BLOGS).told(blogs), Verdicts.of(_PASSAGES).told(passages)]
    missing = max(_HUNDRED - len(counted[0]), 0)
    drawn = Random(seed).sample(counted[1], min(missing, len(counted[1])))  # noqa: S311  # no secret
    every = [*counted[0], *drawn]
    return (
        f"the hundred: {len(counted[0])} pairs of {BLOGS} and {len(drawn)} of {_PASSAGES}:"
        f" one story {Share(sum(every), len(every))} of {len(every)}"
    )


def folding(rows: Sequence[Altered]) -> Iterator[str]:
    yield f"folded: {len(rows)} passages, each with copies of it"
    yield f"  word for word the same: {sum(folded(r.passage, r.passage) for r in rows)}"
    yield f"  some words left out: {sum(folded(r.passage, r.shortened) for r in rows)}"
    for kind in dict.fromkeys(row.kind for row in rows):
        some = [row for row in rows if row.kind == kind]
        plain = sum(folded(r.passage, r.changed) for r in some)
        both = sum(folded(r.passage, r.both) for r in some)
        yield f"  {kind} changed: {plain} of {len(some)}; and words left out elsewhere: {both}"


def told(what: str, result: Found, count: int) -> str:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return (
        f"{what}: {count} articles, {result.finding:.1f} s of a processor to find what is"
        f" alike, {result.keeping:.1f} s to keep it; memory at its peak so far {peak:.0f} MB"
    )


@click.command(help=__doc__)
@click.option("--copies", "size", default=1000, show_default=True, help="Articles copied.")
@click.option("--altered", "passages", default=600, show_default=True, help="Articles altered.")
@click.option("--pages", "path", type=click.Path(path_type=Path), help="Write flagged pairs here.")
@click.option("--asked", default=120, show_default=True, help="Articles asked about.")
@click.option(
    "--only", type=click.Choice(["stories", "folded", "asked", "crowd"]), help="One part."
)
@click.option("--crowd", nargs=2, default=(100_000, 3_000), help="Invented articles; template's.")
def main(
    *,
    size: int,
    passages: int,
    path: Path | None,
    asked: int,
    crowd: tuple[int, int],
    only: str | None,
) -> None:
    try:
        if only == "crowd":
            with TemporaryDirectory() as folder:
                result = timed(list(invented(*crowd)), Path(folder) / "library")
            print(*crowded(result, *crowd), sep="\n")
            return
        settings = Settings.load()
        blogs = articles_of(BLOGS, settings)
        if only in (None, "stories"):
            _stories(settings, blogs, size, path)
        kinds = changers(names_in(chosen(blogs, _NAMES)))
        if only in (None, "folded"):
            rows = [row for a in chosen(blogs, passages) for row in altered(a, kinds)]
            print(*folding(rows), sep="\n", flush=True)
        if only in (None, "asked"):
            with TemporaryDirectory() as folder:
                some = chosen(blogs, asked)
                place = Path(folder) / "library"
                print(*answers.told(list(answers.asked(some, kinds, place, settings))), sep="\n")
    except PullquoteError as error:
        raise click.ClickException(error.line) from error


def _stories(settings: Settings, blogs: Sequence[Article], size: int, path: Path | None) -> None:
    words = vocabulary(chosen(blogs, _VOCABULARY))
    planted = list(copies(chosen(blogs, size), words))
    with TemporaryDirectory() as folder:
        result = found(blogs, Path(folder) / BLOGS)
        flagged = result.pairs
        print(told(BLOGS, result, len(blogs)), flush=True)
        _flagged(BLOGS, blogs, result.pairs, path)
        every = [*blogs, *(copy.article for copy in planted)]
        result = found(every, Path(folder) / "planted")
        print(told(f"{BLOGS} and copies", result, len(every)))
        print(*recall(planted, result.pairs), sep="\n", flush=True)
        for name in _OTHERS:
            articles = articles_of(name, settings)
            pairs = found(articles, Path(folder) / name).pairs
            _flagged(name, articles, pairs, path)
            if name == _PASSAGES:
                print(hundred(flagged, pairs), flush=True)


def _flagged(
    name: str, articles: Sequence[Article], pairs: Sequence[Pair], path: Path | None
) -> None:
    print(*precision(name, pairs), sep="\n", flush=True)
    if path:
        place = path.with_name(f"{path.stem}-{name}{path.suffix}")
        write(place, "\n".join(pages(pairs, {a.id: a for a in articles})) + "\n")
        print(f"  written: {place}", file=sys.stderr)


if __name__ == "__main__":
    main()
