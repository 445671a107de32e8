"""RealTime QA: weekly questions about the news, each asked on a day.

``YYYYMMDD_qa.jsonl``: ``{"question_id", "question_date": "2022/06/16", "question_source",
"question_url", "question_sentence", "choices", "answer": ["1"], "evidence"}``, where ``answer``
holds indices into ``choices``, and is missing from ``*_qa_public.jsonl``. ``*_gcs.jsonl`` (web
search), ``*_dpr.jsonl`` (passages of Wikipedia) and ``*_gold.jsonl`` (the article asked about):
``{"question_id", "search_result": [{"url" or "doc_id", "title", "text", "authors",
"publish_date"}]}``. In ``past/YEAR/`` of https://github.com/realtimeqa/realtimeqa_public (Kasai et
al. 2022, https://arxiv.org/abs/2207.13332).

``choices`` only say what the answer is; they are not shown. ``evidence`` is the quiz's own
comment, no words of an article, but the pages it links to are gold where they are among the
articles. Other articles may answer as well.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from evals.sets.fields import checked
from evals.sets.lines import as_expected, records
from evals.sets.published.format import Contents, Format
from evals.sets.questions import Case, QuestionSet
from rag.types import Article, Dated

_FILES = "YYYYMMDD_qa.jsonl with YYYYMMDD_gcs.jsonl, _dpr.jsonl or _gold.jsonl"

_QUESTIONS = re.compile(r"\d{8}_qa(_public)?\.jsonl(\.gz)?")
_ARTICLES = tuple(re.compile(rf"\d{{8}}_{kind}\.jsonl(\.gz)?") for kind in ("gold", "gcs", "dpr"))
_LINK = re.compile(r'href="([^"]+)"')


def found(folder: Path) -> bool:
    return bool(_files(folder, _QUESTIONS) and any(_files(folder, kind) for kind in _ARTICLES))


def _files(folder: Path, name: re.Pattern[str]) -> list[Path]:
    return [path for path in sorted(folder.rglob("*.jsonl*")) if name.fullmatch(path.name)]


def read(folder: Path) -> Contents:
    """Of all weeks in the folder and below it. An article found by several searches is one."""
    articles: dict[str, Article] = {}
    gold: dict[str, list[str]] = {}
    for kind in _ARTICLES:
        for path in _files(folder, kind):
            for question, article in _results(path):
                articles.setdefault(article.id, article)
                if kind is _ARTICLES[0]:
                    gold.setdefault(question, []).append(article.id)
    cases: dict[str, Case] = {}
    for path in _files(folder, _QUESTIONS):
        for place, row in records(path):
            with as_expected(place):
                named = [*gold.get(row["question_id"], ()), *_links(row)]
                known = list(dict.fromkeys(name for name in named if name in articles))
                case = _case(row, known, place)
            # A question without answers is published before the same one with them.
            if case.answers or case.id not in cases:
                cases[case.id] = case
    return articles.values(), QuestionSet(folder.name, tuple(cases.values()))


def _case(row: Mapping[str, Any], articles: list[str], place: str) -> Case:
    choices = row.get("choices") or []
    answers = [choices[int(index)] for index in row.get("answer") or ()]
    record = {
        "id": row["question_id"],
        "question": row["question_sentence"],
        "answers": answers,
        "answerable": True if answers else None,
        "articles": articles,
        "as_of": row["question_date"].replace("/", "-"),
        "tags": ["news-quiz", "gold-article" if articles else "no-gold-article"],
    }
    return checked(record, place)


def _links(row: Mapping[str, Any]) -> list[str]:
    return [_address(html.unescape(link)) for link in _LINK.findall(row.get("evidence") or "")]


def _address(url: str) -> str:
    """An address without the fragment, which may name words to be marked in the page."""
    return url.partition("#")[0]


def _results(path: Path) -> Iterator[tuple[str, Article]]:
    """Each result that has a text, with the question it was found for."""
    for place, row in records(path):
        with as_expected(place):
            found_ = [(row["question_id"], _article(result)) for result in row["search_result"]]
        yield from (pair for pair in found_ if pair[1].text.strip())


def _article(result: Mapping[str, Any]) -> Article:
    title, text = result.get("title") or "", result.get("text") or ""
    url = _address(result.get("url") or "")
    if not url and not title:
        # Passages of Wikipedia come as "Title / words".
        title, _, text = text.partition(" / ")
    return Article(
        id=url or f"wikipedia-{result['doc_id']}",
        title=title,
        text=text,
        url=url,
        source="" if url else "Wikipedia",
        authors=tuple(filter(None, result.get("authors") or ())),
        published=_day(result.get("publish_date") or ""),
        language="en",
    )


def _day(text: str) -> Dated | None:
    """The day as written, None for none and for what is no date: nothing is guessed."""
    try:
        return Dated.parse(text.replace("/", "-"))
    except ValueError:
        return None


FORMAT = Format(
    "realtimeqa",
    "RealTime QA",
    "https://github.com/realtimeqa/realtimeqa_public",
    _FILES,
    found,
    read,
)
