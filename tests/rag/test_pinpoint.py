"""The words that answer most directly."""

from __future__ import annotations

import pytest

from rag.engine import Engine
from rag.pinpoint import pinpoint
from rag.wanted import Wanted, wanted

BRIDGE = "The Tarn harbour bridge will close on 3 March for eleven weeks, the authority said."


def marked(question: str, sentence: str) -> list[str]:
    return [sentence[start:end] for start, end in pinpoint(question, sentence)]


@pytest.mark.parametrize(
    ("question", "sentence", "words"),
    [
        ("When will the bridge close?", BRIDGE, "3 March"),
        ("How long will the bridge close?", BRIDGE, "eleven weeks"),
        (
            "Who called the damage repairable?",
            "Director Maren Holt called the damage serious but repairable.",
            "Director Maren Holt",
        ),
        ("How many passengers does each carry?", "Each of them carries 180 passengers.", "180"),
        (
            "What are the repairs expected to cost? How much?",
            "The repairs are expected to cost 4.2 million crowns.",
            "4.2 million crowns",
        ),
        (
            "How long did the jury take?",
            "The jury took two hours and ten minutes to convict.",
            "two hours and ten minutes",
        ),
        ("How tall was she?", "She was six feet two inches tall.", "six feet two inches"),
        ("How much will it cost?", "It will cost £19.6m in all.", "£19.6m"),
        ("How much did it cost?", "In 1999 it cost US$3 million.", "US$3 million"),
        ("How much did it cost?", "It cost $5.4million, not 3,000.", "$5.4million"),
        (
            "Where did the glasshouse reopen?",
            "The glasshouse of the botanic garden reopened in Ellmere after two years.",
            "Ellmere",
        ),
        ("In what year did the mill burn down?", "The mill burnt down in May 1911.", "1911"),
        ("When did the mill burn down?", "The mill burnt down in May 1911.", "May 1911"),
        ("In which century was it built?", "It was built in the 12th century.", "the 12th century"),
        (
            "Why was the market cancelled?",
            "The market was cancelled because the square is flooded, and nobody came.",
            "because the square is flooded",
        ),
        ("What is the feast called?", "They hold a feast called Wianki by the river.", "Wianki"),
        (
            "What type of engines were used on ships?",
            "Only marine triple expansion engines were used on ships.",
            "marine triple expansion engines",
        ),
    ],
)  # fmt: skip
def test_what_is_asked_for_is_marked(question: str, sentence: str, words: str):
    assert marked(question, sentence) == [words]


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("What is a tide?", "A tide is the rise and fall of the sea."),
        ("Did the bridge close on 3 March?", BRIDGE),
        ("Who will close the bridge?", BRIDGE),
        ("When did the ferry sink?", "Nobody knows."),
        ("Who met whom?", "Ann Roe met Bob Lee, Cy Dow and Di Fox."),
        ("How many people came?", "In 1911 people came from afar."),
        ("How much did it cost?", "The ferry that it cost left the quay at 5.40am."),
        ("How much did it cost?", "It cost what it did at 10:30am."),
        ("", ""),
    ],
)
def test_nothing_is_marked_rather_than_something_wrong(question: str, sentence: str):
    assert marked(question, sentence) == []


def test_the_words_of_the_question_are_no_answer():
    sentence = "Maren Holt, who succeeded Ida Brandt, runs the port."
    assert marked("Whom did Maren Holt succeed?", sentence) == ["Ida Brandt"]


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Which city is it in?", Wanted.PLACE),
        ("What percentage voted?", Wanted.MEASURE),
        ("Which company built it?", Wanted.NAME),
        ("How does it work?", None),
    ],
)
def test_the_question_says_what_is_wanted(question: str, kind: Wanted | None):
    assert wanted(question) is kind


def test_answers_to_facts_carry_their_marks(engine: Engine):
    first = engine.ask("When will the harbour bridge close?").statements[0]
    assert [first.text[a:b] for a, b in first.marked] == ["3 March"]
