"""What visitors have chosen once for all questions to come."""

from __future__ import annotations

from ui.store import Store


class Choices:
    """Whether a language model writes a visitor's answers, where one is set. With ``quote``
    everybody begins with quotes, whatever they chose before this began. Raises ``StoreError``."""

    def __init__(self, store: Store, *, quote: bool = False) -> None:
        self._store = store
        self._quote = quote
        self._chose: set[str] = set()

    def writes(self, visitor: str) -> bool:
        """What the visitor chose; for who never did, whether answers begin written."""
        if self._quote and visitor not in self._chose:
            return False
        rows = self._store.rows("SELECT writes FROM choices WHERE visitor = ?", [visitor])
        return bool(rows[0]["writes"]) if rows else True

    def choose(self, visitor: str, *, writes: bool) -> None:
        self._chose.add(visitor)
        self._store.change("REPLACE INTO choices VALUES (?, ?)", [visitor, int(writes)])
