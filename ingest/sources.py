"""What to read: the files and articles that the given sources stand for, one at a time."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ingest.report import Failure
from rag.errors import SourceError
from rag.types import Article

SUFFIXES = (".txt", ".md", ".markdown", ".html", ".htm", ".pdf", ".docx", ".jsonl", ".jsonl.gz")
KINDS = f"Files ending in {', '.join(SUFFIXES)} are read."

Given = str | os.PathLike[str] | Article


@dataclass(frozen=True, slots=True)
class File:
    """A file found. ``id`` is made from its path within the source; ``suffix`` is one of
    ``SUFFIXES``, empty for a kind that is not read; ``name`` is how people are told of it."""

    path: Path
    id: str
    name: str
    suffix: str


Item = File | Article | Failure


def find(sources: Given | Iterable[Given]) -> tuple[Iterator[Item], int | None]:
    """Everything to read, lazily and in a settled order, and how many articles that will be.

    The number is None when only reading tells. Every source is checked before anything is
    read, and ``SourceError`` raised for one that is not there or holds nothing to read. An
    iterator can be gone through only once: what is wrong with one of its sources is found
    when its turn comes, and is a failure like any other.
    """
    if isinstance(sources, Iterator):
        return _as_they_come(sources), None
    given = (sources,) if isinstance(sources, (str, os.PathLike, Article)) else sources
    total: int | None = 0
    for source in given:
        number = _number(source)
        total = None if total is None or number is None else total + number
    return (item for source in given for item in _items(source)), total


def _as_they_come(sources: Iterator[Given]) -> Iterator[Item]:
    for source in sources:
        try:
            _number(source)
        except SourceError as error:
            yield Failure(_shown(source), str(error).rstrip("."), error.hint)
        else:
            yield from _items(source)


def _number(source: Given) -> int | None:
    """How many articles a source stands for, None if only reading tells; ``SourceError``."""
    if isinstance(source, Article):
        return 1
    if not isinstance(source, (str, os.PathLike)):
        raise SourceError(f"A source is a path or an Article, not {type(source).__name__}.")
    try:
        mode = Path(source).stat().st_mode
    except (FileNotFoundError, NotADirectoryError, ValueError):
        web = "://" in str(source)
        hint = "Save the page and name its file." if web else "Check the path."
        raise SourceError(f"There is no file or folder '{_shown(source)}'.", hint) from None
    except OSError as error:
        raise SourceError(f"'{_shown(source)}' cannot be read: {error.strerror}.") from error
    number, listed = 0, False
    for item in _items(source):
        if isinstance(item, File) and item.suffix.startswith(".jsonl"):
            listed = True
        number += not isinstance(item, File) or item.suffix != ""
    if stat.S_ISDIR(mode) and not number:
        raise SourceError(f"The folder '{_shown(source)}' holds nothing to read.", KINDS)
    return None if listed else number


def _items(source: Given) -> Iterator[Item]:
    if isinstance(source, Article):
        yield source
        return
    path = Path(source)
    if _is_folder(path):
        top = path.resolve().name
        for found in _walk(path):
            yield found if isinstance(found, Failure) else _file(found, path, top)
        return
    file = _file(path, path.parent, path.parent.resolve().name)
    if isinstance(file, File) and not file.suffix:
        yield Failure(file.name, "is of a kind that is not read", KINDS)
    else:
        yield file


def _walk(folder: Path, above: tuple[Path, ...] = ()) -> Iterator[Path | Failure]:
    """The files below ``folder``, sorted by name; folders are entered where they are met."""
    real = folder.resolve()
    if real in above:  # a link back to a folder we are in
        return
    try:
        names = sorted(path.name for path in folder.iterdir())
    except OSError as error:
        yield Failure(_shown(folder), f"cannot be listed: {error.strerror}")
        return
    for name in names:
        if name.startswith("."):
            continue
        path = folder / name
        if _is_folder(path):
            yield from _walk(path, (*above, real))
        else:
            yield path


def places(folder: Path) -> list[Path]:
    """Where the files below ``folder`` are, and so what their paths begin with: the folder itself,
    and whatever folders links below it lead to."""
    linked = (path.resolve() for path in _folders(folder) if path.is_symlink())
    return list(dict.fromkeys((folder.resolve(), *linked)))


def _folders(folder: Path, above: tuple[Path, ...] = ()) -> Iterator[Path]:
    """``folder`` and all below it that ``_walk`` enters."""
    real = folder.resolve()
    if real in above:
        return
    yield folder
    with suppress(OSError):  # told of by `_walk`
        for path in sorted(folder.iterdir()):
            if not path.name.startswith(".") and _is_folder(path):
                yield from _folders(path, (*above, real))


def _file(path: Path, folder: Path, top: str) -> File | Failure:
    within = "/".join((top, *path.relative_to(folder).parts)).lstrip("/")
    name = path.name.lower()
    suffix = max((s for s in SUFFIXES if name.endswith(s)), key=len, default="")
    if suffix and not _is_text(within + str(path)):
        return Failure(_shown(path), "has a name that is not UTF-8", "Rename it.")
    # Resolving the folder only: a link is known by its own name, not by its target's.
    return File(path.parent.resolve() / path.name, within, _shown(path), suffix)


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # told when it is read as a file
        return False


def _is_text(name: str) -> bool:
    """False for the stand-ins Python puts in names whose bytes are not UTF-8."""
    return not any("\ud800" <= character <= "\udfff" for character in name)


def _shown(source: object) -> str:
    """A path as people can be told of it, whatever bytes are in its name."""
    return str(source).encode("utf-8", "backslashreplace").decode()
