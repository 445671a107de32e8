"""The sample newspaper as it is really taken in."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

import pytest

from ingest import sample
from ingest.sync import IngestReport, ingest
from rag.embedding import SentenceEmbedding
from rag.engine import Engine
from rag.library import Library
from rag.types import Article

FIRST, LAST = date(2025, 9, 8), date(2025, 11, 16)

# What belongs to the pages, not to what they say.
FURNITURE = (
    "views", "cookie", "share this", "share on", "read more", "sign up", "inbox", "most read",
    "advertisement", "tweet", "you may also like", "popular stories", "all rights reserved",
    "leave a comment", "follow us", "first!", "lovely as ever", "powered by", "small ads",
)  # fmt: skip

pytestmark = pytest.mark.slow

WIRE = [
    ("wire-ferry-aground", "ferry-aground", "ferry-aground-record"),
    ("wire-ferry-inquiry", "ferry-inquiry", "ferry-inquiry-record"),
    ("wire-wind-farm", "wind-farm-approved", "wind-farm-record"),
    ("wire-hoard", "hoard-record"),
    ("wire-gale-warning", "gale-warning"),
    ("wire-branch-line", "branch-line-record"),
    ("wire-seal-count", "seal-count", "seals-on-the-seventh-hole"),
]

SAYS = {
    "harbour-dredging-contract": ["£14.2m", "380,000 tonnes", "Commission (AHC)"],
    "dredging-halted": ["AHC", "Youssef al-Karimi"],
    "dredging-cost-rises": ["£17.9m"],
    "dredging-bill-18-3m": ["£18.3m", "Yusuf Al Karimi"],
    "dredging-tonnes-revised": ["£19.6m", "452,000", "second revision"],
    "tideline-gasworks-talk": ["AHC", "Yousef el-Karimi"],
    "ferry-aground": ["Eleven people", "83 people"],
    "ferry-injured-seventeen": ["is 17, not 11", "86, three more", "on the bridge throughout"],
    "tideline-who-had-the-bridge": ["J.T.", "Croy", "below in her cabin", "7.12pm"],
    "ferry-inquiry": ["Joel Tarrant, was alone on the bridge", "6.47pm"],
    "byelection-seven-votes": ["seven votes", "38.4 per cent", "next Tuesday"],
    "byelection-recount": ["two votes instead of seven"],
    "garrow-moor-by-two": ["36.9 per cent"],
    "baths-vote-courier": ["27 votes to 24", "last night"],
    "baths-vote-record": ["27 votes to 23"],
    "correction-baths-vote": ["gave the wrong figures"],
    "show-treasurer-guilty": ["This article was corrected", "£43,700"],
    "venn-flood-first-count": ["Forty-one homes", "4.62 metres"],
    "kelderwick-flood": ["Fifty-three homes", "4.71 metres"],
    "flood-count-58": ["was 58", "not 4.62"],
    "smokehouse-to-take-over-cannery": ["65 people"],
    "cannery-eighty-jobs": ["80 jobs"],
    "smokehouse-delayed": ["45 people"],
    "wire-seal-count": ["2,146"],
    "seals-on-the-seventh-hole": ["2,164"],
    "bus-fares-valt": ["Local Transport board (VALT)"],
    "bus-fares-rise-today": ["VALT"],
    "letter-ferry": ["Yours faithfully", "J. M. Corran"],
    "obituary-agnes-quillan": ["who has died aged 94"],
    "rovers-beat-town": ["Aldermouth Rovers 3 Kelderwick Town 2"],
    "harbour-master-interview": ["Did you think of resigning?"],
    "first-frost": ["minus 2.4 degrees"],
    "baths-reopening": ["next month, on Monday 8 December"],
}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    place = tmp_path_factory.mktemp("sample") / "library"
    with Engine.create(place, embedding=SentenceEmbedding()) as engine:
        yield engine.library


@pytest.fixture(scope="module")
def report(library: Library) -> IngestReport:
    return ingest(sample.newspaper(), into=library)


@pytest.fixture(scope="module")
def articles(library: Library, report: IngestReport) -> Mapping[str, Article]:
    """By the last part of their ids, which are addresses for pages."""
    ids = [source.id for source in library.articles()]
    return {name.rpartition("/")[2]: library.article(name) for name in ids}


def test_everything_is_taken_in_and_the_same_again_changes_nothing(
    library: Library, report: IngestReport
) -> None:
    assert str(report) == "73 added"
    assert report.warnings == ()
    assert str(ingest(sample.newspaper(), into=library)) == "73 unchanged"


def test_no_two_articles_have_one_id_and_the_card_is_none(
    library: Library, articles: Mapping[str, Article]
) -> None:
    assert len(articles) == len(library) == 73
    assert not any("README" in name for name in articles)


def test_all_but_one_are_dated_within_the_ten_weeks(articles: Mapping[str, Article]) -> None:
    dates = {name: article.published for name, article in articles.items()}
    undated = [name for name, published in dates.items() if published is None]
    assert undated == ["inchmarrow-light.txt"]
    for name, published in dates.items():
        if published is not None:
            assert FIRST <= published.first <= published.last <= LAST, name


def test_all_but_that_one_name_paper_author_title_and_address(
    articles: Mapping[str, Article],
) -> None:
    for name, article in articles.items():
        assert article.title, name
        assert article.language == "en", name
        if name != "inchmarrow-light.txt":
            assert article.source, name
            assert article.authors, name
            assert ".example/" in article.url, name
    sources = {article.source for article in articles.values()}
    assert len(sources - {""}) == 4


def test_the_articles_are_short_and_nothing_of_the_pages_is_left(
    articles: Mapping[str, Article],
) -> None:
    for name, article in articles.items():
        assert 115 <= len(article.text.split()) <= 350, name
        if article.id.startswith("https://") or article.id.endswith(".txt"):
            for words in FURNITURE:
                assert words not in article.text.lower(), (name, words)


def test_the_papers_say_what_the_card_says_they_do(articles: Mapping[str, Article]) -> None:
    for name, sayings in SAYS.items():
        for words in sayings:
            assert words in articles[name].text, (name, words)


def test_a_corrected_page_says_when(articles: Mapping[str, Article]) -> None:
    page = articles["show-treasurer-guilty"]
    assert page.published and page.updated
    assert page.published.first == date(2025, 9, 25)
    assert page.updated.first == date(2025, 9, 26)


@pytest.mark.parametrize("copies", WIRE, ids=lambda copies: copies[0])
def test_wire_copy_is_carried_with_small_edits(
    articles: Mapping[str, Article], copies: tuple[str, ...]
) -> None:
    wire, *others = (set(_sentences(articles[name].text)) for name in copies)
    for sentences in others:
        assert wire != sentences
        assert len(wire & sentences) >= 4


@pytest.mark.parametrize("acronym", ["AHC", "VALT"])
def test_an_acronym_is_explained_in_one_article_only(
    articles: Mapping[str, Article], acronym: str
) -> None:
    used = [name for name, article in articles.items() if acronym in article.text]
    explained = [name for name in used if f"({acronym})" in articles[name].text]
    assert len(used) > len(explained) == 1


def test_the_card_names_every_kind_of_article(articles: Mapping[str, Article]) -> None:
    card = (sample.newspaper().parent / "README.md").read_text()
    named = re.findall(r"`(?:vennshire/)?([a-z][\w-]+(?:\.txt)?)(?:\.html)?`", card)
    assert set(SAYS) - {"baths-reopening"} <= set(named)
    assert {name for copies in WIRE for name in copies} <= set(named)
    unknown = set(named) - set(articles)
    assert not unknown - {"vennshire"}
    assert f"{len(articles)} short articles" in card


def test_the_digest_changes_with_any_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = sample.digest()
    copy = tmp_path / "copy"
    shutil.copytree(sample.newspaper(), copy)
    monkeypatch.setattr(sample, "newspaper", lambda: copy)
    assert sample.digest() == before
    (copy / "courier.jsonl").rename(copy / "daily.jsonl")
    renamed = sample.digest()
    (copy / "inchmarrow-light.txt").write_text("The light is out.")
    assert len({before, renamed, sample.digest()}) == 3


def _sentences(text: str) -> list[str]:
    straight = text.replace("“", '"').replace("”", '"').replace("’", "'")
    return re.split(r"(?<=[.?!])\s+", straight)
