"""Runs: a question set asked of a library, scored, written down; they can be gone on with."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from time import perf_counter
from typing import Any

from evals.metrics.definitions import DEPTH, NAMES, SHOWN
from evals.metrics.relevance import Relevance
from evals.metrics.scoring import Scorer
from evals.metrics.totals import Total, by_tag, totals
from evals.runs.journal import Journal
from evals.runs.machine import Machine
from evals.runs.records import VERSION, Found, Row, Setup
from evals.sets.questions import Case
from rag.engine import Engine
from rag.errors import ArticleNotFound, EvaluationError, PullquoteError
from rag.types import SCHEMA, Article, Hit, Passage, Record

PARTIAL = ".partial"
_KEPT = 64  # articles in memory: cases of one article tend to stand together


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is. ``means`` are running figures, over what was scored so far."""

    done: int
    total: int
    means: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Summary(Record):
    """The totals of a run that was made. ``resumed``: cases it had from before. ``errors``:
    cases that could not be asked; they are in no total. ``seconds`` were spent asking and
    scoring."""

    setup: Setup
    totals: Mapping[str, Total]
    tags: Mapping[str, Mapping[str, Total]]
    resumed: int
    errors: int
    seconds: float


def partial(out: Path) -> Path:
    """Where a run is while it is made."""
    return out.with_name(out.name + PARTIAL)


def check_run(path: Path) -> None:
    """Raises ``EvaluationError`` unless the file is a run, of whatever version."""
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            if '"setup":' in file.read(200):
                return
    except OSError as error:
        raise EvaluationError(f"{path} cannot be read: {error.strerror}.") from error
    raise EvaluationError(f"{path} is not a run, and is not written over.", "Name another file.")


def run(
    engine: Engine,
    cases: Sequence[Case],
    setup: Setup,
    out: Path,
    *,
    progress: Callable[[Progress], None] = lambda _: None,
) -> Summary:
    """Asks every case that an interrupted run of the same setup has not asked, and writes the
    run to ``out``. Memory does not grow with the texts. Raises ``EvaluationError``."""
    asker, started = Asker(engine, setup), datetime.now(UTC)
    means = _Means()
    try:
        with closing(Journal(partial(out), setup)) as journal:
            resumed = len(journal.done)
            for _, scores in journal.done.values():
                means.add(scores)
            for case in cases:
                if case.id not in journal.done:
                    began = perf_counter()
                    row, passages = asker.row(case)
                    journal.add(row, passages, perf_counter() - began)
                    means.add(row.scores)
                progress(Progress(means.count, len(cases), means.values()))
            rows = list(journal.done.values())
            summary = Summary(
                setup=setup,
                totals=totals([scores for _, scores in rows], NAMES),
                tags=by_tag(rows, NAMES),
                resumed=resumed,
                errors=sum(not scores for _, scores in rows),
                seconds=journal.seconds,
            )
            _write(out, summary, journal, started)
            journal.remove()
    except OSError as error:
        raise EvaluationError(f"{out} cannot be written: {error.strerror}.") from error
    return summary


class Asker:
    """Asks a case and scores what comes."""

    def __init__(self, engine: Engine, setup: Setup) -> None:
        self._engine = engine
        self._as_of = setup.as_of
        self._passages = lru_cache(_KEPT)(self._read_passages)
        self._scorer = Scorer(lru_cache(_KEPT)(self._article))

    def row(self, case: Case) -> tuple[Row, dict[str, str]]:
        """The row of a case, and the texts of the passages it shows."""
        try:
            return self._row(case)
        except PullquoteError as error:
            return Row(case, error=error.line), {}

    def _row(self, case: Case) -> tuple[Row, dict[str, str]]:
        asked: dict[str, Any] = {
            "history": case.history,
            "filters": case.filters,
            "as_of": case.as_of or self._as_of,
        }
        hits = self._engine.search(case.question, k=DEPTH, **asked)
        started = perf_counter()
        answer = self._engine.ask(case.question, **asked)
        spent = (perf_counter() - started) * 1000
        steps = answer.trace.milliseconds
        relevance = Relevance(case, self._passages)
        row = Row(
            case=case,
            answered=answer.answered,
            reason=answer.reason,
            text=answer.text,
            statements=answer.statements,
            citations=answer.citations,
            found=tuple(_found(hit, relevance) for hit in hits[:SHOWN]),
            scores=self._scorer.score(relevance, hits, answer),
            confidence=answer.trace.evidence.get("confidence"),
            milliseconds={**steps, "other": max(0.0, spent - sum(steps.values()))},
            model_calls=answer.trace.model_calls,
        )
        return row, {hit.passage.id: hit.passage.text for hit in hits[:SHOWN]}

    def _read_passages(self, article: str) -> list[Passage]:
        return [stored.passage for stored in self._engine.library.whole(article)]

    def _article(self, article: str) -> Article | None:
        try:
            return self._engine.library.article(article)
        except ArticleNotFound:
            return None


def _found(hit: Hit, relevance: Relevance) -> Found:
    published = hit.source.published
    return Found(
        passage_id=hit.passage.id,
        article=hit.source.id,
        title=hit.source.title,
        published=str(published) if published else "",
        score=hit.score,
        gold=relevance.gold(hit.passage),
    )


class _Means:
    """Running means of what was scored."""

    def __init__(self) -> None:
        self.count = 0
        self._sums: dict[str, tuple[float, int]] = {}

    def add(self, scores: Mapping[str, float | None]) -> None:
        self.count += 1
        for name, value in scores.items():
            if value is not None:
                before, n = self._sums.get(name, (0.0, 0))
                self._sums[name] = (before + value, n + 1)

    def values(self) -> dict[str, float]:
        return {name: whole / n for name, (whole, n) in self._sums.items()}


def _write(out: Path, summary: Summary, journal: Journal, started: datetime) -> None:
    """The run as one JSON file, row by row, whole or not at all."""
    head = {
        "schema": SCHEMA,
        "version": VERSION,
        "setup": summary.setup.to_dict(),
        "started": started.isoformat(timespec="seconds"),
        "seconds": summary.seconds,
        "machine": str(Machine.here()),
        "totals": summary.to_dict()["totals"],
        "tags": summary.to_dict()["tags"],
    }
    new = out.with_name(out.name + ".new")
    with new.open("w", encoding="utf-8") as file:
        file.write(_json(head)[:-1])
        file.write(',\n"rows": [')
        file.writelines(_parted(map(_json, journal.rows())))
        file.write('],\n"passages": {')
        file.writelines(_parted(f"{_json(i)}: {_json(text)}" for i, text in journal.passages()))
        file.write("}}\n")
        file.flush()
        os.fsync(file.fileno())
    new.replace(out)


def _parted(items: Iterable[str]) -> Iterator[str]:
    for number, item in enumerate(items):
        yield (",\n" if number else "\n") + item


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
