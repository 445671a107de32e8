"""How well articles are taken from web pages: ``python -m evals.extraction``.

Reads the pages of ``html`` in the public data (the test pages of Mozilla's Readability) as ingest
does, and compares with what is expected of each.
"""

from __future__ import annotations

import gzip
import json
import re
import tarfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import mean

import click

from evals.metrics.answers import normalised, token_f1
from evals.metrics.intervals import Share
from ingest.dates import read_date
from ingest.pages import read_page
from rag.errors import ArticleError, PullquoteError, SourceError
from rag.settings import Settings
from rag.types import Dated

_BY = re.compile(r"(written )?by |par ")


@dataclass(frozen=True, slots=True)
class Page:
    """A page and what is expected of it; empty is not known."""

    id: str
    html: bytes
    text: str
    title: str = ""
    byline: str = ""
    published: str = ""


@dataclass(frozen=True, slots=True)
class Scored:
    """What was taken from one page. ``text`` is the token F1 of the main text.

    Titles and authors are right when they are the expected ones, normalised; the byline's first
    "by" set aside, but nothing else that a page writes there, such as a date. A date is right on
    the same day. None is what was not expected, or everything when ``failed`` says why nothing
    was taken.
    """

    id: str
    text: float | None = None
    title: bool | None = None
    date: bool | None = None
    authors: bool | None = None
    failed: str = ""


def pages(folder: Path) -> Iterator[Page]:
    """The pages of ``index.jsonl.gz`` and ``readability_pages.tar.gz``; ``SourceError``."""
    index, archive = folder / "index.jsonl.gz", folder / "readability_pages.tar.gz"
    if not index.is_file() or not archive.is_file():
        raise SourceError(f"There are no pages in {folder}.", "Set PULLQUOTE_DATA to its parent.")
    with tarfile.open(archive) as files, gzip.open(index, "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            file = files.extractfile(f"./{row['id']}/source.html")
            if file is None:
                raise SourceError(f"The page '{row['id']}' is not in {archive}.")
            told = row["gold_meta"]
            yield Page(
                id=row["id"],
                html=file.read(),
                text=row["gold_text"],
                title=told["title"] or "",
                byline=told["byline"] or "",
                published=told["publishedTime"] or "",
            )


def score(page: Page) -> Scored:
    try:
        article = read_page(page.html).article
    except ArticleError as error:
        return Scored(page.id, failed=str(error))
    byline = _BY.sub("", normalised(page.byline), count=1)
    return Scored(
        page.id,
        text=token_f1(article.text, [page.text]),
        title=normalised(article.title) == normalised(page.title) if page.title else None,
        date=_same_day(article.published, page.published) if page.published else None,
        authors=normalised(" ".join(article.authors)) == byline if byline else None,
    )


def _same_day(found: Dated | None, wanted: str) -> bool:
    return found is not None and found.first == read_date(wanted, "given").first


def share(rows: Sequence[Scored], name: str) -> Share:
    """Over the pages of which it was expected, and that could be read."""
    values = [value for row in rows if (value := getattr(row, name)) is not None]
    return Share(sum(values), len(values))


def report(rows: Sequence[Scored], worst: int) -> Iterator[str]:
    texts = sorted((row.text, row.id) for row in rows if row.text is not None)
    failed = [row for row in rows if row.failed]
    yield f"{len(rows)} pages, {len(failed)} of which nothing could be taken"
    yield from (f"  {row.id}: {row.failed}" for row in failed)
    if texts:
        yield f"main text: token F1 {mean(value for value, _ in texts):.3f}, n={len(texts)}"
    for name in ("title", "date", "authors"):
        found = share(rows, name)
        yield f"{name} right: {found.count} of {found.total}, {found}"
    yield from (f"  {value:.3f} {name}" for value, name in texts[:worst])


@click.command(help=__doc__)
@click.option("--worst", default=0, help="How many of the pages of lowest F1 to name.")
@click.option("--json", "as_json", is_flag=True, help="Every page's scores, as JSON.")
def main(worst: int, as_json: bool) -> None:
    data = Settings.load().data
    try:
        if data is None:
            raise SourceError("No public data is set.", "Set PULLQUOTE_DATA to its folder.")
        rows = [score(page) for page in pages(data / "html")]
    except PullquoteError as error:
        raise click.ClickException(error.line) from error
    if as_json:
        print(json.dumps([asdict(row) for row in rows], indent=1))
        return
    for line in report(rows, worst):
        print(line)


if __name__ == "__main__":
    main()
