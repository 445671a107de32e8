"""A connection of its own for every request over HTTP, gone with it.

A pool that lives on keeps a connection for good that was made and never used, where the request is
cancelled in between (httpcore 1.0). Language models are asked seldom enough to connect anew.
"""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from urllib.request import getproxies, proxy_bypass

import httpx

from rag.loopback import is_loopback


class OneEach(httpx.AsyncBaseTransport):
    """Makes a pool for each request, and closes it when the answer is read, given up or lost. It
    goes through the proxy that the environment names: a client that is given its transport looks
    for none."""

    def __init__(self) -> None:
        self._trusted: ssl.SSLContext | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self._trusted is None:  # takes some milliseconds to read
            self._trusted = httpx.create_ssl_context()
        pool = httpx.AsyncHTTPTransport(verify=self._trusted, proxy=proxy_of(request.url))
        try:
            response = await pool.handle_async_request(request)
        except BaseException:
            await pool.aclose()
            raise
        assert isinstance(response.stream, httpx.AsyncByteStream)  # noqa: S101 - as its type says
        response.stream = _Last(response.stream, pool)
        return response


def proxy_of(url: httpx.URL) -> str | None:
    """The proxy for ``url``, by ``HTTPS_PROXY``, ``HTTP_PROXY`` or ``ALL_PROXY``; None
    where ``NO_PROXY`` names its host, and for this machine."""
    if is_loopback(url.host) or proxy_bypass(url.netloc.decode()):
        return None
    proxies = getproxies()
    found = proxies.get(url.scheme) or proxies.get("all")
    return found if not found or "://" in found else f"http://{found}"


class _Last(httpx.AsyncByteStream):
    """A stream after which its pool is closed."""

    def __init__(self, stream: httpx.AsyncByteStream, pool: httpx.AsyncHTTPTransport) -> None:
        self._stream, self._pool = stream, pool

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for part in self._stream:
            yield part

    async def aclose(self) -> None:
        try:
            await self._stream.aclose()
        finally:
            await self._pool.aclose()
