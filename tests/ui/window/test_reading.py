"""The article beside the answer: what is highlighted, and what became of quoted words."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rag.engine import Engine
from rag.types import Answer, Article, Citation, Source
from ui.saved import Asked, Exchange
from ui.window.place import Reading
from ui.window.reading import NOW, QUOTED, highlighted, opened, stepped

TEXT = "The new bridge opened. Mayor Calvet cut the ribbon. It cost 41 million euros."


def quoted(marker: int, words: str, *, of: str = "bridge") -> Citation:
    start = TEXT.index(words)
    return Citation(marker, Source(of, "Bridge"), "1.0", words, start, start + len(words))


EXCHANGE = Exchange(
    "e1",
    "c1",
    Asked("Who?"),
    "2024-03-05T10:00:00+00:00",
    Answer(
        "Who?",
        "…",
        citations=(quoted(1, "Mayor Calvet cut the ribbon."), quoted(2, "The new bridge opened.")),
        answered=True,
    ),
)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with Engine.create(tmp_path_factory.mktemp("reading") / "library") as engine:
        yield engine


@pytest.fixture
def library(engine: Engine) -> Engine:
    engine.library.put(Article(id="bridge", title="Bridge", text=TEXT))
    return engine


def test_the_words_looked_at_stand_out_from_other_quoted_words(library: Engine) -> None:
    shown = opened(Reading("bridge", "e1", 1), EXCHANGE, library.library)
    assert (shown.fate, shown.index, shown.count) == ("unchanged", 0, 2)
    assert [piece for piece in shown.pieces if piece[1]] == [
        ("The new bridge opened.", QUOTED),
        ("Mayor Calvet cut the ribbon.", NOW),
    ]
    assert "".join(text for text, _ in shown.pieces) == TEXT


def test_the_next_citation_is_the_next_in_the_answer_and_the_last_has_none() -> None:
    first = Reading("bridge", "e1", 1)
    second = stepped(first, EXCHANGE, 1)
    assert second.marker == 2
    assert stepped(second, EXCHANGE, 1) == second
    assert stepped(second, EXCHANGE, -1) == first


def test_words_that_moved_are_found_where_they_stand_now(library: Engine) -> None:
    library.library.put(Article(id="bridge", text="Corrected. " + TEXT))
    shown = opened(Reading("bridge", "e1", 1), EXCHANGE, library.library)
    assert shown.fate == "unchanged"
    assert ("Mayor Calvet cut the ribbon.", NOW) in shown.pieces


def test_an_article_that_changed_says_so_and_shows_what_was_quoted(library: Engine) -> None:
    library.library.put(Article(id="bridge", text="Deputy Roux cut the ribbon."))
    shown = opened(Reading("bridge", "e1", 1), EXCHANGE, library.library)
    assert (shown.fate, shown.quote) == ("changed", "Mayor Calvet cut the ribbon.")
    assert shown.pieces == (("Deputy Roux cut the ribbon.", ""),)


def test_an_article_that_is_gone_leaves_its_quote_and_title(library: Engine) -> None:
    library.library.remove("bridge")
    shown = opened(Reading("bridge", "e1", 2), EXCHANGE, library.library)
    assert (shown.fate, shown.source.title) == ("gone", "Bridge")
    assert shown.quote == "The new bridge opened."
    assert opened(Reading("bridge"), None, library.library).fate == "missing"


@pytest.mark.parametrize(
    ("now", "others"),
    [((4, 9), [(0, 6), (5, 12)]), ((0, 0), [(0, 8), (4, 12)]), ((0, 5), [(5, 9), (5, 9)])],
)
def test_overlapping_quotes_lose_no_letter(
    now: tuple[int, int], others: list[tuple[int, int]]
) -> None:
    pieces = highlighted("0123456789abcdef", now, others)
    assert "".join(text for text, _ in pieces) == "0123456789abcdef"
    if now[0] < now[1]:
        assert ("0123456789abcdef"[now[0] : now[1]], NOW) in pieces
