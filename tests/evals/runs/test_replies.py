"""What a language model wrote once is not asked for again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from evals.runs.replies import RememberedModel
from rag.errors import ModelError
from rag.model import Message


class Counting:
    """Numbers its answers; breaks off at the third."""

    name, context = "counting", 100

    def __init__(self) -> None:
        self.calls = 0

    def count(self, text: str) -> int:
        return len(text)

    @contextmanager
    def stream(
        self, messages: Sequence[Message], *, most: int, timeout: float | None = None
    ) -> Iterator[Iterator[str]]:
        self.calls += 1
        yield self._pieces()

    def _pieces(self) -> Iterator[str]:
        yield "answer "
        if self.calls == 3:
            raise ModelError("It broke off.")
        yield str(self.calls)


def said(model: RememberedModel, asked: str) -> str:
    with model.stream([Message("user", asked)], most=5) as pieces:
        return "".join(pieces)


def test_what_was_written_is_kept_on_disk_and_what_broke_off_is_not(tmp_path: Path) -> None:
    model, memory = Counting(), tmp_path / "kept" / "replies.jsonl"
    first = RememberedModel(model, memory)
    assert [said(first, "a"), said(first, "b"), said(first, "a")] == [
        "answer 1",
        "answer 2",
        "answer 1",
    ]
    with pytest.raises(ModelError):
        said(first, "c")
    again = RememberedModel(model, memory)
    assert [said(again, "b"), said(again, "c")] == ["answer 2", "answer 4"]
