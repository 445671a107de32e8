"""The language of an article: as declared, else recognised from its text."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, cast

from rag.types import Article

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier


def language_code(name: str) -> str:
    """The language of a tag such as ``en-GB`` (BCP 47); empty for what is no such tag."""
    code = name.strip().replace("_", "-").split("-")[0].lower()
    return code if code.isascii() and code.isalpha() and 2 <= len(code) <= 3 else ""


class Languages:
    """Recognises the language of a text; the model behind it loads at first use."""

    SURE = 0.9
    """Lists and tables in English look like anything below this (measured on encyclopedia text)."""

    def known(self, article: Article) -> Article:
        """``article`` with its language, where that was unknown and the text says it clearly."""
        sample = article.text[:2000]
        if article.language or sum(character.isalpha() for character in sample) < 40:
            return article
        code, probability = cast("tuple[str, float]", self._identifier.classify(sample))
        # Three letters are labels such as "zxx", no language at all.
        return replace(article, language=code) if self._is_sure(code, probability) else article

    def _is_sure(self, code: str, probability: float) -> bool:
        return len(code) == 2 and probability >= self.SURE

    @cached_property
    def _identifier(self) -> LanguageIdentifier:
        from py3langid.langid import MODEL_FILE, LanguageIdentifier

        return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
