"""Files dropped and texts pasted on their way into a library, told file by file."""

from __future__ import annotations

import asyncio
import hashlib
import shutil
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from ingest.clean import story
from ingest.report import Failure, IngestReport, Progress
from ingest.sync import ingest
from rag.errors import ArticleError, LibraryError, PullquoteError
from rag.types import Article, Dated
from ui.render import web_address
from ui.window.shelf import Shelf
from ui.words import Words

MOST = 1000
"""Files that are taken in at once."""

_TICK = 0.25
"""Seconds between two looks at how far it is."""


@dataclass(frozen=True, slots=True)
class Pasted:
    """A text pasted into the page and what was said of it, as typed."""

    text: str = ""
    title: str = ""
    source: str = ""
    published: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """How far it is: (name, what became of it, whether that is a failure) a file or failure, and
    at the end a line for all. ``refused``: nothing was tried, what was typed is to be mended."""

    lines: tuple[tuple[str, str, bool], ...]
    report: str = ""
    done: bool = False
    refused: bool = False


@dataclass
class _File:
    """One file under way. Written by one thread, read by another."""

    name: str
    state: str
    failures: list[tuple[str, str]] = field(default_factory=list)
    bad: bool = False


class Intake:
    """Takes files into libraries of a shelf, one after another: ``worker`` has one thread."""

    def __init__(self, shelf: Shelf, words: Words, worker: Executor) -> None:
        self._shelf = shelf
        self._words = words
        self._worker = worker

    async def take(
        self, library: str, uploads: Sequence[str], pasted: Pasted
    ) -> AsyncIterator[Taken]:
        """Takes in uploaded files, which are gone afterwards, and a pasted text."""
        try:
            article = article_of(pasted, self._words) if pasted.text.strip() else None
            if article is None and not uploads:
                raise ArticleError(self._words("add.nothing"))
            if len(uploads) > MOST:
                raise ArticleError(self._words("add.too_many", n=MOST))
            if self._shelf.is_sample(library):
                raise LibraryError(self._words("library.read_only"))
        except PullquoteError as error:
            yield Taken((), error.line, done=True, refused=True)
            return
        # Equal files arrive as one.
        uploads = tuple(dict.fromkeys(uploads))
        waiting = self._words("add.waiting")
        files = [_File(Path(upload).name, waiting) for upload in uploads]
        if article is not None:
            files.append(_File(article.title or self._words("add.paste"), waiting))
        loop = asyncio.get_running_loop()
        work = loop.run_in_executor(self._worker, self._take_all, library, uploads, article, files)
        while not work.done():
            yield Taken(_lines(files))
            await asyncio.wait([work], timeout=_TICK)
        yield Taken(_lines(files), str(work.result()), done=True)

    def _take_all(
        self, library: str, uploads: Sequence[str], article: Article | None, files: list[_File]
    ) -> IngestReport | str:
        whole = IngestReport()
        try:
            with TemporaryDirectory(prefix="pullquote-") as folder:
                for upload, file in zip(uploads, files, strict=False):
                    whole += self._take_file(library, Path(upload), Path(folder), file)
                if article is not None:
                    whole += self._take(library, article, files[-1])
        except PullquoteError as error:  # the library's trouble: the rest would meet it too
            return error.line
        return whole

    def _take_file(self, library: str, upload: Path, folder: Path, file: _File) -> IngestReport:
        try:
            path = _placed(upload, folder)
        except OSError as error:
            why = error.strerror or str(error)
            file.state, file.bad = self._words("add.failed", why=why), True
            return IngestReport(failures=(Failure(file.name, why),))
        return self._take(library, path, file)

    def _take(self, library: str, given: Path | Article, file: _File) -> IngestReport:
        file.state = self._words("add.reading")
        engine = self._shelf.engine(library)
        try:
            report = ingest(
                [given],
                into=engine.library,
                file_limit=engine.settings.file_limit,
                progress=self._telling(file),
            )
        except LibraryError:
            raise
        except PullquoteError as error:
            file.state, file.bad = self._words("add.failed", why=error.line), True
            return IngestReport(failures=(Failure(file.name, error.line),))
        told = [self._words(f"add.{name}") for name in _OUTCOMES if getattr(report, name)]
        single = report.added + report.changed + report.unchanged == 1 and not report.failures
        file.state = told[0] if single else str(report)
        if report.skipped:
            file.state, file.bad = self._words("add.skipped"), True
        # People know their files by name, not by where they were put meanwhile.
        lines = [str(f).replace(str(given), file.name) for f in report.failures]
        if len(lines) == 1 and not told:
            file.state, file.bad = lines[0].removeprefix(f"{file.name}: "), True
        else:
            file.failures = [
                (file.name, line.removeprefix(f"{file.name}: ").removeprefix(f"{file.name}, "))
                for line in lines
            ]
        return report

    def _telling(self, file: _File) -> Callable[[Progress], None]:
        def tell(progress: Progress) -> None:
            if progress.total is None or progress.total > 1:
                total = "…" if progress.total is None else progress.total
                file.state = self._words("add.of", done=progress.done, total=total)

        return tell


_OUTCOMES = ("added", "changed", "unchanged")


def _lines(files: Sequence[_File]) -> tuple[tuple[str, str, bool], ...]:
    # What failed first: it is what is to be seen to.
    return tuple(
        line
        for file in sorted(files, key=lambda file: not (file.bad or file.failures))
        for line in [
            (file.name, file.state, file.bad),
            *((name, why, True) for name, why in file.failures),
        ]
    )


def article_of(pasted: Pasted, words: Words) -> Article:
    """A pasted text as an article, cleaned like a text file; what is said of it by hand goes
    first. Raises ``ArticleError`` for a date or a web address that is none."""
    published, url = pasted.published.strip(), pasted.url.strip()
    try:
        when = Dated.parse(published) if published else None
    except ValueError:
        raise ArticleError(words("add.bad_date", date=published)) from None
    if url and not web_address(url):
        raise ArticleError(words("add.bad_address"))
    parts = story(pasted.text)
    return Article(
        text=parts.text,
        title=pasted.title.strip() or parts.title,
        source=pasted.source.strip() or parts.source,
        published=when,
        url=url,
    )


def _placed(upload: Path, folder: Path) -> Path:
    """The upload moved to a folder named by its content: an article's id is made from folder
    and name, and two files of one name must not replace each other."""
    with upload.open("rb") as stream:
        home = folder / hashlib.file_digest(stream, "sha256").hexdigest()[:16]
    home.mkdir(exist_ok=True)
    return Path(shutil.move(upload, home / upload.name))
