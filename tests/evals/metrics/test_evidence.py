"""When words of an article are the evidence that was wanted."""

from __future__ import annotations

from evals.metrics.evidence import pieces, ranks
from evals.sets.questions import Evidence

SENTENCE = "Pellam Dredging will remove 380,000 tonnes of silt over six months."
PASSAGE = f"The harbour board met on Tuesday. {SENTENCE} Work begins in May, it said."


def piece(quote: str, article: str = "harbour"):
    return pieces([Evidence(article, quote)])[0]


def test_a_sentence_is_held_by_its_passage_and_a_passage_by_its_sentence():
    assert piece(SENTENCE).held_by("harbour", PASSAGE)
    assert piece(PASSAGE).held_by("harbour", SENTENCE)


def test_most_of_a_sentence_is_enough_and_a_few_words_are_not():
    assert piece(SENTENCE).held_by("harbour", "Pellam Dredging will remove 380 000 tonnes of silt")
    assert not piece(SENTENCE).held_by("harbour", "Pellam Dredging said that it knew of no delay.")


def test_the_same_words_in_another_order_are_not_the_evidence():
    shuffled = " ".join(sorted(SENTENCE.split()))
    assert not piece(SENTENCE).held_by("harbour", shuffled)


def test_typography_does_not_count():
    assert piece("“It’s over”, she said - twice.").held_by(
        "harbour", '"It\'s over", she said, twice'
    )


def test_the_words_count_in_an_article_that_is_named_alone():
    assert not piece(SENTENCE).held_by("elsewhere", PASSAGE)


def test_equal_words_in_several_articles_are_one_piece_with_several_places():
    found = pieces([Evidence("one", SENTENCE), Evidence("two", SENTENCE.upper())])
    assert len(found) == 1
    assert all(found[0].held_by(article, PASSAGE) for article in ("one", "two"))


def test_a_quote_without_words_is_no_piece():
    assert pieces([Evidence("one", ""), Evidence("one", "...")]) == ()
    assert not piece(SENTENCE).held_by("harbour", "")


def test_each_piece_has_the_ranks_at_which_it_is_found():
    wanted = pieces([Evidence("harbour", SENTENCE), Evidence("fair", "The fair is off.")])
    found = [("fair", "Rain all week."), ("harbour", PASSAGE), ("harbour", SENTENCE)]
    assert ranks(wanted, found) == [[2, 3], []]
