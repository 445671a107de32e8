"""Which sentences are quoted, and when none is."""

from __future__ import annotations

import math
from collections.abc import Sequence

from rag.evidence import Evidence, EvidenceReader, Sentence
from rag.fitted import Fitted
from rag.quoting import choose, statements
from rag.rarity import Rarity
from rag.refusing import Features, Weights, features
from rag.types import Hit, Passage, Source


def hit(article: str) -> Hit:
    return Hit(Passage(f"{article}.0", article, "", 0, 0), Source(article), 1.0)


def evidence(*rows: tuple[str, int, str, float]) -> Evidence:
    sentences = tuple(
        Sentence(hit(article), start, start + len(text), text, similarity)
        for article, start, text, similarity in rows
    )
    return Evidence(sentences, (0.9,), (0.7,))


def texts(sentences: Sequence[Sentence]) -> list[str]:
    return [sentence.text for sentence in sentences]


def test_sentences_far_behind_the_best_are_left_out():
    found = evidence(("a", 0, "It opened.", 0.9), ("a", 50, "It rained.", 0.4))
    assert texts(choose(found, most=3)) == ["It opened."]


def test_what_answers_most_directly_comes_first():
    found = evidence(
        ("a", 5, "Nearly.", 0.87), ("b", 0, "Elsewhere.", 0.88), ("a", 90, "This.", 0.9)
    )
    assert texts(choose(found, most=3)) == ["This.", "Elsewhere.", "Nearly."]


def test_a_question_is_not_quoted_as_an_answer_while_there_is_another():
    found = evidence(("a", 0, "When did it open?", 0.99), ("a", 20, "It opened on Monday.", 0.7))
    assert texts(choose(found, most=3)) == ["It opened on Monday."]
    assert texts(choose(evidence(("a", 0, "When did it open?", 0.9)), most=3))


def test_the_same_words_in_two_papers_are_quoted_once():
    found = evidence(
        ("a", 0, "The port is open again.", 0.9), ("b", 0, "The port is open again.", 0.9)
    )
    assert len(choose(found, most=3)) == 1


def test_an_answer_stays_short_unless_one_sentence_is_long():
    long = "word " * 100
    found = evidence(("a", 0, long, 0.9), ("b", 0, "And another one.", 0.89))
    assert texts(choose(found, most=3)) == [long]


def test_no_evidence_means_no_statement():
    assert choose(Evidence(), most=3) == []
    assert statements([]) == []


def test_every_statement_is_its_quote():
    (statement,) = statements(choose(evidence(("a", 7, "It opened.", 0.9)), most=3))
    (citation,) = statement.citations
    assert statement.text == citation.quote == "It opened."
    assert (citation.start, citation.end, citation.marker) == (7, 17, 1)


def shipped() -> Weights:
    return Fitted.read().refusing.weights


def test_no_evidence_has_no_features_and_little_confidence():
    assert features(Evidence()) == Features()
    assert shipped().confidence(Features()) < 0.01
    assert shipped().confidence(Features(1, 1, 1)) > 0.99


def test_better_evidence_never_lowers_the_confidence():
    middling = Features(0.5, 0.5, 0.2)
    for better in (Features(0.6, 0.5, 0.2), Features(0.5, 0.5, 0.3)):
        assert shipped().confidence(better) > shipped().confidence(middling)


def test_rare_words_weigh_more_than_common_ones_even_in_an_empty_library():
    rarity = Rarity(lambda _: 0, str.split, lambda: 0)
    assert 0 <= rarity.weight("the") < rarity.weight("bridge") < rarity.weight("glasshouse")


def test_a_word_all_passages_hold_weighs_next_to_nothing():
    rarity = Rarity(lambda _: 100_000, str.split, lambda: 100_000)
    assert math.isclose(rarity.weight("glasshouse"), 0, abs_tol=0.01)


def test_a_sentence_that_answers_is_closer_than_its_neighbours(engine, model):
    question = "What does entry to the glasshouse cost?"
    hits = engine.search(question, k=3)
    stored = engine.library.stored([h.passage.id for h in hits])
    rarity = Rarity(engine.library.frequency, engine.library.terms, engine.library.passage_count)
    reader = EvidenceReader(model, rarity.weight)
    found = reader.read(question, [(h, stored[h.passage.id]) for h in hits])
    best = max(found.sentences, key=lambda sentence: sentence.similarity)
    assert best.text == "Entry costs 60 crowns and is free for children."
    for sentence in found.sentences:
        text = engine.library.article(sentence.hit.source.id).text
        assert text[sentence.start : sentence.end] == sentence.text
