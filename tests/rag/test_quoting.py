"""Which sentences are quoted, and when none is."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import fields

from rag.directness import Weighed
from rag.evidence import EvidenceReader, Sentence
from rag.finding import ranking
from rag.finding.ranking import SentenceSignals
from rag.quoting import choose, statements
from rag.rarity import Rarity
from rag.types import Hit, Passage, Source

SILENT = SentenceSignals(**dict.fromkeys((f.name for f in fields(SentenceSignals)), 0.0))


def hit(article: str) -> Hit:
    return Hit(Passage(f"{article}.0", article, "", 0, 0), Source(article), 1.0)


def weighed(*rows: tuple[str, str, float], says: Mapping[str, tuple[str, ...]] | None = None):
    """Sentences of articles with their scores, best first; ``says`` has the question's terms."""
    chances = ranking.chances([score for _, _, score in rows])
    found = [
        Weighed(
            Sentence(hit(article), 0, len(text), text, 0.5),
            SILENT,
            score,
            chance,
            dict.fromkeys((says or {}).get(text, ()), 0.5),
        )
        for (article, text, score), chance in zip(rows, chances, strict=True)
    ]
    return sorted(found, key=lambda one: -one.score)


def texts(sentences: Sequence[Sentence]) -> list[str]:
    return [sentence.text for sentence in sentences]


def test_what_is_far_less_likely_to_answer_is_left_out():
    found = weighed(("a", "It opened.", 9.0), ("a", "It rained.", 1.0))
    assert texts(choose(found, most=3)) == ["It opened."]


def test_a_longer_sentence_must_be_more_likely_to_answer():
    near = weighed(("a", "It opened.", 9.0), ("b", "It did on Monday.", 3.2))
    assert len(choose(near, most=3)) == 2
    wordy = weighed(("a", "It opened.", 9.0), ("b", "It did so, as was said, on Monday.", 3.2))
    assert len(choose(wordy, most=3)) == 1


def test_what_answers_most_directly_comes_first():
    found = weighed(("a", "Nearly.", 8.0), ("b", "Elsewhere.", 8.5), ("a", "This.", 9.0))
    assert texts(choose(found, most=3)) == ["This.", "Elsewhere.", "Nearly."]
    assert texts(choose(found, most=2)) == ["This.", "Elsewhere."]


def test_of_what_is_nearly_as_likely_that_comes_next_which_answers_another_part():
    rows = ("a", "The bridge closed.", 9.0), ("b", "It shut.", 8.5), ("c", "The lock opened.", 8.0)
    says = {"The bridge closed.": ("bridg",), "It shut.": ("bridg",), "The lock opened.": ("lock",)}
    assert texts(choose(weighed(*rows, says=says), most=2)) == [rows[0][1], rows[2][1]]
    assert texts(choose(weighed(*rows), most=2)) == [rows[0][1], rows[1][1]]


def test_the_same_words_in_two_papers_are_quoted_once():
    found = weighed(("a", "The port is open again.", 9.0), ("b", "The port is open again.", 9.0))
    assert len(choose(found, most=3)) == 1


def test_an_answer_stays_short_unless_one_sentence_is_long():
    long = "word " * 130
    found = weighed(("a", long, 9.0), ("b", "And another one.", 8.9))
    assert texts(choose(found, most=3)) == [long]


def test_no_evidence_means_no_statement():
    assert choose([], most=3) == []
    assert statements([]) == []


def test_every_statement_is_its_quote():
    (statement,) = statements([Sentence(hit("a"), 7, 17, "It opened.", 0.9)])
    (citation,) = statement.citations
    assert statement.text == citation.quote == "It opened."
    assert (citation.start, citation.end, citation.marker) == (7, 17, 1)


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
