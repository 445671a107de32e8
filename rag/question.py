"""What is asked: a question with all that travels with it along the query path."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from time import monotonic, perf_counter

from llama_index.core.schema import QueryBundle

from rag.errors import AnswerTimeout, QuestionError
from rag.types import Filters, Turn, Understood


class Clock:
    """Milliseconds a step, and a time by which all must be done."""

    def __init__(self, timeout: float | None = None) -> None:
        self._until = None if timeout is None else monotonic() + timeout
        self._timeout = timeout
        self._mark = perf_counter()
        self.milliseconds: dict[str, float] = {}

    def lap(self, step: str) -> None:
        """Books the time since the last lap to ``step``. Raises ``AnswerTimeout``."""
        now = perf_counter()
        spent = self.milliseconds.get(step, 0.0) + (now - self._mark) * 1000
        self.milliseconds[step] = round(spent, 2)
        self._mark = now
        if self._until is not None and monotonic() > self._until:
            raise AnswerTimeout(
                f"No answer within {self._timeout:g} seconds.", "Allow more time, or ask again."
            )


@dataclass
class Question(QueryBundle):
    """LlamaIndex's query, carrying ours. ``query_str`` is what is searched for."""

    asked: str = ""
    k: int = 10
    understood: Understood = field(default_factory=Understood)
    as_of: date = field(default_factory=date.today)
    history: tuple[Turn, ...] = ()
    clock: Clock = field(default_factory=Clock)


def understand(
    text: str,
    *,
    limit: int,
    filters: Filters | None = None,
    understood: Understood | None = None,
) -> Understood:
    """What ``text`` asks for. What the caller understood already stands over what is read.

    Raises ``QuestionError`` for nothing, and for more than ``limit`` characters.
    """
    text = _checked(text, limit)
    if understood is None:
        understood = Understood(text=text)
    elif understood.text.strip():
        understood = replace(understood, text=_checked(understood.text, limit))
    else:
        understood = replace(understood, text=text)
    if filters is not None:
        understood = replace(understood, filters=filters)
    return understood


def _checked(text: str, limit: int) -> str:
    """``text`` trimmed. Raises ``QuestionError``."""
    if not isinstance(text, str):
        raise QuestionError(f"A question is a text, not {text!r:.60}.", "Ask something.")
    text = text.strip()
    if not text:
        raise QuestionError("The question is empty.", "Ask something.")
    if any("\ud800" <= c <= "\udfff" for c in text):
        raise QuestionError("The question holds characters that are no text.", "Type it again.")
    if len(text) > limit:
        raise QuestionError(
            f"The question has {len(text):,} characters; at most {limit:,} are read.",
            "Ask more briefly, or raise 'question_limit'.",
        )
    return text


def question_of(query: QueryBundle | str, *, limit: int) -> Question:
    """Any LlamaIndex query as a question, for those who come by the query engine."""
    if isinstance(query, Question):
        return query
    text = query if isinstance(query, str) else query.query_str
    understood = understand(text, limit=limit)
    return Question(query_str=understood.text, asked=text, understood=understood)


def effective_filters(understood: Understood) -> Filters:
    """The filters with the dates read from the question; the narrower bound counts."""
    filters = understood.filters
    since = _extreme(max, filters.since, understood.since)
    until = _extreme(min, filters.until, understood.until)
    return replace(filters, since=since, until=until)


def _extreme(
    choose: Callable[[Sequence[date]], date], one: date | None, other: date | None
) -> date | None:
    known = [day for day in (one, other) if day is not None]
    return choose(known) if known else None
