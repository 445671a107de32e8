"""Question sets as files: read whole with all their problems at once, and written."""

from __future__ import annotations

import gzip
import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any, ClassVar

from evals.sets.feedback import as_question, is_feedback
from evals.sets.fields import SEVERAL, case_of
from evals.sets.lines import Line, Problem, json_lines, shown, table_rows
from evals.sets.questions import Case, QuestionSet
from rag.errors import EvaluationError
from rag.types import Filters, Turn

JSON_LINES = (".jsonl", ".jsonl.gz")
TABLES = (".csv", ".tsv")

_FIRST = 3
"""So many problems stand in the one line of an error; the rest are in its listing."""


class BadQuestionSet(EvaluationError):
    """A question set that cannot be used. ``problems`` are all of them, in the file's order.

    ``str(error)`` is one line with the first few, ``listing`` has a line for each.
    """

    code: ClassVar[str] = "bad_question_set"

    def __init__(self, path: Path, problems: Sequence[Problem]) -> None:
        self.path = path
        self.problems = tuple(problems)
        first = "; ".join(map(str, self.problems[:_FIRST]))
        more = len(self.problems) - _FIRST
        rest = f"; and {more} more" if more > 0 else ""
        super().__init__(f"{path.name} has {self._count}: {first}{rest}.")

    @property
    def _count(self) -> str:
        return f"{len(self.problems)} problem{'s' if len(self.problems) != 1 else ''}"

    @property
    def listing(self) -> str:
        """All problems, one a line, under a line that names the file."""
        return "\n".join([f"{self.path} has {self._count}:", *(f"  {p}" for p in self.problems)])

    @property
    def lines(self) -> tuple[str, ...]:
        return tuple(self.listing.splitlines())

    def to_dict(self) -> dict[str, Any]:
        problems = [problem.to_dict() for problem in self.problems]
        return {**EvaluationError.to_dict(self), "problems": problems}


def read_questions(path: Path, name: str | None = None) -> QuestionSet:
    """The question set of a file, under ``name`` or the file's.

    JSON lines (``.jsonl``, ``.jsonl.gz``) or a table with a header (``.csv``, ``.tsv``). Lines of
    ``pullquote feedback`` are understood, too. Raises ``BadQuestionSet`` with every problem, and
    ``EvaluationError`` for a file that is not there or of another kind.
    """
    cases: dict[str, Case] = {}
    places: dict[str, int] = {}
    problems: list[Problem] = []
    for number, record in _lines(path):
        if isinstance(record, Problem):
            problems.append(record)
            continue
        case, found = case_of(as_question(record) if is_feedback(record) else record)
        problems += [Problem(number, text) for text in found]
        given = _has_id(record)
        if found and not given:
            continue  # the id is made of what was not understood
        if case.id in places:
            what = f"has the id {shown(case.id)} of" if given else "asks the same as"
            problems.append(Problem(number, f"{what} line {places[case.id]}"))
        places.setdefault(case.id, number)
        cases.setdefault(case.id, case)
    if not cases and not problems:
        problems.append(Problem(1, "the file holds no questions"))
    if problems:
        raise BadQuestionSet(path, problems)
    return QuestionSet(name or name_of(path), tuple(cases.values()))


def name_of(path: Path) -> str:
    """The name of the set in a file: the file's own, without endings."""
    return path.name.removesuffix(".gz").rpartition(".")[0] or path.name


def _has_id(record: dict[str, Any]) -> bool:
    return any(record.get(name) not in (None, "") for name in ("id", "qid"))


def _lines(path: Path) -> Iterator[Line]:
    if path.is_dir():
        raise EvaluationError(
            f"{path} is a folder, not a question set.",
            "Files of published data sets are taken over with 'pullquote eval import'.",
        )
    if path.name.endswith(JSON_LINES):
        return json_lines(path)
    if path.name.endswith(TABLES):
        return table_rows(path, SEVERAL)
    raise EvaluationError(
        f"{path} is no question set.", f"Its name ends in {', '.join(JSON_LINES + TABLES)}."
    )


def write_questions(questions: QuestionSet, path: Path) -> None:
    """Writes a set as JSON lines, gzipped if ``path`` ends in ``.gz``; whole or not at all.

    Reading it gives equal cases. Raises ``EvaluationError`` where the file cannot be written, or
    would not give them: ``BadQuestionSet`` for an empty question, say, or an id that two have.
    """
    lines = [json.dumps(plain(case), ensure_ascii=False) for case in questions.cases]
    data = "".join(f"{line}\n" for line in lines).encode(errors="surrogatepass")
    try:
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".writing-") as folder:
            draft = Path(folder) / path.name
            draft.write_bytes(gzip.compress(data, mtime=0) if path.suffix == ".gz" else data)
            # Read back before it is put in place: what cannot be read again helps nobody.
            if read_questions(draft).cases != questions.cases:
                raise EvaluationError(f"The set '{questions.name}' holds what no file can say.")
            draft.replace(path)
    except BadQuestionSet as error:
        raise BadQuestionSet(path, error.problems) from None
    except OSError as error:
        raise EvaluationError(f"{path} cannot be written: {error.strerror}.") from error


def plain(case: Case) -> dict[str, Any]:
    """A case as the record of a file: what it lacks is left out."""
    record: dict[str, Any] = {
        "id": case.id,
        "question": case.question,
        "answers": list(case.answers),
        "wrong": list(case.wrong),
        "answerable": case.answerable,
        "articles": list(case.articles),
        "evidence": [{"article": e.article, "quote": e.quote} for e in case.evidence],
        "history": [_plain_turn(turn) for turn in case.history],
        "as_of": case.as_of.isoformat() if case.as_of else None,
        "filters": _plain_filters(case.filters),
        "tags": list(case.tags),
    }
    return {name: value for name, value in record.items() if value not in (None, [], {})}


def _plain_turn(turn: Turn) -> dict[str, Any]:
    turned: dict[str, Any] = {"question": turn.question, "answer": turn.answer}
    return turned | ({"passage_ids": list(turn.passage_ids)} if turn.passage_ids else {})


def _plain_filters(filters: Filters) -> dict[str, Any]:
    said = filters.to_dict()
    return {f.name: said[f.name] for f in fields(Filters) if said[f.name]}
