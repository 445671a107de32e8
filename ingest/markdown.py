"""Markdown to an article: front matter to its fields, the rest to plain text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from ingest.matter import front_matter
from ingest.metadata import Fields
from ingest.reading import Draft

if TYPE_CHECKING:
    from markdown_it.token import Token


def read_markdown(text: str) -> Draft:
    """The article a Markdown text holds. Raises ``ArticleError`` for bad front matter."""
    matter, body = front_matter(text)
    fields = Fields(matter.values, "front matter")
    article = fields.article(text="")
    heading, plain = plain_text(body, article.title)
    whole = replace(article, text=plain, title=article.title or heading)
    return Draft(whole, tuple(fields.unread), withheld=matter.draft)


def plain_text(markdown: str, title: str = "") -> tuple[str, str]:
    """The first top heading and the text without it. A heading that differs from a ``title``
    already known stays in the text, and none is returned."""
    from markdown_it import MarkdownIt

    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(markdown)
    heading = ""
    for number, token in enumerate(tokens):
        if token.type == "heading_open" and token.tag == "h1" and token.level == 0:
            words = _inline(tokens[number + 1].children or [])
            if title in ("", words):
                heading = words
                del tokens[number : number + 3]
            break
    blocks = [(text, gap) for text, gap in _blocks(tokens) if text.strip()]
    plain = "".join(gap + text for text, gap in blocks)
    return heading, plain.strip("\n")


def _blocks(tokens: Sequence[Token]) -> Iterator[tuple[str, str]]:
    """Each block's text and what parts it from the one before."""
    gap = "\n\n"
    for before, token in zip((None, *tokens), tokens, strict=False):
        if token.type in ("th_open", "td_open"):
            gap = "\n" if before and before.type == "tr_open" else " | "
        elif token.type in ("paragraph_open", "heading_open"):
            gap = "\n" if token.hidden else "\n\n"  # hidden: in a list without empty lines
        elif token.type == "inline":
            yield _inline(token.children or []), gap
        elif token.type in ("fence", "code_block"):
            yield token.content.rstrip("\n"), "\n\n"
        elif token.type == "html_block":
            yield _words_of_html(token.content), "\n\n"


def _inline(tokens: Iterable[Token]) -> str:
    parts = []
    for token in tokens:
        if token.type in ("text", "code_inline"):
            parts.append(token.content)
        elif token.type == "softbreak":
            parts.append(" ")
        elif token.type == "hardbreak":
            parts.append("\n")
    return "".join(parts).strip()


class _Words(HTMLParser):
    """Collects what raw HTML says."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self._unseen += tag in ("script", "style")

    def handle_endtag(self, tag: str) -> None:
        self._unseen -= tag in ("script", "style") and self._unseen > 0

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.parts.append(data)


def _words_of_html(html: str) -> str:
    words = _Words()
    words.feed(html)
    words.close()
    lines = (line.strip() for line in "".join(words.parts).split("\n"))
    return "\n".join(line for line in lines if line)
