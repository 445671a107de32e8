"""From sources into a library, and the report of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.sync import IngestReport, Progress, ingest
from rag.embedding import SentenceEmbedding
from rag.engine import Engine
from rag.errors import SourceError
from rag.library import Library
from rag.types import Article


@pytest.fixture(scope="session")
def embedding() -> SentenceEmbedding:
    """The bundled model, loaded once for all libraries here."""
    return SentenceEmbedding()


@pytest.fixture
def library(tmp_path: Path, embedding: SentenceEmbedding) -> Iterator[Library]:
    with Engine.create(tmp_path / "library", embedding=embedding) as engine:
        yield engine.library


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_the_same_again_changes_nothing_and_another_text_replaces(
    library: Library, tmp_path: Path
) -> None:
    news = tmp_path / "news"
    ferry = write(news / "ferry.txt", "Ferry sinks\n\nThe ferry sank at noon.")
    write(news / "all.jsonl", '{"text": "A heron nests on the weir."}\n{"text": "Rain fell."}\n')
    write(news / "photo.png", "-")
    sources = [news, Article(text="The mill is for sale.", id="mill")]

    assert str(ingest(sources, into=library)) == "4 added, 1 skipped"
    assert library.origin("news/ferry.txt") == str(ferry.resolve())
    assert str(ingest(sources, into=library)) == "4 unchanged, 1 skipped"
    write(ferry, "Ferry sinks\n\nThe ferry sank at one o’clock.")
    assert str(ingest(iter(sources), into=library)) == "1 changed, 3 unchanged, 1 skipped"
    assert library.article("news/ferry.txt").text == "The ferry sank at one o’clock."


def test_a_failure_is_named_and_stops_nothing(library: Library, tmp_path: Path) -> None:
    news = tmp_path / "news"
    write(news / "a.txt", "")
    write(news / "b.jsonl", '{"text": "\\ud800"}\n{"text": "Rain fell.", "tags": ["\\udc00"]}\n')
    write(news / "c.txt", "Ferry sinks\n\nThe ferry sank at noon.")
    articles = [
        Article(text=" ", id="blank"),
        Article(text="Rain fell.", url="http://[x"),
        Article(text="Rain fell.", title=5),
        Article(text="Rain\0fell.", id="nul"),
        Article(text="Rain fell.", id="good"),
    ]
    report = ingest([news, *articles], into=library)
    assert str(report) == "3 added, 6 failed"
    assert {f.what.rpartition("/")[2]: f.why for f in report.failures}.keys() == {
        "a.txt", "b.jsonl, line 1", "b.jsonl, line 2", "blank", "5", "nul",
    }  # fmt: skip
    assert library.article("good").text == "Rain fell."


def test_an_id_that_stands_twice_is_warned_about(library: Library, tmp_path: Path) -> None:
    rows = '{"id": "a", "text": "Rain fell."}\n{"id": "a", "text": "Snow fell."}\n'
    report = ingest(write(tmp_path / "twice.jsonl", rows), into=library)
    assert str(report) == "1 added, 1 changed"
    assert report.warnings == (
        "1 article has the id of another in these sources, e.g. 'a': the last of each is kept",
    )


def test_a_missing_source_is_an_error_and_nothing_is_put(library: Library, tmp_path: Path) -> None:
    news = write(tmp_path / "news" / "a.txt", "Ferry sinks\n\nThe ferry sank at noon.")
    with pytest.raises(SourceError):
        ingest([news, tmp_path / "nwes"], into=library)
    assert len(library) == 0


@pytest.mark.parametrize("apart", [True, False], ids=["two runs", "one run"])
def test_two_folders_of_one_name_never_overwrite_each_other(
    library: Library, tmp_path: Path, apart: bool
) -> None:
    first = write(tmp_path / "one" / "news" / "a.txt", "Ferry sinks\n\nIt sank at noon.")
    second = write(tmp_path / "two" / "news" / "a.txt", "Mill burns\n\nIt burnt at night.")
    runs = [[first], [second.parent]] if apart else [[first, second.parent]]
    report = [ingest(sources, into=library) for sources in runs][-1]
    (failure,) = report.failures
    assert f"'news/a.txt' already belongs to {first.resolve()}" in failure.why
    assert library.article("news/a.txt").title == "Ferry sinks"

    first.unlink()
    assert str(ingest(second, into=library)) == "1 changed"


def test_unread_dates_and_other_languages_are_told(library: Library) -> None:
    german = "Die Brücke wurde am Montag nach vier Jahren Bauzeit für den Verkehr freigegeben."
    report = ingest([Article(text=german), Article(text="Il pleut.", language="fr")], into=library)
    assert report.warnings == (
        "2 articles are not in English (1 de, 1 fr): the bundled model reads English only.",
    )


def test_a_date_that_cannot_be_read_is_told(library: Library, tmp_path: Path) -> None:
    lines = write(tmp_path / "a.jsonl", '{"text": "Rain fell.", "date": "03/04/2031"}\n')
    assert ingest(lines, into=library).warnings == ("1 date could not be read, e.g. '03/04/2031'",)


def test_progress_counts_articles_and_failures(library: Library, tmp_path: Path) -> None:
    write(tmp_path / "news" / "a.txt", "Ferry sinks\n\nThe ferry sank at noon.")
    write(tmp_path / "news" / "b.txt", "")
    heard: list[Progress] = []
    ingest(tmp_path / "news", into=library, progress=heard.append)
    assert [(p.done, p.total) for p in heard] == [(1, 2), (2, 2)]


def test_a_report_reads_like_a_sentence() -> None:
    assert str(IngestReport()) == "nothing to do"
    assert str(IngestReport(added=12, changed=3, removed=1, unchanged=480)) == (
        "12 added, 3 changed, 1 removed, 480 unchanged"
    )
    assert IngestReport().to_dict()["schema"] == 1
