"""MTRAG: questions within conversations, over passages of four collections.

Of https://github.com/IBM/mt-rag-benchmark (Katsis et al. 2025, https://doi.org/10.1162/TACL.a.19;
Apache-2.0), in ``human/`` or ``mtrag-human/``, the first of these that is there:

* ``generation_tasks/reference.jsonl``: ``{"task_id", "input": [{"speaker", "text"}], "targets":
  [{"text"}], "contexts": [{"document_id", "title", "text", "url"}], "Answerability": [...],
  "Question Type": [...], "Multi-Turn": [...]}``. The contexts are those judged relevant.
* ``conversations/conversations.json``: a list of ``{"messages": [...]}``, where the user's have
  ``enrichments`` (the three lists above) and the agent's have ``contexts``, each with ``feedback:
  {"relevant": {WHO: {"value": "yes", "timestamp"}}}``, of which the last one stands.
* ``retrieval_tasks/DOMAIN/DOMAIN_questions.jsonl``: ``{"_id", "text"}``, where a text is the lines
  ``|user|: ...`` of all turns so far; with ``qrels/dev.tsv``, as BEIR has it.

Articles are the passages of ``corpora/passage_level/*.jsonl`` (or ``.jsonl.zip``) where they are
there, else those that the tasks or conversations show.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from evals.sets.fields import checked
from evals.sets.lines import as_expected, document, records
from evals.sets.published.beir import documents, judgements
from evals.sets.published.format import Contents, Format
from evals.sets.questions import Case, QuestionSet
from rag.errors import EvaluationError
from rag.types import Article

_FILES = "generation_tasks/reference.jsonl, conversations.json or *_questions.jsonl with qrels"

_USER = re.compile(r"(?:^|\n)\|user\|: ?")
_ANSWERABLE = {"ANSWERABLE": True, "PARTIAL": True, "UNANSWERABLE": False}
"""What else there is, talk that asks for nothing, is not scored."""

Shown = dict[str, Article]


def found(folder: Path) -> bool:
    return bool(
        _first(folder, "reference.jsonl") or _first(folder, "conversations.json") or _tasks(folder)
    )


def _first(folder: Path, name: str) -> Path | None:
    """The file of that name that people wrote, rather than a synthetic one."""
    paths = sorted(folder.rglob(name), key=lambda path: ("synthetic" in str(path), path))
    return paths[0] if paths else None


def _tasks(folder: Path) -> list[tuple[Path, Path]]:
    """Each domain's questions, with its judgements."""
    pairs = [
        (path, path.parent / "qrels" / "dev.tsv")
        for path in sorted(folder.rglob("*_questions.jsonl"))
    ]
    return [pair for pair in pairs if pair[1].is_file()]


def read(folder: Path) -> Contents:
    """Of the first of the three kinds of file that is there. Questions have their conversation
    as history, never the rewritten forms."""
    shown: Shown = {}
    if path := _first(folder, "reference.jsonl"):
        cases = list(_generation(path, shown))
    elif path := _first(folder, "conversations.json"):
        cases = list(_conversations(path, shown))
    else:
        cases = [case for pair in _tasks(folder) for case in _retrieval(*pair)]
    corpora = _corpora(folder)
    if not corpora and not shown:
        raise EvaluationError(
            f"{folder} holds no passages.",
            "Put corpora/passage_level/*.jsonl beside the questions.",
        )
    articles = _all_of(corpora) if corpora else shown.values()
    return articles, QuestionSet(folder.name, tuple(cases))


def _corpora(folder: Path) -> list[Path]:
    """One file a domain; unpacked where it is there in both forms."""
    files = sorted(folder.rglob("passage_level/*.json*"), reverse=True)
    return list({path.name.partition(".")[0]: path for path in files}.values())[::-1]


def _all_of(corpora: Iterable[Path]) -> Iterator[Article]:
    for path in corpora:
        yield from documents(path)


def _generation(path: Path, shown: Shown) -> Iterator[Case]:
    for place, row in records(path):
        with as_expected(place):
            *before, asked = row["input"]
            record = _record(row["task_id"], asked["text"], before, row)
            contexts = row["contexts"]
            _show(contexts, shown)
            case = _answered(record, [t["text"] for t in row["targets"]], contexts, place)
        yield case


def _conversations(path: Path, shown: Shown) -> Iterator[Case]:
    for number, conversation in enumerate(document(path), start=1):
        place = f"{path}, conversation {number}"
        with as_expected(place):
            messages = conversation["messages"]
            turns = [at for at, message in enumerate(messages) if message["speaker"] == "user"]
            cases = []
            for turn, at in enumerate(turns, start=1):
                asked, replies = messages[at], messages[at + 1 : at + 2]
                said = asked.get("enrichments") or {}
                record = _record(f"{number}<::>{turn}", asked["text"], messages[:at], said)
                contexts = [c for reply in replies for c in reply.get("contexts") or ()]
                _show(contexts, shown)
                answers = [reply["text"] for reply in replies]
                relevant = [context for context in contexts if _relevant(context)]
                cases.append(_answered(record, answers, relevant, place))
        yield from cases


def _retrieval(questions: Path, qrels: Path) -> Iterator[Case]:
    relevant = judgements(qrels)
    for place, row in records(questions):
        with as_expected(place):
            *before, question = _USER.split(row["text"])[1:]
            record = {
                "id": row["_id"],
                "question": question,
                "history": [{"speaker": "user", "text": text} for text in before],
                "articles": relevant.get(row["_id"]),
                "tags": [questions.name.removesuffix("_questions.jsonl")],
            }
            case = checked(record, place)
        yield case


def _record(
    name: str, question: str, before: Sequence[Mapping[str, Any]], said: Mapping[str, Any]
) -> dict[str, Any]:
    """What a question is, without its answer. ``said`` holds the lists that describe it."""
    answerability = said.get("Answerability") or said.get("answerability") or []
    described = [
        *answerability,
        *(said.get("Multi-Turn") or []),
        *(said.get("Question Type") or []),
    ]
    tags = [word.casefold().replace(" ", "-") for word in described if word != "N/A"]
    return {
        "id": name,
        "question": question,
        "history": [{"speaker": m["speaker"], "text": m["text"]} for m in before],
        "answerable": _ANSWERABLE.get(answerability[0]) if answerability else None,
        "tags": list(dict.fromkeys(tags)),
    }


def _answered(
    record: dict[str, Any],
    answers: list[str],
    contexts: Iterable[Mapping[str, Any]],
    place: str,
) -> Case:
    """The case with its gold, if there is any: what was replied to a question that the passages
    do not answer is no answer."""
    if record["answerable"]:
        record["answers"] = answers
        record["articles"] = list(dict.fromkeys(c["document_id"] for c in contexts))
    return checked(record, place)


def _relevant(context: Mapping[str, Any]) -> bool:
    """Whether the passage was judged to bear on the question, by whoever judged last."""
    judged = ((context.get("feedback") or {}).get("relevant") or {}).values()
    last = max(judged, key=lambda one: one["timestamp"], default=None)
    return last is not None and last["value"] == "yes"


def _show(contexts: Iterable[Mapping[str, Any]], shown: Shown) -> None:
    for context in contexts:
        url = context.get("url") or ""
        article = Article(
            id=context["document_id"],
            title=context.get("title") or "",
            text=context["text"],
            # Some have a pattern there instead of an address.
            url=url if url.startswith(("http://", "https://")) else "",
            language="en",
        )
        shown.setdefault(article.id, article)


FORMAT = Format("mtrag", "MTRAG", "https://github.com/IBM/mt-rag-benchmark", _FILES, found, read)
