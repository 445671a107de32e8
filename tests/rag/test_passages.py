"""Sentences and passages by offsets."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from rag.embedding import SentenceEmbedding
from rag.passages import sentences, split


def words(texts):
    return [len(text.split()) for text in texts]


def pieces(text, spans):
    return [text[a:b] for a, b in spans]


def test_abbreviations_initials_and_decimals_end_no_sentence():
    text = "U.S. Sen. A. B. Reyes paid $3.5 million on Jan. 5. It was No. 7 on the list."
    assert pieces(text, sentences(text)) == [
        "U.S. Sen. A. B. Reyes paid $3.5 million on Jan. 5.",
        "It was No. 7 on the list.",
    ]


def test_a_closing_quotation_mark_stays_with_its_sentence():
    text = "She said: ‘We are tired of waiting.’ Then she left."
    assert pieces(text, sentences(text))[0] == "She said: ‘We are tired of waiting.’"


def test_every_line_is_a_paragraph_of_its_own():
    text = "Rain stops play\nThe match was called off\nIt resumes on Friday."
    assert len(sentences(text)) == 3


def test_hard_wrapped_lines_are_joined_within_a_paragraph():
    line = "The council met on Tuesday to discuss the new plan for the old harbour\n"
    text = (line * 3 + "and agreed on it.\n\n" + line * 3 + "but did not agree.").strip()
    assert len(sentences(text)) == 2


def test_a_paragraph_that_would_be_torn_starts_a_new_passage():
    text = "One two three four five six.\nSeven eight nine ten. Eleven twelve thirteen fourteen."
    chunks = split(text, count=words, limit=12)
    assert [text[c.start : c.end] for c in chunks] == text.split("\n")


def test_a_sentence_over_the_limit_is_cut_at_its_clauses():
    text = "one two three four, five six seven eight; nine ten eleven twelve, end of it"
    chunks = split(text, count=words, limit=9)
    assert [text[c.start : c.end] for c in chunks] == [
        "one two three four, five six seven eight;",
        "nine ten eleven twelve, end of it",
    ]


def test_no_passage_is_longer_than_the_model_reads(model: SentenceEmbedding):
    text = "Antidisestablishmentarianism " * 400 + "x" * 5000 + ". A plain sentence. " * 200
    for chunk in split(text, count=model.count, limit=220):
        assert model.count([text[chunk.start : chunk.end]])[0] <= 220


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.sampled_from('ab .!?\n\t\u00a0’”"É漢,;:-0🙂'), max_size=400))
def test_passages_hold_all_that_is_not_white_space_and_never_overlap(text: str):
    chunks = split(text, count=words, limit=20)
    assert "".join("".join(text[c.start : c.end].split()) for c in chunks) == "".join(text.split())
    spans = [span for chunk in chunks for span in chunk.sentences]
    assert spans == sorted(spans)
    for chunk in chunks:
        assert chunk.sentences[0][0] == chunk.start
        assert chunk.sentences[-1][1] == chunk.end
