"""How long removing takes in a large library, and what it leaves: ``python -m evals.removal``.

A library of real sentences and made-up vectors is written past the model; in the text of every
passage stands a word that is nowhere else. Then many articles are removed at once, all files
of the library are searched for those words, and the library is compacted. docs/benchmarks.md
says more.
"""

from __future__ import annotations

import hashlib
import json
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from time import perf_counter

import click
import numpy as np

from evals.benchmarks.speed.filling import Filling
from evals.benchmarks.speed.searcher import DIMENSION, Portions
from evals.benchmarks.speed.synthetic import Made, portions, sentences
from evals.runs.machine import Machine, peak_memory
from evals.sets.datasets import Dataset
from rag.derivation import Derivation
from rag.embedding import SentenceEmbedding
from rag.errors import PullquoteError
from rag.library import Library
from rag.settings import Settings
from rag.storage import folder_size
from rag.types import Record

_MARK = re.compile(rb"qz[0-9a-f]{14}")


@dataclass(frozen=True, slots=True)
class Removal(Record):
    """``found`` has the files in which words of removed articles were found, with how many;
    ``seen`` is the number of words of articles that stayed, which were found as they should be.
    Sizes are in megabytes (10^6 bytes)."""

    machine: Machine
    passages: int
    articles: int
    removed: int
    removed_passages: int
    remove_seconds: float
    found: dict[str, int]
    seen: int
    verify_seconds: float
    problems: tuple[str, ...]
    compact_seconds: float
    before_mb: dict[str, float]
    after_mb: dict[str, float]
    peak_mb: float


def mark(article_id: str, ordinal: int) -> str:
    """The word that only this passage has."""
    return "qz" + hashlib.sha256(f"{article_id}/{ordinal}".encode()).hexdigest()[:14]


def marked(given: Portions) -> Iterator[tuple[list[Made], np.ndarray]]:
    """The same articles, the end of every passage overwritten with its mark."""
    for some, vectors in given:
        yield [_marked(one) for one in some], vectors


def _marked(made: Made) -> Made:
    text = made.article.text
    for ordinal, (_, end, _) in enumerate(made.passages):
        ending = f" {mark(made.article.id, ordinal)}."
        text = text[: end - len(ending)] + ending + text[end:]
    return replace(made, article=replace(made.article, text=text))


def fill(folder: Path, said: Sequence[str], passages: int) -> None:
    """Makes the library, stories and all that else belongs to it."""
    library = Filling.at(folder)
    try:
        library.fill(marked(portions(said, passages, DIMENSION)), stories=True)
    finally:
        library.close()


def measure(folder: Path, count: int) -> Removal:
    """Removes ``count`` articles of the library, looks for their words, and compacts."""
    derivation = Derivation(SentenceEmbedding(), Settings().passage_tokens)
    library = Library.open(folder, derivation, wait=0)
    try:
        articles, passages = len(library), library.status().passages
        ids = sorted(source.id for source in library.articles())
        chosen = np.random.default_rng(0).choice(len(ids), min(count, len(ids)), replace=False)
        going = [ids[i] for i in sorted(chosen)]
        words = {mark(i, n) for i in going for n in range(len(library.whole(i)))}

        started = perf_counter()
        library.remove_all(going)
        remove_seconds = perf_counter() - started

        found, seen = _search(folder, words)
        started = perf_counter()
        problems = library.verify().problems
        verify_seconds = perf_counter() - started
        before = _sizes(folder)
        started = perf_counter()
        library.compact()
        compact_seconds = perf_counter() - started
        return Removal(
            machine=Machine.here(),
            passages=passages,
            articles=articles,
            removed=len(going),
            removed_passages=len(words),
            remove_seconds=remove_seconds,
            found=found,
            seen=seen,
            verify_seconds=verify_seconds,
            problems=(*problems, *library.verify().problems),
            compact_seconds=compact_seconds,
            before_mb=before,
            after_mb=_sizes(folder),
            peak_mb=peak_memory(),
        )
    finally:
        library.close()


def _search(folder: Path, words: set[str]) -> tuple[dict[str, int], int]:
    """In which files there are any of ``words``, and how many; and how many others there are."""
    gone = {word.encode() for word in words}
    found, seen = dict[str, int](), set[bytes]()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            there = set(_MARK.findall(path.read_bytes()))
            seen |= there - gone
            if there & gone:
                found[str(path.relative_to(folder))] = len(there & gone)
    return found, len(seen)


def _sizes(folder: Path) -> dict[str, float]:
    total, indexes = folder_size(folder), folder_size(folder / "indexes")
    return {"all": total / 1e6, "indexes": indexes / 1e6, "catalog": (total - indexes) / 1e6}


def _said(words: Iterable[str]) -> list[str]:
    sets = [Dataset.named(name, Settings.load()) for name in words]
    return sentences(chain.from_iterable(data.articles() for data in sets))


@click.command(name="removal", help=__doc__)
@click.option("--passages", default=100_000, type=click.IntRange(100), help="How many.")
@click.option("--articles", default=2000, type=click.IntRange(1), help="How many to remove.")
@click.option(
    "--words",
    default="squad2,realtimeqa_2022,mtrag_clapnq",
    help="Folders of PULLQUOTE_DATA to take sentences from.",
)
@click.option(
    "--folder", type=click.Path(path_type=Path), help="Where the library is made, and stays."
)
@click.option("--json", "as_json", type=click.Path(path_type=Path), help="File for the figures.")
def main(
    passages: int, articles: int, words: str, folder: Path | None, as_json: Path | None
) -> None:
    with ExitStack() as stack:
        place = folder or Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="pullquote-removal-"))
        )
        try:
            if not (place / "library").exists():
                click.echo(f"filling {place / 'library'}", err=True)
                fill(place / "library", _said(words.split(",")), passages)
            done = measure(place / "library", articles)
        except PullquoteError as error:
            raise click.ClickException(error.line) from error
    for line in told(done):
        click.echo(line)
    if as_json:
        as_json.write_text(json.dumps(done.to_dict(), indent=2), encoding="utf-8")


def told(done: Removal) -> Iterator[str]:
    """The figures as lines."""
    yield f"{done.articles} articles, {done.passages} passages; {done.machine}"
    yield (
        f"removed {done.removed} articles ({done.removed_passages} passages)"
        f" in {done.remove_seconds:.1f} s"
    )
    yield (
        f"words of theirs in the library's files: {sum(done.found.values())} {done.found or ''}"
        f" (of the others: {done.seen})"
    )
    yield f"verified in {done.verify_seconds:.1f} s: {done.problems or 'whole'}"
    sizes = (f"{k} {done.before_mb[k]:.1f} -> {done.after_mb[k]:.1f} MB" for k in done.after_mb)
    yield f"compacted in {done.compact_seconds:.1f} s: {', '.join(sizes)}"
    yield f"peak memory {done.peak_mb:.0f} MB"


if __name__ == "__main__":
    main()
