"""What a question asks for, and what looks like it."""

from __future__ import annotations

import pytest

from rag.wanted import Wanted, things


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Mayor Ansgar Holm spoke.", ["Mayor Ansgar Holm"]),
        ("Marchetti and Augusta came.", ["Marchetti", "Augusta"]),
        ("In May Ansgar Holm spoke.", ["Ansgar Holm"]),
    ],
)
def test_a_word_that_begins_like_a_month_is_none(text, names):
    assert [text[start:end] for start, end in things(Wanted.NAME, text)] == names
