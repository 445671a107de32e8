"""A short list that holds something for each part of a question, and nothing twice."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date

from rag.engine import Engine
from rag.finding.variety import gathered, varied
from rag.question_reader import QuestionReader
from rag.settings import Settings
from rag.types import Article, Dated, Filters, Hit, Passage, Source
from rag.understanding.parts import together

REPORT = (
    "The Tarn bridge will close on 3 March for eleven weeks, the port authority said on Monday."
    " Engineers found cracks in two of its nine pillars. Director Maren Holt did not say who"
    " would pay. Repairs will cost 4.2 million crowns."
)


def _hit(article: str, text: str = "", *, score: float = 1.0, story: str = "", n: int = 0) -> Hit:
    text = text or f"Passage {n} of {article}."
    return Hit(
        Passage(f"{article}.{n}", article, text, 0, len(text)), Source(article, story=story), score
    )


def _copies(*texts: str) -> list[Hit]:
    return [
        _hit(f"paper {n}", text, story="bridge", score=1 - n / 100) for n, text in enumerate(texts)
    ]


def _ids(hits: list[Hit]) -> list[str]:
    return [hit.passage.id for hit in hits]


# Parts.


def test_each_part_has_its_best_passage_among_the_first():
    whole = [_hit("a", n=n, score=1 - n / 10) for n in range(8)]
    parts = [[_hit("b"), _hit("b", n=1)], [_hit("c")]]
    found = gathered(whole, parts)
    assert _ids(found) == [
        "a.0",
        "a.1",
        "b.0",
        "c.0",
        "a.2",
        "a.3",
        "b.1",
        *(f"a.{n}" for n in (4, 5, 6, 7)),
    ]
    scores = [hit.score for hit in found]
    assert scores == sorted(scores, reverse=True)


def test_a_part_that_is_represented_changes_nothing():
    whole = [_hit("a", n=n, score=1 - n / 10) for n in range(5)]
    assert gathered(whole, [[whole[0]], [whole[1]]]) == whole
    assert gathered(whole, []) == whole


def test_a_question_that_finds_nothing_as_a_whole_has_what_its_parts_find():
    assert _ids(gathered([], [[_hit("b")], []])) == ["b.0"]


# Copies.


def test_a_copy_that_says_the_same_is_folded_and_its_place_noted():
    wire = "TARN, Feb 12 (Seaboard) - " + REPORT.replace(" on Monday", "").replace(
        "Tarn bridge", "bridge"
    )
    first, second, other = *_copies(REPORT, wire), _hit("other")
    found = varied([first, second, other], 2)
    assert _ids(found) == ["paper 0.0", "other.0"]
    assert [source.id for source in found[0].copies] == ["paper 1"]
    assert Hit.from_dict(found[0].to_dict()) == found[0]


def test_a_copy_with_another_figure_date_name_or_without_a_not_stays():
    for said, instead in (
        ("4.2 million", "4.6 million"),
        ("3 March", "4 March"),
        ("eleven", "twelve"),
        ("Maren Holt", "Karen Holt"),
        ("did not say", "did say"),
        ("will close", "will not close"),
        ("will close", "may close"),
        ("said on Monday", "denied on Monday"),
        ("eleven weeks", "eleven months"),
    ):
        found = varied(_copies(REPORT, REPORT.replace(said, instead)), 2)
        assert len(found) == 2
        assert not found[0].copies, instead


def test_what_a_copy_lacks_is_no_figure_and_no_limit():
    for said, instead in (
        ("It drew a million visitors.", "It drew two million visitors."),
        ("It cost ¥500 a head then.", "It cost £500 a head then."),
        ("It was -5 degrees at noon there.", "It was 5 degrees at noon there."),
        ("It rose by 5 % in the year.", "It rose by 5 in the year."),
        ("Vitamin A was found in it.", "Vitamin D was found in it."),
        ("The vice president signed it there.", "The president signed it there."),
        ("Only Northern Ireland had signed it.", "Only Ireland had signed it."),
        ("Twenty-five boats were lost off it.", "Five boats were lost off it."),
        ("It has 4 lamps. It has 4 lamps.", "It has 4 lamps. It has 9 lamps."),
    ):
        assert not varied(_copies(said, instead), 2)[0].copies or said.count("4") == 2, said
        assert not varied(_copies(instead, said), 2)[0].copies, instead


def test_a_weekday_of_another_week_is_another_date():
    for day, folded in ((14, True), (21, False)):
        hits = [
            replace(hit, source=replace(hit.source, published=Dated(date(2024, 2, number))))
            for hit, number in zip(_copies(REPORT, REPORT), (12, day), strict=True)
        ]
        assert bool(varied(hits, 2)[0].copies) == folded
    elsewhere = REPORT.replace("on Monday", "last Monday")
    assert varied(_copies(REPORT, elsewhere), 2)[0].copies
    assert not varied(_copies("It fell last year.", "It fell this year."), 2)[0].copies


def test_figures_that_change_places_are_other_figures():
    found = varied(_copies("The vote was 27 to 24 against.", "The vote was 24 to 27 against."), 2)
    assert not found[0].copies


def test_a_copy_with_a_sentence_of_its_own_stays():
    longer = REPORT + " Ferries will sail at 7.30."
    assert not varied(_copies(REPORT, longer), 2)[0].copies
    assert varied(_copies(longer, REPORT), 2)[0].copies


def test_a_copy_cut_elsewhere_is_folded_where_all_of_it_has_been_said():
    half = REPORT.index(" Director")
    first, rest = _hit("a", REPORT[:half], story="s"), _hit("a", REPORT[half:], story="s", n=1)
    middle = REPORT[REPORT.index("Engineers") : REPORT.index(" Repairs")]
    across = _hit("b", middle, story="s")
    assert _ids(varied([first, rest, across, _hit("c")], 3)) == ["a.0", "a.1", "c.0"]


def test_equal_words_of_other_stories_or_of_one_article_are_not_folded():
    assert len(varied([_hit("a", REPORT), _hit("b", REPORT)], 2)) == 2
    one = [_hit("a", REPORT, story="s"), _hit("a", REPORT, story="s", n=1)]
    assert not any(hit.copies for hit in varied(one, 2))


def test_asking_for_more_changes_nothing_among_the_first():
    many = [_hit("a", n=n, score=0.9 - n / 100) for n in range(12)]
    hits = [*many, *_copies(REPORT, REPORT, REPORT), *(_hit(f"b {n}", score=0.6) for n in range(9))]
    assert _ids(varied(hits, 20))[:10] == _ids(varied(hits, 10))


def test_ten_are_ten_even_of_copies():
    found = varied(_copies(*[REPORT] * 12), 10)
    assert len(found) == 10
    assert len(found[0].copies) == 11


# Articles.


def test_no_article_has_eight_passages_where_others_speak_to_the_question():
    many = [_hit("a", n=n, score=0.9 - n / 100) for n in range(12)]
    others = [_hit(f"other {n}", score=0.7 - n / 100) for n in range(6)]
    found = varied([*many, *others], 10)
    assert Counter(hit.source.id for hit in found)["a"] == 6
    assert _ids(found)[:6] == _ids(many)[:6]
    scores = [hit.score for hit in found]
    assert scores == sorted(scores, reverse=True)


def test_what_is_far_behind_is_not_put_first():
    many = [_hit("a", n=n, score=0.9) for n in range(10)]
    assert _ids(varied([*many, _hit("far", score=0.1)], 10)) == _ids(many)


def test_one_article_alone_gives_all_it_has():
    many = [_hit("a", n=n, score=1 - n / 100) for n in range(30)]
    assert varied(many, 10) == many[:10]
    assert varied(many, 50) == many
    assert varied([], 10) == []


# Along the query path.


def test_both_sides_of_a_comparison_are_found(tmp_path, model):
    with Engine.create(Settings(library=tmp_path / "library"), embedding=model) as engine:
        for n in range(12):
            text = f"The fair in Orvik drew more people than ever on day {n}, the organisers said."
            engine.library.put(Article(id=f"orvik {n}", title="Fair in Orvik", text=text))
        text = "In Kelderwick the market square was empty: 300 came."
        engine.library.put(Article(id="kelderwick", text=text))
        found = engine.search("Did more people come to the fair in Orvik or in Kelderwick?", k=5)
        assert "kelderwick" in {hit.source.id for hit in found}


def test_a_name_with_and_in_it_is_known_from_the_articles(tmp_path, model):
    with Engine.create(Settings(library=tmp_path / "library"), embedding=model) as engine:
        engine.library.put(Article(text="Marks and Spencer pay more. Marks and Spencer hire."))
        reader = QuestionReader(
            lambda _: False,
            engine.settings,
            known=lambda phrase: together(phrase, engine.library.texts_with(phrase, 50)),
        )
        assert reader.read("How do Marks and Spencer differ on pay?").parts == ()
        assert len(reader.read("How do Orvik and Kelderwick differ on pay?").parts) == 2


def test_copies_are_folded_and_still_come_when_there_is_nothing_else(tmp_path, model):
    body = REPORT + " Ferries will carry foot passengers free of charge while the work lasts."
    with Engine.create(Settings(library=tmp_path / "library"), embedding=model) as engine:
        for name in ("Post", "Courier", "Record"):
            engine.library.put(
                Article(id=name, title="Bridge", text=body, source=name, tags=("x",))
            )
        engine.library.put(Article(id="other", text="The bridge toll was lifted years ago."))
        first, second = engine.search("When will the bridge close?", k=2)
        assert len(first.copies) == 2
        assert second.source.id == "other"
        assert len(engine.search("When will the bridge close?", filters=Filters(tags=("x",)))) == 3
