"""Fits what speaks for a sentence, and how much (``rag.finding.ranking.SentenceSignals``).

As ``evals.fitting.ranking`` does it for passages: the weights make the chances of a question's
sentences as likely as can be to fall on those that are gold.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass

import numpy as np

from evals.fitting import ranking as fit_ranking
from evals.fitting.fits import FITTED, Fit, figure, half_of
from evals.fitting.ranking import Offered
from evals.metrics.answers import holds
from evals.metrics.relevance import Relevance
from evals.sets.questions import Case
from rag import quoting
from rag.assembly import evidence_reader, reading_model, signal_reader
from rag.deciding import READ
from rag.directness import Directness, Weighed, ordered
from rag.engine import Engine
from rag.evidence import Sentence
from rag.finding.ranking import SentenceSignals
from rag.fitted import Quoting

_MOST = 3
"""Sentences of an answer."""


@dataclass(frozen=True, slots=True)
class Read:
    """The sentences read for a question of one half of a set, its ``source``, and which of them are
    ``gold``."""

    source: str
    half: int
    sentences: tuple[Weighed, ...]
    gold: tuple[bool, ...]

    @property
    def offered(self) -> Offered:
        values = np.array([astuple(one.signals) for one in self.sentences], np.float64)
        return Offered(
            self.source,
            self.half,
            values.reshape(len(self.sentences), -1),
            np.array(self.gold, np.bool_),
        )

    def quoted(self, weights: SentenceSignals) -> list[tuple[Sentence, bool]]:
        """What would be quoted with ``weights``, and whether it is gold."""
        gold = dict(zip((id(one.sentence) for one in self.sentences), self.gold, strict=True))
        chosen = quoting.choose(ordered(self.sentences, weights), most=_MOST)
        return [(sentence, gold[id(sentence)]) for sentence in chosen]


def collect(engine: Engine, source: str, cases: Iterable[Case]) -> Iterator[Read]:
    """What ``engine`` reads closely for each case of the set ``source`` that belongs to a half.

    A sentence is gold as a passage is (``Relevance``): when it stands in a gold article and holds
    a gold answer, or meets the evidence where no answer stands word for word.
    """
    reader = evidence_reader(engine.library, reading_model(engine.embedding))
    directness = Directness(signal_reader(engine.library), engine.settings.quoting.weights)
    for case in cases:
        part = half_of(case)
        if part is None:
            continue
        question = fit_ranking.question(engine, case)
        hits = engine.search(
            case.question, history=case.history, filters=case.filters, as_of=case.as_of
        )
        stored = engine.library.stored([hit.passage.id for hit in hits])
        passages = [
            (hit, stored[hit.passage.id]) for hit in hits[:READ] if hit.passage.id in stored
        ]
        asked = question.to_read
        evidence = reader.read(asked.bare, passages, about=asked.about)
        found = tuple(directness.weighed(question, evidence))
        relevance = fit_ranking.relevance(engine, case)
        yield Read(source, part, found, tuple(_gold(relevance, one.sentence) for one in found))


def fit(read: Sequence[Read], now: Quoting, *, left_out: int) -> Fit[Quoting]:
    """Weights of one half, judged on the other; see ``Fit``. Raises ``EvaluationError`` for too
    few cases."""
    offered = [one.offered for one in read]
    fit_ranking.check(offered)
    weights = fit_ranking.best(SentenceSignals, [o for o in offered if o.half == FITTED])
    others = [one for one in read if one.half != FITTED]
    new, old = scores(others, weights), scores(others, now.weights)
    return Fit(
        Quoting(weights),
        now,
        (len(read) - len(others), len(others)),
        left_out,
        figures={name: figure(row) for name, row in new.items()},
        before={name: figure(row) for name, row in old.items()},
        difference={
            name: figure([a - b for a, b in zip(row, old[name], strict=True)])
            for name, row in new.items()
        },
        judged=("first", "any"),
    )


def scores(read: Iterable[Read], weights: SentenceSignals) -> dict[str, list[float]]:
    """Of each question: whether the ``first`` sentence quoted is gold, whether ``any`` is, and the
    ``words`` and ``sentences`` of the answer."""
    rows = [one.quoted(weights) for one in read]
    return {
        "first": [float(any(gold for _, gold in row[:1])) for row in rows],
        "any": [float(any(gold for _, gold in row)) for row in rows],
        "words": [float(sum(len(s.text.split()) for s, _ in row)) for row in rows],
        "sentences": [float(len(row)) for row in rows],
    }


def _gold(relevance: Relevance, sentence: Sentence) -> bool:
    article = sentence.hit.source.id
    if relevance.answer_stands:
        return article in relevance.articles and holds(sentence.text, relevance.answers)
    return any(piece.held_by(article, sentence.text) for piece in relevance.pieces)
