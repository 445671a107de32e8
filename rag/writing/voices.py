"""Who says what, where articles differ: a model may not make one voice of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rag import attribution
from rag.deciding import Decided
from rag.evidence import Sentence
from rag.pinpoint import pinpoint
from rag.quoting import citation
from rag.types import Statement, Support


class Voices:
    """Those that differ on a question that was ``decided``; none, where none do."""

    def __init__(self, decided: Decided) -> None:
        disputed = decided.disputed
        self._asked = decided.asked
        self._leads = list(zip(disputed, attribution.attributed(disputed, disputed), strict=True))

    def of(self, text: str, cited: Sequence[Sentence]) -> str:
        """Who says what a statement says that rests on ``cited``; empty where that is none of
        those that differ, or several, or the statement tells it itself."""
        said = [(one, lead) for one, lead in self._leads if any(map(one.overlaps, cited))]
        if len(said) != 1:
            return ""
        ((sentence, lead),) = said
        publisher = sentence.hit.source.source
        return "" if publisher and publisher in text else lead

    def left_unsaid(self, cited: Sequence[Sentence]) -> Iterator[Statement]:
        """Quotes of those whom no statement cites: nobody is to think that all agree."""
        for one, lead in self._leads:
            if not any(map(one.overlaps, cited)):
                marked = pinpoint(self._asked, one.text)
                yield Statement(one.text, (citation(one, 0),), Support.QUOTED, marked, lead=lead)
