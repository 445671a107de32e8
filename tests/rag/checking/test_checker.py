"""Statements against quoted words: what is borne out, what is not, and why."""

from __future__ import annotations

from datetime import date

import pytest

from rag.checking.checker import Checker
from rag.checking.faults import Checked, Quote, What
from rag.embedding import SentenceEmbedding
from rag.settings import Settings
from rag.types import Dated, Source

CROWD = Quote(
    "A crowd of 12,000 saw Tarn Rovers beat Ellmere Town on Saturday, the club’s chairman,"
    " Joel Tarrant, said. It was the largest since March 1987.",
    title="Rovers win the Venn derby",
    publisher="Tarn Post",
    published=date(2024, 3, 12),
)
PIER = Quote(
    "The Ellmere Harbour Board (EHB) did not repair the pier in 2019. It failed to find £1.2m and"
    " lost 14 per cent of its income.",
    published=date(2024, 5, 2),
)


def check(statement: str, *quotes: Quote) -> Checked:
    return Checker().check(statement, quotes)


@pytest.mark.parametrize(
    ("statement", "quote"),
    [
        ("Tarn Rovers beat Ellmere Town.", CROWD),
        ("Paul Okoye bought the mill.", Quote("The mill was sold to Paul Okoye.")),
        ("Ellmere Town was beaten by Tarn Rovers.", CROWD),
        ("Ellmere Town lost to Tarn Rovers.", CROWD),
        ("Twelve thousand people saw it, Mr Tarrant said.", CROWD),
        ("On 9 March 2024 Rovers beat Ellmere Town.", CROWD),
        ("Rovers beat Town in March 2024.", CROWD),
        ("Last Saturday’s crowd was the largest since 1987.", CROWD),
        ("The Tarn Post told of a Venn derby.", CROWD),
        ("J. Tarrant is the chairman.", CROWD),
        ("The EHB never repaired the pier.", PIER),
        ("In 2019 the pier was not repaired.", PIER),
        ("The Ellmere Harbour Board lost 14% of its income.", PIER),
        ("It could not find £1.2 million.", PIER),
        ("It could not find £1,200,000.", PIER),
    ],
)
def test_what_the_quotes_say_in_other_words_holds(statement, quote):
    assert check(statement, quote).why == ""


@pytest.mark.parametrize(
    ("statement", "quote", "what", "why"),
    [
        ("14,000 saw it.", CROWD, What.NUMBER, "14,000"),
        ("Ada Orm, the chairman, said so.", CROWD, What.NAME, "nothing quoted names “Ada Orm”"),
        ("Orm’s club won on Saturday.", CROWD, What.NAME, "“Orm”"),
        ("On 10 March 2024 Rovers beat Town.", CROWD, What.DATE, "says 10 March 2024"),
        ("It was the largest since April 1987.", CROWD, What.DATE, "April 1987"),
        ("It was the largest since 1978.", CROWD, What.DATE, "1978"),
        ("Ellmere Town beat Tarn Rovers.", CROWD, What.ROLE, "changed places"),
        ("Tarn Rovers were beaten by Ellmere Town.", CROWD, What.ROLE, "changed places"),
        ("Tarn Rovers did not beat Ellmere Town.", CROWD, What.NEGATION, "beat"),
        ("It was the smallest crowd since March 1987.", CROWD, What.OPPOSITE, "largest"),
        ("The Ellmere Harbour Board did repair the pier.", PIER, What.NEGATION, "not repair"),
        ("The Ellmere Harbour Board repaired the pier.", PIER, What.NEGATION, "not repair"),
        ("It found £1.2m.", PIER, What.NEGATION, "failed to find"),
        ("It failed to find $1.2m.", PIER, What.UNIT, "says $1.2m; the quoted words say £1.2m"),
        ("It lost £14 of its income.", PIER, What.UNIT, "14 per cent"),
    ],
)
def test_what_the_quotes_do_not_say_is_told_with_its_reason(statement, quote, what, why):
    checked = check(statement, quote)
    assert not checked.holds
    found = [fault for fault in checked.faults if fault.what is what]
    assert found, checked
    assert why in found[0].why
    assert "\n" not in checked.why


def test_a_whole_sentence_quoted_word_for_word_holds():
    for quote in (CROWD, PIER):
        assert check(quote.text, quote).holds
        assert check(quote.text.split(". ")[1], quote).holds


def test_part_of_a_sentence_may_say_the_opposite():
    quote = Quote("He denied that the Ellmere board had sold the pier.")
    assert not check("The Ellmere board had sold the pier.", quote).holds


def test_several_quotes_bear_a_statement_out_together():
    statement = "Tarn Rovers beat Ellmere Town, and the EHB lost 14% of its income."
    assert check(statement, CROWD, PIER).holds
    assert not check(statement, CROWD).holds
    assert not check(statement, PIER).holds


def test_a_date_without_a_day_to_read_it_from_is_compared_as_far_as_it_goes():
    quote = Quote("The Ellmere pier opened on 3 March.")
    assert check("The Ellmere pier opened in March.", quote).holds
    assert not check("The Ellmere pier opened on 4 March.", quote).holds


def test_a_quote_knows_its_source_to_the_day_or_not_at_all():
    source = Source(id="a", title="Pier opens", source="Post", published=Dated.parse("2024-05-02"))
    assert Quote.of("It opened.", source).published == date(2024, 5, 2)
    vague = Source(id="a", published=Dated.parse("2024-05"))
    assert Quote.of("It opened.", vague).published is None


def test_a_fault_says_where_it_stands():
    statement = "Some 40 people saw Tarn Rovers."
    (fault,) = check(statement, CROWD).faults
    assert statement[fault.start : fault.end] == "40"
    assert Checked.from_dict(check(statement, CROWD).to_dict()) == check(statement, CROWD)


def test_nothing_said_and_nothing_quoted():
    assert check("  ", CROWD).holds
    assert not check("Ada Orm won 3 of them.").holds


def test_meaning_is_checked_with_the_model(model: SentenceEmbedding):
    checker = Checker(model.encode, Settings().checking.unsupported_below)
    quote = Quote("The old pier was closed because its timbers had rotted.")
    assert checker.check("Rotten wood led to the closing of the pier.", (quote,)).holds
    other = checker.check("The orchestra played a waltz for the children.", (quote,))
    assert [fault.what for fault in other.faults] == [What.MEANING]
    assert Checker().check("The orchestra played a waltz for the children.", (quote,)).holds


PORT = Quote(
    "Maren Holt runs the port. Petra J. Lind called the damage serious but repairable. "
    "The harbour, an undertaking of the town of Tarn, closes its gates at night."
)


def test_what_another_name_does_is_not_said_of_this_one() -> None:
    (fault,) = check("Maren Holt called the damage serious.", PORT).faults
    assert fault.what is What.ROLE
    assert fault.why == "the quoted words say it of “Petra J. Lind”, not of “Maren Holt”"


@pytest.mark.parametrize(
    "statement",
    [
        "Petra J. Lind called the damage serious.",
        "Lind called the damage serious, and Maren Holt runs the port.",
        "Maren Holt's port closes its gates at night.",
        "Maren Holt spoke of serious damage.",
    ],
)
def test_what_might_be_said_of_both_is_no_fault(statement: str) -> None:
    assert "say it of" not in check(statement, PORT).why
