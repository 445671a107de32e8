"""Questions asked twice, quoted and written, and kept as they come: a model is slow, and what was
interrupted goes on where it was."""

from __future__ import annotations

import fcntl
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from evals.fitting.fits import FITTED, half_of
from evals.sets.questions import Case, sample
from evals.writing.listening import Listening
from rag.engine import Engine
from rag.errors import EvaluationError
from rag.types import Answer, Record
from rag.writing.prompts import Prompts


@dataclass(frozen=True, slots=True)
class Setup(Record):
    """What an answer rests on besides its articles: by another one it is asked again."""

    model: str
    prompts: str
    settings: str

    @classmethod
    def of(cls, engine: Engine) -> Setup:
        return cls(engine.model, Prompts().digest, engine.settings.digest())


@dataclass(frozen=True, slots=True)
class Asked(Record):
    """A question of ``name``'s, ``quoted`` and ``written``. ``prompt`` is what the model was sent,
    about ``tokens`` long, and ``said`` all that it said; both empty where it was not called.
    Seconds until the ``first`` statement, None where there is none, and until the ``whole``."""

    name: str
    case: Case
    setup: Setup
    quoted: Answer
    written: Answer
    prompt: str
    said: str
    tokens: int
    first: float | None
    whole: float


def ask(engine: Engine, model: Listening, name: str, case: Case) -> Asked:
    """``model`` is the one that ``engine`` writes with."""
    quoted = engine.ask(case.question, history=case.history, as_of=case.as_of, write=False)
    model.forget()
    begun, first = time.perf_counter(), None
    with engine.stream(case.question, history=case.history, as_of=case.as_of) as stream:
        for _ in stream:
            first = first or time.perf_counter() - begun
        written = stream.answer
    whole = time.perf_counter() - begun
    heard = (model.prompt, model.said, model.tokens)
    return Asked(name, case, Setup.of(engine), quoted, written, *heard, first, whole)


class Kept:
    """A file of ``Asked``, one a line, written by one process at a time. Raises
    ``EvaluationError``."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("a+", encoding="utf-8")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._file.close()
            raise EvaluationError(
                f"Another process writes to {path}.", "Wait for it, or name another with --out."
            ) from None
        # What a killed process left of its last line makes room for the next.
        self._file.truncate(path.read_bytes().rfind(b"\n") + 1)
        self.rows = list(rows(path))

    def add(self, row: Asked) -> None:
        self.rows.append(row)
        self._file.write(json.dumps(row.to_dict(), ensure_ascii=False) + "\n")
        self._file.flush()

    def of(self, name: str, case: Case, setup: Setup) -> Asked | None:
        """That case of the set ``name``, asked with that setup; None where it was not."""
        wanted = (name, case.id, setup)
        return next((r for r in self.rows if (r.name, r.case.id, r.setup) == wanted), None)

    def close(self) -> None:
        self._file.close()


def rows(path: Path) -> Iterator[Asked]:
    """What is kept in a file, but for a last line that was cut off."""
    with path.open(encoding="utf-8") as file:
        for line in file:
            if line.endswith("\n"):
                yield Asked.from_dict(json.loads(line))


def chosen(cases: Sequence[Case], most: int, *, part: int = 1 - FITTED) -> list[Case]:
    """Up to ``most`` of the cases of one half, by articles, the half that nothing was fitted on if
    no other is named. Where some are known not to be answerable, they are half of them."""
    mine = [case for case in cases if half_of(case) == part]
    no = sample((case for case in mine if case.answerable is False), most // 2)
    return sample((case for case in mine if case.has_answer), most - len(no)) + no
