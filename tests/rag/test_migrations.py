"""The catalog's schema: old ones are brought up, newer ones are left alone."""

from __future__ import annotations

import sqlite3

import pytest

from rag.errors import LibraryTooNew
from rag.migrations import MIGRATIONS, migrate


@pytest.fixture
def database(tmp_path):
    connection = sqlite3.connect(tmp_path / "catalog.sqlite3", isolation_level=None)
    yield connection
    connection.close()


def version(database) -> int:
    return database.execute("PRAGMA user_version").fetchone()[0]


def test_every_schema_there_ever_was_is_brought_to_the_newest(database):
    for known in range(len(MIGRATIONS) + 1):
        migrate(database, MIGRATIONS[:known])
        assert version(database) == known
    assert migrate(database) == len(MIGRATIONS)


def test_a_migration_keeps_what_is_stored(database):
    migrate(database)
    database.execute("INSERT INTO meta VALUES ('kept', 'yes')")
    later = (*MIGRATIONS, "ALTER TABLE meta ADD COLUMN note TEXT NOT NULL DEFAULT '';")
    assert migrate(database, later) == len(MIGRATIONS)
    assert database.execute("SELECT value, note FROM meta").fetchall() == [("yes", "")]


def test_the_second_schema_keeps_articles_and_knows_no_stories_of_them(database):
    migrate(database, MIGRATIONS[:1])
    columns = [row[1] for row in database.execute("PRAGMA table_info(articles)")]
    row = ["a", 1, *[f"<{name}>" for name in columns[2:]]]
    database.execute(f"INSERT INTO articles VALUES ({', '.join('?' * len(row))})", row)
    assert migrate(database) == 1
    kept = database.execute(f"SELECT {', '.join(columns)}, story FROM articles").fetchall()
    assert kept == [(*row, "")]


def test_a_migration_that_fails_half_way_leaves_the_schema_as_it_was(database):
    migrate(database)
    broken = (*MIGRATIONS, "CREATE TABLE half (a TEXT); CREATE TABLE half (a TEXT);")
    with pytest.raises(sqlite3.Error):
        migrate(database, broken)
    assert version(database) == len(MIGRATIONS)
    tables = database.execute("SELECT name FROM sqlite_master WHERE name = 'half'").fetchall()
    assert tables == []


def test_a_newer_schema_is_left_alone(database):
    database.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    with pytest.raises(LibraryTooNew, match="Pullquote knows"):
        migrate(database)


def test_the_fourth_schema_keeps_where_articles_came_from_and_knows_no_pages(database):
    migrate(database, MIGRATIONS[:3])
    columns = [row[1] for row in database.execute("PRAGMA table_info(articles)")]
    row = {name: f"<{name}>" for name in columns} | {"version": 1}
    marks = ", ".join("?" * len(row))
    database.execute(f"INSERT INTO articles VALUES ({marks})", list(row.values()))
    assert migrate(database) == 3
    kept = database.execute(f"SELECT {', '.join(columns)}, pages FROM articles").fetchall()
    assert kept == [(*row.values(), "")]
    assert database.execute("SELECT article, origin FROM origins").fetchall() == [
        ("<id>", "<origin>")
    ]
