"""Files of one record a line: JSON lines, plain or gzipped, and tables with a header.

What cannot be read is a ``Problem`` with its line; nothing is raised for it, so that a reader may
list all problems of a file at once. ``records`` raises at the first, for files that others made.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

from rag.errors import EvaluationError
from rag.types import Record

Line = tuple[int, "dict[str, Any] | Problem"]
"""A line's number, from 1, and the record on it or what is wrong with it."""

_JSON_CELLS = ("[", "{")
_SEPARATOR = " | "
_ANEW = "Get the file anew."


@dataclass(frozen=True, slots=True)
class Problem(Record):
    """What is wrong with a file, in words, and at which line, counted from 1."""

    line: int
    text: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.text}"


class _Twice(ValueError):
    """An object says one name twice, of which JSON would keep the last."""


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """The bytes of a file, unpacked if its name ends in ``.gz``, or in ``.zip`` with one file in
    it. Raises ``EvaluationError``."""
    try:
        with _unpacked(path) as file:
            yield file
    except (gzip.BadGzipFile, zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise EvaluationError(f"{path}: its packed data is damaged.", _ANEW) from error
    except OSError as error:
        raise EvaluationError(f"{path} cannot be read: {error.strerror}.") from error


def _unpacked(path: Path) -> BinaryIO:
    if path.suffix == ".gz":
        return cast(BinaryIO, gzip.open(path))
    if path.suffix != ".zip":
        return path.open("rb")
    packed = zipfile.ZipFile(path)
    # What macOS adds to an archive is no part of it.
    names = [name for name in packed.namelist() if not name.startswith("__MACOSX/")]
    if len(names) != 1:
        raise EvaluationError(f"{path} holds {len(names)} files, not one.", "Unpack it first.")
    return cast(BinaryIO, packed.open(names[0]))


def json_lines(path: Path) -> Iterator[Line]:
    """Each line of a file of JSON lines; blank ones are passed over. Raises ``EvaluationError``
    for a file that cannot be opened or unpacked."""
    with opened(path) as file:
        yield from _json_lines(enumerate(file, start=1))


def _json_lines(lines: Iterable[tuple[int, bytes]]) -> Iterator[Line]:
    first = True
    for number, line in lines:
        if first and (whole := _not_lines(line)):
            yield number, Problem(number, whole)
            return
        # A byte order mark is no text, wherever the first text stands.
        if line.strip(b" \t\r\n\xef\xbb\xbf"):
            first = False
            yield number, _object(number, line)


def _not_lines(line: bytes) -> str:
    """Why a file that begins with ``line`` has no JSON lines, in words; empty when it may."""
    if line.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "the file is UTF-16; save it as UTF-8"
    start = line.removeprefix(b"\xef\xbb\xbf").strip()
    if start.startswith(b"["):
        return "the file is a JSON array; write one JSON object a line, without the brackets"
    if start == b"{":
        return "a JSON object over several lines; write each on one line"
    return ""


def _object(number: int, line: bytes) -> dict[str, Any] | Problem:
    try:
        value = json.loads(line.decode("utf-8-sig"), object_pairs_hook=_pairs)
        json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        return Problem(number, _unreadable(error))
    if not isinstance(value, dict):
        return Problem(number, f"is no JSON object: {shown(value)}")
    return value


def _unreadable(error: ValueError | RecursionError) -> str:
    """Why a line is no JSON, in words."""
    match error:
        case UnicodeDecodeError():
            return f"is not UTF-8 (byte {error.start + 1})"
        case UnicodeEncodeError():
            return "holds half a character (a lone surrogate)"
        case json.JSONDecodeError():
            return f"is not JSON: {error.msg} (column {error.colno})"
        case _Twice():
            return str(error)
        case RecursionError():
            return "is nested too deeply"
    return f"is not JSON that can be read: {error}"  # such as a number of thousands of digits


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        name, _ = Counter(name for name, _ in pairs).most_common(1)[0]
        raise _Twice(f"says {shown(name)} twice")
    return made


def table_rows(path: Path, several: Iterable[str]) -> Iterator[Line]:
    """Each row of a table (``.csv``, ``.tsv``) by the names of its header. Empty cells are left
    out. Cells of the columns ``several`` are split at `` | ``; any cell that begins with a
    bracket is read as JSON if it is. Raises ``EvaluationError`` like ``json_lines``."""
    with opened(path) as file:
        try:
            text = file.read().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = error.object.count(b"\n", 0, error.start) + 1
            yield line, Problem(line, "is not UTF-8; save the table as UTF-8")
            return
    tabs = ".tsv" in path.suffixes
    head = text.partition("\n")[0]
    # Spreadsheets write semicolons where the comma stands in numbers.
    comma = ";" if head.count(";") > head.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter="\t" if tabs else comma)
    yield from _rows(reader, frozenset(several))


def _rows(reader: Any, several: frozenset[str]) -> Iterator[Line]:
    header: list[str] = []
    while True:
        number = reader.line_num + 1
        try:
            row = next(reader, None)
        except csv.Error as error:
            yield number, Problem(number, f"is no row of a table: {error}")
            return
        if row is None:
            return
        if not any(cell.strip() for cell in row):
            continue
        if not header:
            header = [name.strip().casefold() for name in row]
            if twice := [name for name, count in Counter(header).items() if count > 1]:
                yield number, Problem(number, f"has two columns named {shown(twice[0])}")
                return
        elif len(row) > len(header):
            yield number, Problem(number, f"has {len(row)} cells under {len(header)} headings")
        else:
            cells = zip(header, row, strict=False)
            yield number, {n: _cell(c, n in several) for n, c in cells if c.strip()}


def _cell(cell: str, several: bool) -> Any:
    if cell.lstrip().startswith(_JSON_CELLS):
        try:
            return json.loads(cell)
        except (ValueError, RecursionError):
            pass  # an answer may begin with a bracket
    if several:
        return [part.strip() for part in cell.split(_SEPARATOR) if part.strip()]
    return cell.strip()


def records(path: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The objects of a file of JSON lines, each with the words that name its place. Raises
    ``EvaluationError`` with file and line at the first that cannot be read."""
    for number, value in json_lines(path):
        if isinstance(value, Problem):
            raise EvaluationError(f"{path}, line {number}: {value.text}.", _ANEW)
        yield f"{path}, line {number}", value


def document(path: Path) -> Any:
    """What a file that is one JSON value holds. Raises ``EvaluationError``."""
    with opened(path) as file:
        try:
            return json.loads(file.read().decode("utf-8-sig"))
        except (ValueError, RecursionError) as error:
            raise EvaluationError(f"{path} is not JSON: {error}.", _ANEW) from error


@contextmanager
def as_expected(place: str) -> Iterator[None]:
    """What comes of a record that lacks a field, or has another kind of value in it, becomes an
    ``EvaluationError`` that names its ``place``."""
    try:
        yield
    except KeyError as error:
        raise EvaluationError(f"{place} has no {error}.", _ANEW) from error
    except (AttributeError, IndexError, TypeError, ValueError) as error:
        raise EvaluationError(f"{place} is not as expected: {error}.", _ANEW) from error


def shown(value: Any) -> str:
    """A value as messages show it: quoted, on one line, cut short."""
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
