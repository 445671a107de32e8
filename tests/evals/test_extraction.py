"""The measure of page reading, on pages written for these tests."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from evals import extraction
from evals.extraction import Page, Scored
from rag.errors import SourceError

TEXT = (
    "The weir at Ostle was rebuilt after the flood, and opened again by the mayor on Sunday."
    " Nine hundred people came to see the water run over it for the first time since March."
)
HTML = f"""<html><head><title>Weir opens</title><meta name="author" content="Ann Pell">
<meta property="article:published_time" content="2021-05-02T08:00:00Z"></head>
<body><article><p>{TEXT}</p></article></body></html>"""
RIGHT = Page("weir", HTML.encode(), TEXT, "Weir opens", "By Ann Pell", "2021-05-02")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data folder of two pages, one of them empty."""
    place = tmp_path / "html"
    place.mkdir()
    told = {"title": "Weir opens", "byline": "By Ann Pell", "publishedTime": "2021-05-02"}
    nothing = dict.fromkeys(told)
    rows = [("weir", HTML, told), ("blank", "<html></html>", nothing)]
    with tarfile.open(place / "readability_pages.tar.gz", "w:gz") as archive:
        for name, html, _ in rows:
            entry = tarfile.TarInfo(f"./{name}/source.html")
            entry.size = len(html)
            archive.addfile(entry, io.BytesIO(html.encode()))
    with gzip.open(place / "index.jsonl.gz", "wt", encoding="utf-8") as lines:
        for name, _, meta in rows:
            lines.write(json.dumps({"id": name, "gold_text": TEXT, "gold_meta": meta}) + "\n")
    return tmp_path


def test_a_page_read_as_expected_is_right_in_everything() -> None:
    assert extraction.score(RIGHT) == Scored("weir", 1.0, title=True, date=True, authors=True)


def test_what_was_not_expected_is_not_scored() -> None:
    bare = Page("weir", HTML.encode(), TEXT)
    assert extraction.score(bare) == Scored("weir", 1.0)


def test_what_is_read_otherwise_is_wrong() -> None:
    other = Page("weir", HTML.encode(), "Nothing of it.", "Dam shuts", "Bo Ray", "2021-05-03")
    found = extraction.score(other)
    assert (found.title, found.date, found.authors) == (False, False, False)
    assert found.text is not None and found.text < 0.2


def test_pages_that_fail_are_counted_and_named(folder: Path, monkeypatch) -> None:
    monkeypatch.setenv("PULLQUOTE_DATA", str(folder))
    done = CliRunner().invoke(extraction.main, ["--worst", "1"], catch_exceptions=False)
    assert "2 pages, 1 of which nothing could be taken\n  blank: no article" in done.output
    assert "token F1 1.000, n=1" in done.output
    assert "date right: 1 of 1" in done.output
    rows = json.loads(CliRunner().invoke(extraction.main, ["--json"]).output)
    assert [row["text"] for row in rows] == [1.0, None]


def test_without_the_pages_there_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="There are no pages"):
        list(extraction.pages(tmp_path))


@pytest.mark.slow
def test_real_pages_are_read_as_well_as_when_this_was_written(data: Path) -> None:
    rows = [extraction.score(page) for page in extraction.pages(data / "html")]
    texts = [row.text for row in rows if row.text is not None]
    assert len(rows) == len(texts) == 130
    assert sum(texts) / len(texts) > 0.92
    assert extraction.share(rows, "date").count >= 31
