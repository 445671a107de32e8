"""What a visitor looks at: one frozen value, kept by the page, changed by every action."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Literal, Self

from rag.types import Filters

View = Literal["ask", "library"]


@dataclass(frozen=True, slots=True)
class Reading:
    """The article open beside the answer, and which words of it are shown.

    ``exchange`` and ``marker`` name the citation it was opened from; without them it was opened
    from a list.
    """

    article: str
    exchange: str = ""
    marker: int = 0


@dataclass(frozen=True, slots=True)
class Browse:
    """What the library view lists: words, filters, and which page of the list."""

    matching: str = ""
    filters: Filters = field(default_factory=Filters)
    page: int = 0


@dataclass(frozen=True, slots=True)
class Place:
    """Where a visitor is. ``today``: asking as of today, also where old news is asked as of its
    last day. ``form`` names the one small form that is open, as ``edit:ID``; ``note`` is a line
    said once."""

    library: str
    visitor: str = ""
    view: View = "ask"
    conversation: str = ""
    search: str = ""
    scope: Filters = field(default_factory=Filters)
    today: bool = False
    reading: Reading | None = None
    browse: Browse = field(default_factory=Browse)
    chosen: tuple[str, ...] = ()
    form: str = ""
    note: str = ""

    def but(self, **changes: Any) -> Self:
        """This place with changes; the form that was open and the note are over."""
        return replace(self, **{"form": "", "note": "", **changes})
