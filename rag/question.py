"""What is asked: a question with all that travels with it along the query path."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, TypeVar

from llama_index.core.schema import QueryBundle

from rag import kinds
from rag.clock import Clock
from rag.days import day_of
from rag.errors import ModelError, QuestionError
from rag.settings import Settings
from rag.stopping import Stop
from rag.types import Filters, Kind, Turn, Understood
from rag.understanding import parts, when
from rag.understanding.expansions import Expansions
from rag.understanding.followup import Carried, Weight, self_contained
from rag.understanding.rephrasing import Asking, Rephraser
from rag.understanding.when import When
from rag.understanding.wording import POINTING

T = TypeVar("T")

COURTESIES = frozenset({Kind.GREETING, Kind.THANKS, Kind.HELP})
"""Kinds that no article answers."""

_DATED = frozenset({Kind.NEWS, Kind.LIST})
"""Kinds that ask for articles: the days named are those of their publication."""

_SEVERAL = 100
"""Passages found for news and lists."""

_BESIDE = 0.3
"""What a word that is only said beside a part of a question weighs against a word of it."""

_FOUND = 12
"""Passages found for an answer, of which the best are read closely."""


@dataclass(frozen=True, slots=True)
class Calls:
    """How often a language model was asked to read a question: its name, and a digest of the
    prompts."""

    model: str
    prompts: str
    count: int


@dataclass
class Question(QueryBundle):
    """LlamaIndex's query, carrying ours. ``query_str`` is what is searched for; empty when the
    question names nothing. ``parts`` are searched for beside it; none when it is one question.
    ``stressed`` are terms that set a part apart from the others.
    ``carried`` is what it takes from the turns before. ``expansions`` are other ways in which the
    articles say its words. ``notes`` tell how it was read, where that needs telling. ``write``: a
    language model may write the answer, where there is one. ``stop`` ends work on it. ``calls``
    are those of a language model that read it; None where none did."""

    asked: str = ""
    parts: tuple[str, ...] = ()
    stressed: frozenset[str] = frozenset()
    k: int = _FOUND
    understood: Understood = field(default_factory=Understood)
    as_of: date = field(default_factory=date.today)
    history: tuple[Turn, ...] = ()
    carried: Carried | None = None
    clock: Clock = field(default_factory=Clock)
    stop: Stop = field(default_factory=Stop)
    notes: tuple[str, ...] = ()
    expansions: Expansions = field(default_factory=Expansions)
    write: bool = True
    calls: Calls | None = None

    def part(self, text: str, stressed: frozenset[str] = frozenset()) -> Question:
        """One of its parts, to be searched for on its own; ``stressed`` are the terms that only it
        has of all the parts."""
        return replace(
            self,
            query_str=text,
            stressed=stressed,
            carried=None,
            expansions=self.expansions.within(text),
        )

    def part_to_read(self, text: str) -> Question:
        """One of its parts, to be answered on its own, in its own words: what was said before
        is what it is about."""
        own, about = parts.own_words(text)
        carried = Carried(own, about, ((about, _BESIDE),)) if about else None
        return replace(self.part(own), carried=carried)

    @property
    def respelt(self) -> str:
        """``query_str`` in the articles' spelling: what a model is to read."""
        same = self.expansions.text == self.query_str
        return self.expansions.respelt if same else self.query_str

    @property
    def to_find(self) -> Carried:
        """What the articles' words are looked through for."""
        return self.carried or Carried(self.query_str)

    @property
    def to_read(self) -> Carried:
        """What a model reads passages and sentences for."""
        return self.carried or Carried(self.respelt)


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
        ``text`` may be: it is searched for as it stands, and its days are read. What the caller
        understood already stands over what is read. ``stop`` ends the calls of a model that reads
        it: rules do, then. Raises ``QuestionError``."""
        if k is not None and k < 1:
            raise QuestionError(f"{k} passages cannot be found.", "Ask for one or more.")
        asked = self.check(text, history=history, as_of=as_of, understood=understood)
        asking, notes = Asking(clock or Clock(), stop or Stop()), tuple[str, ...]()
        day = day_of(as_of) or date.today()
        carried, read = None, list[str]()
        rephraser = self._rephraser if write else None
        if understood is None:
            carried = self._carried(asked, history, rephraser, asking, read)
        if understood is not None:
            understood = self._given(understood, asked, filters)
        elif k is not None:
            whole = carried.text if carried else asked
            understood = _as_it_stands(whole, day, filters or Filters())
        else:
            understood, notes = self._understood(asked, carried, day, filters or Filters())
        searched, expansions = _searched(understood), Expansions()
        if searched and understood.kind not in COURTESIES:
            expansions = self._expand(searched)
            if not understood.names:
                understood = replace(understood, names=expansions.names)
            asking.clock.lap("understand")
        found = self._parts(understood, rephraser, asking, read)
        return Question(
            query_str=searched,
            asked=asked,
            parts=found,
            k=k or self._wanted(understood),
            understood=understood,
            as_of=day,
            history=tuple(history),
            carried=carried if understood.kind is Kind.FACT else None,
            clock=asking.clock,
            stop=asking.stop,
            notes=(*read, *notes, *map(str, expansions.items)),
            expansions=expansions,
            write=write,
            calls=_calls(rephraser, asking),
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

    def _carried(
        self,
        asked: str,
        history: Sequence[Turn],
        rephraser: Rephraser | None,
        asking: Asking,
        notes: list[str],
    ) -> Carried | None:
        """What the question takes from the turns before; None when it takes nothing."""
        if not history or self._weight is None or kinds.read(asked).kind in COURTESIES:
            return None
        carried = None
        if rephraser:
            told = self._rephrased(
                lambda: rephraser.standalone(asked, history, asking), asking, notes
            )
            carried = Carried(told) if told else None
        carried = carried or self_contained(asked, history, self._weight)
        return carried if carried != Carried(asked) else None

    def _parts(
        self,
        understood: Understood,
        rephraser: Rephraser | None,
        asking: Asking,
        notes: list[str],
    ) -> tuple[str, ...]:
        """What is asked for beside the whole."""
        if understood.kind is not Kind.FACT:
            return ()
        found, text = None, understood.text
        if rephraser and not notes:  # one that just failed is not waited for
            found = self._rephrased(lambda: rephraser.parts(text, asking), asking, notes)
        found = found or parts.split(text, self._known)
        return tuple(part for part in found if part != text)

    def _rephrased(self, work: Callable[[], T], asking: Asking, notes: list[str]) -> T | None:
        """What a language model made of the question; None, and a note, where it failed."""
        if asking.stop.asked:
            return None
        asking.clock.lap("understand")
        before = asking.calls
        try:
            return work()
        except ModelError as error:
            if not asking.stop.asked:
                notes.append(f"The question was read by rules: {error}")
            return None
        finally:
            asking.clock.lap("rephrase" if asking.calls > before else "understand")

    def _wanted(self, understood: Understood) -> int:
        """Passages to be found: for several articles more than for one answer."""
        return _SEVERAL if understood.kind in _DATED else _FOUND

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


def _calls(rephraser: Rephraser | None, asking: Asking) -> Calls | None:
    if rephraser is None or not asking.calls:
        return None
    return Calls(rephraser.name, rephraser.digest, asking.calls)


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
