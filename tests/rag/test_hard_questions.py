"""Questions that little or nothing can be found for: each gets an honest answer, none an error."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from rag.engine import Engine
from rag.settings import Settings
from rag.types import Answer, Article, Filters, Hits, Understood

DAY = date(2024, 3, 1)
BRIDGE = "How long will the harbour bridge be closed?"
EVERY_KIND = (
    BRIDGE,
    "What did Maren Holt say, and what did Paul Okoye say?",
    "What has happened since the election?",
    "What's new?",
    "Any news about the bridge?",
    "List all articles",
    "Summarise the article about the bridge.",
)
FOREIGN = (
    Article(
        id="clocks",
        title="В Кедровске открылся музей часов",
        text=(
            "В субботу в Кедровске открылся музей часов. Директор музея Лидия Орлова показала"
            " гостям три тысячи часов. Вход стоит двести рублей."
        ),
        published="2024-05-11",
        language="ru",
    ),
    Article(
        id="bread",
        title="Пекарня печёт хлеб без соли",
        text=(
            "Пекарня на Речной улице начала печь хлеб без соли. Пекарь Йосиф Ёлкин говорит, что"
            " его покупают по утрам."
        ),
        language="ru",
    ),
    Article(
        id="school",
        title="Νέο σχολείο στη Λάρυμνα",
        text=(
            "Το νέο σχολείο της Λάρυμνας άνοιξε τον Μάρτιο. Η διευθύντρια Ελένη Βασιλείου"
            " υποδέχθηκε ογδόντα μαθητές."
        ),
        language="el",
    ),
    Article(
        id="tea",
        title="山城开了新茶馆",
        text="山城的新茶馆星期六开门。老板林海说，茶馆每天卖三百杯绿茶。",
        language="zh",
    ),
)


@pytest.fixture(scope="module")
def foreign(tmp_path_factory, model, engine) -> Iterator[Engine]:
    """The invented articles, and some in other scripts."""
    settings = Settings(library=tmp_path_factory.mktemp("foreign") / "library")
    with Engine.create(settings, embedding=model) as made:
        for source in engine.library.articles():
            made.library.put(engine.library.article(source.id))
        for article in FOREIGN:
            made.library.put(article)
        yield made


@pytest.fixture(scope="module")
def one(tmp_path_factory, model, engine) -> Iterator[Engine]:
    """A library of one article."""
    settings = Settings(library=tmp_path_factory.mktemp("one") / "library")
    with Engine.create(settings, embedding=model) as made:
        made.library.put(engine.library.article("bridge"))
        yield made


@pytest.fixture(scope="module")
def empty(tmp_path_factory, model) -> Iterator[Engine]:
    settings = Settings(library=tmp_path_factory.mktemp("empty") / "library")
    with Engine.create(settings, embedding=model) as made:
        yield made


def sound(found: Hits) -> None:
    """Best first, each once, with chances for scores."""
    scores = [hit.score for hit in found]
    assert scores == sorted(scores, reverse=True)
    assert all(0.0 <= score <= 1.0 for score in scores)
    assert len({hit.passage.id for hit in found}) == len(found)


def refused(answer: Answer, reason: str = "no_evidence") -> None:
    assert (answer.answered, answer.reason, answer.citations) == (False, reason, ())
    assert answer.text


# No word of the question is in any article.


@pytest.mark.parametrize(
    "question", ["Who won the chess olympiad in Budapest?", "zxqv blorpt wug", "quetzal zymurgy"]
)
@pytest.mark.parametrize("reorder", [True, False])
def test_when_no_word_matches_the_nearest_are_found_and_nothing_is_answered(
    engine: Engine, question: str, reorder: bool
):
    found = engine.search(question, reorder=reorder)
    assert len(found) == 3
    sound(found)
    answer = engine.ask(question)
    refused(answer)
    assert answer.hits


def test_when_no_word_matches_meaning_still_finds(engine: Engine):
    assert engine.search("vessels that take travellers across water")[0].source.id == "ferry"
    assert engine.search("exotic plants under panes")[0].source.id == "garden"


# Stop words only.


@pytest.mark.parametrize(
    "question", ["What is it?", "who was that and why", "the of and", "Is it?"]
)
def test_stop_words_alone_find_passages_and_answer_nothing(engine: Engine, question: str):
    found = engine.search(question)
    assert len(found) == 3
    sound(found)
    assert engine.search(question) == found
    refused(engine.ask(question))


@pytest.mark.parametrize("question", ["???", "…", "—", "1", "🙂", "_", "a\x00b"])
def test_no_word_at_all_is_no_error(engine: Engine, question: str):
    sound(engine.search(question))
    refused(engine.ask(question))


# Another script.


@pytest.mark.parametrize(
    "question",
    [
        "Πόσο θα μείνει κλειστή η γέφυρα;",
        "大桥要关闭多久？",
        "Сколько недель будет закрыт мост?",
        "كم سيبقى الجسر مغلقا؟",
    ],
)
def test_a_question_in_a_script_that_no_article_has_is_not_answered(engine: Engine, question: str):
    found = engine.search(question)
    assert len(found) == 3
    sound(found)
    refused(engine.ask(question))


@pytest.mark.parametrize(
    ("question", "article", "said"),
    [
        ("Кто директор музея часов?", "clocks", "Лидия Орлова"),
        ("КТО ДИРЕКТОР МУЗЕЯ ЧАСОВ?", "clocks", "Лидия Орлова"),
        ("Сколько стоит вход в музей часов?", "clocks", "двести рублей"),
        ("Кто такой Йосиф Ёлкин?", "bread", "Йосиф Ёлкин"),
        ("Πόσους μαθητές υποδέχθηκε η Ελένη Βασιλείου;", "school", "ογδόντα μαθητές"),
        ("茶馆每天卖多少杯绿茶？", "tea", "三百杯绿茶"),
    ],
)
def test_an_article_is_found_and_quoted_in_the_script_of_the_question(
    foreign: Engine, question: str, article: str, said: str
):
    for reorder in (True, False):
        found = foreign.search(question, reorder=reorder)
        sound(found)
        assert found[0].source.id == article
    answer = foreign.ask(question)
    assert answer.answered
    assert said in answer.text
    for citation in answer.citations:
        text = foreign.library.article(citation.source.id).text
        assert text[citation.start : citation.end] == citation.quote


def test_articles_in_other_scripts_do_not_come_between_a_question_and_its_article(foreign: Engine):
    assert foreign.search(BRIDGE)[0].source.id == "bridge"
    assert "eleven weeks" in foreign.ask(BRIDGE).text


# A range that holds nothing.


def test_a_range_that_holds_nothing_is_told_whoever_set_it(engine: Engine):
    said = "No article from 2023-05-01 to 2023-05-31 matches."
    span = {"since": date(2023, 5, 1), "until": date(2023, 5, 31)}
    read = "Who is named in articles published in May 2023?"
    for answer in (
        engine.ask(read, as_of=DAY),
        engine.ask(BRIDGE, filters=Filters(**span), as_of=DAY),
        engine.ask(BRIDGE, understood=Understood(text=BRIDGE, **span), as_of=DAY),
    ):
        refused(answer, "no_articles")
        assert answer.text == said
        assert answer.hits == ()
    for reorder in (True, False):
        assert len(engine.search(BRIDGE, filters=Filters(**span), reorder=reorder)) == 0
        assert len(engine.search(read, as_of=DAY, reorder=reorder)) == 0


def test_a_range_that_ends_before_it_begins_holds_nothing(engine: Engine):
    turned = Filters(since=date(2024, 2, 20), until=date(2024, 2, 12))
    assert len(engine.search(BRIDGE, filters=turned)) == 0
    refused(engine.ask(BRIDGE, filters=turned), "no_articles")


def test_a_day_before_every_article_leaves_the_undated_ones(engine: Engine):
    found = engine.search(BRIDGE, as_of=date(1990, 1, 1))
    assert [hit.source.id for hit in found] == ["garden"]
    refused(engine.ask(BRIDGE, as_of=date(1990, 1, 1)))


def test_days_that_are_only_favoured_never_empty_a_search(engine: Engine):
    for question in ("Who spoke about the bridge last week?", "Who chartered boats in May 1911?"):
        assert len(engine.search(question, as_of=date(2031, 7, 1))) == 3


# One article.


@pytest.mark.parametrize("k", [1, 10, 1000])
def test_the_one_article_is_all_that_is_found(one: Engine, k: int):
    for question in (*EVERY_KIND, "Who won the chess olympiad?", "the of and", "大桥"):
        for reorder in (True, False):
            found = one.search(question, k=k, reorder=reorder, as_of=DAY)
            assert [(hit.source.id, hit.score) for hit in found] == [("bridge", 1.0)], question


def test_the_one_article_answers_what_it_tells_and_nothing_else(one: Engine):
    assert "eleven weeks" in one.ask(BRIDGE, as_of=DAY).text
    assert "4.2 million crowns" in one.ask("What will the repairs cost?", as_of=DAY).text
    assert "3 March" in one.ask("bridge", as_of=DAY).text
    for question in ("Who won the chess olympiad?", "How many passengers does each boat carry?"):
        refused(one.ask(question, as_of=DAY))


def test_every_kind_of_question_can_be_asked_of_one_article(one: Engine):
    for question in EVERY_KIND:
        answer = one.ask(question, as_of=DAY)
        assert answer.text
        assert {c.source.id for c in answer.citations} <= {"bridge"}
    for question in ("What's new?", "List all articles", "Summarise the article about the bridge."):
        assert one.ask(question, as_of=DAY).answered, question
    assert one.suggest(as_of=DAY)


# No article.


@pytest.mark.parametrize("question", [*EVERY_KIND, "the of and", "大桥", "???"])
def test_an_empty_library_finds_nothing_and_says_so(empty: Engine, question: str):
    for reorder in (True, False):
        assert len(empty.search(question, reorder=reorder, as_of=DAY)) == 0
    answer = empty.ask(question, as_of=DAY)
    refused(answer, "no_articles")
    assert answer.hits == ()


def test_filters_and_ranges_over_an_empty_library_are_no_error(empty: Engine):
    for filters in (
        Filters(since=date(2024, 1, 1)),
        Filters(tags=("x",)),
        Filters(articles=("a",)),
    ):
        assert len(empty.search(BRIDGE, filters=filters)) == 0
        refused(empty.ask(BRIDGE, filters=filters), "no_articles")
    assert empty.suggest() == ()


def test_a_library_emptied_again_is_as_one_that_never_had_any(tmp_path, model, articles):
    with Engine.create(Settings(library=tmp_path / "library"), embedding=model) as engine:
        for article in articles:
            engine.library.put(article)
        assert engine.ask(BRIDGE).answered
        engine.library.remove_all([article.id for article in articles])
        assert len(engine.search(BRIDGE)) == 0
        refused(engine.ask(BRIDGE), "no_articles")
        engine.library.put(articles[0])
        assert engine.ask(BRIDGE).answered
