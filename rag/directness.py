"""How directly does a sentence answer, and what says so? Weighed as in ``rag.finding.ranking``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain, groupby
from math import log

from rag import telling
from rag.evidence import Evidence, Sentence
from rag.finding import ranking
from rag.finding.coverage import QuestionTerms, Stems
from rag.finding.ranking import SentenceSignals
from rag.finding.signalling import SignalReader
from rag.question import Question
from rag.wanted import holds, stems, wanted

_LEAST = 1e-4
"""A chance that is as good as none; its logarithm can still be taken."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """A sentence, what speaks for it, its ``score`` and what that makes its ``chance`` to be the
    one that answers. ``says`` are the terms of the question said in it, and what they are worth.
    """

    sentence: Sentence
    signals: SentenceSignals
    score: float = 0.0
    chance: float = 0.0
    says: Mapping[str, float] = field(default_factory=dict)

    @property
    def passage(self) -> str:
        return self.sentence.hit.passage.id

    @property
    def story(self) -> str:
        """Whose voice it is: all articles that tell the same story are one."""
        source = self.sentence.hit.source
        return source.story or source.id


class Directness:
    """Weighs the sentences of the evidence. ``signals`` reads the question's words, ``weights``
    tell what counts how much."""

    def __init__(self, signals: SignalReader, weights: SentenceSignals) -> None:
        self._signals = signals
        self._weights = weights

    def weighed(self, question: Question, evidence: Evidence) -> list[Weighed]:
        """The sentences that can answer, most direct first; all of them if none can."""
        terms, index = self._signals.question_terms(question), self._signals.stems
        found = list(signalled(question.to_read.bare, terms, evidence, index))
        found = [one for one in found if telling.answers(one.sentence)] or found
        return ordered(found, self._weights)


def ordered(found: Iterable[Weighed], weights: SentenceSignals) -> list[Weighed]:
    """``found`` with the scores that ``weights`` give them, best first."""
    rows = list(found)
    scores = [ranking.score(weights, one.signals) for one in rows]
    scored = [
        replace(one, score=score, chance=chance)
        for one, score, chance in zip(rows, scores, ranking.chances(scores), strict=True)
    ]
    return sorted(scored, key=lambda one: -one.score)


def signalled(
    asked: str, terms: QuestionTerms, evidence: Evidence, index: Stems
) -> Iterator[Weighed]:
    """What speaks for each sentence of ``evidence`` as an answer to the question ``asked``, whose
    telling words are ``terms``; none scored. ``index`` makes terms of words."""
    kind, own = wanted(asked), stems(asked)
    for _, sentences in groupby(evidence.sentences, key=lambda s: s.hit.passage.id):
        before: dict[str, float] = {}
        titled: dict[str, float] | None = None
        for sentence in sentences:
            if titled is None:
                titled = terms.says(sentence.hit.source.title, index)
            says = terms.says(sentence.text, index)
            yield Weighed(
                sentence,
                SentenceSignals(
                    meaning=sentence.similarity,
                    chance=log(max(sentence.hit.score, _LEAST)),
                    wanted=float(holds(kind, own, sentence.text)),
                    context=sum(higher(says, before, titled).values()),
                    leans=float(telling.leans(sentence)),
                    brief=-log(len(sentence.text.split()) or 1),
                ),
                says=says,
            )
            before = says


def higher(*said: Mapping[str, float]) -> dict[str, float]:
    """What each term is worth where it is worth most."""
    # By first mention: in the order of a set, sums would differ from process to process.
    terms = dict.fromkeys(chain.from_iterable(said))
    return {t: max(one.get(t, 0.0) for one in said) for t in terms}
