"""Libraries that earlier versions made still open and answer.

``libraries/schema-N.tar.gz`` holds the articles of ``conftest.py``, put by the last version
that had that schema. One is added whenever the schema changes; none is ever replaced. That of
``libraries/first.tar.gz`` was made by the first commit that could make one.
"""

from __future__ import annotations

import tarfile
from pathlib import Path

import pytest

from rag.engine import Engine
from rag.migrations import MIGRATIONS
from rag.settings import Settings

LIBRARIES = Path(__file__).parent / "libraries"

_TOLD_ANEW = ("which articles tell one story is not known: run 'pullquote rebuild'",)
"""Stories were not known, or judged by another rule than today's."""

STALE = {
    "first": _TOLD_ANEW,
    1: _TOLD_ANEW,
    2: _TOLD_ANEW,
    3: _TOLD_ANEW,
    4: _TOLD_ANEW,
}
"""What a library of each schema lacks until it is rebuilt."""


@pytest.mark.parametrize("schema", ["first", *range(1, len(MIGRATIONS) + 1)])
def test_a_library_of_every_schema_opens_and_answers(tmp_path, model, articles, schema):
    name = schema if schema == "first" else f"schema-{schema}"
    with tarfile.open(LIBRARIES / f"{name}.tar.gz") as archive:
        archive.extractall(tmp_path, filter="data")
    with Engine.open(Settings(library=tmp_path / "library"), embedding=model) as engine:
        assert [engine.library.article(a.id) for a in articles] == list(articles)
        assert engine.library.verify().problems == ()
        assert engine.library.status().stale == STALE[schema]
        assert "eleven weeks" in engine.ask("How long will the harbour bridge be closed?").text
        engine.library.rebuild()
        assert engine.library.status().stale == ()
