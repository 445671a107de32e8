"""What is new: one quoted sentence a story, the newest first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta

from rag import nearest, quoting, telling
from rag.draft import CHANGED, Draft
from rag.evidence import Sentence
from rag.library import Library
from rag.question import Question
from rag.topics import Topics
from rag.types import Filters, Hit, Statement

_STORIES = 6
"""Most stories told."""
_FRESH = timedelta(days=7)
"""What is older than that is not called new without a word on it."""
_TOUCHES = 0.5
"""Of a topic's weight, what a lead must hold to be quoted for it."""


class NewsQuoter:
    """Tells stories. ``find`` is the retriever's, for what lies nearest when there is none."""

    def __init__(self, library: Library, topics: Topics, find: nearest.Find) -> None:
        self._library = library
        self._topics = topics
        self._find = find

    def statements(self, draft: Draft) -> Iterator[Statement]:
        draft.between = "\n"
        topic = draft.question.understood.topic
        if not topic:
            draft.models = ()
        hits = self._topics.gathered(draft.question, draft.hits) if topic else list(draft.hits)
        leads = (self._sentence(topic, hit) for hit in telling.newest_first(_dated(hits)))
        told = stories(filter(None, leads))
        draft.question.clock.lap("tell")
        if told:
            draft.rests_on(told)
            draft.note(*_age(told, draft.question))
            yield from quoting.statements(told)
        elif hits:
            draft.refuse("articles_changed", CHANGED)
        else:
            nearest.refuse(draft, self._find, "There is no news")

    def _sentence(self, topic: str, hit: Hit) -> Sentence | None:
        """The article's lead, unless only another sentence speaks of the topic."""
        only = Filters(articles=(hit.source.id,))
        lead = next(map(telling.lead, self._library.openings(only, limit=1)), None)
        if not topic or (lead and self._topics.share(topic, _titled(lead)) >= _TOUCHES):
            return lead
        stored = self._library.stored([hit.passage.id]).values()
        speaking = [s for one in stored for s in telling.sentences(one) if telling.tells(s)]
        return self._topics.speaking(topic, speaking) or lead


def stories(leads: Iterable[Sentence]) -> list[Sentence]:
    """The first of each story; copies, and articles that begin with the same words, are one.
    No more of ``leads`` are read than are told."""
    told: dict[str, Sentence] = {}
    for lead in leads:
        source = lead.hit.source
        if lead.text.casefold() not in {other.text.casefold() for other in told.values()}:
            told.setdefault(source.story or source.id, lead)
        if len(told) == _STORIES:
            break
    return list(told.values())


def _titled(lead: Sentence) -> str:
    return f"{lead.hit.source.title}\n{lead.text}"


def _dated(hits: Sequence[Hit]) -> list[Hit]:
    """Those with a date, if any has one."""
    return [hit for hit in hits if hit.source.published] or list(hits)


def _age(told: Sequence[Sentence], question: Question) -> Iterator[str]:
    """From when the stories are, where they are not new and no days were asked for."""
    understood = question.understood
    if understood.since or understood.until:
        return
    published = [s.hit.source.published for s in told]
    days = [p.last for p in published if p]
    if not days:
        yield "None of these articles has a date."
    elif max(days) < question.as_of - _FRESH:
        first, last = min(days), max(days)
        span = f"of {last}" if first == last else f"from {first} to {last}"
        yield f"The newest articles{' on it' if understood.topic else ''} are {span}."
