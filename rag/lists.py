"""Lists of articles: one statement an article, the newest first."""

from __future__ import annotations

from collections.abc import Iterator

from rag import nearest, quoting, telling
from rag.draft import CHANGED, Draft
from rag.evidence import Sentence
from rag.library import Library
from rag.question import effective_filters
from rag.topics import Topics
from rag.types import Filters, Hit, Statement

_LISTED = 12
"""Most articles listed."""


class ListQuoter:
    """Lists articles. Each shows its title, where that stands in its text; else the sentence
    that speaks of the topic; else the one that tells what happened."""

    def __init__(self, library: Library, topics: Topics, find: nearest.Find) -> None:
        self._library = library
        self._topics = topics
        self._find = find

    def statements(self, draft: Draft) -> Iterator[Statement]:
        draft.between = "\n"
        question, topic = draft.question, draft.question.understood.topic
        if not topic:
            draft.models = ()
        hits = self._topics.gathered(question, draft.hits) if topic else list(draft.hits)
        shown = [self._shown(topic, hit) for hit in telling.newest_first(hits)[:_LISTED]]
        listed = [sentence for sentence in shown if sentence]
        question.clock.lap("list")
        if not listed and hits:
            draft.refuse("articles_changed", CHANGED)
        elif not listed:
            nearest.refuse(draft, self._find, "There are no articles")
        else:
            total = len(hits) if topic else self._count(draft)
            if total > len(listed):
                draft.note(f"{total - len(listed):,} more articles fit; these are the newest.")
            draft.rests_on(listed)
            yield from quoting.statements(listed)

    def _shown(self, topic: str, hit: Hit) -> Sentence | None:
        only = Filters(articles=(hit.source.id,))
        opening = next(iter(self._library.openings(only, limit=1)), None)
        if opening is None:
            return None
        if title := telling.heading(opening):
            return title
        stored = self._library.stored([hit.passage.id]).values() if topic else ()
        speaking = [s for one in stored for s in telling.sentences(one) if telling.tells(s)]
        return self._topics.speaking(topic, speaking) or telling.lead(opening)

    def _count(self, draft: Draft) -> int:
        question = draft.question
        return len(self._library.versions(effective_filters(question.understood), question.as_of))
