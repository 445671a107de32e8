"""Where a server listens."""

from __future__ import annotations

import ipaddress
import socket

from rag.errors import PullquoteError, SettingsError
from rag.loopback import is_loopback
from rag.settings import Settings

NEIGHBOURS = 20
"""Ports tried after the default one when none was asked for."""


class ServerError(PullquoteError):
    """The server cannot listen where it should."""

    code = "cannot_listen"


def listening(settings: Settings, *, chosen: bool, guarded: bool) -> socket.socket:
    """A socket that listens already, so that no other process takes the port meanwhile.

    ``chosen``: the port was asked for, and no other will do. ``guarded``: nobody passes without
    a login or token, so that others than this machine may come. Raises ``ServerError``,
    ``SettingsError``.
    """
    if not is_loopback(settings.host) and not guarded:
        raise SettingsError(
            f"{settings.host} can be reached from other machines, and there are no logins.",
            "Make one with 'pullquote user add NAME', or listen on 127.0.0.1.",
        )
    last = settings.port if chosen else settings.port + NEIGHBOURS
    for port in range(settings.port, min(last, 65_535) + 1):
        try:
            return socket.create_server((settings.host, port), family=_family(settings.host))
        except OSError as error:
            reason = error.strerror or str(error)
    raise ServerError(
        f"Nothing can listen on {settings.host}:{settings.port}: {reason}.",
        "Choose another with --port, or 0 for any that is free.",
    )


def address_of(listener: socket.socket) -> str:
    """How this machine reaches it."""
    host, port = listener.getsockname()[:2]
    if ipaddress.ip_address(host).is_unspecified:
        host = "::1" if ":" in host else "127.0.0.1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET
