"""Pages: which are touched, how they are told, and how they travel with an article."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag.errors import ArticleError
from rag.locating import at_place, locator, touched
from rag.rows import digest
from rag.types import Article

STARTS = (0, 10, 10, 20)
"""The second page is empty."""


@pytest.mark.parametrize(
    ("start", "end", "told"),
    [(0, 10, "p. 1"), (9, 11, "pp. 1-3"), (10, 20, "p. 3"), (12, 25, "pp. 3-4"), (30, 40, "p. 4")],
)
def test_pages_are_told_as_people_cite_them(start: int, end: int, told: str) -> None:
    assert locator(touched(STARTS, start, end), start, end) == told


def test_a_quote_stands_on_its_own_pages_and_not_on_all_of_its_passage() -> None:
    passage = touched(STARTS, 5, 30)
    assert locator(passage, 5, 30) == "pp. 1-4"
    assert [locator(passage, *span) for span in ((5, 9), (12, 15), (15, 25), (22, 30))] == [
        "p. 1", "p. 3", "pp. 3-4", "p. 4",
    ]  # fmt: skip
    assert locator((), 5, 30) == ""


def test_only_the_address_of_a_pdf_leads_to_a_page() -> None:
    assert (
        at_place("https://a.example/r.PDF?v=2", "pp. 3-4") == "https://a.example/r.PDF?v=2#page=3"
    )
    for url in ("https://a.example/r.html", "https://a.example/r.pdf#top", ""):
        assert at_place(url, "p. 3") == url
    assert at_place("https://a.example/r.pdf", "") == "https://a.example/r.pdf"


def test_pages_travel_with_the_article_and_change_no_digest_where_there_are_none(
    open_library, articles
) -> None:
    library = open_library()
    plain = articles[0]
    paged = replace(plain, pages=(0, 120))
    assert digest(plain) != digest(paged)
    assert library.put(plain).value == "added"
    assert library.put(paged).value == "changed"
    assert library.article(plain.id) == paged == Article.from_dict(paged.to_dict())
    (stored,) = library.whole(plain.id)
    assert (stored.passage.locator, stored.passage.pages) == ("pp. 1-2", ((1, 0), (2, 120)))
    library.rebuild()
    assert library.whole(plain.id)[0].passage.locator == "pp. 1-2"
    assert library.verify().whole
    for pages in ((5, 120), (0, 90, 80), (0, 10**6)):
        with pytest.raises(ArticleError, match="'pages'"):
            library.put(replace(plain, pages=pages))
