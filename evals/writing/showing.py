"""What a model said, to be read by eye: each statement with the words that it is held against."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from evals.writing.asking import Asked
from evals.writing.figures import by_model, over
from rag.types import Statement


def shown(rows: Sequence[Asked]) -> Iterator[str]:
    """Lines. A statement is named by its case and its place, ``left`` or ``out``, as labels are."""
    for row in rows:
        yield f"## {row.name} {row.case.id}: {row.case.question}"
        yield f"gold: {' | '.join(row.case.answers) or '-'}, answerable: {row.case.has_answer}"
        if not row.prompt:
            yield "the model was not called\n"
            continue
        yield f"said: {row.said!r}"
        yield f"answered: {row.written.answered} {row.written.reason} {over(row)}"
        if by_model(row):
            for place, statement in enumerate(row.written.statements):
                yield from _released(place, statement)
        for place, told in enumerate(row.written.trace.left_out):
            yield f"- left {place}: {told}"
        if row.written.trace.left_out or not by_model(row):
            yield row.prompt[row.prompt.find("<passage") :]
        yield f"quoted: {row.quoted.text}\n"


def _released(place: int, statement: Statement) -> Iterator[str]:
    yield f"- out {place} ({statement.support}): {statement.shown}"
    for citation in statement.citations:
        yield f"    [{citation.source.title}] {citation.quote}"
