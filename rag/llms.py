"""Language models by name: ``openai/NAME``, ``ollama/NAME``, ``anthropic/NAME``, ``google/NAME``
and ``gguf/PATH``. With an address, ``openai/NAME`` is any server that speaks OpenAI's protocol.

Keys come from the providers' usual variables alone. Each kind needs the extra of its name.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from rag.adapted import TIMEOUT, AdaptedModel
from rag.errors import ModelError, SettingsError
from rag.model import Message, shown_name
from rag.settings import Settings, check_no_secret
from rag.tokens import estimated_tokens

if TYPE_CHECKING:
    from llama_index.core.llms import LLM

_OPENAI = "https://api.openai.com/v1"
_OLLAMA = "http://127.0.0.1:11434"
_TEMPERATURE = 0.0
_UNKNOWN = 8192
"""Tokens that a server which may run any model is taken to have room for."""
_SILENCE = 60.0
"""Seconds to the first piece after which a hosted model is given up. One that runs on this machine
may read its prompt for longer. Once it speaks, the time for the whole call bounds it."""


@dataclass(frozen=True, slots=True)
class _Place:
    """What a model is reached by. ``url`` is empty for the provider's own address."""

    name: str
    url: str
    context: int
    timeout: float


@dataclass(frozen=True, slots=True)
class _Kind:
    """One way to a model: the extra's packages, the variables of its key, its usual context, and
    how it is made and closed."""

    packages: tuple[str, ...]
    make: Callable[[_Place], LLM]
    context: int
    keys: tuple[str, ...] = ()
    close: Callable[[Any], Any] | None = None


def model_for(
    name: str, *, url: str | None = None, context: int | None = None, timeout: float = TIMEOUT
) -> AdaptedModel:
    """The model of that name. Loads and connects to nothing yet.

    ``url`` is its address, where that is not the provider's own; ``context`` the tokens that it
    reads and writes together; ``timeout`` the seconds that one call may take. Raises
    ``SettingsError`` for a name or address that is none, ``ModelError`` where its extra, its key
    or its file is missing.
    """
    prefix, _, rest = name.partition("/")
    kind = _KINDS.get(prefix)
    if kind is None or not rest.strip():
        raise SettingsError(
            f"'{name}' names no language model.",
            f"Known: {', '.join(f'{known}/NAME' for known in _KINDS if known != 'gguf')},"
            " gguf/PATH.",
        )
    _check_packages(prefix, kind)
    if prefix == "gguf":
        rest = str(_checked_file(rest))
    address = _checked_url(url, prefix) if url else ""
    hosted = bool(kind.keys) and not address
    if hosted and not any(os.environ.get(key) for key in kind.keys):
        raise ModelError(
            f"There is no key for {name}.", f"Put it into the environment as {kind.keys[0]}."
        )
    usual = _UNKNOWN if prefix == "openai" and address else kind.context
    place = _Place(rest, address, context or usual, timeout)
    return AdaptedModel(
        lambda: kind.make(place),
        name=shown_name(name),
        context=place.context,
        timeout=timeout,
        silence=_SILENCE if hosted else None,
        close=kind.close,
    )


def model_of(settings: Settings) -> AdaptedModel:
    """The model that ``settings`` name. Raises as ``model_for`` does."""
    return model_for(
        settings.model or "",
        url=settings.model_url,
        context=settings.model_context,
        timeout=settings.model_timeout,
    )


class Lacking:
    """A ``Model`` that has no extra, key or file. Whoever has it write is told what it lacks;
    everything that needs no model goes on without it."""

    context = _UNKNOWN

    def __init__(self, name: str, error: ModelError) -> None:
        self.name = shown_name(name)
        self._error = error

    def count(self, text: str) -> int:
        return estimated_tokens(text)

    def stream(
        self, messages: Sequence[Message], *, most: int, timeout: float | None = None
    ) -> AbstractContextManager[Iterator[str]]:
        raise self._error


def _check_packages(prefix: str, kind: _Kind) -> None:
    for package in kind.packages:
        try:
            found = find_spec(package)
        except ModuleNotFoundError:  # not even what it lies in
            found = None
        if found is None:
            raise ModelError(
                f"Models of {prefix}/ need packages that are not installed.",
                f"pip install 'pullquote[{prefix}]'",
            )


def _checked_file(name: str) -> Path:
    path = Path(name).expanduser().absolute()
    try:
        with path.open("rb") as file:
            start = file.read(4)
    except FileNotFoundError:
        raise ModelError(f"There is no file {path}.", "Give the path of a GGUF file.") from None
    except OSError as error:
        raise ModelError(f"{path} cannot be read: {error.strerror}.") from None
    if start != b"GGUF":
        raise ModelError(f"{path} is no GGUF file.", "Give the path of one.")
    return path


def _checked_url(url: str, prefix: str) -> str:
    if prefix == "gguf":
        raise SettingsError("'model_url' has no meaning for a model in a file.", "Leave it out.")
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if not good:
        raise SettingsError(
            "'model_url' must be an address such as http://127.0.0.1:8000/v1.",
        )
    check_no_secret(url)
    return url.rstrip("/")


def _key(*names: str) -> str | None:
    return next((key for name in names if (key := os.environ.get(name))), None)


def _openai(place: _Place) -> LLM:
    from httpx import AsyncClient, Timeout
    from llama_index.llms.openai.utils import O1_MODELS
    from llama_index.llms.openai_like import OpenAILike

    from rag.transport import OneEach

    llm: LLM = OpenAILike(
        model=place.name,
        api_base=place.url or _OPENAI,
        # Servers of one's own mostly want none, but the package does.
        api_key=_key("OPENAI_API_KEY") or "none",
        # Its reasoning models take no other.
        temperature=1.0 if place.name in O1_MODELS else _TEMPERATURE,
        context_window=place.context,
        is_chat_model=True,
        max_retries=0,
        timeout=place.timeout,
        async_http_client=AsyncClient(timeout=Timeout(place.timeout), transport=OneEach()),
    )
    return llm


async def _close_openai(llm: Any) -> None:
    await llm._async_http_client.aclose()


def _ollama(place: _Place) -> LLM:
    from llama_index.llms.ollama import Ollama
    from ollama import AsyncClient

    from rag.transport import OneEach

    address = place.url or os.environ.get("OLLAMA_HOST") or _OLLAMA
    llm: LLM = Ollama(
        model=place.name,
        base_url=address,
        temperature=_TEMPERATURE,
        context_window=place.context,
        request_timeout=place.timeout,
        async_client=AsyncClient(host=address, timeout=place.timeout, transport=OneEach()),
    )
    return llm


async def _close_ollama(llm: Any) -> None:
    await llm.async_client._client.aclose()


def _anthropic(place: _Place) -> LLM:
    from llama_index.core.base.llms.types import LLMMetadata
    from llama_index.llms.anthropic import Anthropic

    class AnyAnthropic(Anthropic):
        """Also models that are newer than the package's list of them."""

        @property
        def metadata(self) -> LLMMetadata:
            return LLMMetadata(
                context_window=place.context, is_chat_model=True, model_name=self.model
            )

    return AnyAnthropic(
        model=place.name,
        base_url=place.url or None,
        api_key=_key("ANTHROPIC_API_KEY") or "none",  # type: ignore[call-arg] # its parent takes it
        temperature=_TEMPERATURE,
        timeout=place.timeout,
        max_retries=0,
    )


async def _close_anthropic(llm: Any) -> None:
    await llm._aclient.close()


def _google(place: _Place) -> LLM:
    from google.genai.types import HttpOptions, HttpRetryOptions
    from llama_index.llms.google_genai import GoogleGenAI

    return GoogleGenAI(
        model=place.name,
        api_key=_key("GOOGLE_API_KEY", "GEMINI_API_KEY") or "none",
        temperature=_TEMPERATURE,
        # Both given, or it would ask the service for them at once.
        context_window=place.context,
        max_tokens=place.context // 4,
        max_retries=0,
        file_mode="inline",
        http_options=HttpOptions(
            base_url=place.url or None,
            timeout=int(place.timeout * 1000),
            retry_options=HttpRetryOptions(attempts=1),
        ),
    )


async def _close_google(llm: Any) -> None:
    await llm._client.aio.aclose()


def _gguf(place: _Place) -> LLM:
    from rag.gguf import Gguf

    return Gguf(place.name, context=place.context)


_KINDS = {
    "openai": _Kind(
        ("llama_index.llms.openai_like",),
        _openai,
        # Of the smaller ones there.
        context=128_000,
        keys=("OPENAI_API_KEY",),
        close=_close_openai,
    ),
    "ollama": _Kind(("llama_index.llms.ollama",), _ollama, context=8192, close=_close_ollama),
    "anthropic": _Kind(
        ("llama_index.llms.anthropic",),
        _anthropic,
        context=200_000,
        keys=("ANTHROPIC_API_KEY",),
        close=_close_anthropic,
    ),
    "google": _Kind(
        ("llama_index.llms.google_genai",),
        _google,
        context=1_000_000,
        keys=("GOOGLE_API_KEY", "GEMINI_API_KEY"),
        close=_close_google,
    ),
    "gguf": _Kind(("xllamacpp",), _gguf, context=4096),
}
