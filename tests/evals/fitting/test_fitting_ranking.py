"""What speaks for a passage, fitted on planted problems, and the rules that this fit keeps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, fields, replace

import numpy as np
import pytest

from evals.fitting import ranking as fit_ranking
from evals.fitting.ranking import Both, Offered
from rag.errors import EvaluationError
from rag.finding import ranking
from rag.finding.ranking import CloseSignals, Ranking, Signals

NAMES = [f.name for f in fields(Signals)]
NOTHING = Signals(**dict.fromkeys(NAMES, 0.0))
TRUTH = replace(NOTHING, meaning=9.0, passage=5.0, sentence=3.0, phrases=2.0, days=4.0)
CLOSE = CloseSignals(before=0.5, passage=20.0, sentence=12.0)


def planted(truth: Signals | CloseSignals, count: int, *, seed: int = 0) -> list[Offered]:
    """Questions of twelve candidates each, whose signals are drawn; how likely each of them is the
    gold one is what ``truth`` says."""
    drawn = np.random.default_rng(seed)
    weights = np.array(astuple(truth))
    rows = []
    for number in range(count):
        values = drawn.uniform(0, 1, size=(12, len(weights)))
        chances = ranking.chances((values @ weights).tolist())
        gold = np.arange(12) == drawn.choice(12, p=chances)
        rows.append(Offered("one", number % 2, values, gold))
    return rows


def only(rows: Sequence[Offered], signal: str) -> list[Offered]:
    """The same candidates with nothing but their ``signal``."""
    kept = np.array([float(name == signal) for name in NAMES])
    return [replace(row, values=row.values * kept) for row in rows]


def both(rows: Sequence[Offered], first: Signals) -> Both:
    """The values that reordering leaves as they were: it sees what the ``first`` weights say, and
    nothing else."""
    weights = np.array(astuple(first))
    close = [
        replace(row, values=np.stack([row.values @ weights, *np.zeros((2, 12))], axis=1))
        for row in rows
    ]
    return Both(rows, close, Ranking(first, CloseSignals(before=1.0, passage=0.0, sentence=0.0)))


def test_planted_weights_are_found():
    found = fit_ranking.best(Signals, planted(TRUTH, 3000))
    for name in NAMES:
        if name not in fit_ranking.CHOSEN:
            assert getattr(found, name) == pytest.approx(getattr(TRUTH, name), abs=0.6), name


def test_planted_weights_of_reading_closely_are_found():
    found = fit_ranking.best(CloseSignals, planted(CLOSE, 3000))
    assert astuple(found) == pytest.approx(astuple(CLOSE), rel=0.15, abs=0.3)


def test_the_same_cases_give_the_same_weights():
    rows = planted(TRUTH, 60)
    assert fit_ranking.best(Signals, rows) == fit_ranking.best(Signals, rows)


def test_no_weight_is_negative():
    """What speaks against a passage here is no reason to hold against it one for it."""
    found = fit_ranking.best(Signals, planted(replace(TRUTH, title=-6.0, words=-3.0), 1000))
    assert found.title == found.words == 0.0
    assert min(astuple(found)) >= 0.0
    assert found.meaning > 5.0


def test_what_nothing_can_be_fitted_on_keeps_the_weight_it_was_given():
    assert fit_ranking.CHOSEN == {"recent": 2.0}
    for truth in (TRUTH, replace(TRUTH, recent=9.0)):
        assert fit_ranking.best(Signals, planted(truth, 200)).recent == 2.0


def test_what_is_the_same_everywhere_gets_no_weight():
    rows = [
        replace(row, values=np.where(np.array(NAMES) == "title", 0.5, row.values))
        for row in planted(TRUTH, 200)
    ]
    found = fit_ranking.best(Signals, rows)
    assert found.title == 0.0
    assert found.meaning > 0.0


def test_each_question_of_a_set_counts_the_same_and_so_does_each_set():
    """Some questions say the opposite of others. In one set the more numerous have their way, and
    the others are heard; as a set of their own they count as much."""
    meaning = only(planted(TRUTH, 60), "meaning")
    words = [replace(row, values=row.values[:, [1, 0, *range(2, len(NAMES))]]) for row in meaning]
    even = fit_ranking.best(Signals, [*meaning, *words])
    assert even.meaning == pytest.approx(even.words, rel=0.1)
    more = fit_ranking.best(Signals, [*meaning * 10, *words])
    assert more.meaning > even.meaning > more.words
    apart = [replace(row, source="another") for row in words]
    each = fit_ranking.best(Signals, [*meaning * 10, *apart])
    assert each.meaning == pytest.approx(each.words, rel=0.1)


def test_questions_that_tell_nothing_change_nothing():
    rows = planted(TRUTH, 60)
    none = [replace(row, gold=np.zeros(12, np.bool_)) for row in rows]
    every = [replace(row, gold=np.ones(12, np.bool_)) for row in rows]
    assert fit_ranking.best(Signals, [*rows, *none, *every]) == fit_ranking.best(Signals, rows)


def test_where_no_question_tells_anything_nothing_is_fitted():
    nothing = [replace(row, gold=np.zeros(12, np.bool_)) for row in planted(TRUTH, 3)]
    for rows in ([], nothing):
        with pytest.raises(EvaluationError, match="No question finds a gold passage"):
            fit_ranking.best(Signals, rows)


def test_any_of_several_gold_candidates_will_do():
    """One passage that answers is enough: another need not come with it."""
    rows = planted(TRUTH, 400)
    last = [
        replace(row, gold=row.gold | (np.arange(12) == int((row.values @ astuple(TRUTH)).argmin())))
        for row in rows
    ]
    found = fit_ranking.best(Signals, last)
    assert found.meaning == pytest.approx(fit_ranking.best(Signals, rows).meaning, rel=0.2)


def test_the_rank_is_that_of_the_first_gold_candidate_of_ten():
    values = np.arange(12, dtype=float).reshape(12, 1)
    one = Offered("one", 0, values, np.arange(12) == 9)
    assert one.rank(np.array([1.0])) == 3
    assert one.rank(np.array([-1.0])) == 10
    assert replace(one, gold=np.arange(12) == 0).rank(np.array([1.0])) is None
    # Of equal ones the first that was found comes first.
    assert one.rank(np.array([0.0])) == 10
    assert replace(one, gold=np.isin(np.arange(12), [2, 5])).rank(np.array([0.0])) == 3


def test_a_fit_reports_the_other_half_at_both_steps():
    rows = planted(TRUTH, 400)
    now = replace(NOTHING, words=1.0)
    fitted = fit_ranking.best(Signals, [row for row in rows if row.half == 0])
    fit = fit_ranking.fit(both(rows, fitted), both(rows, now), left_out=3)
    assert (fit.cases, fit.left_out) == ((200, 200), 3)
    assert fit.values.weights.first == fitted
    assert fit.chosen == fit.values
    assert fit.values.fitting is None
    assert fit.figures["hit@1"] == fit.figures["first hit@1"]
    assert fit.difference["hit@1"].low > 0
    assert fit.judged == ("mrr@10", "hit@1", "hit@5", "hit@10")
    assert fit.other_half()["cases"] == 200


def test_weights_that_do_worse_on_the_other_half_are_not_taken():
    rows = planted(TRUTH, 400)
    fit = fit_ranking.fit(both(rows, replace(NOTHING, words=1.0)), both(rows, TRUTH), left_out=0)
    assert fit.worse
    assert fit.chosen.weights.first == TRUTH
    assert "kept" in list(fit.lines())[-1]


def test_too_few_cases_are_one_clear_line():
    rows = planted(TRUTH, 24)
    few = [*rows[0::2], *rows[1:18:2]]
    with pytest.raises(EvaluationError, match="There are 12 and 9 questions with a gold article"):
        fit_ranking.fit(both(few, TRUTH), both(few, TRUTH), left_out=0)
