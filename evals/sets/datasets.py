"""Public data sets as articles and cases. They lie outside the project, under ``PULLQUOTE_DATA``.

Each folder has ``corpus.jsonl.gz`` and ``queries.jsonl.gz``. What a question was not made to
measure is left out of its case, so that it is not scored.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evals.sets.fields import checked
from evals.sets.lines import as_expected, records
from evals.sets.questions import Case, QuestionSet
from rag.errors import SourceError
from rag.settings import Settings
from rag.types import Article

NAMES = (
    "clapnq",
    "covidqa",
    "mtrag_clapnq",
    "nomiracl_en",
    "nq_open_oracle",
    "ramdocs",
    "realtimeqa_2022",
    "squad2",
    "timeqa",
)
"""The data sets with questions that measurements speak of."""

_CORPUS, _QUERIES = "corpus.jsonl.gz", "queries.jsonl.gz"
_ONE_PARAGRAPH = "unanswerable_in_paragraph"


@dataclass(frozen=True, slots=True)
class Available:
    """Which data sets are there, and the names of those that measurements do without."""

    present: tuple[Dataset, ...]
    missing: tuple[str, ...]

    def __str__(self) -> str:
        there = ", ".join(data.name for data in self.present) or "none"
        return f"there: {there}" + (f"; skipped: {', '.join(self.missing)}" if self.missing else "")


@dataclass(frozen=True, slots=True)
class Dataset:
    """One folder of the data."""

    folder: Path

    @classmethod
    def named(cls, name: str, settings: Settings) -> Dataset:
        """The data set ``name``. Raises ``SourceError`` when it is not there."""
        if settings.data is None:
            raise SourceError("No public data is set.", "Set PULLQUOTE_DATA to its folder.")
        made = cls(settings.data / name)
        if not made._whole:
            raise SourceError(f"There is no data set '{name}' in {settings.data}.")
        return made

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def _whole(self) -> bool:
        return all((self.folder / name).is_file() for name in (_CORPUS, _QUERIES))

    def articles(self) -> Iterator[Article]:
        """Raises ``EvaluationError`` with file and line for what is no article."""
        for place, row in records(self.folder / _CORPUS):
            with as_expected(place):
                article = Article(
                    id=row["doc_id"],
                    title=row.get("title") or "",
                    text=row["text"],
                    url=row.get("url") or "",
                    source=row.get("source") or "",
                    published=row.get("date") or None,
                    language="en",
                )
            yield article

    def cases(self) -> Iterator[Case]:
        """Raises ``EvaluationError`` with file and line for what is no question."""
        for place, row in records(self.folder / _QUERIES):
            with as_expected(place):
                case = checked(_question(row), place)
            yield case

    def rewrites(self) -> dict[str, str]:
        """Questions of conversations as a person has put them to stand alone, by id: to compare
        with, never to be shown to the system that is measured."""
        rows = (row for _, row in records(self.folder / _QUERIES))
        return {r["qid"]: r["standalone_rewrite"] for r in rows if r.get("standalone_rewrite")}

    def questions(self) -> QuestionSet:
        """All cases under the data set's name. Raises ``EvaluationError``."""
        return QuestionSet(self.name, tuple(self.cases()))


def available(settings: Settings) -> Available:
    """The data sets that are there, in the order of their names."""
    folder = settings.data
    found = sorted(folder.iterdir()) if folder and folder.is_dir() else []
    present = tuple(data for data in map(Dataset, found) if data._whole)
    there = {data.name for data in present}
    return Available(present, tuple(name for name in NAMES if name not in there))


def _question(row: Mapping[str, Any]) -> dict[str, Any]:
    """The record of a question set that a row stands for.

    ``choices``, ``standalone_rewrite`` and the like are for others to use, never to be shown to
    the system that is measured. The articles named by a question that is not answerable are
    those it was asked about; they hold no answer, and what was replied then is none either.
    """
    answerable = None if row.get("type") == _ONE_PARAGRAPH else row.get("answerable")
    answers = _once(row.get("answers")) if answerable else []
    evidence = row.get("gold_evidence") or []
    return {
        "id": row["qid"],
        "question": row["question"],
        "answers": answers,
        "wrong": _once(row.get("wrong_answers") or row.get("wrong_answer")),
        "answerable": answerable,
        "articles": _once(row.get("gold_docs")) if answerable else [],
        "evidence": [e for e in evidence if e["text"].strip()] if answerable else [],
        "history": row.get("history"),
        "as_of": row.get("date") or None,
        "filters": row.get("filters"),
        "tags": _tags(row, len(answers)),
    }


def _once(values: Any) -> list[Any]:
    given = [values] if isinstance(values, str) else values or []
    return [v for v in dict.fromkeys(given) if not isinstance(v, str) or v.strip()]


def _tags(row: Mapping[str, Any], answers: int) -> list[str]:
    """The kinds of question that a row says it is of, each as one word with hyphens."""
    tier = str(row.get("tier") or "").partition("_")[0]
    said = [
        row.get("type"),
        f"tier-{tier}" if tier else "",
        row.get("answerability"),
        *(row.get("question_type") or []),
    ]
    words = [str(tag).replace("_", "-").replace(" ", "-") for tag in said if tag and tag != "N/A"]
    tags = [word if word.startswith("tier-") else word.casefold() for word in words]
    # RAMDocs asks for each of several answers, one for every thing of the name.
    if row.get("type") == "conflict" and answers > 1:
        tags.append("all")
    return list(dict.fromkeys(tags))
