"""One record of a question set to a ``Case``: the names understood, and the types of values."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from difflib import get_close_matches
from typing import Any

from evals.sets.lines import shown
from evals.sets.questions import Case, Evidence
from ingest.reading import kind_of
from rag.errors import EvaluationError
from rag.types import Filters, Turn

Names = Mapping[str, tuple[str, ...]]

NAMES: Names = {
    "id": ("id", "qid"),
    "question": ("question",),
    "answers": ("answers", "answer"),
    "wrong": ("wrong", "wrong_answers"),
    "answerable": ("answerable",),
    "articles": ("articles", "gold_docs"),
    "evidence": ("evidence", "gold_evidence"),
    "history": ("history",),
    "as_of": ("as_of", "date"),
    "filters": ("filters",),
    "tags": ("tags", "type"),
    "schema": ("schema",),
}
"""Each field of a case and the names it goes by in a file. ``schema`` is what ``Case.to_dict``
says beside them; it is not read."""

SEVERAL = tuple(n for field in ("answers", "wrong", "articles", "tags") for n in NAMES[field])
"""The names whose values are lists of texts; one text alone is a list of one."""

_EVIDENCE: Names = {"article": ("article", "doc_id"), "quote": ("quote", "text")}
_TURN: Names = {
    "question": ("question",), "answer": ("answer",), "passage_ids": ("passage_ids",),
}  # fmt: skip
_SPOKEN: Names = {"speaker": ("speaker",), "text": ("text",)}
_FILTERS: Names = {
    name: (name,)
    for name in ("sources", "authors", "tags", "languages", "since", "until", "articles")
}
_ASKING = ("user", "human", "visitor")
_ANSWERING = ("agent", "assistant", "system", "bot")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_YES, _NO = ("true", "yes", "1"), ("false", "no", "0")


def case_of(record: Mapping[str, Any]) -> tuple[Case, tuple[str, ...]]:
    """The case that ``record`` says, and all that is wrong with it, in words. Where anything is,
    the case is not to be used. Without an id it gets one of what it asks."""
    read = _Fields(record, NAMES)
    case = Case(
        id=read.text("id"),
        question=read.text("question", wanted=True),
        answers=read.texts("answers"),
        wrong=read.texts("wrong"),
        answerable=read.flag("answerable"),
        articles=read.texts("articles"),
        evidence=tuple(
            Evidence(item.text("article", wanted=True), item.text("quote", wanted=True))
            for item in read.each("evidence", lambda _: _EVIDENCE)
        ),
        history=_history(read),
        as_of=read.day("as_of"),
        filters=_filters(read),
        tags=read.texts("tags"),
    )
    if case.answerable is False and case.answers:
        read.wrong("is not answerable, yet has answers")
    named = dict.fromkeys(e.article for e in case.evidence)
    for article in [name for name in named if name and name not in case.articles]:
        if case.articles:
            read.wrong(f"has evidence of {shown(article)}, which is not among its articles")
    if not case.articles:
        case = replace(case, articles=tuple(named))
    return (case if case.id else replace(case, id=_made_id(case))), tuple(read.problems)


def checked(record: Mapping[str, Any], place: str) -> Case:
    """The case of a record that was made of another format, at ``place`` in its files. Raises
    ``EvaluationError`` where it is none."""
    case, problems = case_of(record)
    if problems:
        raise EvaluationError(f"{place} is no question: {'; '.join(problems)}.")
    return case


def _made_id(case: Case) -> str:
    """Sixteen hex digits over what is asked: the question, its history, day and filters."""
    asked = Case("", case.question, history=case.history, as_of=case.as_of, filters=case.filters)
    text = json.dumps(asked.to_dict(), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _history(read: _Fields) -> tuple[Turn, ...]:
    """Turns, given as such or as what each speaker said."""
    turns: list[Turn] = []
    for item in read.each("history", lambda value: _SPOKEN if "speaker" in value else _TURN):
        if item.names is _TURN:
            question = item.text("question", wanted=True)
            turns.append(Turn(question, item.text("answer"), item.texts("passage_ids")))
            continue
        speaker, text = item.text("speaker", wanted=True), item.text("text", wanted=True)
        if speaker.casefold() in _ASKING:
            turns.append(Turn(text, ""))
        elif speaker and speaker.casefold() not in _ANSWERING:
            item.wrong(f"'speaker' is {shown(speaker)}, neither user nor agent")
        elif not turns:
            item.wrong("an answer before any question")
        else:
            said = "\n".join(filter(None, (turns[-1].answer, text)))
            turns[-1] = replace(turns[-1], answer=said)
    return tuple(turns)


def _filters(read: _Fields) -> Filters:
    item = read.inner("filters", _FILTERS)
    if item is None:
        return Filters()
    return Filters(
        sources=item.texts("sources"),
        authors=item.texts("authors"),
        tags=item.texts("tags"),
        languages=item.texts("languages"),
        since=item.day("since"),
        until=item.day("until"),
        articles=item.texts("articles"),
    )


class _Fields:
    """Reads the fields of one JSON object, noting every problem instead of stopping at one."""

    def __init__(
        self,
        record: Mapping[str, Any],
        names: Names,
        where: str = "",
        problems: list[str] | None = None,
    ) -> None:
        self.names = names
        self.problems: list[str] = [] if problems is None else problems
        self._where = where
        self._values: dict[str, tuple[str, Any]] = {}
        fields = {name: field for field, all_names in names.items() for name in all_names}
        for name, value in record.items():
            if name not in fields:
                near = get_close_matches(name, fields, n=1)
                hint = f"; did you mean '{near[0]}'?" if near else ""
                self.wrong(f"{shown(name)} is not a field{hint}")
            elif value is not None and fields[name] in self._values:
                other, _ = self._values[fields[name]]
                self.wrong(f"'{other}' and '{name}' are two names for the same field")
            elif value is not None:
                self._values[fields[name]] = name, value

    def wrong(self, text: str) -> None:
        self.problems.append(f"{self._where}{text}")

    def text(self, field: str, wanted: bool = False) -> str:
        """A text; a whole number too where an id is. Empty where it is missing."""
        name, value = self._values.get(field, (field, None))
        if field == "id" and type(value) is int:
            return str(value)
        if isinstance(value, str):
            if wanted and not value.strip():
                self.wrong(f"'{name}' is empty")
            return value
        if value is not None:
            self.wrong(f"'{name}' is {kind_of(value)}, not a string")
        elif wanted:
            self.wrong(f"has no '{name}'")
        return ""

    def texts(self, field: str) -> tuple[str, ...]:
        """The texts of a list. One text alone is a list of one."""
        name, value = self._values.get(field, (field, None))
        given = [value] if isinstance(value, str) else [] if value is None else value
        if not isinstance(given, list):
            self.wrong(f"'{name}' is {kind_of(value)}, not a list of strings")
            return ()
        for item in given:
            if not isinstance(item, str):
                self.wrong(f"'{name}' holds {kind_of(item)}, not only strings")
                return ()
            if not item.strip():
                self.wrong(f"'{name}' holds an empty string")
                return ()
        return tuple(given)

    def flag(self, field: str) -> bool | None:
        """True, false or None; in words too, as tables have them."""
        name, value = self._values.get(field, (field, None))
        if value is None or isinstance(value, bool):
            return value
        word = value.strip().casefold() if isinstance(value, str) else None
        if word not in (*_YES, *_NO):
            self.wrong(f"'{name}' is {shown(value)}, not true or false")
            return None
        return word in _YES

    def day(self, field: str) -> date | None:
        name, value = self._values.get(field, (field, None))
        if value is None:
            return None
        try:
            if isinstance(value, str) and _DAY.fullmatch(value):
                return date.fromisoformat(value)
        except ValueError:
            pass  # such as 2023-02-30
        self.wrong(f"'{name}' is {shown(value)}, not a day such as 2023-01-05")
        return None

    def inner(self, field: str, names: Names) -> _Fields | None:
        """The object in a field."""
        name, value = self._values.get(field, (field, None))
        if value is None:
            return None
        if not isinstance(value, dict):
            self.wrong(f"'{name}' is {kind_of(value)}, not an object")
            return None
        return _Fields(value, names, f"'{name}': ", self.problems)

    def each(self, field: str, names: Callable[[Mapping[str, Any]], Names]) -> Iterator[_Fields]:
        """The objects in the list of a field; ``names`` says which names one may have."""
        name, value = self._values.get(field, (field, []))
        if not isinstance(value, list):
            self.wrong(f"'{name}' is {kind_of(value)}, not a list of objects")
            return
        for number, item in enumerate(value, start=1):
            if isinstance(item, dict):
                where = f"'{name}', number {number}: "
                yield _Fields(item, names(item), where, self.problems)
            else:
                self.wrong(f"'{name}', number {number}: is {kind_of(item)}, not an object")
