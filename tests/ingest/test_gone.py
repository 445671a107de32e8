"""What is gone from a folder or a list goes from the library with ``sync``, and nothing else."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.report import IngestReport
from ingest.sync import ingest
from rag.embedding import SentenceEmbedding
from rag.engine import Engine
from rag.errors import SourceError
from rag.library import Library
from rag.types import Article

FERRY, MILL, WEIR = (
    "Ferry sinks\n\nThe ferry sank at noon.",
    "Mill burns\n\nThe mill burnt at night.",
    "Heron nests\n\nA heron nests on the weir.",
)


@pytest.fixture(scope="module")
def embedding() -> SentenceEmbedding:
    return SentenceEmbedding()


@pytest.fixture
def library(tmp_path: Path, embedding: SentenceEmbedding) -> Iterator[Library]:
    with Engine.create(tmp_path / "library", embedding=embedding) as engine:
        yield engine.library
        assert engine.library.verify().whole


@pytest.fixture
def news(tmp_path: Path) -> Path:
    folder = tmp_path / "news"
    (folder / "old").mkdir(parents=True)
    (folder / "ferry.txt").write_text(FERRY)
    (folder / "old" / "mill.txt").write_text(MILL)
    (folder / "list.jsonl").write_text(
        '{"id": "a", "text": "Rain fell."}\n{"id": "b", "text": "Snow fell."}\n'
    )
    return folder


def ids(library: Library) -> set[str]:
    return {source.id for source in library.articles()}


def sync(sources: object, library: Library) -> IngestReport:
    return ingest(sources, into=library, sync=True)  # type: ignore[arg-type]


ALL = {"news/ferry.txt", "news/old/mill.txt", "a", "b"}


def test_what_is_gone_goes_and_nothing_else(library: Library, news: Path, tmp_path: Path) -> None:
    other = tmp_path / "newsletter"
    other.mkdir()
    (other / "weir.txt").write_text(WEIR)
    ingest([news, other, Article(text="Hail fell.", id="given")], into=library)
    rest = {"newsletter/weir.txt", "given"}
    assert str(sync(news, library)) == "4 unchanged"
    (news / "ferry.txt").rename(news / "boat.txt")
    (news / "list.jsonl").write_text('{"id": "b", "text": "Snow fell."}\n')
    shutil.rmtree(news / "old")
    assert str(ingest(news, into=library)) == "1 added, 1 unchanged"  # nothing without sync
    assert ids(library) == ALL | {"news/boat.txt"} | rest
    assert str(sync(iter([news]), library)) == "3 removed, 2 unchanged"
    assert ids(library) == {"news/boat.txt", "b"} | rest
    (news / "list.jsonl").write_text('{"id": "c", "text": "Frost."}\n')
    assert str(sync(news / "list.jsonl", library)) == "1 added, 1 removed"
    (news / "list.jsonl").unlink()
    assert str(sync(news, library)) == "1 removed, 1 unchanged"
    # A single file is not complete: it says nothing of its neighbours.
    (news / "boat.txt").rename(news / "ship.txt")
    assert str(sync(news / "ship.txt", library)) == "1 added"


def test_nothing_goes_that_could_not_be_read(library: Library, news: Path) -> None:
    sync(news, library)
    (news / "ferry.txt").write_bytes(b"\0\1\2")
    (news / "list.jsonl").write_text('{"id": "a", "text": "Rain fell."}\n{"id": "b", "te')
    report = sync(news, library)
    assert (report.removed, len(report.failures)) == (0, 2)
    assert ids(library) == ALL
    # A link whose other end is away, say on a drive that is not there.
    (news / "ferry.txt").unlink()
    (news / "ferry.txt").symlink_to("/nowhere/ferry.txt")
    (news / "old").rename(news / ".old")
    assert sync(news, library).removed == 1
    assert ids(library) == ALL - {"news/old/mill.txt"}


def test_what_stays_since_something_could_not_be_read_is_told(library: Library, news: Path) -> None:
    sync(news, library)
    (news / "ferry.txt").write_bytes(b"\0\1\2")  # its own failure tells enough
    (news / "list.jsonl").write_text('{"id": "c", "text": "Frost."}\n{"id": "b", "te')
    (told,) = sync([news, news / "list.jsonl"], library).warnings
    assert told == (
        f"nothing of {news / 'list.jsonl'} was removed, since it could not be read whole:"
        " 2 articles that were not seen there stay until it can"
    )
    (news / "list.jsonl").write_text('{"id": "c"')  # nothing of it can be read
    (told,) = sync(news / "list.jsonl", library).warnings
    assert "list.jsonl was removed" in told and "3 articles" in told
    assert ids(library) == ALL | {"c"}
    assert not ingest(news / "list.jsonl", into=library).warnings  # nothing was to be removed
    (news / "list.jsonl").write_text('{"id": "c", "text": "Frost."}\n')
    report = sync(news / "list.jsonl", library)
    assert (report.removed, report.warnings) == (2, ())


def test_a_mistyped_moved_or_empty_folder_wipes_nothing(library: Library, news: Path) -> None:
    sync(news, library)
    for source in (news.parent / "nwes", news / "old" / "older"):
        with pytest.raises(SourceError):
            sync(source, library)
    moved = news.rename(news.parent / "moved")
    with pytest.raises(SourceError):
        sync(news, library)
    news.mkdir()
    with pytest.raises(SourceError, match="nothing to read"):
        sync(news, library)
    (news / "unread.txt").write_bytes(b"\0\1\2")
    assert sync(news, library).removed == 0
    assert ids(library) == ALL
    assert sync(moved, library).removed == 0


def test_what_two_sources_have_stays_until_both_let_it_go(library: Library, news: Path) -> None:
    other = shutil.copytree(news, news.parent / "other")
    for name in ("ferry.txt", "old"):
        (shutil.rmtree if name == "old" else Path.unlink)(other / name)  # type: ignore[operator]
    sync([news, other], library)
    (other / "list.jsonl").write_text('{"id": "b", "text": "Snow fell."}\n')
    assert str(sync(other, library)) == "1 unchanged"
    (news / "list.jsonl").write_text('{"id": "b", "text": "Snow fell."}\n')
    assert str(sync(news, library)) == "1 removed, 3 unchanged"
    assert ids(library) == ALL - {"a"}


def test_a_folder_within_another_takes_nothing_from_it(library: Library, news: Path) -> None:
    sync(news, library)
    assert str(sync(news / "old", library)) == "1 added"
    assert ids(library) == ALL | {"old/mill.txt"}
    assert str(sync(news, library)) == "4 unchanged"


def test_what_a_link_leads_to_is_part_of_the_folder(library: Library, news: Path) -> None:
    away = news.parent / "away"
    (news / "old").rename(away)
    (away / "weir.txt").write_text(WEIR)
    (news / "old").symlink_to(away)
    assert str(sync(news, library)) == "5 added"
    (away / "mill.txt").unlink()
    assert str(sync(news, library)) == "1 removed, 4 unchanged"
    # With nothing left at its other end, it may be a drive that is away.
    (away / "weir.txt").unlink()
    assert sync(news, library).removed == 0


def test_another_id_and_a_draft_take_the_place_of_what_a_file_said(
    library: Library, news: Path
) -> None:
    page = news / "page.md"
    page.write_text("---\nurl: https://tarn.example/one\n---\nA heron nests on the weir.")
    sync(news, library)
    page.write_text("---\nurl: https://tarn.example/two\n---\nA heron nests on the weir.")
    assert str(sync(news, library)) == "1 added, 1 removed, 4 unchanged"
    assert ids(library) == ALL | {"https://tarn.example/two"}
    page.write_text("---\nurl: https://tarn.example/two\ndraft: true\n---\nA heron.")
    report = sync(news, library)
    assert str(report) == "1 removed, 4 unchanged, 1 skipped"
    assert report.warnings == ("1 draft was left out, as the front matter says",)
    assert ids(library) == ALL


def test_an_interrupted_sync_loses_nothing_and_is_finished_by_the_next(
    library: Library, news: Path
) -> None:
    sync(news, library)
    (news / "ferry.txt").unlink()

    def interrupt(_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ingest(news, into=library, sync=True, progress=interrupt)
    assert ids(library) == ALL
    assert str(sync(news, library)) == "1 removed, 3 unchanged"
