"""SQuAD 1.1 and 2.0: spans in paragraphs of Wikipedia articles.

``train-v2.0.json``, ``dev-v2.0.json`` and the like: ``{"version", "data": [{"title", "paragraphs":
[{"context", "qas": [{"id", "question", "answers": [{"text", "answer_start"}], "is_impossible",
"plausible_answers"}]}]}]}``; 1.1 lacks the last two
(https://rajpurkar.github.io/SQuAD-explorer/, Rajpurkar et al. 2016, 2018).

An article is all paragraphs of one title. The paragraph asked about is the evidence. Questions
marked impossible are so for their paragraph alone, so whether the articles answer them is unknown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from evals.sets.fields import checked
from evals.sets.lines import as_expected, document, opened
from evals.sets.published.format import Contents, Format
from evals.sets.questions import Case, QuestionSet
from rag.types import Article

_FILES = "train-v2.0.json or dev-v2.0.json"

_HEAD = 1 << 16  # bytes, within which the first paragraph is named


def found(folder: Path) -> bool:
    return bool(_files(folder))


def _files(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.glob("*.json")) if _is_squad(path)]


def _is_squad(path: Path) -> bool:
    with opened(path) as file:
        head = file.read(_HEAD)
    return b'"data"' in head and b'"paragraphs"' in head


def read(folder: Path) -> Contents:
    """Of all such files in the folder; each question is tagged with its file, as ``dev``."""
    articles: dict[str, Article] = {}
    cases: list[Case] = []
    for path in _files(folder):
        with as_expected(str(path)):
            for number, entry in enumerate(document(path)["data"], start=1):
                article = _article(entry, f"{path.stem}-{number}", articles)
                articles[article.id] = article
                cases += _cases(entry, article.id, path)
    return articles.values(), QuestionSet(folder.name, tuple(cases))


def _article(entry: Mapping[str, Any], name: str, taken: Mapping[str, Article]) -> Article:
    title = entry.get("title") or ""
    text = "\n\n".join(paragraph["context"] for paragraph in entry["paragraphs"])
    made = title or name
    # The splits share no articles; should two have a title in common, they stay two.
    id_ = made if made not in taken else f"{made} ({name})"
    return Article(id=id_, title=title.replace("_", " "), text=text, language="en")


def _cases(entry: Mapping[str, Any], article: str, path: Path) -> Iterator[Case]:
    split = path.stem.partition("-v")[0]
    for paragraph in entry["paragraphs"]:
        for asked in paragraph["qas"]:
            record: dict[str, Any] = {"id": asked["id"], "question": asked["question"]}
            if asked.get("is_impossible", False):
                record["tags"] = [split, "unanswerable-in-paragraph"]
            else:
                record["tags"] = [split]
                record["answers"] = list(dict.fromkeys(a["text"] for a in asked["answers"]))
                record["answerable"] = True
                record["evidence"] = [{"article": article, "quote": paragraph["context"]}]
            yield checked(record, f"{path}, question {asked['id']}")


FORMAT = Format(
    "squad", "SQuAD", "https://rajpurkar.github.io/SQuAD-explorer/", _FILES, found, read
)
