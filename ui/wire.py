"""What both ends of ``/v1`` agree on: the requests, the errors and their statuses.

Every request and every result is the JSON of a record. Nothing heavy is imported here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from rag.errors import PullquoteError
from rag.origins import Origin
from rag.records import Record
from rag.types import Article, Filters, Turn, Understood

PREFIX = "/v1"
EVENTS = "text/event-stream"
LINES = "application/x-ndjson"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask(Record):
    """A question to be answered; the names are those of ``Engine.ask``."""

    question: str
    history: tuple[Turn, ...] = ()
    filters: Filters | None = None
    as_of: date | None = None
    understood: Understood | None = None
    timeout: float | None = None
    write: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Search(Record):
    """A question to find passages for; the names are those of ``Engine.search``."""

    question: str
    k: int = 10
    history: tuple[Turn, ...] = ()
    filters: Filters | None = None
    as_of: date | None = None
    understood: Understood | None = None
    reorder: bool | None = None


@dataclass(frozen=True, slots=True)
class Offered(Record):
    """One line of an ingest: an article, and where it came from."""

    article: Article
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Removal(Record):
    """Ids of articles to remove: all of them or, if one is not there, none."""

    articles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LetGo(Record):
    """That places no longer have articles: those that no other place has are removed."""

    origins: tuple[Origin, ...]


@dataclass(frozen=True, slots=True)
class Check(Record):
    """Verify; with ``repair`` also mend."""

    repair: bool = False


@dataclass(frozen=True, slots=True)
class Renewal(Record):
    """Rebuild with these settings, which must be the owner's own; None for whatever it has."""

    embedding: str | None = None
    passage_tokens: int | None = None


@dataclass(frozen=True, slots=True)
class Saving(Record):
    """Write a backup: to a file, or into a folder, of the machine that the owner runs on."""

    target: str


@dataclass(frozen=True, slots=True)
class Restoring(Record):
    """Take on what a backup holds, a file of the machine that the owner runs on; ``replace`` says
    that what the library holds may go."""

    backup: str
    replace: bool = False


class RequestError(PullquoteError):
    """A request that is not what it should be."""

    code = "bad_request"


class TokenRefused(PullquoteError):
    """The token is missing or another library's."""

    code = "bad_token"


class RequestTooLarge(PullquoteError):
    """A request larger than ``request_limit``."""

    code = "too_large"


class Busy(PullquoteError):
    """Too many wait for their turn already."""

    code = "busy"


class OwnerLost(PullquoteError):
    """The process that has the library open went away, or says what nobody understands."""

    code = "owner_lost"


class NoSuchRoute(PullquoteError):
    """Nothing is served at that address."""

    code = "no_such_route"


_STATUS = {
    "bad_request": 400,
    "bad_question": 400,
    "bad_article": 400,
    "bad_evaluation": 400,
    "bad_source": 400,
    "bad_setting": 400,
    "not_a_backup": 400,
    "bad_token": 401,
    "article_not_found": 404,
    "no_such_route": 404,
    "library_in_use": 409,
    "library_not_empty": 409,
    "other_model": 409,
    "too_large": 413,
    "error": 500,
    "library_failed": 500,
    "library_not_found": 500,
    "not_a_library": 500,
    "library_too_new": 500,
    "library_damaged": 500,
    "storage_failed": 500,
    "model_call_failed": 503,
    "model_failed": 503,
    "busy": 503,
    "timeout": 504,
    "storage_full": 507,
}


def status_of(error: PullquoteError) -> int:
    """The HTTP status that says the same; 500 for what a server should never have to say."""
    return _STATUS.get(error.code, 500)


def error_of(told: Mapping[str, Any]) -> PullquoteError:
    """The error whose ``to_dict`` is ``told``, of its own class again."""
    kinds = {kind.code: kind for kind in _kinds(PullquoteError)}
    kind = kinds.get(str(told.get("error")), PullquoteError)
    return kind(str(told.get("message")), str(told.get("hint", "")))


def _kinds(kind: type[PullquoteError]) -> Iterator[type[PullquoteError]]:
    yield kind
    for child in kind.__subclasses__():
        yield from _kinds(child)
