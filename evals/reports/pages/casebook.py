"""The cases of a page as data: small compressed blocks that the page opens when it needs them.

``index`` has what the list and the search need. ``cases-N`` and ``passages-N`` hold the rest, in
the order of the list, so that what is opened together lies together. Each is gzipped JSON in
base64: nothing that a case says stands in the page as it is.
"""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from evals.metrics.metric import Metric
from evals.reports.outcomes import Outcome
from evals.reports.pages import texts
from evals.runs.records import Found, Row, Run
from rag.locating import at_place
from rag.types import Citation, Statement

CASES, PASSAGES = 100, 200
"""In one block."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One case of a page: its row in each run shown, the keys of the filters that let it
    through, and its badges: each the outcome that gives it its look, and a word."""

    rows: tuple[Row, ...]
    kinds: tuple[str, ...]
    badges: tuple[tuple[Outcome, str], ...]


def blocks(
    entries: Sequence[Entry], runs: Sequence[Run], sides: Sequence[str], metrics: Sequence[Metric]
) -> dict[str, str]:
    """The blocks by their names, ``index`` first. ``sides`` are the names of ``runs``; one that
    stands alone needs none."""
    tags = tags_of(entries)
    shelf = _Shelf([run.passages for run in runs])
    details = [_case(entry, runs, metrics, shelf) for entry in entries]
    index = {
        "sides": list(sides),
        "metrics": [metric.title for metric in metrics],
        "sizes": {"cases": CASES, "passages": PASSAGES},
        "cases": [_listed(entry, tags) for entry in entries],
    }
    packed = {"index": _packed(index)}
    packed |= {f"cases-{n}": _packed(some) for n, some in enumerate(_batches(details, CASES))}
    passages = enumerate(_batches(shelf.passages, PASSAGES))
    return packed | {f"passages-{n}": _packed(some) for n, some in passages}


def tags_of(entries: Sequence[Entry]) -> list[str]:
    return sorted({tag for entry in entries for tag in entry.rows[0].case.tags})


def _listed(entry: Entry, tags: Sequence[str]) -> list[Any]:
    """Id, question, answers, gold answers, filters, tags (by number) and badges."""
    case = entry.rows[0].case
    return [
        case.id,
        case.question,
        [row.text for row in entry.rows],
        case.answers,
        entry.kinds,
        [tags.index(tag) for tag in case.tags],
        entry.badges,
    ]


def _case(
    entry: Entry, runs: Sequence[Run], metrics: Sequence[Metric], shelf: _Shelf
) -> dict[str, Any]:
    case = entry.rows[0].case
    return {
        "history": [[turn.question, turn.answer] for turn in case.history],
        "asOf": str(case.as_of or runs[0].setup.as_of) + ("" if case.as_of else " (of the run)"),
        "filters": texts.filtered(case.filters),
        "tags": case.tags,
        "answerable": case.answerable,
        "gold": case.answers,
        "all": case.wants_all,
        "wrong": case.wrong,
        "evidence": [[e.quote, e.article] for e in case.evidence],
        "articles": case.articles,
        "sides": [
            _side(row, metrics, [shelf.put(side, found) for found in row.found])
            for side, row in enumerate(entry.rows)
        ],
    }


def _side(row: Row, metrics: Sequence[Metric], found: list[list[Any]]) -> dict[str, Any]:
    return {
        "answered": row.answered,
        "reason": row.reason,
        "error": row.error,
        "text": row.text,
        "statements": [_statement(statement) for statement in row.statements],
        "citations": [_citation(citation) for citation in row.citations],
        "scores": [row.scores.get(metric.name) for metric in metrics],
        "confidence": row.confidence,
        "milliseconds": [[n, round(v, 1)] for n, v in row.milliseconds.items()],
        "calls": row.model_calls,
        "found": found,
    }


def _statement(statement: Statement) -> list[Any]:
    markers = [citation.marker for citation in statement.citations]
    return [texts.parts(statement.text, statement.marked), markers, statement.support]


def _citation(citation: Citation) -> list[Any]:
    where = " · ".join(filter(None, (texts.described(citation.source), citation.locator)))
    url = texts.web_address(at_place(citation.source.url, citation.locator))
    return [citation.marker, citation.quote, where, url]


@dataclass(slots=True)
class _Shelf:
    """Passages of all runs of a page, each kept once, numbered as they are first needed."""

    of_runs: Sequence[Mapping[str, str]]
    passages: list[list[str]] = field(default_factory=list)
    _places: dict[tuple[str, str, str], int] = field(default_factory=dict)

    def put(self, side: int, found: Found) -> list[Any]:
        """Number of its passage, its score, and whether it is gold."""
        text = self.of_runs[side].get(found.passage_id, "")
        # Two libraries may give one id to different passages.
        key = (found.passage_id, found.article, text)
        if key not in self._places:
            self._places[key] = len(self.passages)
            published = str(found.published or "")
            about = [found.title or found.article, found.article, published, found.passage_id]
            self.passages.append([text, *about])
        return [self._places[key], round(found.score, 4), found.gold]


def _batches(items: Sequence[Any], size: int) -> Iterator[list[Any]]:
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


def _packed(value: Any) -> str:
    text = json.dumps(_visible(value), ensure_ascii=False, separators=(",", ":"))
    return base64.b64encode(gzip.compress(text.encode(), 6, mtime=0)).decode("ascii")


def _visible(value: Any) -> Any:
    """``value`` with every text in it made visible."""
    if isinstance(value, str):
        return texts.visible(value)
    if isinstance(value, dict):
        return {key: _visible(item) for key, item in value.items()}
    return [_visible(item) for item in value] if isinstance(value, (list, tuple)) else value
