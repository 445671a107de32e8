"""Questions of several parts: what is covered is quoted, what is not is named."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rag.embedding import SentenceEmbedding
from rag.engine import Engine
from rag.settings import Settings
from rag.types import Answer, Article, Turn

LIGHTHOUSE = Article(
    id="lighthouse",
    title="The lighthouse at Skarn Point",
    text=(
        "The Skarn Point lighthouse is 143 years old and was designed by Edvin Moltke.\n"
        "Its lamp is seen from eleven miles away. Keepers lived there until 1971."
    ),
)
MILL = Article(
    id="mill",
    title="A mill by the weir",
    text=(
        "The Dorrick watermill is 212 years old, and still grinds on Saturdays.\n"
        "Miller Oona Strand bakes what she grinds. Visitors pay three crowns."
    ),
)
ROOF = Article(
    id="roof",
    title="The library's new roof",
    text=(
        "The town library of Vantry was given a new roof in the spring.\n"
        "Slates came from a quarry in the north. The work took nine weeks and cost 80,000 crowns."
    ),
)
PERU = "Who won the chess championship of Peru?"


@pytest.fixture(scope="module")
def parted(tmp_path_factory: pytest.TempPathFactory, model: SentenceEmbedding) -> Iterator[Engine]:
    settings = Settings(library=tmp_path_factory.mktemp("covering") / "library")
    with Engine.create(settings, embedding=model) as engine:
        for article in (LIGHTHOUSE, MILL, ROOF):
            engine.library.put(article)
        yield engine


def openings(answer: Answer) -> list[str]:
    return [" ".join(statement.text.split()[:3]) for statement in answer.statements]


def test_each_part_that_is_covered_comes_first_one_a_line(parted: Engine):
    asked = "Who designed the Skarn Point lighthouse, and how old is the Dorrick watermill?"
    answer = parted.ask(asked)
    assert openings(answer)[:2] == ["The Skarn Point", "The Dorrick watermill"]
    assert answer.uncovered == () and answer.listed
    assert answer.text.splitlines()[0] == str(answer.statements[0])
    marked = [s.text[a:b] for s in answer.statements[:2] for a, b in s.marked]
    assert marked == ["Edvin Moltke", "212 years"]


def test_a_part_that_is_not_covered_is_named_in_its_own_words(parted: Engine):
    answer = parted.ask(
        "How old is the Dorrick watermill, and who won the chess championship of Peru?"
    )
    assert answer.answered and openings(answer)[0] == "The Dorrick watermill"
    assert answer.uncovered == (PERU,)
    assert answer.text.splitlines()[-1] == answer.unsaid == f"The articles do not say: {PERU}"
    assert PERU not in answer.said and PERU not in Turn.of(answer).answer
    assert Answer.from_dict(answer.to_dict()) == answer


def test_what_was_put_beside_a_part_to_find_it_is_not_told(parted: Engine):
    answer = parted.ask("Who designed the Skarn Point lighthouse, and when was the canal dug?")
    assert answer.uncovered == ("When was the canal dug?",)


def test_what_is_not_covered_is_named_wherever_it_stands(parted: Engine):
    answer = parted.ask(
        "Who won the chess championship of Peru, and how old is the Dorrick watermill?"
    )
    assert answer.uncovered == (PERU,)
    assert openings(answer)[0] == "The Dorrick watermill"


def test_nothing_covered_is_a_plain_refusal(parted: Engine):
    answer = parted.ask("Who won the chess championship of Peru, and what is a muon's mass?")
    assert not answer.answered and answer.uncovered == ()
    assert answer.text == "The articles do not say."


def test_of_a_comparison_both_sides_are_quoted(parted: Engine):
    answer = parted.ask("Which is older, the Skarn Point lighthouse or the Dorrick watermill?")
    assert set(openings(answer)[:2]) == {"The Skarn Point", "The Dorrick watermill"}
    assert answer.uncovered == ()


def test_of_a_comparison_the_side_that_is_unknown_is_told(parted: Engine):
    answer = parted.ask("Which is older, the Skarn Point lighthouse or the Elbrus observatory?")
    assert openings(answer)[0] == "The Skarn Point"
    assert answer.uncovered == ("How old is the Elbrus observatory?",)


def test_a_sentence_that_answers_two_parts_is_quoted_once(parted: Engine):
    asked = "How old is the Skarn Point lighthouse, and who designed the Skarn Point lighthouse?"
    answer = parted.ask(asked)
    assert openings(answer).count("The Skarn Point") == 1
    assert answer.uncovered == ()


def test_a_question_of_one_part_has_nothing_uncovered(parted: Engine):
    answer = parted.ask("How old is the Dorrick watermill?")
    assert answer.answered and answer.uncovered == () and not answer.listed
