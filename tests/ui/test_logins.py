"""Users, passwords and sessions; and guessing that gets slower."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ui.logins import Logins, UserError, WrongPassword
from ui.saved import Asked
from ui.store import Store
from ui.throttle import REMEMBERED, Throttle, TooManyAttempts
from ui.visitors import ConversationNotFound, Visitors, user_visitor

PASSWORD = "correct horse"
QUICK = (2, 8, 1)
"""What a hash costs where it is not what is looked at."""


class Clock:
    """Time that passes only when told."""

    def __init__(self) -> None:
        self.now = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "visitors.sqlite3")
    yield store
    store.close()


@pytest.fixture
def logins(store: Store, clock: Clock) -> Logins:
    logins = Logins(store, cost=QUICK, clock=clock)
    logins.add("ada", PASSWORD)
    return logins


def test_who_knows_the_password_is_let_in_until_the_session_ends(
    logins: Logins, clock: Clock
) -> None:
    token = logins.open_session("Ada ", PASSWORD)
    assert logins.user_of(token) == "ada"
    clock.now += 29 * 24 * 3600
    assert logins.user_of(token) == "ada"
    clock.now += 2 * 24 * 3600
    assert logins.user_of(token) is None
    other = logins.open_session("ada", PASSWORD)
    logins.close_session(other)
    logins.close_session(other)
    assert logins.user_of(other) is None
    assert logins.user_of("") is logins.user_of("\ud800") is None


def test_a_wrong_password_and_a_wrong_name_read_the_same(logins: Logins) -> None:
    with pytest.raises(WrongPassword) as password:
        logins.open_session("ada", "wrong horse")
    with pytest.raises(WrongPassword) as name:
        logins.open_session("nobody", PASSWORD)
    assert password.value.line == name.value.line


def test_the_file_tells_no_password_and_no_cookie(
    logins: Logins, store: Store, tmp_path: Path
) -> None:
    # One kept at a lower cost is kept at the usual one from the next login on.
    logins = Logins(store)
    token = logins.open_session("ada", PASSWORD)
    assert logins.user_of(token) == "ada"
    logins.add("ben", PASSWORD)
    kept = [row["password"] for row in store.rows("SELECT password FROM users")]
    assert kept[0] != kept[1]  # the same word, another salt
    assert all(text.startswith("scrypt$16384$8$5$") for text in kept)
    assert logins.open_session("ada", PASSWORD)
    for file in tmp_path.iterdir():
        assert PASSWORD.encode() not in file.read_bytes()
        assert token.encode() not in file.read_bytes()


@pytest.mark.parametrize("name", ["", " ", "a b", "a:b", "a/b", "<b>", "x" * 65, "a\nb"])
def test_a_name_is_one_word(logins: Logins, name: str) -> None:
    with pytest.raises(UserError):
        logins.add(name, PASSWORD)


@pytest.mark.parametrize("password", ["", "short", "x" * 1001])
def test_a_password_has_some_length(logins: Logins, password: str) -> None:
    with pytest.raises(UserError, match="characters"):
        logins.add("ben", password)


def test_one_name_is_one_user(logins: Logins) -> None:
    with pytest.raises(UserError, match="already"):
        logins.add("ADA", "another horse")
    assert logins.open_session("ada", PASSWORD)
    assert logins.add("Jörg", PASSWORD) == "jörg"
    assert logins.names() == ("ada", "jörg")


def test_another_password_ends_all_sessions(logins: Logins) -> None:
    token = logins.open_session("ada", PASSWORD)
    logins.change("ada", "another horse")
    assert logins.user_of(token) is None
    with pytest.raises(WrongPassword):
        logins.open_session("ada", PASSWORD)
    assert logins.open_session("ada", "another horse")
    with pytest.raises(UserError, match="no user"):
        logins.change("nobody", PASSWORD)


def test_a_removed_user_is_out_and_leaves_nothing_to_a_namesake(
    logins: Logins, store: Store
) -> None:
    token = logins.open_session("ada", PASSWORD)
    ada, visitors = user_visitor("ada"), Visitors(store)
    exchange = visitors.ask(ada, "library", None, Asked("Mine?"))
    logins.remove("Ada")
    assert logins.user_of(token) is None
    logins.add("ada", PASSWORD)
    assert logins.user_of(token) is None
    assert visitors.headings(ada, "library") == ()
    with pytest.raises(ConversationNotFound):
        visitors.exchange(ada, exchange.id)
    with pytest.raises(UserError, match="no user"):
        logins.remove("nobody")


def test_sessions_are_bounded(logins: Logins, store: Store, clock: Clock) -> None:
    tokens = []
    for _ in range(21):
        clock.now += 1
        tokens.append(logins.open_session("ada", PASSWORD))
    assert logins.user_of(tokens[0]) is None
    assert all(logins.user_of(token) for token in tokens[1:])
    clock.now += 31 * 24 * 3600
    logins.open_session("ada", PASSWORD)
    assert store.rows("SELECT count(*) FROM sessions")[0][0] == 1


def test_guessing_gets_slower_by_name_and_by_address(logins: Logins, clock: Clock) -> None:
    def guess(name: str, address: str) -> None:
        with pytest.raises(WrongPassword):
            logins.open_session(name, "a wrong guess", address)

    for n in range(5):
        guess("ada", f"10.0.0.{n}")
    with pytest.raises(TooManyAttempts, match="Too many"):
        logins.open_session("ada", PASSWORD, "10.0.1.1")
    clock.now += 1
    guess("ada", "10.0.2.1")
    with pytest.raises(TooManyAttempts) as caught:
        logins.open_session("ada", PASSWORD, "10.0.2.2")
    assert caught.value.seconds == 2
    clock.now += 2
    assert logins.open_session("ada", PASSWORD, "10.0.2.2")

    for n in range(5):
        guess(f"name{n}", "2001:db8::1")
    with pytest.raises(TooManyAttempts):
        logins.open_session("ada", PASSWORD, "2001:db8::2")
    assert logins.open_session("ada", PASSWORD, "2001:db8:0:1::1")


def test_guesses_that_come_all_at_once_do_not_slip_through(logins: Logins) -> None:
    outcomes: list[type[Exception]] = []

    def guess() -> None:
        try:
            logins.open_session("ada", "a wrong guess", "10.0.0.1")
        except (WrongPassword, TooManyAttempts) as error:
            outcomes.append(type(error))

    threads = [threading.Thread(target=guess) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count(WrongPassword) == 5


def test_waiting_is_bounded_and_failures_are_forgotten(clock: Clock) -> None:
    throttle, waited = Throttle(clock), []
    for _ in range(30):
        try:
            throttle.attempt("ada")
        except TooManyAttempts as error:
            waited.append(error.seconds)
            clock.now += error.seconds
    assert waited == sorted(waited)
    assert waited[-1] == 300
    clock.now += 3601
    for _ in range(5):
        throttle.attempt("ada")


def test_who_has_a_login_does_not_wash_an_address_clean(clock: Clock) -> None:
    throttle = Throttle(clock)
    for _ in range(4):
        throttle.attempt("address")
    throttle.attempt("address")
    throttle.take_back("address")
    throttle.attempt("address")
    with pytest.raises(TooManyAttempts):
        throttle.attempt("address")


def test_many_strangers_take_no_more_memory_than_some(clock: Clock) -> None:
    throttle = Throttle(clock)
    for n in range(REMEMBERED + 1000):
        throttle.attempt(f"name {n}", "address")
        throttle.take_back("address")
    assert len(throttle) == REMEMBERED


def test_users_are_managed_on_the_command_line(environment: dict[str, str], run) -> None:
    def user(*arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "ui.cli", "user", *arguments],
            input=typed,
            capture_output=True,
            text=True,
            cwd=environment["HOME"],
            env=environment,
            check=False,
        )

    done = user("add", "Ada", typed=f"{PASSWORD}\n")
    assert (done.returncode, done.stdout, done.stderr) == (0, "ada added\n", "")
    short = user("add", "ben", typed="short\n")
    assert (short.returncode, short.stdout) == (1, "")
    assert short.stderr.count("\n") == 1
    assert user("password", "ada", typed="another horse\n").returncode == 0
    assert json.loads(run("user", "list", "--json").out)["users"] == ["ada"]
    store = Store(Path(environment["XDG_DATA_HOME"]) / "pullquote" / "visitors.sqlite3")
    assert Logins(store).open_session("ada", "another horse")
    store.close()
    assert run("user", "remove", "ada").out == "ada removed\n"
    assert (run("user", "list").code, run("user", "list").out) == (0, "")
    assert run("user", "remove", "ada").code == 1


def test_a_terminal_asks_for_the_password_twice(
    environment: dict[str, str], tmp_path: Path, pty: Callable[..., str]
) -> None:
    said = pty(["user", "add", "cleo"], [PASSWORD, "other horse", PASSWORD, PASSWORD])
    assert "do not match" in said
    assert "cleo added" in said
    assert PASSWORD not in said


@pytest.fixture
def pty(environment: dict[str, str]) -> Callable[..., str]:
    """Runs ``pullquote`` on a terminal, types a line at each prompt, and gives what it said."""
    import os
    import pty

    def run(arguments: list[str], lines: list[str]) -> str:
        above, below = pty.openpty()
        process = subprocess.Popen(
            [sys.executable, "-m", "ui.cli", *arguments],
            stdin=below, stdout=below, stderr=below, cwd=environment["HOME"], env=environment,
            start_new_session=True,
        )  # fmt: skip
        os.close(below)
        said, waiting = "", list(lines)
        while True:
            try:
                said += os.read(above, 1000).decode()
            except OSError:  # it has ended
                break
            if waiting and said.endswith(": "):
                os.write(above, f"{waiting.pop(0)}\n".encode())
        process.wait(20)
        os.close(above)
        return said

    return run
