"""BEIR: queries, documents and which is relevant to which, of many retrieval data sets.

``corpus.jsonl`` (``{"_id", "title", "text", "metadata"}``), ``queries.jsonl`` (``{"_id", "text"}``)
and ``qrels/SPLIT.tsv`` with a header and the columns query, document and score, as
``beir/datasets/data_loader.py`` of https://github.com/beir-cellar/beir reads them (Thakur et al.
2021, https://arxiv.org/abs/2104.08663).

A document is relevant when its score is above 0; grades are not kept. There are no answers, and
relevance is not answerability: retrieval alone is scored.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from evals.sets.fields import checked
from evals.sets.lines import as_expected, opened, records
from evals.sets.published.format import Contents, Format
from evals.sets.questions import QuestionSet
from rag.errors import EvaluationError
from rag.types import Article

_FILES = "corpus.jsonl, queries.jsonl and qrels/*.tsv"

_SPLITS = ("test", "dev", "train")


def found(folder: Path) -> bool:
    return bool(_file(folder, "corpus") and _file(folder, "queries") and _qrels(folder))


def _file(folder: Path, name: str) -> Path | None:
    paths = (folder / f"{name}.jsonl", folder / f"{name}.jsonl.gz")
    return next((path for path in paths if path.is_file()), None)


def _qrels(folder: Path) -> Path | None:
    """The judgements of the first split that is there; ``test``, as BEIR reports it, if it is."""
    paths = (folder / "qrels" / f"{split}.tsv" for split in _SPLITS)
    return next((path for path in paths if path.is_file()), None)


def read(folder: Path) -> Contents:
    """Every document, and the queries that the split's judgements name."""
    corpus, queries, qrels = _file(folder, "corpus"), _file(folder, "queries"), _qrels(folder)
    if not (corpus and queries and qrels):
        raise EvaluationError(f"{folder} holds no BEIR data set.", f"Its files: {_FILES}.")
    relevant = judgements(qrels)
    cases = []
    for place, row in records(queries):
        with as_expected(place):
            query = str(row["_id"])
            if query in relevant:
                record = {"id": query, "question": row["text"], "tags": [qrels.stem]}
                record["articles"] = relevant[query]
                cases.append(checked(record, place))
    return documents(corpus), QuestionSet(folder.name, tuple(cases))


def documents(path: Path) -> Iterator[Article]:
    """The articles of a corpus file. A document without text is its title."""
    for place, row in records(path):
        with as_expected(place):
            metadata = row.get("metadata")
            where = row.get("url") or (metadata.get("url") if metadata else "")
            title = row.get("title") or ""
            article = Article(
                id=str(row["_id"]),
                title=title,
                text=row["text"] or title,
                url=where if str(where).startswith(("http://", "https://")) else "",
            )
        if article.text.strip():
            yield article


def judgements(path: Path) -> Mapping[str, list[str]]:
    """The relevant documents of every query that has a judgement; of some there are none."""
    relevant: dict[str, list[str]] = {}
    with opened(path) as file:
        for number, line in enumerate(file, start=1):
            with as_expected(f"{path}, line {number}"):
                cells = line.decode().rstrip("\r\n").split("\t")
                if number == 1 or cells == [""]:
                    continue
                query, document, score = cells[:3]
                some = relevant.setdefault(query, [])
                if int(score) > 0:
                    some.append(document)
    return {query: list(dict.fromkeys(some)) for query, some in relevant.items()}


FORMAT = Format("beir", "BEIR", "https://github.com/beir-cellar/beir", _FILES, found, read)
