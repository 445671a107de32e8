"""Names and words of a question, found however the articles spell them."""

from __future__ import annotations

import pytest

from rag.catalog import Catalog
from rag.derivation import Derivation
from rag.engine import Engine
from rag.lexical import Words
from rag.library import Library
from rag.settings import Settings
from rag.types import Article
from rag.understanding.mentions import What, mentions, names_in
from rag.understanding.names import Names
from rag.understanding.spelling import alike

TEXTS = {
    "envoy": (
        "The envoy Abu Sahir al-Jorani arrived in Port Elmet. In the evening al-Jorani met the"
        " mayor, Ivo Zelenskyy, who had asked for the talks."
    ),
    "talks": (
        "After the talks Abu Sahir al-Gorani left without a word. Those who know Gorani say that"
        " this is how he agrees."
    ),
    "mayor": "Nobody had seen Ivo Zelensky so tired. Mayor Zelensky went home on foot.",
    "board": (
        "The Elmet Water Board (EWB) will mend the weir. Money comes from the Marine Survey Office"
        " and, said Joel Harkness of the Board, from the rates."
    ),
    "weir": "EWB has begun with the weir, two years late. The mate, J.H., watched from the bank.",
    "port": "The parliament of the port sat until the harbour was dark. Orvik spoke, then Orvin.",
    "vote": "In the harbour parliament Orvin voted against. Orvik was ill. So was Piet Marsh.",
    "café": "At the Café Ondřej on Tern Street they still talk of the marsh and of March winds.",
}


@pytest.fixture(scope="module")
def engine(tmp_path_factory, model):
    settings = Settings(library=tmp_path_factory.mktemp("names") / "library")
    with Engine.create(settings, embedding=model) as engine:
        for name, text in TEXTS.items():
            engine.library.put(Article(id=name, text=text))
        yield engine


@pytest.fixture(scope="module")
def expand(engine):
    """What each word of a question is expanded to, best first."""

    def expanded(question: str) -> dict[str, list[str]]:
        items = Names(engine.library).expand(question).items
        return {item.word: [text for text, _ in item.variants] for item in items}

    return expanded


def ids(engine: Engine, question: str) -> list[str]:
    return [hit.source.id for hit in engine.search(question, k=3)]


# What is expanded.


def test_a_name_of_another_script_is_known_in_spellings_nobody_wrote(expand):
    assert set(expand("Where did Joraani arrive?")["Joraani"]) == {"Jorani", "Gorani"}
    assert set(expand("Where did Jawrani arrive?")["Jawrani"]) == {"Jorani", "Gorani"}
    assert set(expand("Where did Eljorani arrive?")["Eljorani"]) == {"Jorani", "Gorani"}


def test_two_spellings_in_one_company_are_one_name(expand):
    assert expand("Where did al-Gorani arrive?") == {"Gorani": ["Jorani"]}
    assert expand("where did jorani go") == {"jorani": ["Gorani"]}


def test_ways_to_print_one_name_are_one_name(expand):
    assert expand("Was Zelensky tired?") == {"Zelensky": ["Zelenskyy"]}
    assert set(expand("Was Zelenskiy tired?")["Zelenskiy"]) == {"Zelensky", "Zelenskyy"}


def test_an_acronym_explained_once_is_known_both_ways(expand):
    assert expand("What does EWB do?") == {"EWB": ["Elmet Water Board"]}
    assert expand("What does the Elmet Water Board do?") == {"Elmet Water Board": ["EWB"]}
    assert expand("What does the E.W.B. do?")["E.W.B."][0] == "EWB"


def test_an_acronym_that_nothing_explains_is_that_of_the_one_name_with_its_letters(expand):
    assert expand("Does the MSO pay?") == {"MSO": ["Marine Survey Office"]}
    assert expand("Does the MSX pay?") == {}


def test_initials_are_those_of_the_one_who_has_them(expand):
    assert expand("Who is J. Harkness?") == {"J": ["Joel"]}
    assert expand("Where was Joel Harkness?") == {"Joel Harkness": ["J.H."]}


@pytest.mark.parametrize(
    ("wrong", "right"), [("harbuor", "harbour"), ("parlament", "parliament"), ("wier", None)]
)
def test_a_slip_of_the_pen_is_seen_but_not_in_a_short_word(expand, wrong, right):
    assert expand(f"Is the {wrong} dark?") == ({wrong: [right]} if right else {})


def test_an_ordinary_word_that_the_articles_lack_is_no_slip_of_another(expand, model, tmp_path):
    assert expand("Is the harbor dark?") == {"harbor": ["harbour"]}
    with Engine.create(Settings(library=tmp_path / "library"), embedding=model) as engine:
        engine.library.put(Article(id="oar", text="Who would row home? Rowing is hard."))
        read = Names(engine.library).expand
        assert read("Is the world dark?").items == ()
        assert [item.word for item in read("Who wuold row?").items] == ["wuold"]


def test_a_missing_accent_is_no_other_word(engine, expand):
    assert expand("Where is the cafe Ondrej?") == {}
    assert ids(engine, "Where is the cafe Ondrej?")[0] == "café"


# What is left alone.


def test_two_names_that_the_library_knows_do_not_melt(expand):
    assert expand("Did Orvik vote?") == {}
    assert expand("Did Orvin vote?") == {}


def test_a_word_that_is_known_keeps_its_meaning(expand):
    assert expand("What of the marsh in March?") == {}
    assert expand("When was Piet Marsh ill?") == {}
    assert expand("What about harbours and parliaments?") == {}


@pytest.mark.parametrize("question", ["", "?!", "12 2024 1,000", "Кто такой Зеленский?", "of the"])
def test_what_has_no_variants_is_left_alone(engine, question):
    assert Names(engine.library).expand(question).items == ()


# What becomes of it.


def test_the_passage_with_the_other_spelling_is_found_and_the_note_says_why(engine):
    hits = engine.search("Where did Jawrani arrive?", k=2)
    assert hits[0].source.id == "envoy"
    assert hits.understood.names == ("Jawrani",)
    notes = engine.ask("Where did Jawrani arrive?").trace.notes
    assert notes[0] == "'Jawrani' is also spelt Jorani or Gorani."


def test_a_model_reads_what_the_articles_have(engine):
    expanded = Names(engine.library).expand("Was the parlament of Joraani dark? Was Gorani there?")
    assert expanded.respelt == "Was the parliament of Jorani dark? Was Gorani there?"


def test_a_name_is_read_however_the_articles_spell_it(engine):
    assert Names(engine.library).expand("What did Ada Vreel say?").names == ("Ada Vreel",)


def test_a_passage_with_both_spellings_is_not_paid_twice(tmp_path):
    words = Words(tmp_path)
    words.change(add=[(1, 0, "", "jorani bread salt"), (2, 0, "", "jorani gorani salt")])
    best = words.best("jorani", 2, title_weight=0, also={"jorani": [("gorani", 0.9)]})
    assert best[0][1] == pytest.approx(best[1][1], rel=0.5)
    plain = dict(words.best("jorani", 2, title_weight=0))
    assert dict(best)[1, 0] == pytest.approx(plain[1, 0])
    words.close()


def test_a_rare_variant_counts_no_more_than_its_word(tmp_path):
    words = Words(tmp_path)
    words.change(add=[(i, 0, "", f"jorani bread {i}") for i in range(9)])
    words.change(add=[(9, 0, "", "gorani bread nine")])
    found = dict(words.best("jorani", 10, title_weight=0, also={"jorani": [("gorani", 1.0)]}))
    assert found[9, 0] == pytest.approx(found[0, 0])
    words.close()


def test_a_long_form_must_stand_whole(tmp_path):
    words = Words(tmp_path)
    words.change(add=[(1, 0, "", "the elmet water board"), (2, 0, "", "water under the elmet")])
    found = words.best("EWB", 2, title_weight=0, also={"EWB": [("Elmet Water Board", 0.9)]})
    assert [key for key, _ in found] == [(1, 0)]
    words.close()


# What is kept.


def stored(library: Library) -> set[str]:
    catalog: Catalog = library._catalog
    rows = catalog._db.rows("SELECT word FROM mentions")
    return {str(row[0]) for row in rows}


def test_names_go_with_their_article_and_come_with_its_replacement(open_library):
    library = open_library()
    library.put(Article(id="a", text="In Tarn we met Ida Brandt and Ruth Asante."))
    library.put(Article(id="b", text="In Tarn we met Ida Brandt."))
    assert {"Brandt", "Asante"} <= stored(library)
    library.put(Article(id="a", text="In Tarn we met Paul Okoye."))
    assert "Okoye" in stored(library) and "Asante" not in stored(library)
    library.remove("a")
    assert "Brandt" in stored(library) and "Okoye" not in stored(library)
    library.remove("b")
    assert stored(library) == set()


def test_a_rebuild_keeps_the_names(open_library):
    library = open_library()
    library.put(Article(id="a", text="In Tarn we met Ida Brandt."))
    before = stored(library)
    library.rebuild()
    assert stored(library) == before
    library.remove("a")
    assert stored(library) == set()


def test_a_library_whose_names_were_read_otherwise_reads_them_when_it_is_opened(
    open_library, tmp_path, model
):
    library = open_library()
    library.put(Article(id="a", text="In Tarn we met Ida Brandt."))
    before = stored(library)
    library._catalog.mentioned.clear()
    library._catalog.set_meta(names="0")
    library.close()
    again = Library.open(tmp_path / "library", Derivation(model, 220))
    assert stored(again) == before
    again.close()


# How names are read and compared.


def test_the_first_word_of_a_sentence_is_no_name_for_that():
    found = {m.word for m in mentions("Dredging began. They saw Dunsel.") if m.what is What.NAME}
    assert found == {"Dunsel"}


@pytest.mark.parametrize(
    ("text", "short", "long"),
    [
        ("the Royal Society of Elm Nurses (RSEN) said", "RSEN", "Royal Society of Elm Nurses"),
        ("the EWB (Elmet Water Board) said", "EWB", "Elmet Water Board"),
        ("RC: I drove it.\nHe asked Ruth Callan why.", "RC", "Ruth Callan"),
    ],
)
def test_an_acronym_is_read_with_what_it_stands_for(text, short, long):
    pairs = {(m.word, m.phrase) for m in mentions(text) if m.what is What.LONG}
    assert pairs == {(short, long)}


@pytest.mark.parametrize("text", ["Ivo II (see below)", "the duke (IV)", "he was late (NB)"])
def test_brackets_alone_explain_nothing(text):
    assert not [m for m in mentions(text) if m.what is What.LONG]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Gaddafi", "Qaddafi"),
        ("Gaddafi", "Kadhafi"),
        ("Golani", "Jawlani"),
        ("Zelensky", "Zelenskij"),
        ("Youssef", "Yusuf"),
        ("Mohammed", "Muhammad"),
        ("Tchaikovsky", "Chaikovskii"),
    ],
)
def test_spellings_of_one_sound_are_alike(one, other):
    assert alike(one, other) >= 0.9
    assert alike(one, other) == alike(other, one)


@pytest.mark.parametrize(
    ("one", "other"), [("Orvik", "Orvin"), ("Karimi", "Corum"), ("Maarten", "Martens")]
)
def test_names_of_other_consonants_or_many_other_vowels_are_not(one, other):
    assert alike(one, other) < 0.8


def test_names_are_read_from_a_text_as_they_stand():
    assert names_in("What did Ada Vreel of the Elmet Water Board say?") == (
        "Ada Vreel of the Elmet Water Board",
    )
