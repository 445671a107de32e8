"""How much of a question's words stands together in a passage."""

from __future__ import annotations

import pytest

from rag.finding.coverage import Coverage, QuestionTerms, Stems, coverage
from rag.lexical import Words
from rag.passages import sentences

RARE = {"harbour": 3.0, "bridge": 2.0, "close": 1.0}


def asked(text: str, **options) -> QuestionTerms:
    return QuestionTerms.of([(word, RARE.get(word, 1.0)) for word in text.split()], **options)


def covered(terms: QuestionTerms, passage: str) -> Coverage:
    return coverage(terms, passage, sentences(passage), Stems(lambda word: [word]))


def test_weights_are_shares_of_how_rare_the_words_are():
    assert asked("harbour bridge close").weights == pytest.approx(
        {"harbour": 3 / 6, "bridge": 2 / 6, "close": 1 / 6}
    )
    common = QuestionTerms.of([("who", 0.0), ("was", 0.0)])
    assert common.weights == {"who": 0.5, "was": 0.5}
    assert QuestionTerms.of([]).weights == {}


def test_a_word_said_twice_in_the_question_counts_once():
    assert asked("bridge bridge harbour").weights == pytest.approx(
        {"bridge": 2 / 5, "harbour": 3 / 5}
    )


def test_all_words_in_one_sentence_are_all_there_is():
    found = covered(asked("harbour bridge close"), "It rains. The harbour bridge will close.")
    assert (found.passage, found.sentence, found.neighbours) == pytest.approx((1.0, 1.0, 1.0))
    # "bridge will close" is no phrase of the question.
    assert found.phrases == pytest.approx(1 / 2)


def test_words_far_apart_count_in_the_passage_and_not_in_a_sentence():
    text = "The harbour is calm. It rains. The bridge is old. They close at noon."
    found = covered(asked("harbour bridge close"), text)
    assert found.passage == pytest.approx(1.0)
    assert found.sentence == pytest.approx(3 / 6)
    assert found.neighbours == pytest.approx(3 / 6)
    assert found.phrases == 0.0
    near = covered(asked("harbour bridge close"), "It rains. The harbour is calm. The bridge, too.")
    assert near.sentence == pytest.approx(3 / 6)
    assert near.neighbours == pytest.approx(5 / 6)


def test_saying_a_word_again_counts_nothing():
    once = covered(asked("harbour bridge"), "The bridge is old.")
    often = covered(asked("harbour bridge"), "Bridge after bridge after bridge.")
    assert once == often


def test_what_stands_for_a_word_counts_as_far_as_it_does_and_the_best_of_them_once():
    terms = asked("harbour bridge", instead={"port": ("harbour", 0.5), "quay": ("harbour", 0.2)})
    assert covered(terms, "A quay in the port.").passage == pytest.approx(0.5 * 3 / 5)
    assert covered(terms, "A quay, a port, a harbour.").passage == pytest.approx(3 / 5)
    # In a phrase it stands for the word as well.
    assert covered(terms, "The port bridge.").phrases == 1.0
    # What stands for a word that is not asked for says nothing.
    other = asked("bridge", instead={"port": ("harbour", 0.5)})
    assert covered(other, "A port.") == Coverage()


def test_words_of_earlier_turns_count_beside_those_of_the_question():
    terms = asked("close", also=[("harbour", 1.0), ("close", 9.0)])
    assert terms.weights == pytest.approx({"close": 0.5, "harbour": 0.5})
    assert terms.phrases == frozenset()
    assert covered(terms, "The harbour.").passage == pytest.approx(0.5)


def test_a_question_of_one_word_has_no_phrases_and_one_of_none_covers_nothing():
    assert covered(asked("bridge"), "The bridge.").phrases == 0.0
    assert covered(asked(""), "The bridge.") == Coverage()
    assert covered(asked("bridge"), "") == Coverage()


def test_shares_lie_between_0_and_1():
    terms = asked("harbour bridge close", also=[("rain", 5.0)], instead={"port": ("harbour", 0.9)})
    found = covered(terms, "Rain. Harbour bridge close port rain. Bridge close.")
    for share in (found.passage, found.sentence, found.neighbours, found.phrases):
        assert 0.0 <= share <= 1.0 + 1e-12


def test_words_are_found_whatever_their_case_accents_and_endings(tmp_path):
    words = Words(tmp_path / "words")
    stems = Stems(words.terms)
    terms = QuestionTerms.of(
        [(term, 1.0) for term in words.telling("closing happy cafés in Orvik")]
    )
    text = "CLOSED: the happiest, happy Café of Orvik's."
    said = [(text[word.start : word.end], word.term) for word in terms.said(text, stems)]
    assert said == [("CLOSED", "close"), ("happy", "happi"), ("Café", "cafe"), ("Orvik", "orvik")]
    assert terms.share_in("An Orvik cafe", stems) == pytest.approx(0.5)
    words.close()


def test_the_middle_of_a_word_is_no_word():
    terms = asked("harbour art")
    assert terms.said("A party_art, harbourmaster.", Stems(lambda word: [word])) == [
        (8, 11, "art", 0.25)
    ]


def test_what_is_remembered_of_words_has_a_bound(monkeypatch):
    asked_for: list[str] = []

    def terms(word: str) -> list[str]:
        asked_for.append(word)
        return [word]

    monkeypatch.setattr("rag.finding.coverage._REMEMBERED", 2)
    stems = Stems(terms)
    for word in ("a", "b", "a", "c", "a"):
        assert stems.of(word) == word
    assert asked_for == ["a", "b", "c", "a"]


def test_a_word_that_is_not_indexed_has_no_term():
    assert Stems(lambda _: []).words("any") == [("any", "")]


LETTERS = (
    "dying lying tying skies happier cafés naïve Ångström Dvořák Łódź Đoković Ørsted Ærø Œuvre"
    " Guðmundur Yıldırım straße İzmir Київ Йорк Фёдор ПРИВЕТ Ελλάδα Σοφία 茶馆 ١٩٩٩"
)


@pytest.mark.parametrize("word", LETTERS.split())
def test_a_word_is_seen_whatever_letters_it_is_written_with(tmp_path, word):
    """The index has words by their stems, without accents: of a text as it is printed, no word
    that has a term of the question may be passed over."""
    words = Words(tmp_path / "words")
    stems = Stems(words.terms)
    terms = QuestionTerms.of([(term, 1.0) for _, term in stems.words(word)])
    text = f"İ said: {word}!"
    found = coverage(terms, text, sentences(text), stems)
    assert found.passage == found.sentence == pytest.approx(1.0)
    assert {text[said.start : said.end] for said in terms.said(text, stems)} == {word}
    words.close()
