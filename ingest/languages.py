"""The language of an article: as declared, else recognised from its text."""

from __future__ import annotations

from dataclasses import replace

from rag.language import LanguageRecogniser
from rag.types import Article


def language_code(name: str) -> str:
    """The language of a tag such as ``en-GB`` (BCP 47); empty for what is no such tag."""
    code = name.strip().replace("_", "-").split("-")[0].lower()
    return code if code.isascii() and code.isalpha() and 2 <= len(code) <= 3 else ""


class Languages:
    """Recognises the language of an article that does not declare one."""

    SURE = 0.9
    """Lists and tables in English look like anything below this (measured on encyclopedia text)."""

    def __init__(self) -> None:
        self._recogniser = LanguageRecogniser()

    def known(self, article: Article) -> Article:
        """``article`` with its language, where that was unknown and the text says it clearly."""
        if article.language:
            return article
        code = self._recogniser.recognise(article.text, letters=40, sure=self.SURE)
        return replace(article, language=code)
