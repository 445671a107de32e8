"""What it means that an answer holds, is or nearly is what was wanted."""

from __future__ import annotations

import re
import string
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.metrics.answers import exact_match, holds, holds_share, normalised, token_f1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The  “Al-Bashir” government, a new one!", "al bashir government new one"),
        ("Ida Roth’s mill", "ida roth s mill"),
        ("£5.5m, or 380,000 tonnes", "5.5m or 380000 tonnes"),
        ("1,234,567 in 2010,2011", "1234567 in 2010 2011"),
        ("5\u202f000 and 5\u00a0000", "5000 and 5000"),
        ("Opened 1.8.1866, for 1.8 million", "opened 1 8 1866 for 1.8 million"),
        ("It ended in 2014. 5 left.", "it ended in 2014 5 left"),
        ("The U.S.A. at 5 p.m.", "usa at 5 pm"),
        ("J. K. Orme, J.K. Orme", "jk orme jk orme"),
        ("Plan B. A new one", "plan b new one"),
        ("STRASSE Straße", "strasse strasse"),
        ("Cafe\u0301", "café"),
        ("The", "the"),
        ("...", ""),
    ],
)
def test_case_punctuation_and_articles_do_not_count_and_figures_stay_whole(text, expected):
    assert normalised(text) == expected


@pytest.mark.parametrize(
    ("text", "answers", "expected"),
    [
        ("He paid $4.2 million.", ["4.2 million"], True),
        ("He paid £4.2 million.", ["£4.2 million"], True),
        ("He paid £4.2 million.", ["2 million"], False),
        ("The channel is 7.9 metres deep.", ["9 metres"], False),
        ("The channel is 9 metres deep.", ["9 metres"], True),
        ("It moved 380,000 tonnes.", ["380000"], True),
        ("It moved 380,000 tonnes.", ["000", "380"], False),
        ("It happened in 2014.", ["201"], False),
        ("The cat sat.", ["category"], False),
        ("Born in Riyadh, Saudi Arabia.", ["Jeddah", "riyadh"], True),
        ("She said: ‘It’s over’.", ["it's over"], True),
        ("The U.S. Navy came.", ["US Navy"], True),
        ("Anything at all.", [], False),
        ("Anything at all.", ["the"], False),
        ("Anything at all.", ["", "?!"], False),
    ],
)
def test_an_answer_is_held_on_word_boundaries(text, answers, expected):
    assert holds(text, answers) is expected


@pytest.mark.parametrize(
    ("answer", "held_by", "not_by"),
    [
        ("The Who", "A song by the Who.", "The man who sang it."),
        ("US", "Firms of the US came.", "He told us so."),
        ("A", "It was graded A.", "It was a grade."),
        ("It", "King wrote It in 1986.", "He wrote it in 1986."),
    ],
)
def test_a_name_of_little_words_counts_in_its_own_case_alone(answer, held_by, not_by):
    assert holds(held_by, [answer])
    assert not holds(not_by, [answer])


def test_the_share_of_the_parts_that_are_held():
    text = "Ida Roth and Tom Vane signed it."
    assert holds_share(text, ["Roth", "Vane", "Pell", "Orme"]) == 0.5
    assert holds_share(text, []) is None


def test_an_exact_match_is_the_whole_answer():
    assert exact_match("The mill.", ["pier", "mill"]) is True
    assert exact_match("The old mill", ["mill"]) is False
    assert exact_match("a", ["the"]) is False
    assert exact_match("anything", []) is None


def test_token_f1_is_with_the_nearest_answer():
    assert token_f1("The mill", ["mill"]) == 1.0
    # Two of three words wanted, two of two found: 2 * (1 * 2/3) / (1 + 2/3).
    assert token_f1("Ida Roth", ["Peter", "Mrs Ida Roth"]) == pytest.approx(0.8)
    assert token_f1("mill mill", ["mill"]) == pytest.approx(2 / 3)
    assert token_f1("", ["mill"]) == 0.0
    assert token_f1("", [""]) == 1.0
    assert token_f1("mill", []) is None


# SQuAD's own rules: punctuation joins words, so they are put between them only.
_TEXTS = st.lists(
    st.sampled_from(["the", "A", "an", "Mill", "mill,", "(pier)", "1911.", "Roth!", "'old'", "—"])
).map(" ".join)


def _squad(text: str) -> list[str]:
    bare = "".join(c for c in text.lower() if c not in set(string.punctuation + "—"))
    return re.sub(r"\b(a|an|the)\b", " ", bare).split()


@given(_TEXTS, st.lists(_TEXTS, min_size=1, max_size=3))
def test_exact_match_and_f1_are_squads_where_no_word_holds_punctuation(text, answers):
    found, wanted = _squad(text), [_squad(answer) for answer in answers]
    if not all([found, *wanted]):
        return  # Of nothing but articles, SQuAD makes nothing, and takes all of them for equal.
    common = [(Counter(found) & Counter(one)).total() for one in wanted]
    scores = [
        2 * (n / len(found)) * (n / len(one)) / (n / len(found) + n / len(one)) if n else 0.0
        for n, one in zip(common, wanted, strict=True)
    ]
    assert exact_match(text, answers) == (found in wanted)
    assert token_f1(text, answers) == pytest.approx(max(scores))
