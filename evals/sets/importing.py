"""A published data set taken over into files of ours: articles, a question set and its card."""

from __future__ import annotations

import hashlib
import json
import re
import tempfile
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evals.sets.gold import Missing, missing_evidence, unknown_articles
from evals.sets.lines import as_expected
from evals.sets.published import AUTO, Format, format_of
from evals.sets.questions import QuestionSet
from evals.sets.reading import write_questions
from rag.errors import EvaluationError
from rag.types import Article

ARTICLES = "articles.jsonl"

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")


@dataclass(frozen=True, slots=True)
class Imported:
    """What was taken over: the format, the three files, and what the questions name that the
    articles lack."""

    format: Format
    questions: QuestionSet
    articles: int
    missing: tuple[Missing, ...]
    set_file: Path
    articles_file: Path
    card: Path


def import_set(format_name: str, folder: Path, to: Path, name: str = "") -> Imported:
    """Writes ``articles.jsonl``, ``NAME.jsonl`` and ``NAME.md`` into the folder ``to``, which is
    made if need be; ``name`` is that of ``folder`` if not given. All three or none: what fails
    leaves nothing behind, and no file that is there is replaced.

    Raises ``EvaluationError`` like ``published``, and where the files cannot be written.
    """
    chosen = format_of(folder, format_name or AUTO)
    name = (
        name or re.sub(r"[^A-Za-z0-9_.-]+", "-", folder.resolve().name).strip("-.") or chosen.name
    )
    if not _NAME.fullmatch(name) or f"{name}.jsonl" == ARTICLES:
        raise EvaluationError(f"'{name}' cannot name a set.", "Take letters, digits and hyphens.")
    names = (ARTICLES, f"{name}.md", f"{name}.jsonl")  # the set last: with it all is there
    for file in names:
        if (to / file).exists():
            raise EvaluationError(f"{to / file} is there already.", "Choose another folder.")
    articles, questions = chosen.read(folder)
    questions = QuestionSet(name, questions.cases)
    is_new = not to.exists()
    try:
        to.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=to, prefix=".import-") as drafts:
            draft = Path(drafts)
            write_questions(questions, draft / names[2])
            count, texts = _write_articles(articles, draft / ARTICLES, questions)
            missing = _missing(questions, texts)
            card = _card(chosen, questions, count, missing)
            (draft / names[1]).write_text(card, encoding="utf-8")
            _put(draft, to, names)
    except OSError as error:
        raise EvaluationError(f"{to} cannot be written: {error.strerror}.") from error
    finally:
        if is_new:
            with suppress(OSError):
                to.rmdir()  # which only an empty folder lets happen
    return Imported(chosen, questions, count, missing, to / names[2], to / ARTICLES, to / names[1])


def _put(draft: Path, to: Path, names: Iterable[str]) -> None:
    """Moves the files into place; takes back what was moved if one cannot be."""
    put: list[Path] = []
    try:
        for name in names:
            (draft / name).rename(to / name)
            put.append(to / name)
    except OSError:
        for path in put:
            path.unlink(missing_ok=True)
        raise


def _write_articles(
    articles: Iterable[Article], path: Path, questions: QuestionSet
) -> tuple[int, dict[str, str]]:
    """How many were written; and by every id the text, where the questions quote the article."""
    quoted = {e.article for case in questions.cases for e in case.evidence}
    digests: dict[str, bytes] = {}
    texts: dict[str, str] = {}
    with path.open("wb") as file:
        for article in articles:
            with as_expected(f"The article '{article.id}'"):
                line = json.dumps(plain(article), ensure_ascii=False).encode() + b"\n"
            digest = hashlib.sha256(line).digest()
            if digests.setdefault(article.id, digest) != digest:
                raise EvaluationError(f"Two different articles have the id '{article.id}'.")
            if article.id not in texts:
                file.write(line)
            texts[article.id] = article.text if article.id in quoted else ""
    return len(texts), texts


def plain(article: Article) -> dict[str, Any]:
    """An article as the record of a file of articles: what it lacks is left out."""
    record: dict[str, Any] = {
        "id": article.id,
        "title": article.title,
        "text": article.text,
        "url": article.url,
        "source": article.source,
        "authors": list(article.authors),
        "published": str(article.published or ""),
        "updated": str(article.updated or ""),
        "language": article.language,
        "section": article.section,
        "tags": list(article.tags),
    }
    return {name: value for name, value in record.items() if value}


def _missing(questions: QuestionSet, texts: dict[str, str]) -> tuple[Missing, ...]:
    return unknown_articles(questions, texts) + missing_evidence(questions, texts.get)


def _card(
    chosen: Format, questions: QuestionSet, articles: int, missing: tuple[Missing, ...]
) -> str:
    cases = questions.cases
    unanswerable = sum(case.answerable is False for case in cases)
    unsaid = sum(case.answerable is None for case in cases)
    unknown = {item.article for item in missing if not item.quote}
    lines = [
        f"# {questions.name}",
        "",
        f"{len(cases):,} questions over {articles:,} articles (`{ARTICLES}`).",
        "",
        f"* **Origin.** {chosen.title}, {chosen.origin}",
        "* **Licence.** As published, for questions and articles alike; see the origin.",
        f"* **Size.** {len(cases):,} questions: {len(cases) - unanswerable - unsaid:,} answerable,"
        f" {unanswerable:,} not, {unsaid:,} where nobody said. {articles:,} articles.",
        f"* **How made.** From the files as published, by `pullquote eval import {chosen.name}`;"
        " `docs/evaluation.md` says what is taken from them.",
        f"* **Digest.** `{questions.digest}`",
        f"* **What is missing.** Articles named by questions and not there: {len(unknown):,}."
        f" Quotes that do not stand in their article: {sum(bool(m.quote) for m in missing):,}.",
        "",
        "| tag | questions |",
        "|---|--:|",
    ]
    tags = Counter(tag for case in cases for tag in case.tags)
    lines += [f"| `{tag}` | {count:,} |" for tag, count in tags.most_common()]
    return "\n".join(lines) + "\n"
