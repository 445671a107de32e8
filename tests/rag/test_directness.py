"""How directly sentences answer, and what says so."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rag import telling
from rag.assembly import evidence_reader, reading_model, signal_reader
from rag.directness import Directness, Weighed
from rag.engine import Engine
from rag.evidence import Sentence
from rag.retrieval import PassageRetriever
from rag.types import Article, Hit, Passage, Source

LINES = (
    "Ferry line to reopen",
    "By Ida Brandt",
    "When will the ferry sail again?",
    "The ferry to Ostrava island will sail again on 9 May.",
    "It carries 300 passengers, Maren Holt of Coastline said.",
    "The ferry is painted green and white, as it has always been.",
)


@pytest.fixture(scope="module")
def paper(tmp_path_factory, model) -> Iterator[Engine]:
    with Engine.create(tmp_path_factory.mktemp("lines") / "library", embedding=model) as engine:
        engine.library.put(Article(id="ferry", title=LINES[0], text="\n".join(LINES)))
        yield engine


def weighed(engine: Engine, question: str) -> list[Weighed]:
    retriever = engine.retriever
    assert isinstance(retriever, PassageRetriever)
    asked = retriever.reader.read(question)
    hits = engine.search(question)
    stored = engine.library.stored([hit.passage.id for hit in hits])
    reader = evidence_reader(engine.library, reading_model(engine.embedding))
    evidence = reader.read(question, [(hit, stored[hit.passage.id]) for hit in hits])
    weights = engine.settings.quoting.weights
    return Directness(signal_reader(engine.library), weights).weighed(asked, evidence)


def first(engine: Engine, question: str) -> Weighed:
    return weighed(engine, question)[0]


@pytest.mark.parametrize(
    ("question", "line"),
    [
        ("When will the ferry sail again?", LINES[3]),
        ("How many passengers does the ferry carry?", LINES[4]),
        ("What colour is the ferry painted?", LINES[5]),
    ],
)
def test_the_sentence_that_answers_comes_first(paper, question, line):
    found = first(paper, question)
    assert found.sentence.text == line
    assert found.chance > 0.5


def test_headlines_bylines_and_questions_answer_nothing_while_there_is_another(paper):
    said = [one.sentence.text for one in weighed(paper, "When will the ferry sail again?")]
    assert sorted(said) == sorted(LINES[3:])


def test_a_thing_of_the_kind_asked_speaks_for_a_sentence_unless_the_question_says_it(paper):
    def wanted(question: str) -> dict[str, float]:
        found = weighed(paper, question)
        return {one.sentence.text: one.signals.wanted for one in found}

    assert wanted("When will the ferry sail again?") == {LINES[3]: 1, LINES[4]: 0, LINES[5]: 0}
    assert wanted("Who runs the ferry?")[LINES[4]] == 1
    assert wanted("Who is Maren Holt of Coastline?")[LINES[4]] == 0
    assert not any(wanted("Is the ferry green?").values())


def test_what_the_sentence_before_and_the_title_say_counts_as_context(paper):
    found = weighed(paper, "How many passengers does the ferry to Ostrava carry?")
    signals = {one.sentence.text: one.signals for one in found}
    says = {one.sentence.text: sum(one.says.values()) for one in found}
    assert 0 < says[LINES[4]] < says[LINES[3]] < signals[LINES[4]].context <= 1
    assert signals[LINES[4]].leans == 1
    assert signals[LINES[3]].leans == 0


def test_chances_of_the_sentences_add_up_to_one(paper):
    assert sum(one.chance for one in weighed(paper, "Who is Maren Holt?")) == pytest.approx(1)


@pytest.mark.parametrize(
    ("text", "can"),
    [
        ("It is called drift.", True),
        ("By the end of May the ferry was sailing to the island again.", True),
        ("Published in 1851, the book was soon forgotten.", True),
        ("茶馆每天卖三百杯绿茶", True),
        ("茶馆每天卖多少杯绿茶？", False),
        ("By Ida Brandt and Paul Okoye", False),
        ("Updated 3 May 2024", False),
        ("TARN, 3 May -", False),
        ("Will it sail again before the summer is over?", False),
        ("A title.", False),
        (".", False),
    ],
)
def test_lines_of_the_page_are_told_from_sentences(text, can):
    hit = Hit(Passage("a.0", "a", "", 0, 0), Source("a", "A title"), 1.0)
    assert telling.answers(Sentence(hit, 0, len(text), text, 0.5)) is can
