"""The decision to refuse, fitted on planted problems, and the rules that every fit keeps."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from evals.fitting import refusing as fit_refusing
from evals.fitting.fits import balanced, check_allowed, data_digest, figure, half_of
from evals.fitting.refusing import Decided
from evals.fitting.sources import Sources
from evals.sets.questions import Case, half
from rag.errors import EvaluationError
from rag.fitted import Refusing
from rag.refusing import Features, Weights
from rag.settings import Settings
from rag.types import Article

FIRST = next(name for name in map(str, range(99)) if half(name) == 0)
SECOND = next(name for name in map(str, range(99)) if half(name) == 1)


def decided(seed: int, truth: Weights, count: int = 400) -> list[Decided]:
    """Cases that the articles answer as often as ``truth`` says."""
    drawn = np.random.default_rng(seed)
    rows = []
    for number in range(count):
        features = Features(*drawn.uniform(0, 1, size=3).tolist())
        answers = bool(drawn.random() < truth.confidence(features))
        rows.append(Decided("planted", number % 2, answers, features))
    return rows


def test_a_case_belongs_to_the_half_that_all_its_articles_are_in():
    case = Case(id=FIRST, question="?", articles=(SECOND,))
    assert half_of(case) == 1
    assert half_of(replace(case, articles=(SECOND, SECOND))) == 1
    assert half_of(replace(case, articles=(FIRST, SECOND))) is None


def test_a_case_without_articles_belongs_where_its_id_puts_it():
    assert [half_of(Case(id=name, question="?")) for name in (FIRST, SECOND)] == [0, 1]


def test_the_digest_is_that_of_what_is_said_in_any_order():
    cases = [Case(id=str(n), question=f"{n}?") for n in range(3)]
    articles = [Article(id=str(n), text=f"Text {n}.") for n in range(3)]
    digest = data_digest(cases, articles)
    assert len(digest) == 16
    assert data_digest(cases[::-1], articles[::-1]) == digest
    assert data_digest(cases, [*articles[1:], Article(id="0", text="Text 0!")]) != digest
    assert data_digest(cases[1:], articles) != digest
    assert data_digest([replace(cases[0], tags=("x",)), *cases[1:]], articles) == digest
    assert data_digest([replace(cases[0], answerable=False), *cases[1:]], articles) != digest


@pytest.mark.parametrize("name", ["realtimeqa_2022", "html", "seed"])
def test_nothing_is_fitted_on_what_only_measures(name, tmp_path):
    with pytest.raises(EvaluationError, match=f"Nothing is ever fitted on '{name}'") as caught:
        Sources(Settings(data=tmp_path), [name], None)
    assert "\n" not in caught.value.line
    with pytest.raises(EvaluationError, match=name):
        check_allowed(f"{name}.jsonl")
    (tmp_path / name).mkdir()
    with pytest.raises(EvaluationError, match=name):
        check_allowed("mine.jsonl", tmp_path / name / "mine.jsonl", tmp_path)
    # One's own folder may have any name.
    check_allowed("mine.jsonl", Path("elsewhere", name, "mine.jsonl"), tmp_path)


def test_what_is_not_there_is_skipped_and_named(tmp_path):
    with pytest.raises(EvaluationError, match="no data set 'missing'"):
        Sources(Settings(data=tmp_path), [], None).or_else(["missing"])


def test_too_few_cases_are_one_clear_line():
    rows = [replace(row, answerable=True) for row in decided(0, Weights(1, 1, 1, 0))]
    with pytest.raises(EvaluationError, match="0 and 0 questions without an answer"):
        fit_refusing.fit(rows, Refusing(Weights(1, 1, 1, 0), 0.5), share=0.1, left_out=0)


def test_a_planted_decision_is_found_and_refuses_no_more_than_it_may():
    truth = Weights(passage=6.0, cosine=0.0, chance=12.0, intercept=-9.0)
    now = Refusing(Weights(1.0, 1.0, 1.0, 0.0), 0.3)
    rows = decided(1, truth, 2000)
    fit = fit_refusing.fit(rows, now, share=0.1, left_out=0)
    found = fit.values.weights
    for name in ("passage", "cosine", "chance", "intercept"):
        assert getattr(found, name) == pytest.approx(getattr(truth, name), abs=1.5)
    fitting = [c for c in rows if c.half == 0 and c.answerable]
    assert 0.08 < balanced([float(c.refused(fit.values)) for c in fitting]) <= 0.1
    assert fit.difference["right"].low > 0
    assert fit.figures["falsely refused"].high < 0.2


def test_a_group_may_be_refused_less_than_the_others():
    truth = Weights(passage=6.0, cosine=0.0, chance=12.0, intercept=-9.0)
    rows = decided(1, truth, 2000)
    group = rows[0].group
    now = Refusing(Weights(1.0, 1.0, 1.0, 0.0), 0.3)
    fit = fit_refusing.fit(rows, now, share=0.1, strict={group: 0.02}, left_out=0)
    fitting = [c for c in rows if c.half == 0 and c.answerable and c.group == group]
    assert 0 < balanced([float(c.refused(fit.values)) for c in fitting]) <= 0.02


def test_the_curve_of_each_group_is_told():
    rows = [c for c in decided(1, Weights(6.0, 0.0, 12.0, -9.0), 2000) if c.half == 1]
    lines = list(fit_refusing.told(rows, Refusing(Weights(6.0, 0.0, 12.0, -9.0), 0.5)))
    text = "\n".join(lines)
    assert "area under the curve" in text
    assert "at the threshold in force (0.50)" in text
    assert "at 0.10 falsely refused" in text


def test_the_same_cases_give_the_same_values():
    rows = decided(2, Weights(6.0, 1.0, 3.0, -4.0))
    now = Refusing(Weights(1.0, 1.0, 1.0, 0.0), 0.3)
    fits = [fit_refusing.fit(rows, now, share=0.1, left_out=0) for _ in range(2)]
    assert fits[0] == fits[1]


def test_each_group_weighs_the_same_and_its_interval_holds_the_mean():
    found = figure([1.0] * 90 + [0.0] * 10, [0.0] * 5 + [1.0] * 5)
    assert found.value == pytest.approx(0.7)
    assert found.low < 0.7 < found.high
    assert figure([0.5] * 7) == figure([0.5] * 7)
