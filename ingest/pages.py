"""A saved web page to an article."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ingest.clean import without_furniture
from ingest.declared import dates_of
from ingest.decoding import text_of
from ingest.languages import language_code
from ingest.reading import Draft
from rag.errors import ArticleError
from rag.types import Article

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]
    from trafilatura.settings import Document

_HEAD = 4096
_CHARSET = re.compile(
    rb"<meta[^>]+?charset\s*=\s*[\"']?\s*([\w.:-]+)|<\?xml[^>]+?encoding\s*=\s*[\"']([\w.:-]+)",
    re.IGNORECASE,
)
_XML = re.compile(r"\s*<\?xml[^>]*\?>")


def read_page(data: bytes) -> Draft:
    """The article on a page. Raises ``ArticleError`` when none can be taken from it."""
    from trafilatura import bare_extraction, load_html
    from trafilatura.settings import Document

    declared = _CHARSET.search(data[:_HEAD])
    charset = (declared[1] or declared[2]).decode("ascii", "ignore") if declared else ""
    # It is text by now: a declaration left in would have the parser take it for bytes again.
    html = _XML.sub("", text_of(data, charset), count=1)
    none = ArticleError(
        "no article can be taken from it", "If it has a text, save that in a .txt file."
    )
    try:
        tree = load_html(html)
        if tree is None:
            raise none
        document = bare_extraction(
            tree,
            include_comments=False,
            with_metadata=True,
            date_extraction_params={"extensive_search": False, "original_date": True},
        )
    # What the packages underneath let through on broken pages.
    except (ValueError, TypeError, AttributeError, LookupError, RecursionError) as error:
        raise none from error
    if not isinstance(document, Document):
        raise none
    text = without_furniture(document.text or "").strip()
    if not text:
        raise none
    return _draft(tree, document, text)


def _draft(tree: HtmlElement, document: Document, text: str) -> Draft:
    url = _address(document.url or "")
    dates = dates_of(tree, url)
    article = Article(
        text=text,
        title=document.title or "",
        url=url,
        source=document.sitename or "",
        authors=tuple(name for name in (document.author or "").split("; ") if name),
        published=dates.published,
        updated=dates.updated,
        language=language_code(tree.get("lang") or ""),
    )
    return Draft(article, dates.unread)


def _address(url: str) -> str:
    """The page's address; empty for one that is only the site's, which many pages declare."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    whole = parts.scheme in ("http", "https") and (parts.path.strip("/") or parts.query)
    return url if whole else ""
