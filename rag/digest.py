"""One article in brief: a few of its own sentences, in their order.

Sentences are chosen as in LexRank (Erkan and Radev 2004, https://doi.org/10.1613/jair.1523): a
sentence is central when it resembles many that are central themselves. Three things are added:
similarity is that of the bundled model's vectors; the walk returns to the first sentences more
often than to others, because articles begin with the news (as in biased LexRank: Otterbacher,
Erkan and Radev 2009, https://doi.org/10.1016/j.ipm.2008.06.004); and what resembles a sentence
already chosen counts less (maximal marginal relevance: Carbonell and Goldstein 1998,
https://doi.org/10.1145/290941.291025).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from rag import quoting, telling
from rag.draft import CHANGED, NONE_MATCH, Draft
from rag.embedding import Encoder, Floats
from rag.evidence import Sentence
from rag.library import Library
from rag.question import Question, effective_filters
from rag.topics import Topics
from rag.types import Statement

WHICH = "Which article? Name its title, or ask about one article."

_FEWEST, _MOST, _WORDS = 3, 6, 120
"""Sentences of a digest, and the words they are kept within once there are enough."""
_READ = 100
"""Sentences of a long article that are compared: those that begin its passages, and the next."""
_DAMPING = 0.85
"""The share of the walk's steps that follow similarity; the others return to the beginning."""
_ALIKE = 0.3
"""Cosine similarity below which two sentences have nothing to do with each other."""
_NOVEL = 0.5
"""Weight of what is new in a sentence against how central it is."""
_LEANS = 0.5
"""What remains of the worth of a sentence that leans on the one before it."""


class DigestQuoter:
    """Quotes the sentences that together say most of an article."""

    def __init__(self, library: Library, topics: Topics, model: Encoder) -> None:
        self._library = library
        self._topics = topics
        self._model = model

    def statements(self, draft: Draft) -> Iterator[Statement]:
        article = self._article(draft)
        if article is None:
            text = WHICH if draft.hits else NONE_MATCH
            draft.refuse("no_article" if draft.hits else "no_articles", text)
            return
        passages = self._library.whole(article)
        read = [s for passage in passages for s in telling.sentences(passage)]
        if not read:
            draft.refuse("articles_changed", CHANGED)
            return
        telling_ones = [s for s in read if telling.tells(s)] or read
        candidates = _sampled(telling_ones)
        vectors = self._model.passages([s.text for s in candidates])
        draft.question.clock.lap("read")
        chosen = choose(candidates, vectors)
        draft.question.clock.lap("digest")
        draft.rests_on(chosen)
        yield from quoting.statements(chosen)

    def _article(self, draft: Draft) -> str | None:
        """The id of the article that is meant: the one of the title or topic, else the only one
        the filters let through, else the one that the conversation was last about."""
        question = draft.question
        filters, topic = effective_filters(question.understood), question.understood.topic
        if topic:
            titled = self._library.openings(filters, question.as_of, limit=1, title=topic)
            about = self._topics.about(topic, draft.hits)
            found = [stored.source.id for stored in titled] or [hit.source.id for hit in about]
            return found[0] if found else None
        if len(filters.articles) == 1:
            return draft.hits[0].source.id if draft.hits else None
        return self._last(question)

    def _last(self, question: Question) -> str | None:
        for turn in reversed(question.history):
            if turn.passage_ids:
                stored = self._library.stored(turn.passage_ids)
                ids = [stored[i].source.id for i in turn.passage_ids if i in stored]
                return ids[0] if ids else None
        return None


def choose(sentences: Sequence[Sentence], vectors: Floats) -> list[Sentence]:
    """Three to six of the sentences, in their order, within about 120 words; ``vectors`` is
    (n, d), of length one."""
    similarity = np.clip(vectors @ vectors.T, 0.0, 1.0).astype(np.float64)
    worth = central(similarity)
    for i, sentence in enumerate(sentences):
        if telling.leans(sentence):
            worth[i] *= _LEANS
    # What happened stands first, however the rest of the article goes on.
    chosen = [0]
    while len(chosen) < min(_MOST, len(sentences)):
        seen = similarity[:, chosen].max(axis=1)
        marginal = worth / worth.max() - _NOVEL * seen
        marginal[chosen] = -np.inf
        words = sum(len(sentences[i].text.split()) for i in chosen)
        room = [
            i for i in np.argsort(-marginal).tolist()
            if i not in chosen and words + len(sentences[i].text.split()) <= _WORDS
        ]  # fmt: skip
        if not room and len(chosen) >= _FEWEST:
            break
        chosen.append(room[0] if room else int(marginal.argmax()))
    return [sentences[i] for i in sorted(chosen)]


def central(similarity: NDArray[np.float64]) -> NDArray[np.float64]:
    """How central each sentence is, summing to 1: the stationary distribution of a walk from
    sentence to sentence along ``similarity``, (n, n) from 0 to 1."""
    links = np.where(similarity >= _ALIKE, similarity, 0.0)
    links /= links.sum(axis=1, keepdims=True)
    n = len(similarity)
    beginning = 1.0 / np.sqrt(1.0 + np.arange(n))
    beginning /= beginning.sum()
    rank = np.full(n, 1.0 / n)
    for _ in range(100):
        following = (1 - _DAMPING) * beginning + _DAMPING * (rank @ links)
        if np.abs(following - rank).sum() < 1e-8:
            break
        rank = following
    return rank


def _sampled(sentences: Sequence[Sentence]) -> list[Sentence]:
    """All sentences; of a very long article the first of each passage, then the second, and so
    on, until there are enough."""
    if len(sentences) <= _READ:
        return list(sentences)
    places: dict[str, int] = {}
    order: list[tuple[int, int]] = []
    for i, sentence in enumerate(sentences):
        nth = places[sentence.hit.passage.id] = places.get(sentence.hit.passage.id, -1) + 1
        order.append((nth, i))
    return [sentences[i] for i in sorted(i for _, i in sorted(order)[:_READ])]
