"""Answers as they come."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rag.errors import StorageFailed
from rag.stream import AnswerStream
from rag.types import Answer, Statement, Trace


def failing(*texts: str) -> Iterator[Statement]:
    """Statements, and then a disk that is gone."""
    yield from (Statement(text, ()) for text in texts)
    raise StorageFailed("The disk failed.", "Look at it.")


def whole(released: tuple[Statement, ...]) -> Answer:
    return Answer("?", "", released, answered=bool(released), trace=Trace(notes=("A note.",)))


def test_what_was_shown_stays_when_an_error_comes_after_it():
    with AnswerStream(failing("One.", "Two."), whole) as stream:
        assert [statement.text for statement in stream] == ["One.", "Two."]
        assert stream.answer.statements == tuple(stream)
    note, told = stream.answer.trace.notes
    assert note == "A note."
    assert told == "The answer ends before it was done: The disk failed. Look at it."


def test_an_error_before_anything_is_shown_is_raised_every_time():
    with AnswerStream(failing(), whole) as stream:
        for _ in range(2):
            with pytest.raises(StorageFailed):
                stream.answer  # noqa: B018
