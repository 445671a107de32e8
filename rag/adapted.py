"""Any LlamaIndex language model as a ``Model``."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from functools import partial
from inspect import unwrap
from threading import Lock
from typing import TYPE_CHECKING, Any, Self

from rag.calling import Call, Limits, Loop, Outlet, Threaded, Work
from rag.failures import CutOff, NoText, translated
from rag.model import Message
from rag.tokens import estimated_tokens

if TYPE_CHECKING:
    from llama_index.core.base.llms.types import ChatMessage, ChatResponse
    from llama_index.core.llms import LLM

TIMEOUT = 120.0
"""Seconds that a call may take in all."""
_BEYOND = 4  # times the tokens that were asked for, by our count, at which we stop reading


class AdaptedModel:
    """A ``Model`` over a LlamaIndex one, which is made when it is first needed."""

    def __init__(
        self,
        make: Callable[[], LLM],
        *,
        name: str,
        context: int | None = None,
        timeout: float | None = TIMEOUT,
        silence: float | None = None,
        close: Callable[[Any], Awaitable[object]] | None = None,
    ) -> None:
        """``context`` is the model's own word if it is None. ``timeout`` bounds calls that say no
        other, ``silence`` the wait for their first piece, both in seconds. ``close`` ends the
        connections of what ``make`` made."""
        self._make, self._name, self._context = make, name, context
        self._timeout, self._silence, self._close = timeout, silence, close
        self._llm: LLM | None = None
        self._lock = Lock()
        self._loop = Loop()

    @classmethod
    def of(cls, llm: LLM, *, timeout: float | None = TIMEOUT) -> Self:
        """The model that somebody made. It stays theirs: nothing of it is closed here."""
        told = getattr(llm, "model", None) or getattr(llm, "model_name", None)
        name = f"{type(llm).__name__}/{told}" if told else type(llm).__name__
        return cls(lambda: llm, name=name, timeout=timeout)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._name!r})"

    @property
    def name(self) -> str:
        return self._name

    @property
    def context(self) -> int:
        if self._context is not None:
            return self._context
        try:
            self._context = int(self.llm.metadata.context_window)
        except Exception as error:  # noqa: BLE001 - some ask their server, and fail in any way
            raise self._failed(error) from None
        return self._context

    @property
    def llm(self) -> LLM:
        """The model as LlamaIndex sees it. Raises ``ModelError``."""
        with self._lock:
            if self._llm is None:
                try:
                    self._llm = self._make()
                except Exception as error:  # noqa: BLE001 - whatever its package raises
                    raise self._failed(error) from None
            return self._llm

    def count(self, text: str) -> int:
        return estimated_tokens(text)

    def stream(
        self, messages: Sequence[Message], *, most: int, timeout: float | None = None
    ) -> Call:
        from llama_index.core.base.llms.types import ChatMessage

        limits = Limits(timeout if timeout is not None else self._timeout, self._silence)
        chat = [ChatMessage(role=message.role, content=message.text) for message in messages]

        def begin(outlet: Outlet) -> Work:
            llm, options = _limited(self.llm, most)
            if _blocks(llm):
                return Threaded(lambda: _pieces(llm, chat, options, most), outlet)
            return self._loop.begin(partial(_arriving, llm, chat, options, most), outlet, limits)

        return Call(begin, limits, self._failed)

    def close(self) -> None:
        """Ends calls under way, and the connections. It can be used again."""
        with self._lock:
            llm, close = self._llm, self._close
            if close:
                self._llm = None  # its connections are closed for good: the next call makes another
        self._loop.close(partial(close, llm) if llm and close else None)

    def _failed(self, error: BaseException) -> BaseException:
        key = getattr(self._llm, "api_key", None)
        return translated(error, self._name, secrets=[key] if isinstance(key, str) else [])


def _blocks(llm: LLM) -> bool:
    """Has it no calls but those that block whoever makes them?"""
    from llama_index.core.llms import CustomLLM

    # Unwrapped: LlamaIndex wraps what a class inherits once more.
    return unwrap(type(llm).astream_chat) is unwrap(CustomLLM.astream_chat)


def _limited(llm: LLM, most: int) -> tuple[LLM, dict[str, Any]]:
    """The model and its options for ``most`` tokens. One that is not known gets none: there the
    reading stops."""
    kinds = {kind.__name__ for kind in type(llm).__mro__}
    if "OpenAI" in kinds:
        # OpenAI's own newer models know the second name only, other servers the first.
        own = "//api.openai.com" in str(getattr(llm, "api_base", ""))
        return llm, {"max_completion_tokens" if own else "max_tokens": most}
    if kinds & {"Anthropic", "Gguf"}:
        return llm, {"max_tokens": most}
    if "GoogleGenAI" in kinds:
        return llm, {"generation_config": {"max_output_tokens": most}}
    if "Ollama" in kinds:
        _ = llm.async_client  # type: ignore[attr-defined] # made once, shared by the copies
        options = {**llm.additional_kwargs, "num_predict": most}  # type: ignore[attr-defined]
        return llm.model_copy(update={"additional_kwargs": options}), {}
    return llm, {}


async def _arriving(
    llm: LLM, chat: Sequence[ChatMessage], options: dict[str, Any], most: int
) -> AsyncIterator[str]:
    responses = await llm.astream_chat(chat, **options)

    async def pieces() -> AsyncIterator[str]:
        read = _Reader(most)
        try:
            async for response in responses:
                if piece := read.piece(response):
                    yield piece
                if read.enough:
                    return
        finally:
            if close := getattr(responses, "aclose", None):
                await close()
        read.check_end()

    return pieces()


def _pieces(
    llm: LLM, chat: Sequence[ChatMessage], options: dict[str, Any], most: int
) -> Iterator[str]:
    read = _Reader(most)
    for response in llm.stream_chat(chat, **options):
        if piece := read.piece(response):
            yield piece
        if read.enough:
            return
    read.check_end()


class _Reader:
    """What of each response is new, and how the whole ends."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._length = self._tokens = 0
        self._tells_end = self._ended = False

    def piece(self, response: ChatResponse) -> str:
        self._look_for_end(response.raw)
        piece = response.delta
        if piece is None:  # only the text so far is told
            piece = (response.message.content or "")[self._length :]
        self._length += len(piece)
        self._tokens += estimated_tokens(piece)
        return piece

    @property
    def enough(self) -> bool:
        """Has it gone on far beyond what it was asked for?"""
        return self._tokens > _BEYOND * self._most

    def check_end(self) -> None:
        """Raises if it ended without saying so, or before it said anything."""
        if self._tells_end and not self._ended:
            raise CutOff
        if not self._length:
            raise NoText("no text came")

    def _look_for_end(self, raw: Any) -> None:
        choices = getattr(raw, "choices", None)
        if choices:
            self._tells_end = True
            self._ended |= getattr(choices[0], "finish_reason", None) is not None
        elif isinstance(raw, dict) and "done" in raw:
            self._tells_end = True
            self._ended |= bool(raw["done"])
