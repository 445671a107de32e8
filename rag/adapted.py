"""Any LlamaIndex language model as a ``Model``."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from functools import partial
from inspect import unwrap
from threading import Lock
from typing import TYPE_CHECKING, Any, Self

from rag.calling import Call, Limits, Loop, Outlet, Threaded, Work
from rag.failures import translated
from rag.model import Message
from rag.responses import Responses
from rag.tokens import estimated_tokens

if TYPE_CHECKING:
    from llama_index.core.base.llms.types import ChatMessage
    from llama_index.core.llms import LLM

TIMEOUT = 120.0
"""Seconds that a call may take in all."""
_WITH_THOUGHTS = 4096
"""Tokens that are asked for, so that a model may think before it speaks: what even the oldest
hosted models write. Of a smaller context a quarter, where the prompt leaves that."""
_ASIDE = 64
"""Tokens of a prompt that a model adds by itself."""


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
        """``context`` is the model's own word if it is None. ``timeout`` bounds every call,
        whoever may have more, ``silence`` the wait for its first piece, both in seconds. ``close``
        ends the connections of what ``make`` made."""
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

        wanted = self._wanted(messages, most)
        bounds = [seconds for seconds in (timeout, self._timeout) if seconds is not None]
        limits = Limits(min(bounds, default=None), self._silence)
        chat = [ChatMessage(role=message.role, content=message.text) for message in messages]

        def begin(outlet: Outlet) -> Work:
            llm, options = _limited(self.llm, wanted)
            read = Responses(most, wanted)
            if _blocks(llm):
                return Threaded(lambda: _pieces(llm, chat, options, read), outlet)
            return self._loop.begin(partial(_arriving, llm, chat, options, read), outlet, limits)

        return Call(begin, limits, self._failed)

    def close(self) -> None:
        """Ends calls under way, and the connections. It can be used again."""
        with self._lock:
            llm, close = self._llm, self._close
            if close:
                self._llm = None  # its connections are closed for good: the next call makes another
        self._loop.close(partial(close, llm) if llm and close else None)

    def _wanted(self, messages: Sequence[Message], most: int) -> int:
        """Tokens to ask for, that ``most`` may be said aloud after thinking."""
        left = self.context - sum(self.count(message.text) for message in messages) - _ASIDE
        return max(most, min(_WITH_THOUGHTS, self.context // 4, left))

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
    if "Anthropic" in kinds:
        # What it is given to think must be less than that.
        thinks = getattr(llm, "thinking_dict", None) or {}
        return llm, {"max_tokens": most + int(thinks.get("budget_tokens", 0))}
    if "Gguf" in kinds:
        return llm, {"max_tokens": most}
    if "GoogleGenAI" in kinds:
        return llm, {"generation_config": {"max_output_tokens": most}}
    if "Ollama" in kinds:
        _ = llm.async_client  # type: ignore[attr-defined] # made once, shared by the copies
        options = {**llm.additional_kwargs, "num_predict": most}  # type: ignore[attr-defined]
        return llm.model_copy(update={"additional_kwargs": options}), {}
    return llm, {}


async def _arriving(
    llm: LLM, chat: Sequence[ChatMessage], options: dict[str, Any], read: Responses
) -> AsyncIterator[str]:
    responses = await llm.astream_chat(chat, **options)

    async def pieces() -> AsyncIterator[str]:
        try:
            async for response in responses:
                if (piece := read.piece(response)) is not None:
                    yield piece
                if read.enough:
                    break
        finally:
            if close := getattr(responses, "aclose", None):
                await close()
        yield read.rest()
        read.check_end()

    return pieces()


def _pieces(
    llm: LLM, chat: Sequence[ChatMessage], options: dict[str, Any], read: Responses
) -> Iterator[str]:
    for response in llm.stream_chat(chat, **options):
        if (piece := read.piece(response)) is not None:
            yield piece
        if read.enough:
            break
    yield read.rest()
    read.check_end()
