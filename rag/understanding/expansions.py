"""What the words of a question are called in the articles."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, Protocol

from rag.understanding.mentions import Mention, What

Why = Literal["spelling", "acronym", "misspelt", "name"]
Variants = list[tuple[str, float]]
"""Other ways to say a word, each with what it counts beside it, 0..1."""

_SURE = 0.85
"""Weight from which a word the library lacks is taken for its variant."""


@dataclass(frozen=True, slots=True)
class Expansion:
    """``word`` stands at ``start`` to ``end`` of the question. ``variants``, best first, are
    what the articles say instead, each with what it counts beside the word, 0..1. ``known``
    tells whether the articles have the word itself, too."""

    start: int
    end: int
    word: str
    variants: tuple[tuple[str, float], ...]
    why: Why
    known: bool = True

    def __str__(self) -> str:
        others = " or ".join(text for text, _ in self.variants)
        if self.why == "misspelt":
            return f"'{self.word}' was read as {others}."
        if self.why == "spelling":
            return f"'{self.word}' is also spelt {others}."
        return f"'{self.word}' was also looked for as {others}."


@dataclass(frozen=True, slots=True)
class Expansions:
    """What was found for ``text``, in its order, no two over the same words. ``names`` are those
    that ``text`` holds as it writes them."""

    text: str = ""
    items: tuple[Expansion, ...] = ()
    names: tuple[str, ...] = ()

    @property
    def variants(self) -> dict[str, tuple[tuple[str, float], ...]]:
        """The variants by the words they are of, for the words index."""
        return {item.word: item.variants for item in self.items}

    def within(self, part: str) -> Expansions:
        """Those of the words that ``part`` of the text holds as well."""
        items = tuple(item for item in self.items if item.word in part)
        return Expansions(self.text, items, self.names)

    @property
    def respelt(self) -> str:
        """The text with words that the articles lack in the spelling they have, where that is
        sure: what a model is to read."""
        text = self.text
        for item in reversed(self.items):
            best, weight = item.variants[0]
            if not item.known and weight >= _SURE and item.why in {"spelling", "misspelt"}:
                text = text[: item.start] + best + text[item.end :]
        return text


class Lexicon(Protocol):
    """What the library says; ``LibraryReader`` is one."""

    def terms(self, text: str) -> list[str]: ...
    def frequency(self, term: str) -> int: ...
    def beginning(self, start: str, limit: int) -> list[tuple[str, int]]: ...
    def wordings(self, term: str) -> tuple[str, ...]: ...
    def mentions(self, what: What, keys: Iterable[str]) -> list[Mention]: ...
