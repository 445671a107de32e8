"""The library: put, replace, remove, verify, rebuild, and what a crash leaves."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from rag.assembly import rarity
from rag.derivation import Derivation
from rag.embedding import SentenceEmbedding
from rag.errors import (
    ArticleError,
    ArticleNotFound,
    LibraryDamaged,
    LibraryError,
    LibraryInUse,
    LibraryNotFound,
    NotALibrary,
    OtherModel,
    StorageFull,
)
from rag.finding.signalling import SignalReader
from rag.library import Library
from rag.question import Question
from rag.question_reader import QuestionReader
from rag.retrieval import PassageRetriever
from rag.settings import Settings
from rag.types import Article, Dated, Facets, Filters, Outcome


def filled(open_library, articles) -> Library:
    library = open_library()
    for article in articles:
        library.put(article)
    return library


def whole(library: Library) -> bool:
    return library.verify().problems == ()


def retriever(library: Library, model: SentenceEmbedding) -> PassageRetriever:
    settings = Settings(library=library.path)
    signals = SignalReader(library.terms, library.telling, rarity(library).weight)
    return PassageRetriever(library, model, QuestionReader(bool, settings), signals, settings)


def bytes_of(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_an_article_comes_back_as_it_was_put(open_library, articles):
    library = filled(open_library, articles)
    assert [library.article(a.id) for a in articles] == list(articles)
    assert whole(library)


def test_the_same_again_does_nothing(open_library, articles):
    library = filled(open_library, articles)
    before = library.versions(Filters())
    assert library.put(articles[0]) is Outcome.UNCHANGED
    assert library.versions(Filters()) == before


def test_the_same_id_with_other_content_replaces_it(open_library, articles):
    library = filled(open_library, articles)
    changed = replace(articles[0], text="The bridge stays open after all.")
    assert library.put(changed) is Outcome.CHANGED
    assert library.article("bridge") == changed
    assert len(library) == 3
    assert whole(library)


def test_the_last_of_one_id_in_a_batch_stands(open_library, articles):
    library = open_library()
    later = replace(articles[0], text="A later version of it.")
    results = list(library.put_all([(articles[0], ""), (later, ""), (later, "")]))
    assert [outcome for _, outcome in results] == [
        Outcome.ADDED,
        Outcome.CHANGED,
        Outcome.UNCHANGED,
    ]
    assert library.article("bridge").text == later.text
    assert whole(library)


def test_an_article_that_cannot_be_kept_costs_the_others_nothing(open_library, articles):
    library = open_library()
    bad = Article(text=" \n ", id="empty")
    results = [r for _, r in library.put_all([(articles[0], ""), (bad, ""), (articles[1], "")])]
    assert isinstance(results[1], ArticleError)
    assert len(library) == 2


@pytest.mark.parametrize("text", ["a\x00b", "a\ud800b"])
def test_characters_that_are_no_text_are_refused(open_library, text):
    with pytest.raises(ArticleError):
        open_library().put(Article(text=text))


def test_identity_is_the_id_else_the_address_else_the_content(open_library):
    library = open_library()
    address = "https://example.com/story"
    library.put(Article(text="One.", url=address + "?utm_source=feed#top"))
    assert library.put(Article(text="Two.", url=address)) is Outcome.CHANGED
    library.put(Article(text="Three."))
    assert library.put(Article(text="Three.")) is Outcome.UNCHANGED
    assert len(library) == 2


def test_several_articles_are_removed_or_none(open_library, articles):
    library = filled(open_library, articles)
    ids = [article.id for article in articles]
    with pytest.raises(ArticleNotFound):
        library.remove_all([*ids, "nowhere"])
    assert len(library) == len(articles)
    library.remove_all([*ids, ids[0]])
    assert len(library) == 0
    assert library.verify().problems == ()


def test_a_removed_article_is_nowhere_in_the_folder(open_library, articles):
    library = filled(open_library, articles)
    library.remove("garden")
    with pytest.raises(ArticleNotFound):
        library.article("garden")
    assert whole(library)
    assert b"glasshouse" not in bytes_of(library.path)
    library.close()
    assert b"glasshouse" not in bytes_of(library.path)


def test_memory_that_was_never_written_to_is_not_on_disk(open_library, articles):
    """Before an index file has vectors, its room holds whatever the process had there."""
    library = filled(open_library, articles)
    for _ in range(2):
        for level in library.path.rglob("data_level0.bin"):
            assert not any(level.read_bytes())
        library.close()


def test_article_text_lies_in_the_catalog_alone(open_library, articles):
    library = filled(open_library, articles)
    library.close()
    indexes = bytes_of(library.path / "indexes")
    for words in (b"botanic garden", b"eleven weeks", b"Maren Holt"):
        assert words not in indexes
        assert words in bytes_of(library.path)


def test_stale_entries_of_an_index_are_never_read(open_library, articles, model):
    """The index still holds what the catalog no longer has: a crash just after it changed."""
    library = filled(open_library, articles)
    library._catalog.retire(["bridge"])
    question = Question("When does the bridge close?")
    (first, *_) = library.nearest(model.question(question.query_str), 3)
    assert library.stored([first[0]]) == {}
    found = retriever(library, model).find(question)
    assert {hit.source.id for hit in found} == {"ferry", "garden"}


def test_everything_is_there_when_opened_again(open_library, articles):
    filled(open_library, articles).close()
    library = open_library(create=False)
    assert len(library) == 3
    assert whole(library)


def test_articles_are_listed_newest_first_and_undated_last(open_library, articles):
    library = filled(open_library, articles)
    assert [source.id for source in library.articles()] == ["ferry", "bridge", "garden"]


@pytest.mark.parametrize(
    ("matching", "expected"),
    [
        ("", ["ferry", "bridge", "garden"]),
        (" ?! ", ["ferry", "bridge", "garden"]),
        ("HARBOUR Ásante", []),
        ("Rúth ASANTE", ["garden"]),
        ("glasshouse entry", ["garden"]),
        ("bridge", ["ferry", "bridge"]),
        ("tarn", ["bridge", "garden"]),
        ("ida pillars", ["bridge"]),
        ("coast courier ferr", ["ferry"]),
        ("unheard", []),
    ],
)
def test_articles_are_listed_that_hold_all_of_some_words(
    open_library, articles, matching, expected
):
    library = filled(open_library, articles)
    assert [source.id for source in library.articles(matching=matching)] == expected


def test_words_and_filters_both_apply_and_what_was_removed_is_not_listed(open_library, articles):
    library = filled(open_library, articles)
    transport = Filters(tags=("transport",))
    assert {s.id for s in library.articles(transport, matching="children")} == set()
    assert {s.id for s in library.articles(transport, matching="march")} == {"bridge", "ferry"}
    library.remove("ferry")
    assert {s.id for s in library.articles(transport, matching="march")} == {"bridge"}


def test_facets_count_what_there_is_to_choose_from(open_library, articles):
    library = filled(open_library, articles)
    library.put(Article(id="x", text="Short.", source="tarn post", authors=("Bo", "bo", "")))
    facets = library.facets()
    assert list(facets.sources.items()) == [("Tarn Post", 3), ("Coast Courier", 1)]
    assert facets.authors == {"Bo": 1, "Ida Brandt": 1}
    assert list(facets.tags.items()) == [("transport", 2), ("business", 1)]
    assert facets.languages == {"en": 3}
    assert facets.undated == 2
    chosen = library.facets(Filters(sources=("Coast Courier",)))
    assert chosen == Facets({"Coast Courier": 1}, {}, {"transport": 1, "business": 1}, {"en": 1}, 0)


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(sources=("tarn post",)), {"bridge", "garden"}),
        (Filters(tags=("business", "sport")), {"ferry"}),
        (Filters(authors=("Ida Brandt",)), {"bridge"}),
        (Filters(since=date(2024, 2, 13)), {"ferry"}),
        (Filters(until=date(2024, 2, 12)), {"bridge"}),
        (Filters(articles=("garden", "none")), {"garden"}),
        (Filters(languages=("en",), tags=("transport",)), {"bridge", "ferry"}),
        (Filters(sources=("Nobody",)), set()),
    ],
)
def test_filters_choose_articles(open_library, articles, filters, expected):
    library = filled(open_library, articles)
    assert {source.id for source in library.articles(filters)} == expected


def test_a_date_known_to_the_month_matches_a_range_that_touches_it(open_library):
    library = open_library()
    library.put(Article(text="Somewhen in May.", id="may", published="2024-05"))
    inside = Filters(since=date(2024, 5, 20), until=date(2024, 5, 21))
    assert library.articles(inside)
    assert not library.articles(Filters(since=date(2024, 6, 1)))


def test_as_of_hides_what_came_later_and_keeps_the_undated(open_library, articles):
    library = filled(open_library, articles)
    versions = library.versions(Filters(), date(2024, 2, 15))
    stored = library.stored([f"{version}.0" for version in versions])
    assert {s.source.id for s in stored.values()} == {"bridge", "garden"}


def test_a_replaced_text_is_nowhere_in_the_folder(open_library, articles):
    library = filled(open_library, articles)
    library.put(replace(articles[2], text="Nothing blooms."))
    assert b"glasshouse of the botanic" not in bytes_of(library.path)


@pytest.mark.parametrize(
    "article",
    [
        Article(text=5),
        Article(text="Good.", authors=("\ud800",)),
        Article(text="Good.", tags=(None,)),
        Article(text="Good.", url="x\x00"),
    ],
)
def test_an_article_of_other_things_than_text_is_refused_and_nothing_else(open_library, article):
    library = open_library()
    outcomes = [o for _, o in library.put_all([(article, ""), (Article(text="Fine."), "")])]
    assert isinstance(outcomes[0], ArticleError)
    assert outcomes[1] is Outcome.ADDED


def test_a_time_of_day_counts_only_where_it_is_known(open_library):
    library = open_library()
    noon = datetime(2024, 5, 1, 12)
    library.put(Article(id="a", text="One.", published=Dated(noon, "day")))
    library.put(Article(id="b", text="Two.", published=noon))
    assert library.article("a").published == Dated(date(2024, 5, 1))
    assert library.article("b").published == Dated(noon, "minute")


# Stories. What makes one is in test_stories.py.


def reprinted(article: Article, name: str) -> Article:
    """As another paper prints it."""
    text = article.text.replace("The repairs are expected to cost", "They will cost about")
    return replace(article, id=name, source=name.title(), title="Harbour bridge shut", text=text)


def stories(library: Library) -> dict[str, str]:
    return {source.id: source.story for source in library.articles()}


def test_a_reprint_shares_the_story_of_the_article_wherever_its_source_is_told(
    open_library, articles, model
):
    library = filled(open_library, articles)
    library.put(reprinted(articles[0], "courier"))
    told = stories(library)
    assert told["bridge"] == told["courier"] != ""
    assert told["ferry"] == told["garden"] == ""
    found = retriever(library, model).find(Question("When will the bridge close?"))
    assert {hit.source.id: hit.source.story for hit in found} == told


def test_a_rebuild_keeps_the_stories_and_makes_them_where_they_are_not_known(
    open_library, articles
):
    library = filled(open_library, articles)
    library.put(reprinted(articles[0], "courier"))
    told = stories(library)
    library.rebuild()
    assert stories(library) == told
    library._catalog.stories.clear()
    library._catalog.set_meta(stories="")
    assert any("story" in line and "rebuild" in line for line in library.status().stale)
    library.rebuild()
    assert stories(library) == told
    assert library.status().stale == ()
    library.remove("courier")
    assert set(stories(library).values()) == {""}


def test_what_was_never_published_is_part_of_no_story(open_library, articles):
    library = filled(open_library, articles)
    library._staged([(reprinted(articles[0], "courier"), "")], {}, library._builds.current)
    library.close()
    library = open_library()
    assert set(stories(library).values()) == {""}
    library.put(reprinted(articles[0], "herald"))
    assert {i for i, story in stories(library).items() if story} == {"bridge", "herald"}


# What a crash leaves.


def test_what_was_staged_and_never_published_is_undone_at_the_next_open(open_library, articles):
    library = filled(open_library, articles[:2])
    library._staged(
        [(articles[2], ""), (replace(articles[0], text="Lost."), "")], {}, library._builds.current
    )
    library.close()
    library = open_library()
    assert [s.id for s in library.articles()] == ["ferry", "bridge"]
    assert library.article("bridge") == articles[0]
    assert whole(library)


def test_what_was_published_but_not_cleaned_up_is_finished_at_the_next_open(open_library, articles):
    library = filled(open_library, articles)
    library._catalog.retire(["garden"])
    library.close()
    assert whole(open_library())


def test_a_change_is_done_though_the_indexes_could_not_follow_yet(open_library, articles):
    library = filled(open_library, articles)
    delete = library._builds.current.delete

    def full(versions: object) -> None:
        raise StorageFull("No space is left.")

    library._builds.current.delete = full
    library.remove("garden")
    assert [s.id for s in library.articles()] == ["ferry", "bridge"]
    assert any("old versions" in line for line in library.status().stale)
    library._builds.current.delete = delete
    assert whole(library)
    assert library.status().stale == ()


def test_a_library_closed_in_the_middle_of_everything_ends_in_order(open_library, articles, model):
    library = filled(open_library, articles)
    vector = model.question("boats")
    seen: set[type] = set()

    def use(work) -> None:
        try:
            while True:
                work()
        except Exception as error:  # noqa: BLE001 - its kind is what is tested
            seen.add(type(error))

    works = (
        library.articles,
        library.status,
        lambda: library.nearest(vector, 3),
        lambda: library.put(replace(articles[0], tags=(str(time.monotonic()),))),
    )
    threads = [threading.Thread(target=use, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    time.sleep(0.3)
    library.close()
    for thread in threads:
        thread.join()
    assert seen == {LibraryError}
    assert whole(open_library())


def test_a_rebuild_cut_short_changes_nothing(open_library, articles, model):
    library = filled(open_library, articles)

    class CutOff(Exception):
        pass

    def cut(done: int, total: int) -> None:
        raise CutOff

    with pytest.raises(CutOff):
        library.rebuild(progress=cut)
    assert whole(library)
    library.close()
    (library.path / "indexes" / "9").mkdir()
    library = open_library()
    assert whole(library)
    assert [p.name for p in (library.path / "indexes").iterdir()] == ["1"]


@pytest.mark.slow
def test_a_killed_ingest_leaves_every_article_whole(open_library, tmp_path):
    """The short form of the soak: one process is killed in the middle of its work."""
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from rag.derivation import Derivation\n"
        "from rag.embedding import SentenceEmbedding\n"
        "from rag.library import Library\n"
        "from rag.types import Article\n"
        "made = Derivation(SentenceEmbedding(), 220)\n"
        "library = Library.open(Path(sys.argv[1]), made, create=True)\n"
        "for n in range(1000):\n"
        "    library.put(Article(id=str(n % 20), text=f'Version {n} of it. ' * 30))\n"
        "    print(n, flush=True)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path / "library")], stdout=subprocess.PIPE, text=True
    )
    for line in process.stdout:
        if int(line) >= 25:
            break
    process.kill()
    process.wait()
    library = open_library()
    assert len(library) == 20
    assert whole(library)


# Whole, and made whole.


def test_verify_finds_and_repairs_what_the_indexes_lack_and_have_too_much_of(
    open_library, articles, model
):
    library = filled(open_library, articles)
    version = next(iter(library.versions(Filters(articles=("ferry",)))))
    library._builds.current.vectors.delete([f"{version}.0"])
    library._builds.current.vectors.add(["999.0"], model.passages(["nothing"]))
    library._builds.current.words.change(delete=[version], add=[(998, 0, "", "nothing")])
    assert len(library.verify().problems) == 4
    assert library.verify(repair=True).whole
    assert whole(library)
    (found, _) = library.nearest(model.question("How many boats did Coastline charter?"), 1)[0]
    assert library.stored([found])[found].source.id == "ferry"


def test_indexes_that_were_deleted_are_reported_and_repaired(open_library, articles, model):
    library = filled(open_library, articles)
    library.close()
    shutil.rmtree(library.path / "indexes")
    library = open_library()
    assert any("verify --repair" in line for line in library.status().stale)
    with pytest.raises(LibraryDamaged, match="empty"):
        retriever(library, model).find(Question("Which bridge?"))
    assert library.verify(repair=True).whole
    assert library.status().stale == ()


@pytest.mark.slow
def test_vectors_whose_files_a_full_disk_cut_short_are_filled_from_their_copy(open_library):
    library = open_library()
    # As many as it takes for Chroma to write its index.
    many = (Article(id=str(n), text=f"Boat {n} sails at noon.") for n in range(1100))
    for _ in library.put_all((article, "") for article in many):
        pass
    library._staged(
        [(Article(id="late", text="Boat 1100 was sold."), "")], {}, library._builds.current
    )
    library.close()
    (index,) = library.path.rglob("index_metadata.pickle")
    index.write_bytes(b"")
    library = open_library()
    assert len(library) == 1100
    assert whole(library)
    assert library.put(Article(id="late", text="Boat 1100 was sold.")) is Outcome.ADDED
    assert whole(library)


def test_verify_tells_of_an_altered_article_and_does_not_hide_it(open_library, articles):
    library = filled(open_library, articles)
    library._catalog._db.execute("UPDATE articles SET text = text || '!' WHERE id = 'ferry'")
    assert not library.verify(repair=True).whole


def test_a_library_of_another_model_says_how_to_rebuild_and_is_rebuilt(
    open_library, articles, model
):
    class Renamed(type(model)):
        @property
        def name(self) -> str:
            return "another"

    library = filled(open_library, articles)
    library.close()
    path, derivation = library.path, Derivation(Renamed(), 120)
    with pytest.raises(OtherModel, match="all-MiniLM-L6-v2") as caught:
        Library.open(path, derivation, wait=0)
    assert "pullquote rebuild" in caught.value.hint
    library = Library.open(path, derivation, wait=0, rebuilding=True)
    assert library.rebuild() == 3
    assert whole(library)
    assert library.status().embedding == "another"
    library.close()
    Library.open(path, derivation, wait=0).close()


def test_a_library_that_holds_nothing_yet_takes_any_model(open_library, articles, model):
    class Renamed(type(model)):
        @property
        def name(self) -> str:
            return "another"

    library = open_library()
    library.put(articles[0])
    library.remove(articles[0].id)
    library.close()
    library = Library.open(library.path, Derivation(Renamed(), 220), wait=0)
    assert library.status().embedding == "another"
    library.close()


def test_a_rebuild_keeps_articles_and_origins(open_library, articles):
    library = open_library()
    library.put(articles[0], origin="/somewhere/bridge.txt")
    library.rebuild()
    assert library.article("bridge") == articles[0]
    assert library.origin("bridge") == "/somewhere/bridge.txt"
    assert whole(library)


def test_questions_go_on_while_the_library_is_rebuilt(open_library, articles, model):
    library = filled(open_library, articles)
    question = model.question("How many boats did Coastline charter?")
    over = threading.Event()
    failures: list[Exception] = []

    def ask() -> None:
        while not over.is_set():
            try:
                best = [i for i, _ in library.nearest(question, 3)]
                assert library.best_words("boats", 3, title_weight=0.2)
                library.stored(best)
            except Exception as error:  # noqa: BLE001 - whatever it is, it must not happen
                failures.append(error)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for _ in range(3):
        library.rebuild()
    over.set()
    for thread in threads:
        thread.join()
    assert failures == []
    assert whole(library)


# One owner.


def test_a_second_opener_gets_one_clear_line(open_library):
    library = open_library()
    with pytest.raises(LibraryInUse) as caught:
        open_library()
    assert f"process {os.getpid()}" in str(caught.value)
    assert "\n" not in caught.value.line
    library.close()
    open_library()


def test_a_path_without_a_library_is_never_made_into_one(tmp_path, model):
    derivation = Derivation(model, 220)
    with pytest.raises(LibraryNotFound):
        Library.open(tmp_path / "typo", derivation)
    assert not (tmp_path / "typo").exists()
    (tmp_path / "photo.jpg").touch()
    for create in (True, False):
        with pytest.raises(NotALibrary):
            Library.open(tmp_path, derivation, create=create)
    assert [p.name for p in tmp_path.iterdir()] == ["photo.jpg"]
