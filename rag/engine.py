"""The engine: a library, a query path and a pool of threads, put together in one place."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial
from pathlib import Path
from threading import Lock
from time import monotonic
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar
from weakref import WeakSet

from rag import place, telemetry
from rag.clock import Clock
from rag.errors import LibraryError
from rag.library import Library
from rag.settings import Settings
from rag.stopping import Stop
from rag.stream import AnswerStream, AsyncAnswerStream, LaterStream
from rag.types import Answer, Filters, Hits, Turn, Understood

if TYPE_CHECKING:
    from llama_index.core.base.base_retriever import BaseRetriever
    from llama_index.core.base.embeddings.base import BaseEmbedding
    from llama_index.core.postprocessor.types import BaseNodePostprocessor
    from llama_index.core.query_engine import RetrieverQueryEngine

    from rag.embedding import Encoder
    from rag.model import Model
    from rag.question_reader import QuestionReader

T = TypeVar("T")
Place = str | Path | Settings | None


class Engine:
    """Answers questions over one library. Safe to use from many threads.

    ::

        with Engine.open("my-library") as engine:
            print(engine.ask("Who won the vote?").text)
    """

    def __init__(
        self,
        library: Library,
        settings: Settings,
        query_engine: RetrieverQueryEngine,
        reader: QuestionReader,
        *,
        embedding: BaseEmbedding,
        warm: Callable[[], None],
        model: Model | None = None,
        release: Callable[[], object] | None = None,
    ) -> None:
        """Takes parts that fit each other; ``open`` and ``create`` put them together. ``release``
        lets go of ``model``, where that is the engine's own."""
        self._embedding = embedding
        self._library = library
        self._settings = settings
        self._query_engine = query_engine
        self._reader = reader
        self._warm = warm
        self._model = model
        self._release = release
        self._under_way: WeakSet[Stop] = WeakSet()
        self._lock = Lock()
        self._pool = ThreadPoolExecutor(settings.threads, thread_name_prefix="pullquote")
        # A language model takes its time: searching and quoting go on meanwhile.
        self._writing = ThreadPoolExecutor(settings.threads, thread_name_prefix="pullquote-write")

    @classmethod
    def open(
        cls,
        where: Place = None,
        *,
        embedding: BaseEmbedding | None = None,
        reranker: BaseNodePostprocessor | None = None,
        llm: Any = None,
        rebuilding: bool = False,
    ) -> Self:
        """The engine of a library that exists: a path, settings, or nothing for the default one.

        ``embedding``, ``reranker`` and ``llm`` are LlamaIndex objects used instead of the
        settings'. With a language model answers to questions of fact are written by it, and every
        statement is checked like any other.
        With ``rebuilding`` a library that another model built opens too, to be rebuilt. Does
        not load the embedding model; see ``warm``. Raises ``LibraryError``, ``SettingsError``,
        ``ModelError``.
        """
        return cls._made(where, embedding, reranker, llm, rebuilding=rebuilding)

    @classmethod
    def create(
        cls,
        where: Place = None,
        *,
        embedding: BaseEmbedding | None = None,
        reranker: BaseNodePostprocessor | None = None,
        llm: Any = None,
    ) -> Self:
        """The same, but makes the library when there is none."""
        return cls._made(where, embedding, reranker, llm, create=True)

    @classmethod
    def _made(
        cls,
        where: Place,
        embedding: BaseEmbedding | None,
        reranker: BaseNodePostprocessor | None,
        llm: Any,
        *,
        create: bool = False,
        rebuilding: bool = False,
    ) -> Self:
        settings = where if isinstance(where, Settings) else Settings.load(library=where)
        # Before the heavy imports: a mistyped path is answered at once.
        (place.check_vacant if create else place.check_library)(settings.library)

        telemetry.switch_off()
        from rag.assembly import model_of
        from rag.derivation import Derivation
        from rag.embedding import SentenceEmbedding
        from rag.encoders import encoder_for

        embedding = embedding or SentenceEmbedding(settings.embedding)
        encoder, writer = encoder_for(embedding), model_of(settings, llm)
        library = Library.open(
            settings.library,
            Derivation(encoder, settings.passage_tokens),
            wait=settings.lock_wait,
            create=create,
            rebuilding=rebuilding,
        )
        try:
            # A model of ours that is handed in may be another engine's, and stays open.
            release = None if writer is llm else getattr(writer, "close", None)
            return cls._over(
                library, settings, embedding, encoder,
                reranker=reranker, writer=writer, release=release,
            )  # fmt: skip
        except BaseException:
            library.close()
            raise

    @classmethod
    def _over(
        cls,
        library: Library,
        settings: Settings,
        embedding: BaseEmbedding,
        encoder: Encoder,
        *,
        reranker: BaseNodePostprocessor | None,
        writer: Model | None,
        release: Callable[[], object] | None,
    ) -> Self:
        """The engine of a library that is open."""
        from rag.assembly import query_path, question_reader, reading_model, warming

        model, reader = reading_model(embedding), question_reader(library, settings, writer)
        query_engine = query_path(
            library, settings, encoder=encoder, model=model, reader=reader, reranker=reranker,
            writer=writer,
        )  # fmt: skip
        return cls(
            library, settings, query_engine, reader, embedding=embedding,
            warm=warming(embedding, model), model=writer, release=release,
        )  # fmt: skip

    @property
    def library(self) -> Library:
        return self._library

    @property
    def settings(self) -> Settings:
        return self._settings

    @property
    def embedding(self) -> BaseEmbedding:
        """The model that finds passages, for another engine to share."""
        return self._embedding

    @property
    def model(self) -> str:
        """The name of the language model that writes answers; empty where they are quoted."""
        return self._model.name if self._model else ""

    @property
    def llm(self) -> Model | None:
        """The language model, for another engine to share: it can be handed in as ``llm``."""
        return self._model

    @property
    def query_engine(self) -> RetrieverQueryEngine:
        """The query path as LlamaIndex sees it."""
        return self._query_engine

    @property
    def retriever(self) -> BaseRetriever:
        return self._query_engine.retriever

    def warm(self) -> None:
        """Loads the embedding model now, which takes seconds, instead of at its first use."""
        self._warm()

    def close(self) -> None:
        """Waits for questions under way, then closes the library; where there is a language model,
        it ends them first: what they have shown stays. May be called twice."""
        with self._lock:
            ends = list(self._under_way) if self._model else []
        for stop in ends:
            stop.ask()
        try:
            if self._release:
                self._release()
        finally:
            for pool in (self._pool, self._writing):
                pool.shutdown(wait=True, cancel_futures=True)
            self._library.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    # Asking.

    def search(
        self,
        question: str,
        *,
        k: int = 10,
        history: Sequence[Turn] = (),
        filters: Filters | None = None,
        as_of: date | None = None,
        understood: Understood | None = None,
        reorder: bool | None = None,
    ) -> Hits:
        """The ``k`` best passages. ``reorder=False`` leaves the reranker out. No language model is
        asked what is meant: rules read the question.

        Raises ``QuestionError``.
        """
        query = self._reader.read(
            question, k=k, history=history, filters=filters, as_of=as_of, understood=understood
        )
        from rag.nodes import hits

        retrieve = self.retriever.retrieve if reorder is False else self._query_engine.retrieve
        return Hits(hits(retrieve(query))[:k], query.understood)

    def ask(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        filters: Filters | None = None,
        as_of: date | None = None,
        understood: Understood | None = None,
        timeout: float | None = None,
        write: bool = True,
    ) -> Answer:
        """The answer, whole. ``as_of`` is the day it is asked on, today if not given; what was
        published later does not answer. ``timeout``, in seconds, is looked at between the steps:
        a step under way, such as loading the model, is not cut short, but a language model is, and
        the articles are quoted in what is left. With ``write=False`` they are quoted although a
        language model is set. Raises ``QuestionError``, ``AnswerTimeout``."""
        with self.stream(
            question, history=history, filters=filters, as_of=as_of, understood=understood,
            timeout=timeout, write=write,
        ) as stream:  # fmt: skip
            return stream.answer

    def stream(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        filters: Filters | None = None,
        as_of: date | None = None,
        understood: Understood | None = None,
        timeout: float | None = None,
        write: bool = True,
    ) -> AnswerStream:
        """The same as checked statements, one at a time. Raises ``QuestionError`` at once; nothing
        is read or looked for before anything of the stream is asked for."""
        self._reader.check(question, history=history, as_of=as_of, understood=understood)
        stop, clock = self._stop(), Clock(timeout)

        def begin() -> AnswerStream:
            query = self._reader.read(
                question, history=history, filters=filters, as_of=as_of, understood=understood,
                write=write, clock=clock, stop=stop,
            )  # fmt: skip
            response: Any = self._query_engine.query(query)
            stream: AnswerStream = response.stream
            return stream

        return LaterStream(begin, stop.ask)

    def _stop(self) -> Stop:
        """What ends a question, also when the engine is closed."""
        stop = Stop()
        with self._lock:
            self._under_way.add(stop)
        return stop

    def suggest(
        self,
        answer: Answer | None = None,
        *,
        k: int = 3,
        filters: Filters | None = None,
        as_of: date | None = None,
    ) -> tuple[str, ...]:
        """Up to ``k`` questions that would be answered: to follow ``answer``, else to begin with.
        Fewer, or none, where the articles give no good ones. Takes about 150 ms for each."""
        from rag.suggesting import Suggester

        quoted = partial(self.ask, write=False)
        suggester = Suggester(self._library, quoted, self._settings.refusing.refuse_below)
        return suggester.suggest(answer, k=k, filters=filters, as_of=as_of)

    # The same from asynchronous programs: the one pipeline, in a bounded pool of threads; what may
    # be written by a language model is in a pool of its own.

    async def asearch(self, question: str, **options: Any) -> Hits:
        """``search`` without blocking the event loop."""
        return await self._in_pool(self._pool, lambda: self.search(question, **options))

    async def aask(self, question: str, **options: Any) -> Answer:
        """``ask`` without blocking the event loop. Waiting for a thread counts as time. A task that
        is cancelled stops the work."""
        async with self.astream(question, **options) as stream:
            return await stream.answer()

    def astream(self, question: str, **options: Any) -> AsyncAnswerStream:
        """``stream`` without blocking the event loop: an asynchronous context manager."""
        left = _time_left(options)
        pool = self._writing if self._model and options.get("write", True) else self._pool
        run = partial(self._in_pool, pool)
        return AsyncAnswerStream(lambda: self.stream(question, **left()), run)

    async def _in_pool(self, pool: ThreadPoolExecutor, work: Callable[[], T]) -> T:
        try:
            future = asyncio.get_running_loop().run_in_executor(pool, work)
        except RuntimeError as error:
            raise LibraryError("The engine is closed.", "Open it again.") from error
        return await future


def _time_left(options: dict[str, Any]) -> Callable[[], dict[str, Any]]:
    """The options with what is left of their timeout, counted from now, when called."""
    timeout = options.get("timeout")
    until = None if timeout is None else monotonic() + timeout
    return lambda: options if until is None else {**options, "timeout": until - monotonic()}
