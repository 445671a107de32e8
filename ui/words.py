"""The interface's text, all of it, from one catalogue file: ``ui/words.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

CATALOGUE = Path(__file__).with_name("words.toml")


class Words:
    """Texts by name. A text may have places for values, ``{title}``; one that counts has two
    forms, ``one`` and ``other``, chosen by the value ``n``."""

    def __init__(self, texts: Mapping[str, Any]) -> None:
        self._texts = dict(_flat(texts))

    @classmethod
    def load(cls, path: Path = CATALOGUE) -> Self:
        return cls(tomllib.loads(path.read_text(encoding="utf-8")))

    def __call__(self, name: str, **values: Any) -> str:
        """The text of this name. Raises ``KeyError`` for a name that is not in the catalogue."""
        counted = f"{name}.{'one' if values.get('n') == 1 else 'other'}"
        text = self._texts[counted if counted in self._texts else name]
        if isinstance(values.get("n"), int):
            values["n"] = f"{values['n']:,}"
        return text.format(**values)

    def get(self, name: str, default: str) -> str:
        """The text of this name as it stands, or ``default`` where there is none."""
        return self._texts.get(name, default)

    def names(self) -> frozenset[str]:
        return frozenset(self._texts)


def _flat(texts: Mapping[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for name, value in texts.items():
        if isinstance(value, Mapping):
            pairs += _flat(value, f"{prefix}{name}.")
        else:
            pairs.append((f"{prefix}{name}", str(value)))
    return pairs
