"""MultiHop-RAG: questions whose evidence lies in two to four news articles.

``corpus.json``, a list of ``{"title", "author", "source", "published_at", "category", "url",
"body"}``, and ``MultiHopRAG.json``, a list of ``{"query", "answer", "question_type",
"evidence_list": [{"title", "author", "url", "source", "category", "published_at", "fact"}]}``; in
``dataset/`` of https://github.com/yixuantt/MultiHop-RAG (Tang and Yang 2024,
https://arxiv.org/abs/2401.15391). Licence: ODC-BY.

Articles go by their address. A ``null_query`` has no answer in the articles; its "Insufficient
information." is not one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from evals.sets.fields import checked
from evals.sets.lines import as_expected, document
from evals.sets.published.format import Contents, Format
from evals.sets.questions import EVERY, Case, QuestionSet
from ingest.dates import read_date
from rag.types import Article

_FILES = "corpus.json and MultiHopRAG.json"

_CORPUS, _QUESTIONS = "corpus.json", "MultiHopRAG.json"


def found(folder: Path) -> bool:
    return _home(folder) is not None


def _home(folder: Path) -> Path | None:
    """Where both files are: the folder itself, or the repository's ``dataset``."""
    homes = (folder, folder / "dataset")
    return next((h for h in homes if (h / _CORPUS).is_file() and (h / _QUESTIONS).is_file()), None)


def read(folder: Path) -> Contents:
    home = _home(folder) or folder
    questions = home / _QUESTIONS
    cases = []
    for number, row in enumerate(document(questions), start=1):
        place = f"{questions}, question {number}"
        with as_expected(place):
            cases.append(_case(row, number, place))
    return _articles(home / _CORPUS), QuestionSet(folder.name, tuple(cases))


def _case(row: Mapping[str, Any], number: int, place: str) -> Case:
    kind = row["question_type"]
    record: dict[str, Any] = {
        "id": f"multihop-{number}",
        "question": row["query"],
        "answerable": kind != "null_query",
        "tags": [kind.replace("_", "-")],
    }
    if record["answerable"]:
        record["tags"].append(EVERY)
        record["answers"] = [row["answer"]]
        record["articles"] = list(dict.fromkeys(e["url"] for e in row["evidence_list"]))
        record["evidence"] = [
            {"article": e["url"], "quote": e["fact"]} for e in row["evidence_list"]
        ]
    return checked(record, place)


def _articles(path: Path) -> Iterator[Article]:
    for number, row in enumerate(document(path), start=1):
        with as_expected(f"{path}, article {number}"):
            day = row.get("published_at")
            article = Article(
                id=row["url"],
                title=row.get("title") or "",
                text=row["body"],
                url=row["url"],
                source=row.get("source") or "",
                authors=row.get("author") or (),
                published=read_date(day, "given") if day else None,
                section=row.get("category") or "",
                language="en",
            )
        yield article


FORMAT = Format(
    "multihop", "MultiHop-RAG", "https://github.com/yixuantt/MultiHop-RAG", _FILES, found, read
)
