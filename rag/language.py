"""The language a text is in, where the text says it clearly."""

from __future__ import annotations

import threading
from functools import cached_property
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

_SAMPLE = 2000
"""Characters looked at."""


class LanguageRecogniser:
    """py3langid (after Lui and Baldwin 2012, https://aclanthology.org/P12-3005/), loaded at
    first use, which takes most of a second."""

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def recognise(self, text: str, *, letters: int, sure: float) -> str:
        """The two-letter code of the language of ``text``; empty when it has fewer than
        ``letters`` letters, or when the probability is below ``sure``."""
        sample = text[:_SAMPLE]
        if sum(character.isalpha() for character in sample) < letters:
            return ""
        with self._lock:
            code, probability = cast("tuple[str, float]", self._identifier.classify(sample))
        # Three letters are labels such as "zxx", no language at all.
        return code if len(code) == 2 and probability >= sure else ""

    @cached_property
    def _identifier(self) -> LanguageIdentifier:
        from py3langid.langid import MODEL_FILE, LanguageIdentifier

        return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
