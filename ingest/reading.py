"""What reading gives, and what it must keep to."""

from __future__ import annotations

import math
from dataclasses import dataclass

from rag.errors import ArticleError
from rag.types import Article


@dataclass(frozen=True, slots=True)
class Draft:
    """What a file says of its article, and the dates in it that could not be read. ``withheld``:
    it says that it is not published."""

    article: Article
    unread: tuple[str, ...] = ()
    withheld: bool = False


@dataclass(frozen=True, slots=True)
class Read:
    """An article as it was read: how people are told of it, where it came from, whether its
    id was made from its path, the dates in it that could not be read, and whether it says that
    it is not published."""

    article: Article
    what: str
    origin: str = ""
    path_made: bool = False
    unread: tuple[str, ...] = ()
    withheld: bool = False


def megabytes(number: int) -> int:
    """So many megabytes in bytes."""
    return number * 1_000_000


def too_large(size: int, limit: int) -> ArticleError:
    """For ``size`` bytes where ``limit`` megabytes are the most."""
    # Rounded up: what is over the limit must not read as if it were the limit.
    shown = f"{math.ceil(size / 100_000) / 10:.1f}".removesuffix(".0")
    return ArticleError(
        f"is {shown} MB; the limit is {limit} MB", "The setting file_limit raises it."
    )


def kind_of(value: object) -> str:
    """The type of a value as people say it who know JSON."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, (int, float)):
        return "a number"
    if isinstance(value, str):
        return "a string"
    return "a list" if isinstance(value, list) else "an object"
