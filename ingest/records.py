"""JSON lines: one article a line, read a line at a time."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator
from typing import BinaryIO, cast

from ingest.metadata import Fields
from ingest.reading import Read, megabytes, too_large
from ingest.report import Failure
from ingest.sources import File
from rag.errors import ArticleError

_STEP = 1 << 20


def read_lines(file: File, limit: int) -> Iterator[Read | Failure]:
    """The articles of a file of JSON lines, a failure for each line that is none.

    A line is never held beyond ``limit`` megabytes. Raises ``OSError``.
    """
    number, filled = 0, 0
    try:
        with _opened(file) as stream:
            while line := stream.readline(megabytes(limit) + 1):
                number += 1
                what = f"{file.name}, line {number}"
                if len(line) > megabytes(limit) and not line.endswith(b"\n"):
                    size = len(line) + _rest_of_line(stream)
                    filled += 1
                    yield _failed(what, too_large(size, limit))
                elif line.strip(b" \t\r\n\xef\xbb\xbf"):
                    if not filled and b"\0" in line:
                        hint = "Save it as UTF-8 text, or leave it out."
                        yield Failure(file.name, "holds bytes that are no text", hint)
                        return
                    filled += 1
                    yield _read_line(line, what, file)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        where = f"after line {number}: " if number else ""
        yield Failure(file.name, f"{where}its gzip data is damaged ({error})", "Get it anew.")
        return
    if not filled:
        yield Failure(file.name, "is empty")


def _opened(file: File) -> BinaryIO:
    if file.suffix.endswith(".gz"):
        return cast(BinaryIO, gzip.open(file.path))
    return file.path.open("rb")


def _rest_of_line(stream: BinaryIO) -> int:
    """Goes past the rest of a line without keeping it; its length in bytes."""
    length = 0
    while part := stream.readline(_STEP):
        length += len(part)
        if part.endswith(b"\n"):
            break
    return length


def _read_line(line: bytes, what: str, file: File) -> Read | Failure:
    try:
        record = json.loads(line.decode("utf-8-sig"))
        if not isinstance(record, dict):
            raise ArticleError(
                "is no JSON object", 'A line looks like {"title": "...", "text": "..."}.'
            )
        fields = Fields(record, "given")
        article = fields.article()
        if not article.text.strip():
            raise ArticleError("has no text", "Its text goes under the name 'text'.")
    except ArticleError as error:
        return _failed(what, error)
    except UnicodeDecodeError as error:
        return Failure(what, f"not UTF-8 (byte {error.start + 1})", "Save the file as UTF-8.")
    except json.JSONDecodeError as error:
        return Failure(what, f"not JSON: {error.msg} (column {error.colno})")
    except RecursionError:
        return Failure(what, "is nested too deeply")
    except ValueError as error:  # a number of thousands of digits
        return Failure(what, f"not JSON that can be read: {error}")
    return Read(article, what, str(file.path), unread=tuple(fields.unread))


def _failed(what: str, error: ArticleError) -> Failure:
    return Failure(what, str(error), error.hint)
