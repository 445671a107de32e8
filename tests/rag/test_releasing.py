"""Only what is borne out by its quotes is shown, or it is shown as what it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.checking.checker import Checker
from rag.errors import SettingsError
from rag.releasing import Releaser
from rag.settings import Settings
from rag.types import Citation, Source, Statement, Support

QUOTE = "Ferries will carry 400 foot passengers a day while the harbour bridge is closed."


def statement(text: str) -> Statement:
    citation = Citation(1, Source("bridge"), "p1", QUOTE, 0, len(QUOTE))
    return Statement(text, (citation,), Support.SUPPORTED)


TRUE = statement("Ferries will carry 400 foot passengers a day.")
FALSE = statement("Ferries will carry 700 foot passengers a day.")


def test_what_is_not_borne_out_is_dropped_and_noted() -> None:
    notes: list[str] = []
    shown = list(Releaser(Checker(), mark=False).released([TRUE, FALSE], notes.append))
    assert shown == [TRUE]
    (note,) = notes
    assert "700" in note


def test_or_it_is_shown_with_the_reason() -> None:
    notes: list[str] = []
    shown = list(Releaser(Checker(), mark=True).released([FALSE], notes.append))
    (marked,) = shown
    assert marked.support is Support.UNSUPPORTED
    assert "700" in marked.why
    assert str(marked).endswith(f"[1] (not borne out by its quotes: {marked.why})")
    assert notes == []


def test_a_quote_is_let_out_as_it_is() -> None:
    quoted = statement(QUOTE)
    assert list(Releaser(Checker(), mark=False).released([quoted], print)) == [quoted]


def test_what_to_do_with_it_is_one_of_two_things(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="'unsupported' must be one of drop, mark"):
        Settings(library=tmp_path, unsupported="hide")
