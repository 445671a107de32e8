"""Where the commands bring their work: to the library, or to the process that has it open."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

from rag.errors import SettingsError
from rag.loopback import is_loopback
from rag.model import shown_name
from rag.owner import Owner, in_use, owner_of
from rag.settings import Resolved, Settings
from rag.types import Compaction, Filters, Hits, Source, Status, Verification
from ui.bearer import read_token

if TYPE_CHECKING:
    from llama_index.core.base.embeddings.base import BaseEmbedding

    from ingest.sync import Shelf
    from rag.engine import Engine
    from rag.stream import AnswerStream
    from ui.client import Client

_PAUSE = 0.05


class Desk(Protocol):
    """What the commands need of a library, wherever it is open."""

    @property
    def address(self) -> str:
        """Where its owner listens; empty when that is this process."""

    @property
    def model(self) -> str | None:
        """The language model that writes there; empty where answers are quoted, None where that is
        not known."""

    @property
    def shelf(self) -> Shelf:
        """What ``ingest`` puts articles into."""

    def stream(
        self, question: str, *, filters: Filters, as_of: date | None, write: bool = True
    ) -> AnswerStream: ...
    def search(self, question: str, *, k: int, filters: Filters, as_of: date | None) -> Hits: ...
    def articles(self, filters: Filters) -> tuple[Source, ...]: ...
    def remove(self, ids: Sequence[str]) -> None: ...
    def status(self) -> Status: ...
    def verify(self, *, repair: bool) -> Verification: ...
    def rebuild(self, progress: Callable[[int, int], None]) -> int: ...
    def compact(self, progress: Callable[[int, int], None]) -> Compaction: ...
    def backup(self, target: Path) -> Path: ...
    def restore(
        self, backup: Path, *, replace: bool, progress: Callable[[int, int], None]
    ) -> int: ...


@contextmanager
def desk(
    settings: Settings,
    *,
    create: bool = False,
    rebuilding: bool = False,
    embedding: BaseEmbedding | None = None,
    model: str | None = None,
) -> Iterator[Desk]:
    """The library of ``settings``. A running owner is asked, which is quick; else the library is
    opened here, and with ``create`` made. ``embedding`` is that of the settings, if it is at hand.
    ``model`` is the language model that was asked for on the command line, if one was: a running
    owner has its own. Raises ``PullquoteError``."""
    if client := _client(settings):
        with closing(client):
            if model:
                raise SettingsError(
                    f"This library is served at {client.address}, with the model that was chosen"
                    " there.",
                    "Leave out --model, or give it to 'pullquote serve' or 'chat'.",
                )
            yield client
        return
    if model:
        check_model(settings)
    from rag.engine import Engine

    with (
        Engine.create(settings, embedding=embedding)
        if create
        else Engine.open(settings, embedding=embedding, rebuilding=rebuilding)
    ) as engine:
        yield OpenLibrary(engine)


def check_model(settings: Settings) -> None:
    """For who asked for a language model just now: raises ``ModelError`` where it lacks its extra,
    key or file. Elsewhere the articles are quoted then, and a note says so."""
    from rag import llms

    if settings.model:
        llms.model_of(settings)


def passed_over(owner: Desk, resolved: Resolved) -> str:
    """In a line, that a language model which is set for here does not count, since the owner has
    another, or none; empty where there is nothing to say."""
    wanted, here = resolved.settings.model, owner.address == ""
    if here or not wanted or owner.model in (None, shown_name(wanted)):
        return ""
    writes = f"{owner.model} writes there" if owner.model else "answers are quoted there"
    return (
        f"note: this library is served at {owner.address}, and {writes}. The model that is set"
        f" here ({shown_name(wanted)}, from {resolved.origins['model']}) does not count."
    )


class OpenLibrary:
    """The desk of an engine in this process."""

    address = ""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.model: str | None = engine.model
        self.shelf: Shelf = engine.library

    def stream(
        self, question: str, *, filters: Filters, as_of: date | None, write: bool = True
    ) -> AnswerStream:
        return self._engine.stream(question, filters=filters, as_of=as_of, write=write)

    def search(self, question: str, *, k: int, filters: Filters, as_of: date | None) -> Hits:
        return self._engine.search(question, k=k, filters=filters, as_of=as_of)

    def articles(self, filters: Filters) -> tuple[Source, ...]:
        return self._engine.library.articles(filters)

    def remove(self, ids: Sequence[str]) -> None:
        self._engine.library.remove_all(ids)

    def status(self) -> Status:
        return self._engine.library.status()

    def verify(self, *, repair: bool) -> Verification:
        return self._engine.library.verify(repair=repair)

    def rebuild(self, progress: Callable[[int, int], None]) -> int:
        return self._engine.library.rebuild(progress)

    def compact(self, progress: Callable[[int, int], None]) -> Compaction:
        return self._engine.library.compact(progress)

    def backup(self, target: Path) -> Path:
        return self._engine.library.backup(target)

    def restore(self, backup: Path, *, replace: bool, progress: Callable[[int, int], None]) -> int:
        return self._engine.library.restore(backup, replace=replace, progress=progress)


def _client(settings: Settings) -> Client | None:
    """A client of the owner; None when there is none, and the library can be opened.

    An owner that does not listen is given a moment: it may be about to, or nearly done. Raises
    ``LibraryInUse`` after that, and ``TokenRefused``.
    """
    until = monotonic() + settings.lock_wait
    while owner := owner_of(settings.library):
        if client := _reached(owner, settings):
            return client
        if monotonic() >= until:
            raise in_use(settings.library, owner)
        sleep(_PAUSE)
    return None


def _reached(owner: Owner, settings: Settings) -> Client | None:
    # The token is shown to nobody but a process of this machine that holds the lock right now.
    if not (owner.address and owner.here and _on_loopback(owner.address)):
        return None
    from ui.client import Client

    return Client.reach(owner.address, read_token(settings.library), settings)


def _on_loopback(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return parts.scheme == "http" and is_loopback(parts.hostname or "")
    except ValueError:
        return False
