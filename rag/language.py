"""The language a text is in, where the text says it clearly."""

from __future__ import annotations

import re
import threading
from functools import cached_property
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

_SAMPLE = 2000
"""Characters looked at."""
_ENGLISH = 0.01
"""The probability below which a short text is not in English, unless it has one of ``_ASKING``:
names from elsewhere are all that some questions have beside these."""
_ASKING = re.compile(
    r"\b(?:what|which|who(?:m|se)?|when|where|why|how|did|does|do|are|were|has|had|have|the)\b",
    re.IGNORECASE,
)


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

    def foreign(self, question: str) -> bool:
        """Whether ``question`` is clearly not in English. Which language it is in is harder to
        say of a few words: Norwegian and Danish share most."""
        if _ASKING.search(question):
            return False
        with self._lock:
            ranked = cast("list[tuple[str, float]]", self._identifier.rank(question[:_SAMPLE]))
        return dict(ranked)["en"] < _ENGLISH

    @cached_property
    def _identifier(self) -> LanguageIdentifier:
        from py3langid.langid import MODEL_FILE, LanguageIdentifier

        return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
