"""What is planted, counted and read; the rest is the library's own code."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

from evals.duplicates.__main__ import hundred, precision, recall
from evals.duplicates.altered import altered, changers, folded
from evals.duplicates.crowd import crowded, invented, timed
from evals.duplicates.finding import found
from evals.duplicates.planting import FORMS, STRENGTHS, Form, chosen, copies, edited, vocabulary
from evals.duplicates.reading import Verdicts, pages
from ingest.files import read_file
from ingest.reading import Read
from ingest.sample import newspaper
from ingest.sources import File, find
from rag.types import Article


def papers() -> list[Article]:
    files, _ = find(newspaper())
    reads = [read for file in files if isinstance(file, File) for read in read_file(file, 20)]
    return [read.article for read in reads if isinstance(read, Read)]


def test_copies_differ_by_what_they_are_said_to_differ_by() -> None:
    article = Article(id="a", title="Storm", text="\n\n".join(["one two three four."] * 9))
    cut = edited(article, 0.0, Form(cut=True, headline=False, paper=True), Random(1), ["x"])
    assert (cut.text.count("\n\n"), cut.title, cut.source) == (5, "Storm", "planted")
    words = edited(article, 1.0, Form(cut=False, headline=True, paper=False), Random(1), ["x"])
    assert set(words.text.split()) & set(article.text.split()) <= {"one", "two", "three", "four."}
    assert words.title == "one two three four."
    assert len(FORMS) == 8


def test_copies_of_the_sample_newspaper_are_found(tmp_path: Path) -> None:
    articles = chosen(papers(), 40)
    planted = list(copies(articles, vocabulary(articles)))
    assert len(planted) == len(STRENGTHS) * len(articles)
    result = found([*articles, *(copy.article for copy in planted)], tmp_path)
    known = set(result.pairs)
    hit = sum((copy.of, copy.article.id) in known for copy in planted)
    assert hit >= 0.9 * len(planted)
    assert list(recall(planted, result.pairs))[-2].startswith(f"  all: {hit / len(planted):.3f}")


def test_nothing_that_was_altered_is_folded() -> None:
    kinds = changers(["Vessa Quill"])
    rows = [row for article in papers() for row in altered(article, kinds)]
    assert {row.kind for row in rows} == set(kinds)
    for row in rows:
        assert not folded(row.passage, row.changed), row.instead
        assert not folded(row.passage, row.both), row.instead
    assert sum(folded(row.passage, row.shortened) for row in rows) > len(rows) / 2


def test_pairs_are_counted_by_what_was_said_of_them(tmp_path: Path) -> None:
    path = tmp_path / "judged.jsonl"
    rows = [
        {"set": "s", "one": "a", "other": "b", "same": True},
        {"set": "s", "one": "c", "other": "d", "same": False},
        {"set": "s", "one": "e", "other": "f", "same": True},
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    verdicts = Verdicts.of("s", path)
    pairs = [("b", "a"), ("c", "d"), ("g", "h")]
    assert verdicts.counted(pairs) == (1, 1, 1)
    assert verdicts.missing(pairs) == 1
    assert "not scored" in next(precision("no such set", pairs))


def test_a_pair_is_shown_with_its_differences() -> None:
    one = Article(id="a", title="Storm", text="The storm took the pier.")
    other = Article(id="b", title="Gale", text="The storm took the old pier.")
    shown = "\n".join(pages([("a", "b")], {"a": one, "b": other}))
    assert "  + old" in shown and "Storm" in shown and "Gale" in shown


def test_the_hundred_is_all_of_the_blogs_and_as_many_passages_as_are_missing() -> None:
    """Drawn anew, it is the same; pairs that nobody read are not among them."""
    read = {
        name: sorted(Verdicts.of(name).same | Verdicts.of(name).other)
        for name in ("scale_free_blogs", "nq_open_oracle")
    }
    blogs, passages = read.values()
    line = hundred(blogs, passages)
    assert line == hundred([*reversed(blogs), ("x", "y")], passages[::-1])
    assert f"{len(blogs)} pairs" in line and line.endswith("of 100")


def test_pages_of_one_template_are_not_alike_and_their_times_are_told(tmp_path: Path) -> None:
    articles = list(invented(60, 12))
    assert sum(article.source == "The Page" for article in articles) == 12
    result = timed(articles, tmp_path / "crowd")
    assert result.pairs == 0
    assert "0 pairs alike" in next(crowded(result, 60, 12))
