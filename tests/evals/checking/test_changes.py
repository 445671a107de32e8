"""Changes that make a true sentence untrue."""

from __future__ import annotations

from random import Random

from evals.checking import changes
from evals.checking.agreement import interval, kappa
from evals.checking.cases import (
    invented,
    labelled,
    of_answers,
    of_article,
    of_conversations,
    of_two,
)
from evals.sets.questions import Case, Evidence
from ingest.files import read_file
from ingest.reading import Read, megabytes
from ingest.sample import newspaper
from ingest.sources import File, find
from rag.types import Article

SENTENCE = "In 1911 the mill of Ida Roth was sold to Paul Okoye for $4,200, and 80 people left."


def chance() -> Random:
    return Random("tests")


def test_each_change_touches_one_thing():
    assert changes.number(SENTENCE, chance()) not in (None, SENTENCE)
    assert "1911" in (changes.number(SENTENCE, chance()) or "")
    assert "1911" not in (changes.date(SENTENCE, chance()) or "1911")
    assert "€4,200" in (changes.unit(SENTENCE, chance()) or "")
    assert "was not sold" in (changes.negated(SENTENCE, chance()) or "")
    named = changes.naming(["Maren Holt", "Paul Arden"])(SENTENCE, chance()) or ""
    assert "Maren Holt" in named
    known = ["Ida Roth", "Paul Okoye"]
    swapped = changes.exchanging(known)("The old Ida Roth was sold by Paul Okoye there.", chance())
    assert swapped == "The old Paul Okoye was sold by Ida Roth there."


def test_what_cannot_be_changed_is_left():
    plain = "The mill stood by the river for a while."
    for changer in (changes.number, changes.date, changes.unit, changes.negated, changes.affirmed):
        assert changer(plain, chance()) is None
    assert changes.naming(["Ida Roth"])(plain, chance()) is None
    assert changes.exchanging(["Ida Roth"])(plain, chance()) is None


def test_a_denial_is_taken_back():
    assert changes.affirmed("It was not sold.", chance()) == "It was sold."
    assert changes.affirmed("It did not burn.", chance()) == "It did burn."
    assert changes.affirmed("It not only burnt.", chance()) is None


def test_a_hedge_is_turned_round():
    assert changes.hedged("At least 40 came.", chance()) == "Less than 40 came."
    assert changes.hedged("It cost nearly $4,200.", chance()) == "It cost more than $4,200."
    assert changes.hedged("He went over the hill.", chance()) is None


def test_what_may_be_is_made_sure():
    assert changes.assured("The mill might close in May.", chance()) == (
        "The mill will close in May."
    )
    assert changes.assured("The mill could not close.", chance()) is None


def test_a_true_sentence_is_cut_where_it_may_be():
    text = "The mill burnt down in the spring, which nobody had thought it could."
    assert changes.shortened(text) == "The mill burnt down in the spring."


def test_the_pairs_of_an_article_are_the_same_every_time():
    text = f"{SENTENCE} The ferry was moved to the other bank by the council in May 1912."
    article = Article(id="mill", text=text)
    pairs = list(of_article(article, ["Maren Holt"]))
    assert pairs == list(of_article(article, ["Maren Holt"]))
    kinds = {pair.kind for pair in pairs}
    assert {"number", "date", "name", "unit", "negated", "unchanged", "date among"} <= kinds
    assert all(p.true == p.kind.startswith(("unchanged", "shortened")) for p in pairs)


def test_answers_are_taken_sentence_by_sentence_once():
    article = Article(id="mill", text=SENTENCE)
    said = "It was sold to Paul Okoye. It burnt down."
    case = Case(
        "1", "What of it?", answers=(said, said, "NA"), answerable=True, articles=("mill",),
        evidence=(Evidence("mill", SENTENCE),),
    )  # fmt: skip
    pairs = [p for p in of_answers([case], {"mill": article}) if p.kind == "answers"]
    assert [p.statement for p in pairs] == ["It was sold to Paul Okoye.", "It burnt down."]


def test_the_labelled_statements_quote_the_newspaper_word_for_word():
    found, _ = find(newspaper())
    read = [r for item in found if isinstance(item, File) for r in read_file(item, megabytes(1))]
    articles = {r.article.id: r.article for r in read if isinstance(r, Read)}
    pairs = list(labelled(articles))
    assert len(pairs) == len({p.id for p in pairs}) == 100
    assert sum(p.true for p in pairs) >= 45
    texts = [article.text for article in articles.values()]
    assert all(any(q.text in text for text in texts) for p in pairs for q in p.quotes)


def test_agreement_beyond_chance():
    assert kappa([True, False], [True, False]) == 1.0
    assert kappa([True, True, False, False], [True, False, True, False]) == 0.0
    assert kappa([], []) is None
    assert kappa([True], [True]) is None
    low, high = interval([True, False] * 20, [True, False] * 19 + [False, True]) or (0, 0)
    assert 0 < low < high <= 1


def test_a_measure_is_made_a_count_and_a_number_another_s():
    paid = "The council of the town paid 40 carters for three days of work on the old weir."
    assert "three days" not in (changes.counted(paid, chance()) or "three days")
    assert changes.counted("The council paid 40 carters.", chance()) is None
    assert changes.numbering("It has 17 rooms since 1911.")("40 came.", chance()) == "17 came."
    assert changes.numbering("It opened in 1911.")("40 came.", chance()) is None
    assert (
        changes.joined("Ida Roth left.", "The mill burnt.")
        == "Ida Roth left, while the mill burnt."
    )


def test_pairs_of_two_articles_are_held_against_a_sentence_of_each():
    text = f"{SENTENCE} In spring the ferry was moved to the other bank by Maren Holt and 17 men."
    pairs = {pair.kind: pair for pair in of_two(Article(id="mill", text=text))}
    assert {kind for kind, pair in pairs.items() if not pair.true} == {"two, name", "two, number"}
    assert all(len({quote.article for quote in pair.quotes}) == 2 for pair in pairs.values())
    assert "Maren Holt" in pairs["two, name"].statement


def test_the_invented_pairs_are_read_in_halves_by_matter():
    pairs = list(invented())
    assert len(pairs) == 86 == len({pair.id for pair in pairs})
    assert 35 < sum(pair.half for pair in pairs) < 50
    halves: dict[str, set[int]] = {}
    for pair in pairs:
        halves.setdefault(pair.id.rpartition("-")[0], set()).add(pair.half)
    assert all(len(found) == 1 for found in halves.values())


def test_answers_of_several_articles_are_told_from_those_of_one():
    articles = {name: Article(id=name, text=SENTENCE) for name in ("mill", "ferry")}
    cases = [
        Case(id="1", question="Who?", answers=("Paul Okoye bought it. Yes.",), articles=("mill",)),
        Case(id="2", question="Who?", answers=("Paul Okoye bought it.",), articles=tuple(articles)),
        Case(id="3", question="Who?", answers=("Paul Okoye bought it.",), articles=("none",)),
    ]
    pairs = list(of_conversations(cases, articles))
    assert [(pair.kind, len(pair.quotes)) for pair in pairs] == [
        ("answers, one", 1),
        ("answers, several", 2),
    ]
