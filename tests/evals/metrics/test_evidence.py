"""When words of an article are the evidence that was wanted."""

from __future__ import annotations

from evals.metrics.evidence import pieces_of, ranks
from evals.sets.questions import EVERY, Case, Evidence

SENTENCE = "Pellam Dredging will remove 380,000 tonnes of silt over six months."
PASSAGE = f"The harbour board met on Tuesday. {SENTENCE} Work begins in May, it said."


def pieces(evidence: list[Evidence]):
    return pieces_of(Case("one", "What?", evidence=tuple(evidence)))


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


def test_another_figure_or_a_not_makes_it_another_statement():
    cost = "It is going to cost £18.3m."
    assert not piece(cost).held_by("harbour", "“It is going to cost £17.9m.")
    assert piece(cost).held_by("harbour", f"The mayor spoke. {cost} Work began in 1911.")
    opened = "The bridge was opened to traffic in 1911."
    assert not piece(opened).held_by("harbour", "The bridge was opened to traffic in 1964.")
    voted = "The council did vote for the bridge on Monday."
    assert not piece(voted).held_by("harbour", voted.replace("did vote", "did not vote"))


def test_quotes_that_hold_the_answer_are_one_piece_and_each_part_of_it_one():
    quotes = ("Ada Holm won.", "It was Ada Holm who won.", "Jo Berg came second.", "It rained.")
    evidence = tuple(Evidence("race", quote) for quote in quotes)
    one = Case("one", "Who won?", ("Ada Holm",), evidence=evidence)
    assert [len(p.places) for p in pieces_of(one)] == [2, 1, 1]
    parts = Case("all", "Who?", ("Ada Holm", "Jo Berg"), evidence=evidence, tags=("all",))
    assert [len(p.places) for p in pieces_of(parts)] == [2, 1, 1]
    every = Case("every", "Who?", ("Ada Holm",), evidence=evidence, tags=(EVERY,))
    assert [len(p.places) for p in pieces_of(every)] == [1, 1, 1, 1]


def test_words_beside_the_answer_do_not_bear_it():
    text = "The race was run on Sunday in the rain, and Ada Holm won it by a minute."
    case = Case("one", "Who won?", ("Ada Holm",), evidence=(Evidence("race", text),))
    first, last = "The race was run on Sunday in the rain", "and Ada Holm won it by a minute."
    assert not pieces_of(case)[0].held_by("race", first)
    assert pieces_of(case)[0].held_by("race", last)


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
