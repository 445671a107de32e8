"""Users with passwords, and the sessions they have open.

Passwords are kept as scrypt makes them (RFC 7914), each with its own salt and the numbers it
was made with; sessions as digests of random cookies. Who reads the file can log in as nobody.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import hmac
import ipaddress
import re
import secrets
import threading
import time
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime

from rag.errors import PullquoteError
from ui.store import Store, storable
from ui.throttle import Throttle
from ui.visitors import new_token, user_visitor, visitor_of

SHORTEST, LONGEST = 8, 1000
"""Characters of a password."""

Cost = tuple[int, int, int]

COST: Cost = (2**14, 8, 5)
"""scrypt's n, r, p: some 16 MB and a quarter of a second, as OWASP's cheat sheet on password
storage has it for servers that are small."""

LASTING = 30 * 24 * 3600
"""Seconds a session lasts."""
_SESSIONS = 20
"""Sessions a user may have open; beyond them the oldest ends."""

_NAME = re.compile(r"[\w.@+-]{1,64}")

# Hashing takes memory and a processor: strangers who try to log in must not have all of them.
_hashing = threading.Semaphore(2)


class UserError(PullquoteError):
    """A user who cannot be made, or is not there."""

    code = "bad_user"


class WrongPassword(PullquoteError):
    """There is no user of that name and password."""

    code = "wrong_password"


class Logins:
    """Users and sessions in a store. Safe to use from many threads. Raises ``StoreError``.

    A password kept at another ``cost`` is kept at this one when its user next logs in.
    """

    def __init__(
        self, store: Store, *, cost: Cost = COST, clock: Callable[[], float] = time.time
    ) -> None:
        self._store = store
        self._cost = cost
        self._clock = clock
        self._throttle = Throttle(clock)

    # Users.

    def names(self) -> tuple[str, ...]:
        return tuple(row["name"] for row in self._store.rows("SELECT name FROM users ORDER BY 1"))

    def add(self, name: str, password: str) -> str:
        """Makes a user, and returns the name as it is kept. Raises ``UserError``."""
        name, hashed = _checked_name(name), _hashed(_checked_password(password), self._cost)
        made = self._store.change(
            "INSERT OR IGNORE INTO users VALUES (?, ?, ?)", [name, hashed, self._moment()]
        )
        if not made:
            raise UserError(
                f"There is a user '{name}' already.",
                "'pullquote user password' changes a password.",
            )
        return name

    def change(self, name: str, password: str) -> None:
        """Gives a user another password and ends all sessions. Raises ``UserError``."""
        name, hashed = _folded(name), _hashed(_checked_password(password), self._cost)
        with self._store.transaction():
            if not self._store.change(
                "UPDATE users SET password = ? WHERE name = ?", [hashed, name]
            ):
                raise _no_user(name)
            self._store.change("DELETE FROM sessions WHERE name = ?", [name])

    def remove(self, name: str) -> None:
        """Removes a user with all sessions and conversations, which nobody of that name to come
        may find. Feedback stays: it does not say whose it is. Raises ``UserError``."""
        name = _folded(name)
        with self._store.transaction():
            if not self._store.change("DELETE FROM users WHERE name = ?", [name]):
                raise _no_user(name)
            for left in ("conversations", "choices"):
                self._store.change(f"DELETE FROM {left} WHERE visitor = ?", [user_visitor(name)])
        self._store.sweep()

    # Sessions.

    def open_session(self, name: str, password: str, address: str = "") -> str:
        """A token for the cookie of who knows the password. ``address`` is where the attempt
        comes from. Raises ``WrongPassword``, ``TooManyAttempts``."""
        name = _folded(name)[:64]
        by_name, by_address = f"name {name}", f"address {_network(address)}"
        self._throttle.attempt(by_name, by_address)
        rows = self._store.rows("SELECT password FROM users WHERE name = ?", [name])
        # An unknown name takes as long, so that time does not tell which names there are.
        kept = rows[0]["password"] if rows else _nobody(self._cost)
        if not _matches(password, kept) or not rows:
            raise WrongPassword("Name or password is wrong.", "Try again.")
        self._throttle.forget(by_name)
        self._throttle.take_back(by_address)
        if _cost_of(kept) != self._cost:
            fresh = _hashed(password, self._cost)
            update = "UPDATE users SET password = ? WHERE name = ? AND password = ?"
            self._store.change(update, [fresh, name, kept])
            kept = fresh
        token = new_token()
        with self._store.transaction():
            self._store.change("DELETE FROM sessions WHERE ends <= ?", [self._moment()])
            self._store.change(
                "DELETE FROM sessions WHERE digest IN (SELECT digest FROM sessions"
                " WHERE name = ? ORDER BY ends DESC LIMIT -1 OFFSET ?)",
                [name, _SESSIONS - 1],
            )
            # Nothing, if the user was removed or has another password since it was checked.
            self._store.change(
                "INSERT INTO sessions SELECT ?, name, ? FROM users WHERE name = ? AND password = ?",
                [visitor_of(token), self._moment(LASTING), name, kept],
            )
        return token

    def user_of(self, token: str) -> str | None:
        """The user whose session has this token, while it lasts."""
        rows = self._store.rows(
            "SELECT name FROM sessions WHERE digest = ? AND ends > ?",
            [visitor_of(token), self._moment()],
        )
        return str(rows[0]["name"]) if rows else None

    def close_session(self, token: str) -> None:
        """Ends a session; one that is over already is no error."""
        self._store.change("DELETE FROM sessions WHERE digest = ?", [visitor_of(token)])

    def _moment(self, later: float = 0.0) -> str:
        return datetime.fromtimestamp(self._clock() + later, UTC).isoformat(timespec="milliseconds")


def _folded(name: str) -> str:
    """The one spelling of a name: no two users may look alike by capital letters alone."""
    return unicodedata.normalize("NFKC", storable(name)).strip().casefold()


def _checked_name(name: str) -> str:
    name = _folded(name)
    if not _NAME.fullmatch(name):
        raise UserError(
            f"'{name:.64}' cannot be a name.", "Letters, digits and . _ @ + - are; at most 64."
        )
    return name


def _checked_password(password: str) -> str:
    if not SHORTEST <= len(password) <= LONGEST:
        raise UserError(
            f"A password has {SHORTEST} to {LONGEST:,} characters.", "Choose another one."
        )
    return password


def _no_user(name: str) -> UserError:
    return UserError(f"There is no user '{name:.64}'.", "'pullquote user list' lists them.")


def _network(address: str) -> str:
    """What one stranger has at hand: an IPv4 address, or the 64 bits that begin one of IPv6."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    if known.version == 4:
        return str(known)
    return str(known.ipv4_mapped or ipaddress.ip_network((known, 64), strict=False))


def _key(password: str, salt: bytes, cost: Cost) -> bytes:
    # What is typed on one keyboard as one character may come as two from another.
    words = unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
    n, r, p = cost
    memory = 256 * r * (n + p)  # twice what it takes
    with _hashing:
        return hashlib.scrypt(words, salt=salt, n=n, r=r, p=p, maxmem=memory, dklen=32)


def _hashed(password: str, cost: Cost) -> str:
    """``scrypt$n$r$p$salt$key``."""
    salt = secrets.token_bytes(16)
    key = _key(password, salt, cost)
    parts = (*cost, base64.b64encode(salt).decode(), base64.b64encode(key).decode())
    return "$".join(map(str, ("scrypt", *parts)))


def _cost_of(kept: str) -> Cost:
    n, r, p = map(int, kept.split("$")[1:4])
    return n, r, p


def _matches(password: str, kept: str) -> bool:
    salt, key = map(base64.b64decode, kept.split("$")[4:])
    return hmac.compare_digest(_key(password[:LONGEST], salt, _cost_of(kept)), key)


@functools.cache
def _nobody(cost: Cost) -> str:
    """What no password matches."""
    return _hashed(secrets.token_urlsafe(32), cost)
