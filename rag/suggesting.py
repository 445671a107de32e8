"""Questions that the articles can answer: to begin with, and to go on with.

Made of sentences of the articles (``rag.proposing``), and asked before they are offered: what
the engine would not answer, or would answer with other words than the ones the question was made
of, is no suggestion.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import zip_longest
from time import monotonic
from typing import Protocol

from rag import telling
from rag.library import Library
from rag.proposing import Proposal, proposals
from rag.question_reader import understand
from rag.rows import Stored
from rag.types import Answer, Filters, Kind

_MARGIN = 0.15
"""How much surer than the threshold an answer must be to be suggested."""
_SECONDS = 0.15
"""Time for checking, a suggestion."""
_ARTICLES = 8
"""Articles that suggestions are made from."""
_ALIKE = 0.6
"""Two questions that share this much of their words are one."""
_LONGEST = 100
"""Characters of a question that fits on a button."""

_WORD = re.compile(r"\w+")


class Ask(Protocol):
    """The engine's way to an answer."""

    def __call__(self, question: str, *, filters: Filters | None, as_of: date | None) -> Answer: ...


class Suggester:
    """``ask`` is the engine's; ``threshold`` its least confidence in an answer."""

    def __init__(self, library: Library, ask: Ask, threshold: float) -> None:
        self._library = library
        self._ask = ask
        self._sure = min(threshold + _MARGIN, 0.95)

    def suggest(
        self, answer: Answer | None, *, k: int, filters: Filters | None, as_of: date | None
    ) -> tuple[str, ...]:
        """Up to ``k`` questions, the most telling first; of one form about half of them at
        most, and none twice."""
        until = monotonic() + k * _SECONDS
        asked = [answer.question] if answer else []
        chosen: list[str] = []
        forms: Counter[str] = Counter()
        for proposal in self._candidates(answer, filters, as_of):
            if len(chosen) == k or monotonic() > until:
                break
            known = any(alike(proposal.question, other) for other in (*asked, *chosen))
            if known or forms[proposal.form] > k // 2:
                continue
            if self._answered(proposal, filters, as_of):
                chosen.append(proposal.question)
                forms[proposal.form] += 1
        return tuple(chosen)

    def _answered(self, proposal: Proposal, filters: Filters | None, as_of: date | None) -> bool:
        """Whether the engine would answer, and out of the article the question was made of."""
        if proposal.form == "digest":
            return self._digested(proposal, filters or Filters(), as_of or date.today())
        answer = self._ask(proposal.question, filters=filters, as_of=as_of)
        if not answer.answered:
            return False
        if answer.understood.kind is not Kind.FACT:
            return any(c.source.id == proposal.article for c in answer.citations)
        sure = answer.trace.evidence.get("confidence", 0.0) >= self._sure
        return sure and proposal.answered_by(answer.statements[0].text)

    def _digested(self, proposal: Proposal, filters: Filters, as_of: date) -> bool:
        """The engine's decision on a digest, without making it: the question names the article."""
        understood, _ = understand(proposal.question, as_of, filters)
        called = self._library.openings(filters, as_of, limit=1, title=understood.topic)
        named = bool(understood.topic and called) and called[0].source.id == proposal.article
        return understood.kind is Kind.DIGEST and named

    def _candidates(
        self, answer: Answer | None, filters: Filters | None, as_of: date | None
    ) -> Iterator[Proposal]:
        """What the articles of the answer offer; then what the newest articles do."""
        if answer:
            yield from varied(self._proposals(answer, self._behind(answer)))
        yield from varied(self._proposals(answer, self._newest(filters, as_of)))

    def _proposals(
        self, answer: Answer | None, articles: Iterable[Sequence[Stored]]
    ) -> Iterator[Proposal]:
        quoted = {statement.text for statement in answer.statements} if answer else set[str]()
        for passages in articles:
            source = passages[0].source
            for stored in passages:
                for sentence in filter(telling.tells, telling.sentences(stored)):
                    if sentence.text not in quoted:
                        yield from proposals(source.id, sentence.text)
            if source.title and not (answer and answer.understood.kind is Kind.DIGEST):
                yield Proposal(f"Summarise '{source.title}'", "digest", source.id, "")
            if not (answer and answer.understood.kind is Kind.NEWS):
                yield from self._news(source.id)

    def _behind(self, answer: Answer) -> Iterator[Sequence[Stored]]:
        """The passages of the articles that are cited, or else lie nearest; each article's own."""
        sources = [c.source for c in answer.citations] or [hit.source for hit in answer.hits]
        for article in list(dict.fromkeys(source.id for source in sources))[:_ARTICLES]:
            if passages := self._library.whole(article):
                yield passages

    def _newest(self, filters: Filters | None, as_of: date | None) -> Iterator[Sequence[Stored]]:
        """How the newest stories begin."""
        seen = set[str]()
        for opening in self._library.openings(filters or Filters(), as_of, limit=4 * _ARTICLES):
            story = opening.source.story or opening.source.id
            if story not in seen and len(seen) < _ARTICLES:
                seen.add(story)
                yield [opening]

    def _news(self, article: str) -> Iterator[Proposal]:
        for tag in self._library.article(article).tags[:2]:
            tagged = self._library.openings(Filters(tags=(tag,)), limit=_ARTICLES)
            text = "\n".join(stored.passage.text for stored in tagged)
            # As the articles themselves say it: "the ferry", but "football".
            counted = rf"\b(?:the|an?|no) {re.escape(tag)}(?=[.,;:!?]| \w{{1,5}}\b)"
            the = "the " if re.search(counted, text) else ""
            yield Proposal(f"What's new on {the}{tag}?", "news", article, "")


def varied(found: Iterable[Proposal]) -> list[Proposal]:
    """One of each form, then a second of each, and so on; each form in the order found."""
    forms: dict[str, list[Proposal]] = {}
    for proposal in found:
        if len(proposal.question) <= _LONGEST:
            forms.setdefault(proposal.form, []).append(proposal)
    rounds = zip_longest(*forms.values())
    return [proposal for one in rounds for proposal in one if proposal]


def alike(one: str, other: str) -> bool:
    """Whether two questions have most of their words in common."""
    a, b = ({w.casefold() for w in _WORD.findall(text)} for text in (one, other))
    return len(a & b) >= _ALIKE * len(a | b)
