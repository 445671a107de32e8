"""Stories: near-duplicates are known as one, whatever comes and goes, and in whatever order."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag import stories
from rag.catalog import Catalog
from rag.likeness import Fingerprint, alike, bands, fingerprint
from rag.rows import Version
from rag.types import Article, Filters

WORDS = [
    start + middle + end
    for start in ("ba", "co", "di", "fe", "gu", "ha", "ji", "lo", "mu", "ne", "pra", "ste")
    for middle in ("la", "ri", "to", "nu", "ven", "sha")
    for end in ("", "n", "rd", "st", "ling", "mer")
]


def paragraphs(seed: int, count: int = 6, words: int = 50) -> list[str]:
    """Text that nobody wrote, with a figure now and then."""
    chance = random.Random(seed)
    return [
        " ".join(
            str(chance.randrange(2, 400)) if chance.random() < 0.05 else chance.choice(WORDS)
            for _ in range(words)
        )
        + "."
        for _ in range(count)
    ]


def report(seed: int, **fields: object) -> Article:
    given = {"id": f"report-{seed}", "title": f"Report {WORDS[seed]}", **fields}
    return Article(**{"text": "\n\n".join(paragraphs(seed)), **given})


def edited(article: Article, name: str, *, share: float, cut: int = 0, seed: int = 0) -> Article:
    """A copy as another paper prints it: words changed, paragraphs cut, its own headline."""
    chance = random.Random(f"{name} {seed}")
    parts = article.text.split("\n\n")
    kept = sorted(chance.sample(range(len(parts)), len(parts) - cut))
    text = "\n\n".join(
        " ".join(chance.choice(WORDS) if chance.random() < share else w for w in parts[i].split())
        for i in kept
    )
    return replace(
        article, id=name, source=name.title(), title=" ".join(chance.sample(WORDS, 6)), text=text
    )


def one_story(first: Article, second: Article) -> bool:
    one, other = fingerprint(first), fingerprint(second)
    near = bool(set(bands(one)) & set(bands(other)))
    assert alike(one, other) == alike(other, one)
    return near and alike(one, other)


# Two articles.


@pytest.mark.parametrize(("share", "cut"), [(0, 0), (0.05, 0), (0.1, 2), (0.2, 0), (0.2, 2)])
def test_copies_with_words_changed_and_paragraphs_cut_tell_one_story(share, cut):
    found = [
        one_story(report(n), edited(report(n), "courier", share=share, cut=cut)) for n in range(40)
    ]
    assert sum(found) >= 38


def test_other_articles_tell_other_stories():
    prints = [fingerprint(report(n)) for n in range(40)]
    assert not any(alike(a, b) for a, b in combinations(prints, 2))


def test_a_footer_that_many_pages_share_does_not_make_them_one_story():
    footer = "\n\n".join(paragraphs(99, count=4))
    pages = [
        Article(text="\n\n".join([*paragraphs(n, count=2), footer]), title=WORDS[n], source="Post")
        for n in range(8)
    ]
    assert not any(one_story(a, b) for a, b in combinations(pages, 2))


def test_a_form_filled_with_other_figures_is_another_story():
    def results(seed: int) -> Article:
        figures = random.Random(seed)
        parts = paragraphs(7, count=5)
        lines = [
            " ".join(str(figures.randrange(1000)) if w.isdigit() else w for w in part.split())
            for part in parts
        ]
        return Article(text="\n".join(lines), title="Results")

    assert one_story(results(1), results(1))
    assert not one_story(results(1), results(2))


def test_a_copy_with_another_figure_in_it_is_still_the_story():
    first = report(3)
    figure = next(word for word in first.text.split() if word.isdigit())
    assert one_story(first, replace(first, id="b", text=first.text.replace(figure, "17", 1)))


def test_a_column_that_one_paper_prints_every_month_is_another_story_each_time():
    spring = report(5, source="Post", published="2024-03-01")
    later = edited(spring, "post", share=0.1)
    assert one_story(spring, replace(later, published="2024-03-02"))
    assert not one_story(spring, replace(later, published="2024-04-02"))
    assert one_story(spring, replace(later, source="Courier", published="2024-04-02"))
    assert one_story(spring, replace(spring, id="again", published="2024-04-02"))


def test_a_few_words_tell_no_story():
    assert bands(fingerprint(Article(text="The page was not found."))) == ()
    assert bands(fingerprint(Article(text="..."))) == ()


# Many, coming and going.


class Shelf:
    """A catalog and the steps by which a library changes it."""

    def __init__(self, folder) -> None:
        folder.mkdir()
        self.catalog = Catalog(folder)

    def put(self, *articles: Article) -> None:
        numbers = self.catalog.new_versions(len(articles))
        versions = [Version(n, a, "", ()) for n, a in zip(numbers, articles, strict=True)]
        self.catalog.stage(versions)
        self.catalog.publish(versions, self.catalog.stories.of(versions))

    def stories(self) -> set[frozenset[str]]:
        """The ids of the articles of every story."""
        told: dict[str, set[str]] = {}
        for source in self.catalog.listing.sources(Filters()):
            if source.story:
                told.setdefault(source.story, set()).add(source.id)
        assert all(len(members) > 1 for members in told.values())
        return {frozenset(members) for members in told.values()}

    def told(self) -> dict[str, str]:
        return {s.id: s.story for s in self.catalog.listing.sources(Filters())}


@pytest.fixture
def shelf(tmp_path):
    shelf = Shelf(tmp_path / "catalog")
    yield shelf
    shelf.catalog.close()


def chain() -> tuple[Article, Article, Article]:
    """The first and the last are alike to the one between them and not to each other."""
    parts = paragraphs(1, count=9)
    texts = (parts[:5], parts, parts[4:])
    first, bridge, last = (
        Article(id=name, text="\n\n".join(text), source=name)
        for name, text in zip(("first", "bridge", "last"), texts, strict=True)
    )
    assert one_story(first, bridge)
    assert one_story(bridge, last)
    assert not one_story(first, last)
    return first, bridge, last


def test_a_story_is_all_that_hangs_together(shelf):
    first, bridge, last = chain()
    shelf.put(first)
    shelf.put(last, report(9))
    assert shelf.stories() == set()
    shelf.put(bridge)
    assert shelf.stories() == {frozenset({"first", "bridge", "last"})}


def test_a_removed_bridge_splits_its_story(shelf):
    first, bridge, last = chain()
    twin = edited(first, "twin", share=0.05)
    shelf.put(first, bridge, last, twin)
    shelf.catalog.retire(["bridge"])
    assert shelf.stories() == {frozenset({"first", "twin"})}
    assert shelf.told()["last"] == ""


def test_a_replaced_article_changes_its_story(shelf):
    first, bridge, last = chain()
    shelf.put(first, bridge, last)
    shelf.put(replace(report(9), id="bridge"))
    assert shelf.stories() == set()
    shelf.put(bridge)
    assert len(shelf.stories()) == 1
    shelf.put(replace(bridge, tags=("new",)))
    assert len(shelf.stories()) == 1


def test_what_is_derived_of_a_removed_article_is_gone(shelf):
    shelf.put(report(1), edited(report(1), "courier", share=0.05))
    shelf.catalog.retire(["courier", "report-1"])
    rows = shelf.catalog._db.rows("SELECT version FROM bands UNION SELECT version FROM alike")
    assert rows == []


POOL = [
    *chain(),
    *(report(n, source="Post") for n in range(10, 13)),
    *(edited(report(10), name, share=0.1, cut=1) for name in ("courier", "herald")),
    *(edited(report(11), name, share=0.15) for name in ("globe", "star")),
]


@pytest.mark.slow
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_the_order_of_coming_and_going_does_not_change_the_stories(tmp_path_factory, data):
    """However it came about, equal articles make equal stories, down to their ids."""
    staying = data.draw(st.lists(st.sampled_from(POOL), unique_by=lambda a: a.id))
    steps = data.draw(st.lists(st.sampled_from(POOL), max_size=5))
    folder = tmp_path_factory.mktemp("order")
    one, other = Shelf(folder / "one"), Shelf(folder / "other")
    if staying:
        one.put(*staying)
    for article in [*steps, *data.draw(st.permutations(staying))]:
        other.put(article)
    gone = {a.id for a in steps} - {a.id for a in staying}
    other.catalog.retire(sorted(gone))
    assert other.told() == one.told()
    everything = other.catalog.stories.of_all()
    rows = other.catalog._db.rows("SELECT version, other FROM alike WHERE version < other")
    assert {(a, b) for a, b in rows} == {tuple(sorted(pair)) for pair in everything.pairs}
    one.catalog.close()
    other.catalog.close()


def test_a_page_is_compared_with_few_of_a_crowd_and_its_copy_is_found(shelf, monkeypatch):
    """However many pages of one template there are; here a crowd begins at 4 of them."""
    monkeypatch.setattr(stories, "_CROWD", 4)
    compared: list[Fingerprint] = []
    judge = stories.alike
    monkeypatch.setattr(
        stories, "alike", lambda one, other: compared.append(other) or judge(one, other)
    )
    template = paragraphs(99, count=5)
    pages = [
        Article(id=f"page-{n}", text="\n\n".join(paragraphs(n, count=2) + template), source="Post")
        for n in range(40)
    ]
    for page in pages:
        shelf.put(page)
    assert len(compared) < 0.7 * len(list(combinations(pages, 2)))
    shelf.put(*(replace(page, source="Post") for page in pages[:6]))
    copy = edited(pages[30], "courier", share=0.05)
    shelf.put(copy)
    assert shelf.stories() == {frozenset({"page-30", "courier"})}
    everything = shelf.catalog.stories.of_all()
    assert len(everything.pairs) == 1


def test_one_text_in_more_copies_than_are_compared_is_one_story(shelf, monkeypatch):
    monkeypatch.setattr(stories, "_CROWD", 3)
    copies = [report(1, id=f"copy-{n}", source=f"Paper {n}") for n in range(12)]
    shelf.put(*copies[:5])
    for copy in copies[5:]:
        shelf.put(copy)
    assert shelf.stories() == {frozenset(copy.id for copy in copies)}


def test_the_others_of_a_story_are_known_by_each_of_them(shelf):
    first, bridge, last = chain()
    shelf.put(first, bridge, last, report(9))
    others = shelf.catalog.listing.same_story("bridge")
    assert {source.id for source in others} == {"first", "last"}
    assert shelf.catalog.listing.same_story("report-9") == ()
    assert shelf.catalog.listing.same_story("nonsense") == ()
