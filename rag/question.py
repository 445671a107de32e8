"""What is asked: a question with all that travels with it along the query path."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from llama_index.core.schema import QueryBundle

from rag.clock import Clock
from rag.stopping import Stop
from rag.types import Filters, Kind, Turn, Understood
from rag.understanding import parts
from rag.understanding.consulting import Calls
from rag.understanding.expansions import Expansions
from rag.understanding.followup import Carried

COURTESIES = frozenset({Kind.GREETING, Kind.THANKS, Kind.HELP})
"""Kinds that no article answers."""

_BESIDE = 0.3
"""What a word that is only said beside a part of a question weighs against a word of it."""

FOUND = 12
"""Passages found for an answer, of which the best are read closely."""


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
    k: int = FOUND
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
