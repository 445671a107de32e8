"""A language model in a GGUF file, run in this process by llama.cpp (the package xllamacpp)."""

from __future__ import annotations

import asyncio
import os
import secrets
import weakref
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from threading import Event, Lock, Thread, current_thread
from typing import Any

from llama_index.core.base.llms.types import (
    ChatMessage,
    ChatResponse,
    ChatResponseAsyncGen,
    ChatResponseGen,
    CompletionResponse,
    CompletionResponseGen,
    LLMMetadata,
    MessageRole,
)
from llama_index.core.bridge.pydantic import Field, PrivateAttr
from llama_index.core.llms import CustomLLM
from llama_index.core.llms.callbacks import llm_chat_callback, llm_completion_callback

from rag.errors import CallFailed, ModelError

_AT_A_TIME = 64
"""Tokens of a prompt that are read before it is asked whether anybody still waits."""
_GRACE = 30.0  # seconds that the end of the process waits for such a step


@dataclass(frozen=True, slots=True)
class _End:
    """A text is over, and why, in OpenAI's words: ``stop``, or ``length`` for want of tokens."""

    why: str = ""


Piece = str | BaseException | _End
Told = Callable[[Piece], None]
"""Takes pieces of text; then an error, or the end."""


class Gguf(CustomLLM):
    """One text at a time is written; whoever asks meanwhile waits their turn. The file is read
    when it is first needed. Safe to use from many threads."""

    path: str = Field(description="The file.")
    context: int = Field(default=4096, description="Tokens read and written together, at most.")
    temperature: float = Field(default=0.0, description="How freely words are chosen.")
    threads: int = Field(default_factory=lambda: os.cpu_count() or 1, description="Of computing.")

    _runner: _Runner = PrivateAttr()

    def __init__(self, path: str | Path, **given: Any) -> None:
        super().__init__(path=str(path), **given)
        self._runner = _Runner(self.path, self.context, self.threads)

    @classmethod
    def class_name(cls) -> str:
        return "Gguf"

    @property
    def metadata(self) -> LLMMetadata:
        return LLMMetadata(
            context_window=self.context, is_chat_model=True, model_name=Path(self.path).stem
        )

    @llm_chat_callback()
    def chat(self, messages: Sequence[ChatMessage], **kwargs: Any) -> ChatResponse:
        text = "".join(response.delta or "" for response in self._stream(messages, kwargs))
        return _response(text, text)

    @llm_chat_callback()
    def stream_chat(self, messages: Sequence[ChatMessage], **kwargs: Any) -> ChatResponseGen:
        return self._stream(messages, kwargs)

    @llm_chat_callback()
    async def astream_chat(
        self, messages: Sequence[ChatMessage], **kwargs: Any
    ) -> ChatResponseAsyncGen:
        return self._astream(messages, kwargs)

    @llm_completion_callback()
    def complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponse:
        return CompletionResponse(text=self.chat([_asked(prompt)], **kwargs).message.content or "")

    @llm_completion_callback()
    def stream_complete(
        self, prompt: str, formatted: bool = False, **kwargs: Any
    ) -> CompletionResponseGen:
        for response in self._stream([_asked(prompt)], kwargs):
            yield CompletionResponse(text=response.message.content or "", delta=response.delta)

    def _stream(self, messages: Sequence[ChatMessage], options: dict[str, Any]) -> ChatResponseGen:
        told: SimpleQueue[Piece] = SimpleQueue()
        writing = _Writing(self._runner, self._request(messages, options), told.put)
        text = ""
        try:
            while not isinstance(piece := told.get(), _End):
                if isinstance(piece, BaseException):
                    raise piece
                text += piece
                yield _response(text, piece)
            yield _response(text, "", piece.why)
        finally:
            writing.stop()

    async def _astream(
        self, messages: Sequence[ChatMessage], options: dict[str, Any]
    ) -> ChatResponseAsyncGen:
        loop = asyncio.get_running_loop()
        told: asyncio.Queue[Piece] = asyncio.Queue()
        gone = asyncio.Event()

        def tell(piece: Piece) -> None:
            loop.call_soon_threadsafe(told.put_nowait, piece)

        writing = _Writing(
            self._runner,
            self._request(messages, options),
            tell,
            lambda: loop.call_soon_threadsafe(gone.set),
        )
        text = ""
        try:
            while not isinstance(piece := await told.get(), _End):
                if isinstance(piece, BaseException):
                    raise piece
                text += piece
                yield _response(text, piece)
            yield _response(text, "", piece.why)
        finally:
            writing.stop()
            await gone.wait()

    def _request(self, messages: Sequence[ChatMessage], options: dict[str, Any]) -> dict[str, Any]:
        return {
            "messages": [
                {"role": message.role.value, "content": message.content or ""}
                for message in messages
            ],
            "temperature": self.temperature,
            "stream": True,
            # Has us called while the prompt is read too, so that this can be stopped.
            "return_progress": True,
            **options,
        }


class _Runner:
    """The model in memory."""

    def __init__(self, path: str, context: int, threads: int) -> None:
        self._path, self._context, self._threads = path, context, threads
        self._server: Any = None
        self._turn = Lock()
        self._under_way: weakref.WeakSet[_Writing] = weakref.WeakSet()
        # The process cannot end while llama.cpp calls us.
        weakref.finalize(self, _end_all, self._under_way)

    def run(self, request: dict[str, Any], stopped: Event, tell: Told, writing: _Writing) -> _End:
        self._under_way.add(writing)
        while not self._turn.acquire(timeout=0.05):
            if stopped.is_set():
                return _End()
        try:
            if stopped.is_set():
                return _End()
            failed: list[str] = []
            ends: list[str] = []

            def take(chunk: dict[str, Any]) -> bool:
                if "error" in chunk:
                    failed.append(str(chunk["error"].get("message", "")))
                for choice in chunk.get("choices", ()):
                    if piece := choice.get("delta", {}).get("content"):
                        tell(piece)
                    if why := choice.get("finish_reason"):
                        ends.append(why)
                return stopped.is_set()

            self._loaded().handle_chat_completions(request, take)
            if failed:
                raise CallFailed(f"{Path(self._path).name} failed: {failed[0][:200]}.")
            return _End(*ends[:1])
        finally:
            self._turn.release()

    def _loaded(self) -> Any:
        if self._server is None:
            import xllamacpp

            given = xllamacpp.CommonParams()
            given.model.path = self._path
            given.n_ctx, given.n_parallel, given.fit_params = self._context, 1, False
            given.n_batch = given.n_ubatch = _AT_A_TIME
            given.cpuparams.n_threads = given.cpuparams_batch.n_threads = self._threads
            given.verbosity, given.warmup = -1, False
            # It listens on loopback, like it or not: to nobody.
            given.ui = given.endpoint_slots = False
            given.api_keys, given.cors_origins = [secrets.token_urlsafe(32)], ""
            try:
                self._server = xllamacpp.Server(given)
            except RuntimeError:
                raise ModelError(
                    f"{self._path} cannot be loaded.",
                    "Is it whole, of a kind that llama.cpp knows, and is there memory for it?",
                ) from None
        return self._server


class _Writing:
    """One text being written, in a thread of its own."""

    def __init__(
        self,
        runner: _Runner,
        request: dict[str, Any],
        tell: Told,
        gone: Callable[[], object] = lambda: None,
    ) -> None:
        self._stopped = Event()
        self._told, self._gone = tell, gone
        self._thread = Thread(
            target=self._run, args=(runner, request), name="pullquote-gguf", daemon=True
        )
        self._thread.start()

    def _run(self, runner: _Runner, request: dict[str, Any]) -> None:
        end: BaseException | _End = _End()
        try:
            end = runner.run(request, self._stopped, self._tell, self)
        except Exception as error:  # noqa: BLE001 - it is raised where the text is read
            end = error
        finally:
            self._tell(end)
            self._tell_gone()

    def _tell(self, piece: Piece) -> None:
        if not self._stopped.is_set():
            self._told(piece)

    def _tell_gone(self) -> None:
        with suppress(RuntimeError):  # the loop that was to hear it is closed
            self._gone()

    def stop(self) -> None:
        """Asks it to end after the step that it is at."""
        self._stopped.set()

    def join(self) -> None:
        if self._thread is not current_thread():  # which may be what lets go of the model
            self._thread.join(_GRACE)


def _end_all(under_way: weakref.WeakSet[_Writing]) -> None:
    for writing in list(under_way):
        writing.stop()
    for writing in list(under_way):
        writing.join()


def _asked(prompt: str) -> ChatMessage:
    return ChatMessage(role=MessageRole.USER, content=prompt)


def _response(text: str, piece: str, why: str = "") -> ChatResponse:
    message = ChatMessage(role=MessageRole.ASSISTANT, content=text)
    return ChatResponse(message=message, delta=piece, raw={"finish_reason": why} if why else None)
