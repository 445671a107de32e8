"""Statements held against one quote, by the words alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rag.checking.checker import Checker
from rag.checking.faults import Checked, Quote


@pytest.fixture
def check() -> Callable[[str, str], Checked]:
    """The result for a statement and the quote that it cites."""
    return lambda statement, quote: Checker().check(statement, [Quote(quote)])
