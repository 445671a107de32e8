"""Dates, authors and languages: as they are told, never invented."""

import pytest

from ingest.dates import read_date
from ingest.languages import Languages, language_code
from ingest.metadata import Fields
from rag.errors import ArticleError
from rag.types import Article


@pytest.mark.parametrize(
    ("written", "read", "precision"),
    [
        ("2031", "2031", "year"),
        (2031, "2031", "year"),
        ("2031-04", "2031-04", "month"),
        ("April 2031", "2031-04", "month"),
        ("Monday April 2031", "2031-04", "month"),
        ("2031-04-09", "2031-04-09", "day"),
        ("2031/04/09", "2031-04-09", "day"),
        ("9th of April, 2031", "2031-04-09", "day"),
        ("25/12/2031", "2031-12-25", "day"),
        ("2031-04-09T08:30:00Z", "2031-04-09T08:30:00+00:00", "minute"),
        ("2031-04-09 08:30:00 -0500", "2031-04-09T08:30:00-05:00", "minute"),
        ("Wed, 09 Apr 2031 08:30:00 GMT", "2031-04-09T08:30:00+00:00", "minute"),
    ],
)
def test_a_date_is_read_as_exactly_as_it_is_written(
    written: object, read: str, precision: str
) -> None:
    dated = read_date(written, "page")
    assert (str(dated), dated.precision, dated.origin) == (read, precision, "page")


@pytest.mark.parametrize(
    "written",
    ["03/04/2031", "3.4.2031", "9 April", "10:30", "Tuesday", "yesterday", "2031-02-30",
     "spring 2031", "04/09/31", "1733788800", "soon", "[]"],
)  # fmt: skip
def test_what_is_no_clear_date_stays_unknown(written: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read_date(written, "page")


def test_other_names_of_fields_are_understood() -> None:
    fields = Fields(
        {
            "doc_id": 17,
            "headline": "Pier falls",
            "body": "Nobody was hurt.",
            "link": "https://wire.example/pier",
            "publisher": "Harbour Wire",
            "byline": '["Ann Lee", "Bo Okafor"]',
            "pubDate": "April 2031",
            "modified": "03/04/2031",
            "lang": "en-GB",
            "keywords": "piers, storms",
        },
        "given",
    )
    article = fields.article()
    assert (article.id, article.title, article.text) == ("17", "Pier falls", "Nobody was hurt.")
    assert (article.url, article.source) == ("https://wire.example/pier", "Harbour Wire")
    assert article.authors == ("Ann Lee", "Bo Okafor")
    assert (str(article.published), article.updated) == ("2031-04", None)
    assert (article.language, article.tags) == ("en", ("piers", "storms"))
    assert fields.unread == ["03/04/2031"]


def test_an_empty_field_is_unknown_and_the_next_name_counts() -> None:
    article = Fields(
        {"text": "x", "title": "", "headline": "Pier", "date": None}, "given"
    ).article()
    assert (article.title, article.published) == ("Pier", None)


@pytest.mark.parametrize(
    "wrong", [{"text": 5}, {"title": ["a"]}, {"id": True}, {"tags": 3}, {"authors": [1]}]
)
def test_a_value_of_the_wrong_type_is_named(wrong: dict[str, object]) -> None:
    with pytest.raises(ArticleError, match=f"'{next(iter(wrong))}'"):
        Fields({"text": "x", **wrong}, "given").article()


def test_a_language_is_recognised_only_where_the_text_is_clear() -> None:
    languages = Languages()
    german = "Die Brücke wurde am Montag nach vier Jahren Bauzeit für den Verkehr freigegeben."
    assert languages.known(Article(text=german)).language == "de"
    assert languages.known(Article(text=german, language="nl")).language == "nl"
    assert languages.known(Article(text="Die Brücke.")).language == ""
    table = "Qty 14 kg, pos. 3/7; ref. XK-22 (m3) 1.4 1.7 2.2 px rw ttl kpl nr abs tol rpm kv"
    assert languages.known(Article(text=table)).language == ""


def test_a_language_tag_gives_its_code() -> None:
    assert [language_code(t) for t in ("en-US", "pt_BR", "DE", "English", "")] == [
        "en", "pt", "de", "", ""
    ]  # fmt: skip
