"""Where sentences begin, for the checker."""

from __future__ import annotations

import pytest

from rag.checking.words import words


@pytest.mark.parametrize(
    ("text", "begins"),
    [
        ("They cure hepatitis C. Experts are glad.", ["They", "Experts"]),
        ("Lemons hold vitamin C. Sailors ate them.", ["Lemons", "Sailors"]),
        ("They won Group B. Maren Holt sang.", ["They", "Maren"]),
        ("They chose J. Smith. Officials sang.", ["They", "Officials"]),
        ("John C. Reddin sang.", ["John"]),
        ("The baker J. R. Lund sang.", ["The"]),
        ("A group, J. Lund among them, sang.", ["A"]),
        ("Baker J.Lund sang.", ["Baker"]),
    ],
)
def test_a_letter_before_a_full_stop_is_an_initial_or_tells_things_apart(text, begins):
    assert [word.text for word in words(text) if word.first] == begins
