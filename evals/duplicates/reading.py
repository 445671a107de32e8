"""Pairs that were flagged, to be read by eye, and what was made of them."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from evals.sets.lines import records
from rag.types import Article

JUDGED = Path(__file__).with_name("judged.jsonl")
"""One object a line: the set, both ids and whether they are one story (``judged.md``)."""
_SHOWN, _DIFFERENCES, _WIDTH = 300, 6, 200
_LONGEST = 20_000
"""Words that are compared of a text; what is beyond is not shown."""

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What a person said of pairs of one set."""

    same: frozenset[Pair]
    other: frozenset[Pair]

    @classmethod
    def of(cls, name: str, path: Path = JUDGED) -> Verdicts:
        rows = [row for _, row in records(path) if row["set"] == name] if path.is_file() else []
        return cls(
            frozenset(_pair(row["one"], row["other"]) for row in rows if row["same"]),
            frozenset(_pair(row["one"], row["other"]) for row in rows if not row["same"]),
        )

    def counted(self, pairs: Sequence[Pair]) -> tuple[int, int, int]:
        """Of ``pairs``: those that are one story, those that are not, those that nobody read."""
        keys = {_pair(*pair) for pair in pairs}
        return len(keys & self.same), len(keys & self.other), len(keys - self.same - self.other)

    def told(self, pairs: Sequence[Pair]) -> list[bool]:
        """Whether each of ``pairs`` that was read is one story; in the order of their ids."""
        read = sorted({_pair(*pair) for pair in pairs} & (self.same | self.other))
        return [pair in self.same for pair in read]

    def missing(self, pairs: Sequence[Pair]) -> int:
        """Pairs judged to be one story that are not among ``pairs``."""
        return len(self.same - {_pair(*pair) for pair in pairs})


def _pair(one: str, other: str) -> Pair:
    return (one, other) if one < other else (other, one)


def pages(pairs: Sequence[Pair], articles: Mapping[str, Article]) -> Iterator[str]:
    """Both articles of each pair: how they begin and end, and where they differ most."""
    for number, (one, other) in enumerate(pairs):
        yield f"=== {number}"
        texts = [articles[one].text.split()[:_LONGEST], articles[other].text.split()[:_LONGEST]]
        for article, words in zip((articles[one], articles[other]), texts, strict=True):
            day = article.published.value if article.published else "no date"
            yield f"{article.id} | {article.title} | {article.source} | {day} | {len(words)} words"
            yield f"    {' '.join(article.text[:_SHOWN].split())} [...]"
            yield f"    [...] {' '.join(article.text[-_SHOWN:].split())}"
        matcher = difflib.SequenceMatcher(None, texts[0], texts[1], autojunk=False)
        changes = [c for c in matcher.get_opcodes() if c[0] != "equal"]
        yield f"  alike {matcher.ratio():.2f}, {len(changes)} differences, the longest:"
        for _, a, b, c, d in sorted(changes, key=lambda c: c[1] - c[2] + c[3] - c[4])[
            :_DIFFERENCES
        ]:
            yield f"  - {' '.join(texts[0][a:b])[:_WIDTH]}"
            yield f"  + {' '.join(texts[1][c:d])[:_WIDTH]}"
        yield ""
