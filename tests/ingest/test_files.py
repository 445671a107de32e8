"""Each format to an article, and everything that is none to a plain failure."""

import gzip
import os
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.files import read_file
from ingest.reading import Read
from ingest.report import Failure
from ingest.sources import File, find

Readings = Callable[..., list[Read | Failure]]

STORY = "The ferry “Ines” sank at noon – nobody was hurt, the café’s owner said."


@pytest.fixture
def readings(tmp_path: Path) -> Readings:
    """What reading a file of these bytes gives."""

    def read(name: str, data: bytes | str, limit: int = 1) -> list[Read | Failure]:
        path = tmp_path / name
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        (file,) = find(path)[0]
        assert isinstance(file, File)
        return list(read_file(file, limit))

    return read


def one(readings: list[Read | Failure]) -> Read:
    (read,) = readings
    assert isinstance(read, Read), read
    return read


def failure(readings: list[Read | Failure]) -> Failure:
    (failed,) = readings
    assert isinstance(failed, Failure), failed
    return failed


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_text_is_read_in_its_encoding(readings: Readings, encoding: str) -> None:
    assert one(readings("a.txt", STORY.encode(encoding))).article.text == STORY


def test_western_text_is_taken_for_that_where_it_fits_as_well(readings: Readings) -> None:
    menu = "The café of Åse Bjørnøy reopened after the fire. It serves crêpes and smørbrød.\n"
    text = f"Café at the quay\n\n{menu}"
    assert "crêpes and smørbrød" in one(readings("a.txt", text.encode("latin-1"))).article.text
    polish = "Zażółć gęślą jaźń. Wójt ogłosił w środę, że most zostanie zamknięty na tydzień.\n"
    assert one(readings("b.txt", polish.encode("cp1250"))).article.text.strip() == polish.strip()


def test_a_pasted_story_has_its_path_as_id(readings: Readings) -> None:
    read = one(readings("a.txt", f"Ferry sinks\r\n{STORY}\r\n(HARBOUR WIRE)\r\n"))
    assert read.path_made
    assert read.article.id.endswith("/a.txt")
    assert (read.article.title, read.article.text) == ("Ferry sinks", STORY)
    assert read.article.source == "HARBOUR WIRE"


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("empty.txt", b"", "is empty"),
        ("blank.txt", b" \n\n", "is empty"),
        ("nul.txt", b"abc\0def", "no text"),
        ("noise.txt", bytes(range(128, 256)) * 20, "no text"),
        ("bar.txt", b"Share this\nViews: 3\n", "no text of an article"),
        ("big.txt", b"x" * 1_000_001, "is 1.1 MB; the limit is 1 MB"),
        ("empty.html", b"<html><body><script>1</script></body></html>", "no article"),
        ("deep.html", b"<div>" * 50_000 + b"word", "no article"),
        ("bad.md", b"---\ntitle: [a\n---\nText.", "front matter is not YAML"),
        ("only.md", b"---\ntitle: a\n---\n", "no text of an article"),
        ("empty.jsonl", b"\n\n", "is empty"),
        ("empty.jsonl.gz", gzip.compress(b""), "is empty"),
        ("plain.jsonl.gz", b'{"text": "a"}\n', "gzip data is damaged"),
        ("wide.jsonl", '{"text": "a"}'.encode("utf-16"), "no text"),
    ],
)
def test_what_holds_no_article_is_named(
    readings: Readings, name: str, data: bytes, why: str
) -> None:
    failed = failure(readings(name, data))
    assert name in failed.what
    assert why in failed.why
    assert "\n" not in str(failed)


def test_what_is_no_plain_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "gone.txt").symlink_to("nowhere")
    (tmp_path / "loop.txt").symlink_to("loop.txt")
    failures = [failure(list(read_file(f, 1))) for f in find(tmp_path)[0] if isinstance(f, File)]
    assert len(failures) == 3


def test_markdown_becomes_plain_text(readings: Readings) -> None:
    page = (
        "# The *ferry*\n\nIt [sank](https://x.example/a) at `noon`,\nthey say. ![chart](c.png)\n\n"
        "- one\n- two\n\n> “Gone.”\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n"
        "```\nx = 1\n```\n\n<aside>An <b>aside</b>.<script>no()</script></aside>\n"
    )
    article = one(readings("a.md", page)).article
    assert article.title == "The ferry"
    assert article.text == (
        "It sank at noon, they say.\none\ntwo\n\n“Gone.”\na | b\n1 | 2\n\nx = 1\n\nAn aside."
    )


def test_front_matter_is_taken_as_written(readings: Readings) -> None:
    head = (
        "title: 'Ferry: the end'\ndate: 2031-04\nlastmod: 2031-02-30\nauthor:\n  - name: Ann Lee\n"
    )
    read = one(
        readings("a.md", f"---\n{head}tags: [sea, ships]\nlang: en\n---\n# Part one\n\nGone.")
    )
    article = read.article
    assert (article.title, article.text) == ("Ferry: the end", "Part one\n\nGone.")
    assert article.published is not None
    assert (str(article.published), article.published.origin) == ("2031-04", "front matter")
    assert (article.updated, read.unread) == (None, ("2031-02-30",))
    assert (article.authors, article.tags) == (("Ann Lee",), ("sea", "ships"))


def test_a_rule_on_top_is_no_front_matter(readings: Readings) -> None:
    assert one(readings("a.md", "---\nOne.\n\n---\nTwo.")).article.text.startswith("One.")


PAGE = f"""<?xml version="1.0" encoding="windows-1252"?>
<html lang="en-GB"><head><meta charset="windows-1252"><title>Ferry sinks | Harbour Wire</title>
<meta property="og:title" content="Ferry sinks">
<meta property="og:site_name" content="Harbour Wire">
<meta name="author" content="Ann Lee"><link rel="canonical" href="https://wire.example/a/ferry">
<script type="application/ld+json">{{"@graph": [{{"@type": "NewsArticle",
"datePublished": "2031-04-09T08:30:00Z"}}]}}</script></head>
<body><nav><a href="/">Home</a> <a href="/sport">Sport</a></nav><article><h1>Ferry sinks</h1>
<p>{STORY} It had left the harbour an hour before with forty people on board.</p><p>Share this</p>
<p>The harbour master, who has seen three ferries go down, called it a bad day for the town.</p>
<p>On 1 May 2030 the same ship had run aground off the point and was repaired over winter.</p>
</article><footer>Imprint</footer></body></html>"""


def test_a_page_gives_its_article_and_what_it_declares(readings: Readings) -> None:
    article = one(readings("a.html", PAGE.encode("cp1252"))).article
    assert STORY in article.text
    assert "Share this" not in article.text
    assert "Sport" not in article.text
    assert (article.title, article.source) == ("Ferry sinks", "Harbour Wire")
    assert (article.authors, article.language) == (("Ann Lee",), "en")
    assert (article.id, article.url) == ("", "https://wire.example/a/ferry")
    assert article.published is not None
    assert (str(article.published), article.published.origin) == (
        "2031-04-09T08:30:00+00:00",
        "page",
    )


def test_a_date_in_a_pages_running_text_is_not_its_own(readings: Readings) -> None:
    page = PAGE.replace("datePublished", "dateOfNothing")
    assert one(readings("a.html", page.encode("cp1252"))).article.published is None


def test_lines_are_taken_as_they_are_and_failures_named_by_line(readings: Readings) -> None:
    lines = [
        b'\xef\xbb\xbf{"id": "a", "text": " Views: 14\\n\\u00a0kept "}',
        b"{bad",
        b"[1]",
        b"",
        b'{"title": "no text"}',
        b'{"text": ' + b"[" * 100_000,
        b'{"text": "caf\xe9"}',
        b'{"text": "' + b"y" * 1_000_000 + b'"}',
        b'{"text": "last"}',
    ]
    found = readings("a.jsonl", b"\n".join(lines))
    articles = [r.article for r in found if isinstance(r, Read)]
    failures = [r for r in found if isinstance(r, Failure)]
    assert [a.text for a in articles] == [" Views: 14\n\u00a0kept ", "last"]
    assert [f.what.rpartition("line ")[2] for f in failures] == ["2", "3", "5", "6", "7", "8"]
    reasons = ["not JSON", "no JSON object", "no text", "too deeply", "not UTF-8", "the limit is 1"]
    assert all(reason in f.why for reason, f in zip(reasons, failures, strict=True))


def test_a_damaged_archive_gives_what_came_before_the_damage(readings: Readings) -> None:
    lines = b"".join(b'{"text": "%s"}\n' % os.urandom(40).hex().encode() for _ in range(500))
    found = readings("a.jsonl.gz", gzip.compress(lines)[:-4000])
    assert len(found) > 100
    assert all(isinstance(r, Read) for r in found[:-1])
    assert isinstance(found[-1], Failure)
    assert "damaged" in found[-1].why


def test_an_endless_line_is_never_held_whole(readings: Readings) -> None:
    bomb = gzip.compress(b'{"text": "' + b"x" * 50_000_000 + b'"}\n{"text": "after"}\n', 1)
    tracemalloc.start()
    failed, after = readings("a.jsonl.gz", bomb)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "is 50.1 MB" in failed.why
    assert after.article.text == "after"
    assert peak < 10_000_000


def test_every_corpus_comes_through(data: Path) -> None:
    for path in [*sorted(data.glob("*/corpus.jsonl.gz")), *(data / "scale_free_blogs").iterdir()]:
        (file,) = find(path)[0]
        assert isinstance(file, File)
        assert [r for r in read_file(file, 20) if isinstance(r, Failure)] == []
