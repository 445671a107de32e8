"""Passages as a language model is shown them: fenced as data, each with an id to name it by.

No text of an article can end its fence or begin another, for it has no angle brackets there; nor
hold the id of any passage, for ids are chosen so that none stands in what is shown.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count

from rag.rows import Stored
from rag.types import Hit
from rag.writing.taming import tame, tame_line

_LETTERS, _DIGITS = "abcdefghjkmnpqrstuvwxyz", "23456789"
"""Without those that are read as others."""


@dataclass(frozen=True, slots=True)
class Fenced:
    """A passage with the ``id`` that a model names it by, and its ``text`` as the model sees it."""

    id: str
    hit: Hit
    stored: Stored
    text: str


def fenced(passages: Sequence[tuple[Hit, Stored]]) -> list[Fenced]:
    """The ``passages``, order kept."""
    shown = [(_heading(stored), tame(stored.passage.text)) for _, stored in passages]
    everything = "\n".join(part for parts in shown for part in parts).casefold()
    used: set[str] = set()
    found = []
    for (hit, stored), (heading, text) in zip(passages, shown, strict=True):
        own = next(i for i in _ids(hit.passage.id) if i not in used and i not in everything)
        used.add(own)
        block = f"<passage {own}>\n{heading}\n{text}\n</passage {own}>"
        found.append(Fenced(own, hit, stored, block))
    return found


def pack(passages: Sequence[Fenced], room: int, tokens: Callable[[str], int]) -> list[Fenced]:
    """Those of ``passages``, best first, that fit into ``room`` tokens together. One that does not
    is left out whole."""
    packed = []
    for one in passages:
        size = tokens(one.text) + 2
        if size <= room:
            packed.append(one)
            room -= size
    return packed


def _ids(passage: str) -> Iterator[str]:
    """Letter, digit, letter, digit: no word, no number, no year."""
    for salt in count():
        digest = hashlib.sha256(f"{passage}\0{salt}".encode()).digest()
        signs = (_LETTERS, _DIGITS, _LETTERS, _DIGITS)
        yield "".join(s[byte % len(s)] for s, byte in zip(signs, digest, strict=False))


def _heading(stored: Stored) -> str:
    """Title, publisher and date on one line, as far as they are known."""
    source = stored.source
    known = (source.title, source.source, str(source.published or ""))
    return " | ".join(tame_line(part) for part in known if part) or "Untitled"
