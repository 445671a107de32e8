"""What a request says, read as it comes and never kept beyond a limit."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any, TypeVar

from rag.records import Record
from ui.wire import RequestError, RequestTooLarge

R = TypeVar("R", bound=Record)

_BATCH = 60_000
"""Bytes of lines handed on together: about what the library commits together."""


async def read(chunks: AsyncIterator[bytes], kind: type[R], *, limit: int) -> R:
    """The record that a whole body of at most ``limit`` megabytes holds; an empty body is one
    of defaults. Raises ``RequestTooLarge`` and ``RequestError``."""
    body = bytearray()
    async for chunk in chunks:
        body += chunk
        if len(body) > limit * 1_000_000:
            raise too_large("The request", limit)
    return record(bytes(body) or b"{}", kind)


async def batches(chunks: AsyncIterator[bytes], *, limit: int) -> AsyncIterator[list[bytes | None]]:
    """Lines as they come, some at a time; None for one of more than ``limit`` megabytes. Empty
    lines are passed over."""
    batch: list[bytes | None] = []
    size = 0
    async for line in _lines(chunks, limit * 1_000_000):
        batch.append(line)
        size += len(line or b"")
        if size >= _BATCH or len(batch) >= 256:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


async def _lines(chunks: AsyncIterator[bytes], limit: int) -> AsyncIterator[bytes | None]:
    start = bytearray()  # of a line whose end has not come yet
    skipping = False
    async for chunk in chunks:
        *ended, rest = chunk.split(b"\n")
        for part in ended:
            line = bytes(start) + part
            if skipping or len(line) > limit:
                yield None
            elif line.strip():
                yield line
            start.clear()
            skipping = False
        start += rest
        if len(start) > limit:
            start.clear()
            skipping = True
    if skipping:
        yield None
    elif start.strip():
        yield bytes(start)


def too_large(what: str, limit: int) -> RequestTooLarge:
    return RequestTooLarge(
        f"{what} is larger than {limit} MB.", "Send less at once, or raise 'request_limit'."
    )


def record(data: bytes, kind: type[R]) -> R:
    """The record that ``data`` is the JSON of. Raises ``RequestError``, also for names that mean
    nothing: a misspelt filter must not widen a search."""
    return record_of(parsed(data), kind)


def parsed(data: bytes) -> Any:
    """The value that ``data`` is the JSON of. Raises ``RequestError``."""
    try:
        value = json.loads(data)
        json.dumps(value, ensure_ascii=False).encode()  # half a character is no text
    except (ValueError, RecursionError) as error:
        raise RequestError(f"The request is not JSON: {_short(error)}.", "Send JSON.") from None
    return value


def record_of(value: Any, kind: type[R]) -> R:
    """The record of a JSON value. Raises ``RequestError``."""
    try:
        made = kind.from_dict(value)
    except (ValueError, RecursionError, OverflowError) as error:
        raise RequestError(f"The request cannot be read: {_short(error)}.") from None
    if unknown := next(_unknown(value, made.to_dict()), ""):
        raise RequestError(
            f"'{unknown:.60}' means nothing in this request.", "Correct the name, or leave it out."
        )
    return made


def _unknown(given: Any, read: Any) -> Iterator[str]:
    """Names in ``given`` that left nothing in what was read of it."""
    if isinstance(given, Mapping) and isinstance(read, Mapping):
        for name, value in given.items():
            if name in read:
                yield from _unknown(value, read[name])
            elif name != "schema":
                yield name
    elif isinstance(given, list) and isinstance(read, list):
        for item, made in zip(given, read, strict=False):
            yield from _unknown(item, made)


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:200].rstrip(".") or type(error).__name__
