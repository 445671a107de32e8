"""The catalogue of the interface's text, and the code that uses it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ui.words import Words

UI = Path(__file__).parents[3] / "ui"
WORDS = Words.load()


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
    # Some names are put together: "rate.reason_" + reason, f"add.{name}".
    made = ("answer.", "bar.", "chip.", "help.", "library.", "rate.", "reader.", "add.")
    unused = {
        name
        for name in (n.removesuffix(".one").removesuffix(".other") for n in WORDS.names())
        if not re.search(rf"""["']{re.escape(name)}["']""", text)
        and not (name.startswith(made) and re.search(rf"""\b{name.split(".")[1]}\b""", text))
        and name != "add.published_example"
        and not (name.startswith("rate.reason_") and name.split("_", 1)[1] in text)
    }
    assert unused == set()


def test_a_text_that_counts_has_its_form() -> None:
    assert WORDS("bar.articles", n=1) == "1 article"
    assert WORDS("bar.articles", n=1234) == "1,234 articles"


def test_a_name_that_is_none_is_an_error() -> None:
    with pytest.raises(KeyError):
        WORDS("bar.nonsense")
