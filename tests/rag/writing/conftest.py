"""A language model that says what a test has it say: the outer edge, written out."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import pytest

from rag.embedding import SentenceEmbedding
from rag.engine import Engine
from rag.errors import ModelError
from rag.model import Message
from rag.settings import Settings
from rag.types import Article

from ..conftest import ARTICLES

BRIDGE, FERRY, GARDEN = ARTICLES

Script = Callable[[Sequence[Message]], Iterator[str]]


class Scripted:
    """Says what ``script`` makes of the messages, letter by letter; keeps what it was asked."""

    name = "scripted/parrot"

    def __init__(self, context: int = 4096) -> None:
        self.context = context
        self.script: Script = lambda _: iter(())
        self.calls: list[tuple[Message, ...]] = []
        self.timeouts: list[float | None] = []
        self.most: list[int] = []
        self.left = threading.Event()

    def says(self, text: str) -> None:
        """``{NAME}`` in it is the id of the passage of the article of that name."""
        self.script = lambda messages: iter(_with_ids(text, messages))

    def count(self, text: str) -> int:
        return len(text) // 3 + 1

    @contextmanager
    def stream(
        self, messages: Sequence[Message], *, most: int, timeout: float | None = None
    ) -> Iterator[Iterator[str]]:
        self.calls.append(tuple(messages))
        self.timeouts.append(timeout)
        self.most.append(most)
        self.left.clear()
        try:
            yield self.script(messages)
        finally:
            self.left.set()

    @property
    def prompt(self) -> str:
        return "\n".join(message.text for message in self.calls[-1])


def ids(messages: Sequence[Message]) -> dict[str, str]:
    """The id that each article's passage is shown with."""
    shown = messages[-1].text.split("<passage ")[1:]
    found = {}
    for article in (BRIDGE, FERRY, GARDEN):
        for block in shown:
            if article.title in block:
                found[article.id] = block[:4]
    return found


def _with_ids(text: str, messages: Sequence[Message]) -> str:
    known = {"bridge": "z8z8", "ferry": "z9z9", "garden": "z7z7", **ids(messages)}
    return text.format(**known)


def breaking_off(text: str) -> Script:
    """Says ``text``, then fails."""

    def script(messages: Sequence[Message]) -> Iterator[str]:
        yield from _with_ids(text, messages)
        raise ModelError("The connection broke.")

    return script


@pytest.fixture
def opened(tmp_path, model: SentenceEmbedding) -> Iterator[Callable[..., Engine]]:
    """Opens an engine over the invented articles, or others."""
    engines: list[Engine] = []

    def opener(llm: object, *articles: Article, **settings: object) -> Engine:
        place = Settings(library=tmp_path / f"library{len(engines)}", **settings)
        engine = Engine.create(place, embedding=model, llm=llm)
        engines.append(engine)
        for article in articles or (BRIDGE, FERRY, GARDEN):
            engine.library.put(article)
        return engine

    yield opener
    for engine in engines:
        engine.close()


@pytest.fixture(scope="module")
def heard(tmp_path_factory, model: SentenceEmbedding) -> Iterator[tuple[Engine, Scripted]]:
    """An engine over the invented articles that tests only read from, and its parrot."""
    settings = Settings(library=tmp_path_factory.mktemp("writing") / "library")
    parrot = Scripted()
    with Engine.create(settings, embedding=model, llm=parrot) as engine:
        for article in (BRIDGE, FERRY, GARDEN):
            engine.library.put(article)
        yield engine, parrot


@pytest.fixture
def engine(heard) -> Engine:
    return heard[0]


@pytest.fixture
def parrot(heard) -> Scripted:
    """As new."""
    parrot: Scripted = heard[1]
    parrot.__init__()  # type: ignore[misc] # the engine holds this one
    return parrot
