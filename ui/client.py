"""The library by way of the process that has it open: the client of ``ui.api``."""

from __future__ import annotations

import json
import ssl
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from itertools import zip_longest
from pathlib import Path
from typing import Any, Self, TypeVar

import httpx

from rag.errors import ArticleError, ArticleNotFound, PullquoteError
from rag.origins import Origin
from rag.records import Record
from rag.settings import Settings
from rag.stream import AnswerStream
from rag.types import (
    Answer,
    Article,
    Compaction,
    Filters,
    Hits,
    Outcome,
    Source,
    Statement,
    Status,
    Verification,
)
from ui.wire import (
    PREFIX,
    Ask,
    Check,
    LetGo,
    Offered,
    OwnerLost,
    Removal,
    Renewal,
    Restoring,
    Saving,
    Search,
    error_of,
)

R = TypeVar("R", bound=Record)

_PATIENCE = httpx.Timeout(None, connect=5.0)
"""Seconds. Work takes as long as it takes; that its owner is gone, the connection tells."""

_GREETING = 30.0
"""Seconds for a process that has just begun to listen to answer for the first time."""


class Client:
    """A desk, and a shelf for ``ingest``; see ``ui.desk``. Its errors are those that the same
    verb raises where the library is open, and ``OwnerLost``."""

    def __init__(self, http: httpx.Client, settings: Settings, *, model: str | None = None) -> None:
        self._http = http
        self._settings = settings
        self.model = model
        self.address = str(http.base_url).rstrip("/").removesuffix(PREFIX)

    @classmethod
    def reach(cls, address: str, token: str, settings: Settings) -> Self | None:
        """A client of the process that listens at ``address``; None when it does not answer.

        Raises ``TokenRefused``.
        """
        http = httpx.Client(
            base_url=f"{address}{PREFIX}",
            headers={"Authorization": f"Bearer {token or 'none'}"},
            timeout=_PATIENCE,
            # Neither proxies nor certificates come into it: it is this very machine.
            trust_env=False,
            verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
        )
        try:
            response = http.get(f"{address}{PREFIX}", timeout=_GREETING)
            if not response.is_success:
                raise _refusal(response)
        except httpx.HTTPError:
            http.close()
            return None
        except BaseException:
            http.close()
            raise
        return cls(http, settings, model=_writer(response))

    def close(self) -> None:
        self._http.close()

    @property
    def shelf(self) -> Self:
        return self

    # Asking.

    def stream(
        self, question: str, *, filters: Filters, as_of: date | None, write: bool = True
    ) -> AnswerStream:
        """The answer as it comes."""
        ask = Ask(question=question, filters=filters, as_of=as_of, write=write)
        whole: list[Answer] = []

        def finish(_released: tuple[Statement, ...]) -> Answer:
            if not whole:
                raise _lost("the answer did not come to its end")
            return whole[0]

        return AnswerStream(self._statements(ask, whole), finish)

    def _statements(self, ask: Ask, whole: list[Answer]) -> Iterator[Statement]:
        with self._streamed("stream", content=_json(ask)) as lines:
            for name, data in _events(lines):
                if name == "statement":
                    yield _made(Statement, data)
                elif name == "answer":
                    whole.append(_made(Answer, data))
                elif name == "error":
                    raise error_of(data)

    def search(self, question: str, *, k: int, filters: Filters, as_of: date | None) -> Hits:
        asked = Search(question=question, k=k, filters=filters, as_of=as_of)
        return _made(Hits, self._said("POST", "search", content=_json(asked)))

    # Articles.

    def put_all(
        self, items: Iterable[tuple[Article, str]]
    ) -> Iterator[tuple[Article, Outcome | PullquoteError]]:
        """As ``Library.put_all``, a portion at a time."""
        from rag.ahead import batches

        for batch in batches(items):
            content = (_json(Offered(*item)) + b"\n" for item in batch)
            with self._streamed("ingest", content=content) as lines:
                for item, told in zip_longest(batch, _values(lines)):
                    if told is None or item is None:
                        raise _lost("not every article was answered")
                    yield _became(item[0], told)

    def origin(self, article_id: str) -> str | None:
        """Where an article came from; None when there is no such article."""
        # All of it is encoded: a dot or two alone would be taken for folders.
        path = "".join(f"%{byte:02X}" for byte in article_id.encode())
        try:
            return str(self._said("GET", f"articles/{path}").get("origin", ""))
        except ArticleNotFound:
            return None

    def came_from(self, place: str) -> tuple[Origin, ...]:
        """As ``Library.came_from``."""
        found = self._said("GET", "origins", params={"place": place})["origins"]
        return tuple(_made(Origin, origin) for origin in found)

    def let_go(self, origins: Sequence[Origin]) -> int:
        """As ``Library.let_go``."""
        return int(self._said("POST", "let-go", content=_json(LetGo(tuple(origins))))["removed"])

    def articles(self, filters: Filters) -> tuple[Source, ...]:
        named = {
            "source": filters.sources,
            "author": filters.authors,
            "tag": filters.tags,
            "language": filters.languages,
            "article": filters.articles,
            "since": [filters.since.isoformat()] if filters.since else [],
            "until": [filters.until.isoformat()] if filters.until else [],
        }
        query = [(name, value) for name, values in named.items() for value in values]
        found = self._said("GET", "articles", params=query)["articles"]
        return tuple(_made(Source, source) for source in found)

    def remove(self, ids: Sequence[str]) -> None:
        self._said("POST", "remove", content=_json(Removal(tuple(ids))))

    # The library as a whole.

    def status(self) -> Status:
        return _made(Status, self._said("GET", "status"))

    def verify(self, *, repair: bool) -> Verification:
        return _made(Verification, self._said("POST", "verify", content=_json(Check(repair))))

    def rebuild(self, progress: Callable[[int, int], None]) -> int:
        """Rebuilds with the owner's settings. Raises ``OtherModel`` when ours are others."""
        wanted = Renewal(self._settings.embedding, self._settings.passage_tokens)
        return int(self._followed("rebuild", wanted, progress)["articles"])

    def compact(self, progress: Callable[[int, int], None]) -> Compaction:
        return _made(Compaction, self._followed("compact", None, progress))

    def backup(self, target: Path) -> Path:
        saving = Saving(str(target.absolute()))
        return Path(self._said("POST", "backup", content=_json(saving))["backup"])

    def restore(self, backup: Path, *, replace: bool, progress: Callable[[int, int], None]) -> int:
        wanted = Restoring(str(backup.absolute()), replace)
        return int(self._followed("restore", wanted, progress)["articles"])

    # Underneath.

    def _followed(
        self, path: str, wanted: Record | None, progress: Callable[[int, int], None]
    ) -> dict[str, Any]:
        """The last line of a response that tells how far it is until then."""
        with self._streamed(path, content=_json(wanted) if wanted else b"") as lines:
            for told in _values(lines):
                if "done" not in told:
                    return told
                progress(told["done"], told["total"])
        raise _lost(f"'{path}' did not come to its end")

    def _said(self, method: str, path: str, **given: Any) -> dict[str, Any]:
        """The JSON of a response. Raises the error it tells of."""
        with _translated():
            response = self._http.request(method, path, **given)
            if not response.is_success:
                raise _refusal(response)
            return dict(response.json())

    @contextmanager
    def _streamed(self, path: str, **given: Any) -> Iterator[Iterator[str]]:
        """The lines of a response while it comes. Leaving early tells the owner to stop."""
        with _translated(), self._http.stream("POST", path, **given) as response:
            if not response.is_success:
                response.read()
                raise _refusal(response)
            yield response.iter_lines()


def _writer(greeting: httpx.Response) -> str | None:
    """The language model that writes there; None of a process of before that was told."""
    try:
        return str(greeting.json()["writer"])
    except (ValueError, KeyError, TypeError):
        return None


def _became(article: Article, told: dict[str, Any]) -> tuple[Article, Outcome | PullquoteError]:
    named = replace(article, id=told["id"] or article.id)
    if "failure" not in told:
        return named, Outcome(told["outcome"])
    error = error_of(told["failure"])
    if not isinstance(error, ArticleError):  # what is wrong with a line is so with its article
        error = ArticleError(str(error), error.hint)
    return named, error


def _events(lines: Iterator[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Server-sent events, of the simple kind that ``ui.feed`` writes."""
    name = ""
    for line in lines:
        field, _, value = line.partition(": ")
        if field == "event":
            name = value
        elif field == "data":
            yield name, json.loads(value)


def _values(lines: Iterator[str]) -> Iterator[dict[str, Any]]:
    """JSON lines; an error among them is raised."""
    for line in lines:
        if line:
            told = json.loads(line)
            if "error" in told:
                raise error_of(told)
            yield told


def _json(record: Record) -> bytes:
    return json.dumps(record.to_dict(), ensure_ascii=False).encode()


def _made(kind: type[R], value: Any) -> R:
    return kind.from_dict(value)


def _refusal(response: httpx.Response) -> PullquoteError:
    try:
        return error_of(response.json())
    except (ValueError, AttributeError):
        return _lost(f"it answers with status {response.status_code}")


@contextmanager
def _translated() -> Iterator[None]:
    """What can go wrong between two processes, as one error of ours."""
    try:
        yield
    except httpx.HTTPError as error:
        raise _lost(str(error) or type(error).__name__) from error
    except (ValueError, KeyError, TypeError) as error:
        raise _lost(f"its answer cannot be read: {error}") from error


def _lost(why: str) -> OwnerLost:
    return OwnerLost(
        f"The process that has the library open was lost: {why.rstrip('.')}.",
        "Run the same command again.",
    )
