"""The file of visitors' data: made, shared, and refused with one clear line."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from rag.settings import Settings
from ui.store import STEPS, Store, StoreDamaged, StoreError, StoreTooNew

WRITER = """
import sys
from pathlib import Path
from ui.store import Store

store = Store(Path(sys.argv[1]))
for n in range(100):
    with store.transaction():
        (count,) = store.rows("SELECT count(*) FROM users")[0]
        store.change("INSERT INTO users VALUES (?, '', ?)", [f"{sys.argv[2]}-{n}", str(count)])
store.close()
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "visitors.sqlite3"


def test_it_is_made_where_it_is_missing_and_only_its_owner_may_read_it(path: Path) -> None:
    store = Store(path)
    store.change("INSERT INTO users VALUES ('ada', '', '')")
    modes = {file.name: file.stat().st_mode & 0o777 for file in path.parent.iterdir()}
    assert modes.pop(path.name) == 0o600
    assert set(modes.values()) == {0o600}, modes
    store.close()
    store.close()


def test_permissions_that_were_too_wide_are_mended(path: Path) -> None:
    Store(path).close()
    path.chmod(0o644)
    Store(path).close()
    assert path.stat().st_mode & 0o777 == 0o600


def test_two_processes_that_make_it_and_write_at_once_both_succeed(path: Path) -> None:
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(path), name]) for name in ("a", "b")
    ]
    assert [writer.wait(60) for writer in writers] == [0, 0]
    store = Store(path)
    counted = {int(row[0]) for row in store.rows("SELECT created FROM users")}
    # Each saw all that the other had written before: no transaction ran into another.
    assert counted == set(range(200))
    store.close()


def test_threads_share_it(path: Path) -> None:
    store = Store(path)

    def write(name: int) -> None:
        for n in range(50):
            store.change("INSERT INTO users VALUES (?, '', '')", [f"{name}-{n}"])

    threads = [threading.Thread(target=write, args=[name]) for name in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.rows("SELECT count(*) FROM users")[0][0] == 400
    store.close()


def test_a_transaction_that_fails_leaves_nothing(path: Path) -> None:
    store = Store(path)
    with pytest.raises(RuntimeError), store.transaction():
        store.change("INSERT INTO users VALUES ('half', '', '')")
        raise RuntimeError
    assert store.rows("SELECT * FROM users") == []
    store.close()


def test_a_damaged_file_is_one_clear_line(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"no database " * 500)
    with pytest.raises(StoreDamaged) as caught:
        Store(path)
    assert str(path) in caught.value.line
    assert "\n" not in caught.value.line


def test_damage_that_shows_later_is_one_clear_line(path: Path) -> None:
    store = Store(path)
    with store.transaction():
        for n in range(2000):
            store.change("INSERT INTO users VALUES (?, ?, '')", [f"{n}", "x" * 200])
    store.close()
    with path.open("r+b") as file:
        file.seek(100_000)
        file.write(b"\xff" * 100_000)
    with pytest.raises(StoreDamaged):
        store = Store(path)
        store.rows("SELECT * FROM users ORDER BY password || name")


def test_a_newer_file_is_left_alone(path: Path) -> None:
    Store(path).close()
    with sqlite3.connect(path) as database:
        database.execute(f"PRAGMA user_version = {len(STEPS) + 1}")
    database.close()
    with pytest.raises(StoreTooNew, match="newer Pullquote"):
        Store(path)


def test_a_file_of_another_kind_is_left_as_it_is(tmp_path: Path) -> None:
    other = tmp_path / "catalog.sqlite3"
    with sqlite3.connect(other) as database:
        database.execute("CREATE TABLE articles (id TEXT)")
    database.close()
    before = other.read_bytes()
    with pytest.raises(StoreError, match="visitors"):
        Store(other)
    assert other.read_bytes() == before
    with pytest.raises(StoreError, match="is a folder"):
        Store(tmp_path)


def test_a_folder_that_cannot_be_made_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError) as caught:
        Store(tmp_path / "file" / "visitors.sqlite3")
    assert "\n" not in caught.value.line


def test_a_closed_store_says_so(path: Path) -> None:
    store = Store(path)
    store.close()
    with pytest.raises(StoreError, match="closed"):
        store.rows("SELECT 1")


def test_it_lies_beside_the_default_library_and_never_in_it() -> None:
    settings = Settings()
    assert settings.visitors.parent == settings.library.parent
