"""The verbs ``pullquote user ...``: who may log in to a server that others can reach."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rag.settings import Settings
from rag.types import SCHEMA
from ui.command import as_text, show, verb

if TYPE_CHECKING:
    from ui.logins import Logins


@click.group()
def user() -> None:
    """Users of a server that listens beyond this machine: add, password, remove, list.

    A password is asked for twice, or read from standard input when that is no terminal.
    """


@user.command()
@click.argument("name", callback=as_text)
@verb
def add(name: str, library: Path | None, as_json: bool) -> int:
    """Add a user."""
    password = _password()
    with _logins(library) as logins:
        name = logins.add(name, password)
    show({"schema": SCHEMA, "added": name}, f"{name} added", as_json)
    return 0


@user.command()
@click.argument("name", callback=as_text)
@verb
def password(name: str, library: Path | None, as_json: bool) -> int:
    """Give a user another password; open sessions end."""
    chosen = _password()
    with _logins(library) as logins:
        logins.change(name, chosen)
    show({"schema": SCHEMA, "changed": name}, f"password of {name} changed", as_json)
    return 0


@user.command()
@click.argument("name", callback=as_text)
@verb
def remove(name: str, library: Path | None, as_json: bool) -> int:
    """Remove a user and all the user's conversations."""
    with _logins(library) as logins:
        logins.remove(name)
    show({"schema": SCHEMA, "removed": name}, f"{name} removed", as_json)
    return 0


@user.command("list")
@verb
def list_(library: Path | None, as_json: bool) -> int:
    """List the users' names."""
    with _logins(library) as logins:
        names = logins.names()
    if names or as_json:
        show({"schema": SCHEMA, "users": list(names)}, "\n".join(names), as_json)
    return 0


@contextmanager
def _logins(library: Path | None) -> Iterator[Logins]:
    from ui.logins import Logins
    from ui.store import Store

    with closing(Store(Settings.load(library=library).visitors)) as store:
        yield Logins(store)


def _password() -> str:
    if sys.stdin.isatty():
        return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))
    return sys.stdin.readline().rstrip("\r\n")
