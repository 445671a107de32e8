"""What visitors have chosen once for all questions to come."""

from __future__ import annotations

from ui.store import Store


class Choices:
    """Whether a language model writes a visitor's answers, where one is set. Raises
    ``StoreError``."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def writes(self, visitor: str) -> bool:
        """What the visitor chose; true for who never did."""
        rows = self._store.rows("SELECT writes FROM choices WHERE visitor = ?", [visitor])
        return bool(rows[0]["writes"]) if rows else True

    def choose(self, visitor: str, *, writes: bool) -> None:
        self._store.change("REPLACE INTO choices VALUES (?, ?)", [visitor, int(writes)])
