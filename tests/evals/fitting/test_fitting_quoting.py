"""What speaks for a sentence, fitted on planted problems."""

from __future__ import annotations

from dataclasses import astuple, fields, replace

import numpy as np
import pytest

from evals.fitting import quoting as fit_quoting
from evals.fitting import ranking as fit_ranking
from evals.fitting.quoting import Read
from rag.directness import Weighed
from rag.errors import EvaluationError
from rag.evidence import Sentence
from rag.finding import ranking
from rag.finding.ranking import SentenceSignals
from rag.fitted import Quoting
from rag.types import Hit, Passage, Source

NOTHING = SentenceSignals(**dict.fromkeys((f.name for f in fields(SentenceSignals)), 0.0))
TRUTH = replace(NOTHING, meaning=9.0, chance=1.0, wanted=3.0, context=5.0)
HIT = Hit(Passage("a.0", "a", "", 0, 0), Source("a"), 1.0)


def planted(count: int) -> list[Read]:
    """Questions of ten sentences each, whose signals are drawn; how likely each of them is the
    gold one is what ``TRUTH`` says."""
    drawn = np.random.default_rng(0)
    rows = []
    for number in range(count):
        signals = [SentenceSignals(*drawn.uniform(0, 1, size=6).tolist()) for _ in range(10)]
        chances = ranking.chances([ranking.score(TRUTH, one) for one in signals])
        gold = int(drawn.choice(10, p=chances))
        found = tuple(
            Weighed(Sentence(HIT, 0, 9, f"Number {n} of {number} is told.", 0.5), one)
            for n, one in enumerate(signals)
        )
        rows.append(Read("one", number % 2, found, tuple(n == gold for n in range(10))))
    return rows


def test_planted_weights_are_found_and_the_other_half_is_better_off():
    fit = fit_quoting.fit(planted(3000), Quoting(replace(NOTHING, brief=1.0)), left_out=2)
    assert astuple(fit.chosen.weights) == pytest.approx(astuple(TRUTH), abs=0.6)
    assert fit.cases == (1500, 1500)
    assert fit.difference["first"].low > 0
    assert not fit.worse
    assert fit.figures["any"].value > fit.figures["first"].value
    assert 1 <= fit.figures["sentences"].value <= 3


def test_weights_with_which_the_other_half_is_worse_are_not_chosen():
    read = planted(400)
    astray = [replace(one, gold=one.gold[::-1]) if one.half == 0 else one for one in read]
    fit = fit_quoting.fit(astray, Quoting(TRUTH), left_out=0)
    assert fit.worse
    assert fit.chosen == Quoting(TRUTH)


def test_too_few_questions_are_an_error_of_one_line():
    with pytest.raises(EvaluationError, match="at least 10 in each") as caught:
        fit_quoting.fit(planted(6), Quoting(TRUTH), left_out=0)
    assert "\n" not in caught.value.line


def test_signals_are_offered_in_the_order_of_their_names():
    (one, *_) = planted(1)
    assert one.offered.values.shape == (10, 6)
    weights = np.array(astuple(TRUTH))
    best = ranking.score(
        TRUTH, max(one.sentences, key=lambda w: ranking.score(TRUTH, w.signals)).signals
    )
    assert (one.offered.values @ weights).max() == pytest.approx(best)
    assert fit_ranking.best(SentenceSignals, [one.offered]) != NOTHING
