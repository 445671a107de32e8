"""Suggestions: questions the articles answer."""

from __future__ import annotations

from datetime import date

import pytest

from rag import suggesting
from rag.engine import Engine
from rag.proposing import Proposal, proposals
from rag.settings import Settings
from rag.suggesting import alike, varied


@pytest.fixture
def unhurried(monkeypatch):
    """Time to check every suggestion, however busy the machine is."""
    monkeypatch.setattr(suggesting, "_SECONDS", 60.0)


def asked(sentence: str) -> list[str]:
    return [proposal.question for proposal in proposals("a", sentence)]


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        ("The old ferry is to come back in March.", "When is the old ferry to come back?"),
        ("The old mill was rebuilt in 1911.", "When was the old mill rebuilt?"),
        (
            "The Tarn harbour bridge will close on 3 March for eleven weeks.",
            "When will the Tarn harbour bridge close?",
        ),
        (
            "The Tarn harbour bridge will close on 3 March for eleven weeks.",
            "How long will the Tarn harbour bridge close?",
        ),
        ("Entry costs 60 crowns and is free for children.", "How much does entry cost?"),
        (
            "Coastline Ferries has chartered two more boats for the spring.",
            "How many boats has Coastline Ferries chartered?",
        ),
        (
            "Gardener Ruth Asante said the oldest palm had survived the move.",
            "What did Ruth Asante say about the oldest palm?",
        ),
        ("Director Maren Holt called the damage serious.", "Who is Maren Holt?"),
        (
            "The spring market was cancelled because the square is flooded.",
            "Why was the spring market cancelled?",
        ),
    ],
)
def test_a_plain_sentence_gives_a_natural_question(sentence: str, question: str):
    assert question in asked(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "It was rebuilt in 1911.",
        "The first was rebuilt in 1911.",
        "Each of them was sold in 1911.",
        "The repairs will cost 3 million crowns.",
        "But the mill, which burnt down, was rebuilt in 1911.",
        "The new one will cost 3 million crowns.",
        "The chairman, Sir Martin Eddowes, had 40 applications.",
        "Nobody knows.",
    ],
)
def test_a_sentence_that_leans_on_others_gives_none(sentence: str):
    assert asked(sentence) == []


def test_forms_take_turns():
    made = [Proposal(f"{form}{n}?", form, "a", "") for form, n in ("a1", "a2", "b1")]
    assert [p.question for p in varied(made)] == ["a1?", "b1?", "a2?"]


def test_the_same_question_in_other_words_is_not_another():
    assert alike("How long will the bridge be closed?", "How long will the bridge close?")
    assert not alike("Who is Maren Holt?", "What's new on transport?")


@pytest.mark.usefixtures("unhurried")
def test_starters_are_varied_and_all_are_answered(engine: Engine):
    starters = engine.suggest(k=6)
    assert len(starters) == len(set(starters)) == 6
    assert "What's new on transport?" in starters
    assert any(s.startswith("Summarise '") for s in starters)
    assert all(engine.ask(s).answered for s in starters)


@pytest.mark.usefixtures("unhurried")
def test_what_follows_an_answer_is_of_its_articles_and_not_the_question_again(engine: Engine):
    answer = engine.ask("When will the Tarn harbour bridge close?")
    following = engine.suggest(answer)
    assert following
    assert not any(alike(s, answer.question) for s in following)
    assert any("Maren Holt" in s for s in following)
    covered = {s.text for s in answer.statements}
    for question in following:
        found = engine.ask(question)
        assert found.answered
        if not question.startswith(("Summarise", "What's new")):
            assert found.statements[0].text not in covered


@pytest.mark.usefixtures("unhurried")
def test_what_was_published_after_the_day_is_not_suggested(engine: Engine):
    starters = engine.suggest(k=9, as_of=date(2024, 2, 15))
    assert starters
    assert not any("Ferr" in s or "Okoye" in s for s in starters)


def test_an_empty_library_suggests_nothing(tmp_path, model):
    with Engine.create(Settings(library=tmp_path / "library"), embedding=model) as engine:
        assert engine.suggest() == ()


def test_no_time_means_fewer_suggestions(engine: Engine, monkeypatch):
    monkeypatch.setattr(suggesting, "_SECONDS", 0.0)
    assert engine.suggest(k=5) == ()
