"""A file to the articles in it."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from dataclasses import replace

from ingest.clean import story
from ingest.decoding import text_of
from ingest.markdown import read_markdown
from ingest.pages import read_page
from ingest.reading import Draft, Read, megabytes, too_large
from ingest.records import read_lines
from ingest.report import Failure
from ingest.sources import File
from rag.errors import ArticleError
from rag.types import Article


def read_file(file: File, limit: int) -> Iterator[Read | Failure]:
    """The articles of a file, and a failure for each that cannot be read; raises nothing.

    ``limit``: megabytes that a file, or a line of a file of many, may have.
    """
    try:
        if not stat.S_ISREG(file.path.stat().st_mode):
            yield Failure(file.name, "is not a file that can be read")
        elif file.suffix.startswith(".jsonl"):
            yield from read_lines(file, limit)
        else:
            yield _read(file, limit)
    except ArticleError as error:
        yield Failure(file.name, str(error), error.hint)
    except OSError as error:
        yield Failure(file.name, f"cannot be read: {error.strerror or error}")


def _read(file: File, limit: int) -> Read:
    """The article of a file that holds one. Raises ``ArticleError`` and ``OSError``."""
    size = file.path.stat().st_size
    if size > megabytes(limit):
        raise too_large(size, limit)
    data = file.path.read_bytes()
    if not data.strip():
        raise ArticleError("is empty")
    draft = _draft(data, file.suffix)
    if not draft.article.text.strip():
        raise ArticleError("holds no text of an article")
    article = draft.article
    nameless = not article.id and not article.url
    if nameless:
        article = replace(article, id=file.id)
    return Read(
        article,
        file.name,
        str(file.path),
        path_made=nameless,
        unread=draft.unread,
        withheld=draft.withheld,
    )


def _draft(data: bytes, suffix: str) -> Draft:
    if suffix in (".html", ".htm"):
        return read_page(data)
    # Who opens the door reads no documents yet: these take their time to import.
    if suffix == ".pdf":
        from ingest.pdf import read_pdf

        return read_pdf(data)
    if suffix == ".docx":
        from ingest.docx import read_docx

        return read_docx(data)
    text = text_of(data)
    if suffix in (".md", ".markdown"):
        return read_markdown(text)
    parts = story(text)
    return Draft(Article(text=parts.text, title=parts.title, source=parts.source))
