"""Checks a statement against the words it cites."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.checking import (
    amounts,
    days,
    figures,
    former,
    joining,
    modality,
    names,
    opposites,
    polarity,
    roles,
)
from rag.checking.bearing import Encode, bearing
from rag.checking.faults import Checked, Fault, Quote, What
from rag.passages import sentences

_SPACE = re.compile(r"\s+")


class Checker:
    """Checks names, numbers, units, dates, negation, modality and roles by their words; with
    ``encode``, the bundled model's, also meaning: a statement whose ``bearing`` is below ``least``
    is not borne out. The same statement and quotes give the same result, always."""

    def __init__(self, encode: Encode | None = None, least: float = 0.0) -> None:
        self._encode = encode
        self._least = least

    def check(self, statement: str, quotes: Sequence[Quote]) -> Checked:
        """What of ``statement`` is not borne out by ``quotes``, taken together."""
        if not statement.strip() or _word_for_word(statement, quotes):
            return Checked()
        faults = list(self._faults(statement, quotes))
        return Checked(tuple(sorted(faults, key=lambda f: (f.start, f.end))))

    def _faults(self, statement: str, quotes: Sequence[Quote]) -> Iterator[Fault]:
        dated, spans = days.unsupported(statement, quotes)
        yield from dated
        printed = [text for q in quotes for text in (q.text, q.title)]
        quoted = [f for text in printed for f in (*figures.figures(text), *amounts.twos(text))]
        single = [f for text in printed for f in amounts.ones(text)]
        yield from amounts.unsupported(figures.figures(statement), quoted, single, spans)
        yield from names.unsupported(statement, names.Known(quotes), spans)
        texts = [q.text for q in quotes]
        said, read = polarity.read(statement), [polarity.read(text) for text in texts]
        yield from polarity.unsupported(said, read)
        yield from opposites.unsupported(said, read)
        yield from modality.unsupported(said, read)
        yield from former.unsupported(said, read)
        yield from roles.unsupported(statement, texts)
        yield from joining.unsupported(statement, quotes, spans)
        if self._encode and bearing(statement, texts, self._encode) < self._least:
            yield Fault(What.MEANING, 0, len(statement), "the quoted words speak of something else")


def _word_for_word(statement: str, quotes: Sequence[Quote]) -> bool:
    """Whether every quote that it is made of is whole sentences of theirs."""
    plain = _plain(statement)
    return any(plain == _plain(q.text) for q in quotes) or any(
        plain == _plain(q.text[a:b]) for q in quotes for a, b in sentences(q.text)
    )


def _plain(text: str) -> str:
    return _SPACE.sub(" ", text).strip()
