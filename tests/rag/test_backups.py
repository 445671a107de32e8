"""Room given back, and a whole library in one file: compact, backup, restore."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from rag.derivation import Derivation
from rag.errors import (
    ArticleNotFound,
    LibraryDamaged,
    LibraryNotEmpty,
    LibraryTooNew,
    NotABackup,
    OtherModel,
    StorageFailed,
    StorageFull,
)
from rag.library import Library
from rag.storage import folder_size
from rag.types import Article, Filters, Outcome


class Unasked:
    """A model that may not be asked for vectors: what needs none is told from what does."""

    name, window = "all-MiniLM-L6-v2", 256

    def count(self, texts):
        raise AssertionError("texts were counted")

    def passages(self, texts):
        raise AssertionError("passages were embedded")

    def question(self, text):
        raise AssertionError("a question was embedded")


@pytest.fixture
def library(open_library, articles) -> Library:
    library = open_library()
    for article in articles:
        library.put(article)
    return library


def bytes_of(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def found(library: Library, model, question: str) -> str:
    """The article that is nearest to a question, by its passage's vector."""
    (best, _), *_ = library.nearest(model.question(question), 1)
    return library.stored([best])[best].source.id


def while_asked(library: Library, model, work: Callable[[], object]) -> list[Exception]:
    """Does ``work`` while questions are asked; returns what went wrong with those."""
    over, failures = threading.Event(), list[Exception]()
    question = model.question("How many boats did Coastline charter?")

    def ask() -> None:
        while not over.is_set():
            try:
                ids = [i for i, _ in library.nearest(question, 3)]
                assert library.best_words("boats", 3, title_weight=0.2)
                library.stored(ids)
            except Exception as error:  # noqa: BLE001 - whatever it is, it must not happen
                failures.append(error)

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        work()
    finally:
        over.set()
        for thread in threads:
            thread.join()
    return failures


def test_compacting_gives_back_the_room_of_what_was_removed(open_library, articles):
    library = open_library()
    library.put(articles[0])
    text = "".join(f"The tide stood at {n} centimetres on that day. " for n in range(300))
    many = [(Article(id=str(n), text=f"Report {n}. {text}"), "") for n in range(20)]
    assert all(outcome is Outcome.ADDED for _, outcome in library.put_all(many))
    library.remove_all([article.id for article, _ in many])
    before = folder_size(library.path)
    done = library.compact()
    assert (done.articles, done.before) == (1, before)
    assert done.after == folder_size(library.path) < before / 2
    assert library.article("bridge") == articles[0]
    assert library.verify().problems == ()
    assert [p.name for p in (library.path / "indexes").iterdir()] == ["2"]


def test_compacting_embeds_nothing_that_has_its_vector(library, model):
    library.close()
    compacting = Library.open(library.path, Derivation(Unasked(), 220))
    compacting.compact()
    assert compacting.verify().problems == ()
    assert found(compacting, model, "How many boats did Coastline charter?") == "ferry"
    compacting.close()


def test_compacting_makes_the_vectors_that_are_missing(library):
    library._builds.current.vectors.delete(["1.0"])
    library.compact()
    assert library.verify().problems == ()


def test_questions_go_on_while_a_library_is_compacted_and_backed_up(library, model, tmp_path):
    def work() -> None:
        for _ in range(2):
            library.compact()
            library.backup(tmp_path / "safe")

    assert while_asked(library, model, work) == []


def test_a_backup_is_restored_without_the_model_and_answers_at_once(
    library, articles, model, tmp_path
):
    library.put(replace(articles[1], tags=()), origin="somewhere")
    made = library.backup(tmp_path / "safe")
    assert made == tmp_path / "safe"
    there = Library.open(tmp_path / "other", Derivation(Unasked(), 220), create=True)
    assert there.restore(made) == 3
    assert not there._catalog.meta("vectors")  # a digest of the backup's, soon out of date
    assert [there.article(a.id) for a in articles if a.id != "ferry"] == [articles[0], articles[2]]
    assert there.origin("ferry") == "somewhere"
    assert there.verify().problems == ()
    assert there.status().stale == ()
    assert found(there, model, "How many boats did Coastline charter?") == "ferry"
    there.close()
    again = Library.open(tmp_path / "other", Derivation(model, 220))
    assert again.verify().problems == ()
    assert again.put(Article(id="new", text="It goes on.")) is Outcome.ADDED
    again.close()


def test_a_restored_library_is_what_it_was_and_nothing_else(library, articles, model, tmp_path):
    made = library.backup(tmp_path)
    assert (made.parent, made.suffix) == (tmp_path, ".backup")
    before = library.versions(Filters())
    library.put(replace(articles[0], text="The bridge will stay shut until the autumn."))
    library.put(Article(id="later", text="A heron was seen on the quay."))
    library.remove("garden")
    with pytest.raises(LibraryNotEmpty, match="3 articles"):
        library.restore(made)
    failures = while_asked(library, model, lambda: library.restore(made, replace=True))
    assert failures == []
    assert [library.article(a.id) for a in articles] == list(articles)
    with pytest.raises(ArticleNotFound):
        library.article("later")
    assert library.verify().problems == ()
    # A passage id that somebody kept never means another passage.
    assert not library.versions(Filters()) & before
    for words in (b"until the autumn", b"heron"):
        assert words not in bytes_of(library.path)
    assert [p.name for p in (library.path / "indexes").iterdir()] == ["2"]
    library.close()


def test_an_earlier_backup_is_replaced_and_another_file_is_not(library, tmp_path):
    (tmp_path / "letter").write_text("Dear Ida")
    with pytest.raises(NotABackup):
        library.backup(tmp_path / "letter")
    assert (tmp_path / "letter").read_text() == "Dear Ida"
    first = library.backup(tmp_path / "safe").read_bytes()
    library.remove("garden")
    assert library.backup(tmp_path / "safe").read_bytes() != first
    for target in (tmp_path / "nowhere" / "safe", library.path / "safe", library.path):
        with pytest.raises(StorageFailed):
            library.backup(target)
    assert {p.name for p in tmp_path.iterdir()} == {"letter", "safe", "library"}


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-9000])


def _scrawled(path: Path) -> None:
    data = path.read_bytes()
    assert b"eleven weeks" in data
    path.write_bytes(data.replace(b"eleven weeks", b"twelve weeks"))


def _newer(path: Path) -> None:
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version = 99")


def _another_models(path: Path) -> None:
    with sqlite3.connect(path) as db:
        db.execute("UPDATE meta SET value = 'another' WHERE name = 'embedding'")


def _another_vector(path: Path) -> None:
    with sqlite3.connect(path) as db:
        db.execute("UPDATE vectors SET vector = zeroblob(length(vector)) WHERE version = 1")


def _torn_vector(path: Path) -> None:
    with sqlite3.connect(path) as db:
        db.execute("UPDATE vectors SET vector = x'00' WHERE version = 1")


@pytest.mark.parametrize(
    ("spoil", "error"),
    [
        (_another_vector, NotABackup),
        (_torn_vector, NotABackup),
        (_cut, NotABackup),
        (_scrawled, NotABackup),
        (_newer, LibraryTooNew),
        (_another_models, OtherModel),
        (lambda path: path.write_bytes(b""), NotABackup),
        (Path.unlink, NotABackup),
    ],
)
def test_what_is_no_whole_backup_is_refused_and_changes_nothing(
    library, articles, tmp_path, spoil, error
):
    made = library.backup(tmp_path / "safe")
    spoil(made)
    before = library.versions(Filters())
    with pytest.raises(error) as caught:
        library.restore(made, replace=True)
    assert "\n" not in caught.value.line
    assert library.versions(Filters()) == before
    assert [library.article(a.id) for a in articles] == list(articles)
    assert library.verify().problems == ()
    assert [p.name for p in (library.path / "indexes").iterdir()] == ["1"]


def test_a_library_is_no_backup_and_a_backup_that_failed_leaves_nothing(library, tmp_path):
    with pytest.raises(NotABackup):
        library.restore(library.path / "catalog.sqlite3", replace=True)

    def fails(_ids):
        raise LibraryDamaged("The vectors cannot be read.")

    library._builds.current.vectors.of = fails
    with pytest.raises(LibraryDamaged):
        library.backup(tmp_path / "safe")
    assert {p.name for p in tmp_path.iterdir()} == {"library"}


def test_trouble_with_a_backups_disk_is_told_of_that_disk(library, small_disk):
    filler = small_disk / "filler"
    filler.write_bytes(b"x" * (os.statvfs(small_disk).f_bavail * 4096 - 40_000))
    with pytest.raises(StorageFull, match=str(small_disk)):
        library.backup(small_disk / "safe")
    assert list(small_disk.iterdir()) == [filler]
    filler.unlink()
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with pytest.raises(StorageFailed, match=str(small_disk)):
        library.backup(small_disk / "safe")
    assert library.verify().problems == ()
