"""Makes questions of texts: what is asked for, of which days, with what of the earlier turns."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from llama_index.core.schema import QueryBundle

from rag import kinds
from rag.clock import Clock
from rag.days import day_of
from rag.errors import QuestionError
from rag.question import COURTESIES, FOUND, Question
from rag.settings import Settings
from rag.stopping import Stop
from rag.types import Filters, Kind, Turn, Understood
from rag.understanding import parts, when
from rag.understanding.consulting import Consultation
from rag.understanding.expansions import Expansions
from rag.understanding.followup import Carried, Weight, self_contained
from rag.understanding.rephrasing import Asking, Rephraser
from rag.understanding.when import When
from rag.understanding.wording import POINTING

_DATED = frozenset({Kind.NEWS, Kind.LIST})
"""Kinds that ask for articles: the days named are those of their publication."""

_SEVERAL = 100
"""Passages found for news and lists."""


class QuestionReader:
    """Makes questions of texts. ``holds`` tells whether any article passes some filters: what
    is asked for may be the name of an author, a publisher or a tag. ``known`` tells whether two
    names joined by "and" are one. ``expand`` finds other ways to say its words; none are looked
    for without it. ``weight`` tells a word's rarity; without it nothing is taken from earlier
    turns. With a ``rephraser`` a language model reads follow-ups and parts, and rules where it
    fails."""

    def __init__(
        self,
        holds: Callable[[Filters], bool],
        settings: Settings,
        *,
        known: Callable[[str], bool] = lambda _: False,
        expand: Callable[[str], Expansions] = Expansions,
        weight: Weight | None = None,
        rephraser: Rephraser | None = None,
    ) -> None:
        self._holds = holds
        self._settings = settings
        self._known = known
        self._expand = expand
        self._weight = weight
        self._rephraser = rephraser

    def read(
        self,
        text: str,
        *,
        k: int | None = None,
        history: Sequence[Turn] = (),
        filters: Filters | None = None,
        as_of: date | None = None,
        understood: Understood | None = None,
        write: bool = True,
        clock: Clock | None = None,
        stop: Stop | None = None,
    ) -> Question:
        """The question. With ``k`` that many passages are asked for, whatever kind of question
        ``text`` may be: it is searched for as it stands, and its days are read; a search waits for
        no model. What the caller understood already stands over what is read. ``stop`` ends the
        calls of a model that reads it: rules do, then. Raises ``QuestionError``."""
        if k is not None and k < 1:
            raise QuestionError(f"{k} passages cannot be found.", "Ask for one or more.")
        asked = self.check(text, history=history, as_of=as_of, understood=understood)
        asking, notes = Asking(clock or Clock(), stop or Stop()), tuple[str, ...]()
        model = Consultation(self._rephraser if write and k is None else None, asking)
        day = day_of(as_of) or date.today()
        carried = self._carried(asked, history, model) if understood is None else None
        if understood is not None:
            understood = self._given(understood, asked, filters)
        elif k is not None:
            whole = carried.text if carried else asked
            understood = _as_it_stands(whole, day, filters or Filters())
        else:
            understood, notes = self._understood(asked, carried, day, filters or Filters())
        understood, expansions = self._expanded(understood, asking.clock)
        return Question(
            query_str=_searched(understood),
            asked=asked,
            parts=self._parts(understood, model),
            k=k or self._wanted(understood),
            understood=understood,
            as_of=day,
            history=tuple(history),
            carried=carried if understood.kind is Kind.FACT else None,
            clock=asking.clock,
            stop=asking.stop,
            notes=(*model.notes, *notes, *map(str, expansions.items)),
            expansions=expansions,
            write=write,
            calls=model.calls,
        )

    def check(
        self,
        text: str,
        *,
        history: Sequence[Turn] = (),
        as_of: date | None = None,
        understood: Understood | None = None,
    ) -> str:
        """``text`` trimmed, and nothing of it read. Raises ``QuestionError`` for what cannot be
        asked."""
        check_given(history, as_of)
        if understood is not None and understood.text.strip():
            checked(understood.text, self._settings.question_limit)
        return checked(text, self._settings.question_limit)

    def of(self, query: QueryBundle | str) -> Question:
        """Any LlamaIndex query as a question, for those who come by the query engine."""
        if isinstance(query, Question):
            return query
        return self.read(query if isinstance(query, str) else query.query_str)

    def _given(self, understood: Understood, asked: str, filters: Filters | None) -> Understood:
        """What the caller understood; of ``asked`` where it has no text of its own."""
        return replace(
            understood,
            text=understood.text.strip() or asked,
            filters=understood.filters if filters is None else filters,
        )

    def _understood(
        self, asked: str, carried: Carried | None, day: date, filters: Filters
    ) -> tuple[Understood, tuple[str, ...]]:
        """What is read of a question, with what it takes from earlier turns; and notes on it."""
        understood, reading = understand(carried.bare if carried else asked, day, filters)
        understood, notes = self._resolved(understood, reading)
        return _with_topic(understood, carried) if carried else understood, notes

    def _carried(self, asked: str, history: Sequence[Turn], model: Consultation) -> Carried | None:
        """What the question takes from the turns before; None when it takes nothing."""
        if not history or self._weight is None or kinds.read(asked).kind in COURTESIES:
            return None
        told = model.standalone(asked, history)
        carried = Carried(told) if told else self_contained(asked, history, self._weight)
        return carried if carried != Carried(asked) else None

    def _expanded(self, understood: Understood, clock: Clock) -> tuple[Understood, Expansions]:
        """Other ways to say what is searched for, and ``understood`` with the names in it."""
        searched = _searched(understood)
        if not searched or understood.kind in COURTESIES:
            return understood, Expansions()
        expansions = self._expand(searched)
        clock.lap("understand")
        return replace(understood, names=understood.names or expansions.names), expansions

    def _parts(self, understood: Understood, model: Consultation) -> tuple[str, ...]:
        """What is asked for beside the whole."""
        if understood.kind is not Kind.FACT:
            return ()
        text = understood.text
        found = model.parts(text) or parts.split(text, self._known)
        return tuple(part for part in found if part != text)

    def _wanted(self, understood: Understood) -> int:
        """Passages to be found: for several articles more than for one answer."""
        return _SEVERAL if understood.kind in _DATED else FOUND

    def _resolved(
        self, understood: Understood, reading: kinds.Recognised
    ) -> tuple[Understood, tuple[str, ...]]:
        """Authors, publishers and tags that the question names, as filters."""
        if understood.kind not in _DATED:
            return understood, ()
        topic, filters, notes = understood.topic, understood.filters, tuple[str, ...]()
        for name, fields, what in (
            (reading.by, ("authors", "sources"), "author or publisher"),
            (reading.tag, ("tags",), "tag"),
        ):
            narrowed = self._narrowed(filters, name, fields) if name else None
            if name and narrowed is None:
                topic = f"{name} {topic}".strip()
                notes = (f"No {what} is called '{name}': looked for the words.",)
            filters = narrowed or filters
        if topic and (narrowed := self._narrowed(filters, topic, ("sources", "authors"))):
            topic, filters = "", narrowed
        return replace(understood, topic=topic, filters=filters), notes

    def _narrowed(self, filters: Filters, name: str, kinds: Sequence[str]) -> Filters | None:
        """The filters with ``name`` as the first of ``kinds`` that any article has it as."""
        plain = re.sub(r"^the ", "", name, flags=re.IGNORECASE)
        for kind in kinds:
            for called in (name, plain):
                named: dict[str, Any] = {kind: (called,)}
                # What the caller filters by already stays as it is.
                if not getattr(filters, kind) and self._holds(replace(Filters(), **named)):
                    return replace(filters, **named)
        return None


def understand(text: str, as_of: date, filters: Filters) -> tuple[Understood, kinds.Recognised]:
    """What ``text``, asked on the day ``as_of``, asks for; and its reading, whose names of authors
    and tags only a library knows to be some."""
    found = when.read(text, as_of)
    reading = kinds.read(text, found.span)
    if reading.kind in _DATED:
        found = found.of_articles()
    elif reading.kind is not Kind.FACT:
        found = When()
    understood = Understood(kind=reading.kind, text=text, filters=filters, topic=reading.topic)
    return _with_days(understood, found), reading


def _as_it_stands(text: str, day: date, filters: Filters) -> Understood:
    """``text`` to be searched for whatever it asks for, with its days."""
    return _with_days(Understood(text=text, filters=filters), when.read(text, day))


def _with_days(understood: Understood, found: When) -> Understood:
    return replace(
        understood,
        since=found.since,
        until=found.until,
        favoured=found.favoured,
        spoken=found.spoken,
    )


def _with_topic(understood: Understood, carried: Carried) -> Understood:
    """``understood`` with what is carried: said with a question of fact, and the topic of news or a
    list that only points ("any news about them?")."""
    if understood.kind is Kind.FACT:
        return replace(understood, text=carried.text)
    if understood.topic.casefold() in POINTING:
        return replace(understood, text=carried.text, topic=carried.about)
    return understood


def _searched(understood: Understood) -> str:
    return understood.text if understood.kind is Kind.FACT else understood.topic


def check_given(history: Sequence[Turn], as_of: date | None) -> None:
    """Raises ``QuestionError`` for what is no conversation, and no day."""
    if isinstance(history, Turn) or not all(isinstance(turn, Turn) for turn in history):
        raise QuestionError("The history is a list of turns.", "history=[Turn.of(answer)]")
    if as_of is not None and not isinstance(as_of, date):
        raise QuestionError(f"The day of a question is a date, not {as_of!r:.40}.", "as_of=date(…)")


def checked(text: str, limit: int) -> str:
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
