"""The lines of an ingest as articles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ingest.languages import Languages
from rag.errors import PullquoteError
from rag.types import Dated
from ui import body
from ui.wire import Offered, RequestError


def read(
    lines: Sequence[bytes | None], languages: Languages, limit: int
) -> list[Offered | PullquoteError]:
    """Lines read: an article with its origin, or why there is none."""
    return [_read_line(line, languages, limit) for line in lines]


def _read_line(line: bytes | None, languages: Languages, limit: int) -> Offered | PullquoteError:
    if line is None:
        return body.too_large("An article", limit)
    try:
        offered = body.record_of(_dated(body.parsed(line)), Offered)
    except PullquoteError as error:
        return error
    return Offered(languages.known(offered.article), offered.origin)


def _dated(line: Any) -> Any:
    """A line in which dates may be plain text, as in files of articles."""
    if not isinstance(line, dict) or not isinstance(line.get("article"), dict):
        return line
    article = dict(line["article"])
    for name in ("published", "updated"):
        if isinstance(article.get(name), str):
            try:
                article[name] = Dated.parse(article[name]).to_dict()
            except ValueError:
                raise RequestError(
                    f"'{article[name]:.40}' is not a date.", "Write it as 2024-12-10."
                ) from None
    return {**line, "article": article}
