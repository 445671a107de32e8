"""The catalogue of the interface's text, and the code that uses it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ui.words import Words

UI = Path(__file__).parents[3] / "ui"
WORDS = Words.load()
REASONS = ("wrong", "incomplete", "not_said", "refused", "other")
OUTCOMES = ("added", "changed", "unchanged")


def sources() -> str:
    files = [*(UI / "window" / "templates").glob("*.html"), *UI.rglob("*.py")]
    return "\n".join(path.read_text(encoding="utf-8") for path in files)


def test_every_name_that_is_used_is_in_the_catalogue() -> None:
    used = set(re.findall(r"""\b(?:t|words|_words)\(\s*["']([a-z_.]+)["']\s*[,)]""", sources()))
    known = WORDS.names() | {name.rpartition(".")[0] for name in WORDS.names()}
    assert used - known == set()
    assert len(used) > 70


def test_every_text_of_the_catalogue_is_used() -> None:
    text = sources()
    # Names that are put together: t("bar." + view), f"add.{name}".
    parts = {
        "answer": (
            *("waiting", "loading", "reading", "writing", "answering"),
            *("written_days", "chosen_days"),
        ),
        "bar": ("ask", "library"),
        "chip": ("digest", "news", "list", "source", "author", "tag", "language"),
        "help": ("ask", "new", "articles", "rail", "next", "previous", "close", "this"),
        "library": ("source", "author", "tag"),
        "rate": tuple(
            f"reason_{r}" for r in ("wrong", "incomplete", "not_said", "refused", "other")
        ),
        "reader": ("changed", "gone", "missing"),
        "add": ("title", "source", "published", "published_example", "url", *OUTCOMES),
    }
    made = {f"{group}.{name}" for group, names in parts.items() for name in names}
    every = {name.removesuffix(".one").removesuffix(".other") for name in WORDS.names()}
    assert made <= every
    unused = {n for n in every - made if not re.search(rf"""["']{re.escape(n)}["']""", text)}
    assert unused == set()


def test_a_text_that_counts_has_its_form() -> None:
    assert WORDS("bar.articles", n=1) == "1 article"
    assert WORDS("bar.articles", n=1234) == "1,234 articles"


def test_a_name_that_is_none_is_an_error() -> None:
    with pytest.raises(KeyError):
        WORDS("bar.nonsense")
