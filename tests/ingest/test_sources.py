"""What to read, in which order and under which id."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.report import Failure
from ingest.sources import File, find
from rag.errors import SourceError
from rag.types import Article


def tree(folder: Path, *names: str) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("A gull.\n\nIt flew.")
    return folder


def ids(source: Path) -> list[str]:
    items, _ = find(source)
    return [item.id for item in items if isinstance(item, File) and item.suffix]


def test_a_folder_is_read_whole_sorted_and_without_what_is_hidden(tmp_path: Path) -> None:
    news = tree(
        tmp_path / "news", "b.md", "a.txt", "2031/c.HTML", ".git/d.txt", ".e.txt", "photo.png"
    )
    items, total = find(news)
    files = [item for item in items if isinstance(item, File)]
    assert [f.id for f in files if f.suffix] == ["news/2031/c.HTML", "news/a.txt", "news/b.md"]
    assert [f.path.name for f in files if not f.suffix] == ["photo.png"]
    assert total == 3


def test_a_file_has_the_same_id_by_itself_as_in_its_folder(tmp_path: Path) -> None:
    news = tree(tmp_path / "news", "a.txt")
    assert ids(news / "a.txt") == ids(news) == ["news/a.txt"]


def test_links_in_a_circle_are_not_followed(tmp_path: Path) -> None:
    news = tree(tmp_path / "news", "sub/a.txt")
    (news / "sub" / "up").symlink_to(news)
    (news / "self").symlink_to(".")
    assert ids(news) == ["news/sub/a.txt"]


def test_the_number_of_articles_is_unknown_with_a_list_among_them(tmp_path: Path) -> None:
    assert find([tree(tmp_path / "a", "x.txt"), Article(text="y")])[1] == 2
    assert find([tmp_path / "a", tree(tmp_path / "b", "x.jsonl")])[1] is None


def test_a_missing_path_is_an_error_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"nwes"):
        find([tree(tmp_path / "news", "a.txt"), tmp_path / "nwes"])


def test_a_folder_with_nothing_to_read_says_what_is_read(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as caught:
        find(tree(tmp_path / "photos", "a.png"))
    assert "photos" in str(caught.value)
    assert ".jsonl.gz" in caught.value.hint


def test_what_is_no_source_is_an_error() -> None:
    with pytest.raises(SourceError, match="int"):
        find([3])


def test_a_file_of_another_kind_is_a_failure_when_it_is_named(tmp_path: Path) -> None:
    items, _ = find(tree(tmp_path, "a.odt") / "a.odt")
    (failure,) = items
    assert isinstance(failure, Failure)
    assert ".txt" in failure.hint


def test_an_iterator_is_drawn_from_lazily(tmp_path: Path) -> None:
    drawn = []

    def sources() -> Iterator[Article | Path]:
        for number in range(3):
            drawn.append(number)
            yield Article(text="x")
        yield tmp_path / "nowhere"

    items, total = find(sources())
    assert (drawn, total) == ([], None)
    next(items)
    assert drawn == [0]
    assert isinstance(list(items)[-1], Failure)
