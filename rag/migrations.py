"""The catalog's schema, from the first version to this one.

A migration, once released, is never changed: a new one is added below it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from rag.errors import LibraryTooNew

MIGRATIONS: tuple[str, ...] = (
    # 1: articles with their passages; the journal of versions the indexes must not keep.
    """
    CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
    CREATE TABLE articles (
      id TEXT PRIMARY KEY,
      version INTEGER NOT NULL UNIQUE,
      digest TEXT NOT NULL,
      origin TEXT NOT NULL,
      title TEXT NOT NULL,
      text TEXT NOT NULL,
      url TEXT NOT NULL,
      source TEXT NOT NULL,
      authors TEXT NOT NULL,
      published TEXT,
      updated TEXT,
      first_day TEXT,
      last_day TEXT,
      language TEXT NOT NULL,
      section TEXT NOT NULL,
      tags TEXT NOT NULL
    ) STRICT;
    CREATE INDEX articles_by_day ON articles (first_day);
    CREATE TABLE passages (
      version INTEGER NOT NULL,
      ordinal INTEGER NOT NULL,
      start INTEGER NOT NULL,
      "end" INTEGER NOT NULL,
      locator TEXT NOT NULL,
      sentences TEXT NOT NULL,
      PRIMARY KEY (version, ordinal)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE journal (
      version INTEGER PRIMARY KEY,
      passages INTEGER NOT NULL
    ) STRICT;
    """,
    # 2: which articles tell one story; the hashes and the pairs it follows from.
    """
    ALTER TABLE articles ADD COLUMN story TEXT NOT NULL DEFAULT '';
    CREATE TABLE bands (
      hash INTEGER NOT NULL,
      version INTEGER NOT NULL,
      PRIMARY KEY (hash, version)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX bands_by_version ON bands (version);
    CREATE TABLE alike (
      version INTEGER NOT NULL,
      other INTEGER NOT NULL,
      PRIMARY KEY (version, other)
    ) STRICT, WITHOUT ROWID;
    """,
    # 3: the names that articles mention, each once, and which versions mention it; all that
    # filters look at, apart from the texts.
    """
    CREATE TABLE mentions (
      id INTEGER PRIMARY KEY,
      what TEXT NOT NULL,
      key TEXT NOT NULL,
      word TEXT NOT NULL,
      phrase TEXT NOT NULL,
      UNIQUE (what, key, word, phrase)
    ) STRICT;
    CREATE TABLE mentioned (
      mention INTEGER NOT NULL,
      version INTEGER NOT NULL,
      PRIMARY KEY (mention, version)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX mentioned_by_version ON mentioned (version);
    CREATE INDEX articles_as_filtered ON articles
      (last_day, first_day, version, id, source, language, authors, tags);
    """,
    # 4: where an article's pages begin; every place an article came from, for one that several
    # sources have stays until the last of them lets it go.
    """
    ALTER TABLE articles ADD COLUMN pages TEXT NOT NULL DEFAULT '';
    CREATE TABLE origins (
      origin TEXT NOT NULL,
      article TEXT NOT NULL,
      PRIMARY KEY (origin, article)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX origins_by_article ON origins (article);
    INSERT INTO origins SELECT origin, id FROM articles;
    """,
)


def migrate(connection: sqlite3.Connection, steps: Sequence[str] = MIGRATIONS) -> int:
    """Brings a catalog to the newest schema, each step whole or not at all.

    Returns the version it had. Raises ``LibraryTooNew`` when that is one we do not know.
    """
    (found,) = connection.execute("PRAGMA user_version").fetchone()
    if found > len(steps):
        raise LibraryTooNew(
            f"This library has schema {found}; this Pullquote knows {len(steps)}.",
            "Update pullquote to open it.",
        )
    for version, step in enumerate(steps[found:], start=found + 1):
        # executescript would commit what came before, so the script carries its transaction.
        script = f"BEGIN IMMEDIATE;\n{step}\nPRAGMA user_version = {version};\nCOMMIT;"
        try:
            connection.executescript(script)
        except sqlite3.Error:
            if connection.in_transaction:
                connection.rollback()
            raise
    return int(found)
