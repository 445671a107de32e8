"""Articles that disagree are each quoted with who says so; older answers to how things are now are
told with their day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from rag.attribution import dated as dated_leads
from rag.days import dated
from rag.differing import corrects
from rag.embedding import SentenceEmbedding
from rag.engine import Engine
from rag.evidence import Sentence
from rag.question import Question
from rag.settings import Settings
from rag.types import Answer, Article, Hit, Passage, Source, Statement, Understood
from rag.understanding.present import about_now

DAY = date(2025, 3, 20)
FIRST = Article(
    id="first",
    title="Pier repair to cost £2.4m",
    source="Morning Post",
    published="2025-03-03",
    text="The repair of the Sandholm pier will cost £2.4m, the town council said on Monday.\n\n"
    "Work begins after the summer and is to take eight weeks.",
)
SECOND = Article(
    id="second",
    title="Pier bill up",
    source="Evening Star",
    published="2025-03-10",
    text="The repair of the Sandholm pier will cost £3.1m, engineers told the harbour board.\n\n"
    "They found rot in eleven of the forty piles.",
)
CORRECTION = Article(
    id="correction",
    title="Correction: pier",
    source="Morning Post",
    published="2025-03-12",
    text="Correction: the repair of the Sandholm pier will cost £2.6m, not £2.4m as was first"
    " reported on 3 March.",
)
MAYOR = Article(
    id="mayor",
    title="New mayor",
    source="Evening Star",
    published="2025-01-07",
    text="The mayor of Sandholm is Ingrid Quayle, who was elected by one vote on Tuesday.",
)
Ask = Callable[..., Answer]


@pytest.fixture
def ask(tmp_path: Path, model: SentenceEmbedding) -> Ask:
    def asked(
        question: str, *articles: Article, as_of: date = DAY, **settings_given: Any
    ) -> Answer:
        library = tmp_path / "".join(article.id for article in articles)
        settings = Settings.load(library=library, **settings_given)
        make = Engine.open if settings.library.exists() else Engine.create
        with make(settings, embedding=model) as engine:
            for article in articles:
                engine.library.put(article)
            return engine.ask(question, as_of=as_of)

    return asked


def leads(answer: Answer) -> list[str]:
    return [s.lead for s in answer.statements if s.lead]


COST = "How much will the repair of the Sandholm pier cost?"


def test_who_says_what_and_when_is_told_the_newest_last(ask: Ask) -> None:
    answer = ask(COST, SECOND, FIRST, MAYOR)
    assert leads(answer)[:2] == ["Morning Post, 3 March 2025", "Evening Star, 10 March 2025"]
    assert [s.text[s.marked[0][0] : s.marked[0][1]] for s in answer.statements[:2]] == [
        "£2.4m",
        "£3.1m",
    ]
    assert "differ" in " ".join(answer.trace.notes)
    assert answer.text.startswith("Morning Post, 3 March 2025: The repair")


def test_a_correction_is_named_as_one_and_comes_after_what_it_corrects(ask: Ask) -> None:
    answer = ask(COST, FIRST, CORRECTION, MAYOR)
    assert leads(answer) == [
        "Morning Post, 3 March 2025",
        "Morning Post, correction of 12 March 2025",
    ]


def test_of_more_voices_than_are_quoted_the_oldest_is_left_out(ask: Ask) -> None:
    answer = ask(COST, FIRST, SECOND, CORRECTION, statements=2)
    assert leads(answer) == [
        "Evening Star, 10 March 2025",
        "Morning Post, correction of 12 March 2025",
    ]
    alone = ask(COST, FIRST, SECOND, CORRECTION, statements=1)
    assert (len(alone.statements), leads(alone)) == (1, ["As of 3 March 2025"])
    assert "differ" not in " ".join(alone.trace.notes)


@pytest.mark.parametrize(
    ("title", "text", "does"),
    [
        ("Correction: pier", "The pier is 310 metres long.", True),
        ("Pier", "An earlier version of this article gave another sum.", True),
        ("Pier", "The number is 17, not 11 as was first reported.", True),
        ("Pier", "The board's revised figure is 452,000 tonnes.", True),
        ("Pier", "We gave the wrong figures for the vote.", True),
        ("Prison", "The Department of Corrections said 45 inmates were moved.", False),
        ("Boat", "The pilot corrected her course at noon.", False),
        ("Law", "The council passed the revised by-law on dogs.", False),
        ("Farewell", "We said goodbye to the old ferry.", False),
    ],
)
def test_only_what_says_so_is_a_correction(title: str, text: str, does: bool) -> None:
    hit = Hit(Passage("a.0", "a", text, 0, len(text)), Source("a", title), 1.0)
    assert corrects(Sentence(hit, 0, len(text), text, 0.5)) is does


def test_copies_are_one_voice_and_who_agrees_is_none(ask: Ask) -> None:
    copy = Article(
        id="copy", title=FIRST.title, source="Coast Daily", published="2025-03-04", text=FIRST.text
    )
    agreeing = Article(
        id="agreeing", source="Evening Star", published="2025-03-10",
        text="The repair of the Sandholm pier will cost about £2.4m, engineers said.",
    )  # fmt: skip
    assert not any("Post" in lead for lead in leads(ask(COST, FIRST, copy)))
    assert not any("Post" in lead for lead in leads(ask(COST, FIRST, agreeing)))


def test_what_is_of_another_unit_or_matter_is_no_disagreement(ask: Ask) -> None:
    other = Article(
        id="other", source="Evening Star", published="2025-03-10",
        text="The repair of the Sandholm pier will take 8 weeks, engineers said.",
    )  # fmt: skip
    assert not any("Post" in lead for lead in leads(ask(COST, FIRST, other)))


def test_an_older_answer_to_how_things_are_now_has_its_day(ask: Ask) -> None:
    answer = ask("Who is the mayor of Sandholm?", MAYOR)
    (first, *_) = answer.statements
    assert first.lead == "As of 7 January 2025"
    assert first.citations[0].quote == first.text
    assert str(first).startswith("As of 7 January 2025: The mayor")


def test_what_came_lately_has_its_day_behind_an_older_one() -> None:
    def sentence(name: str, published: str) -> Sentence:
        source = Source(name, published=dated(published))
        return Sentence(Hit(Passage(name, name, "", 0, 0), source, 1.0), 0, 1, "It is.", 0.5)

    question = Question(query_str="Who is the mayor?", asked="Who is the mayor?", as_of=DAY)
    old, fresh = sentence("old", "2025-01-07"), sentence("fresh", "2025-03-19")
    assert list(dated_leads([old, old, fresh], question)) == [
        "As of 7 January 2025",
        "",
        "As of 19 March 2025",
    ]
    assert list(dated_leads([fresh, old], question)) == ["", "As of 7 January 2025"]


def test_what_is_of_these_days_or_is_about_the_past_has_none(ask: Ask) -> None:
    fresh = ask("Who is the mayor of Sandholm?", MAYOR, as_of=date(2025, 1, 10))
    assert leads(fresh) == []
    assert leads(ask("Who was elected mayor of Sandholm?", MAYOR)) == []


def test_a_statement_comes_back_with_its_lead() -> None:
    said = Statement("It closed.", (), lead="As of 7 January 2025")
    assert Statement.from_dict(said.to_dict()) == said
    assert said.shown == "As of 7 January 2025: It closed."


@pytest.mark.parametrize(
    ("question", "now"),
    [
        ("Who runs the harbour?", True),
        ("How many people live in Sandholm?", True),
        ("How many boats are in the harbour?", True),
        ("How long is the pier?", False),
        ("What is a tide?", False),
        ("Who built the pier?", False),
        ("Why is the pier closed?", False),
    ],
)
def test_which_questions_are_about_now(question: str, now: bool) -> None:
    assert about_now(question, Understood(text=question), DAY) is now
