"""When a web page itself says it was published: metadata, JSON-LD, its address.

Only what a page declares counts. Dates in its running text may belong to anything.
"""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.dates import read_date
from rag.types import Dated

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]

_PUBLISHED = [
    "article:published_time",
    "og:article:published_time",
    "og:published_time",
    "datepublished",
    "dc.date.issued",
    "dcterms.issued",
    "dcterms.created",
    "dc.date",
    "dcterms.date",
    "parsely-pub-date",
    "sailthru.date",
    "citation_publication_date",
    "citation_online_date",
    "citation_date",
    "publish_date",
    "publish-date",
    "publishdate",
    "pubdate",
    "publication_date",
    "date",
]
_UPDATED = [
    "article:modified_time",
    "og:updated_time",
    "datemodified",
    "dcterms.modified",
    "lastmod",
]
_ARTICLE = re.compile(r"Article|Posting|Report")
_CDATA = re.compile(r"^\s*(?://)?\s*<!\[CDATA\[|(?://)?\s*\]\]>\s*$")
_IN_URL = re.compile(r"/((?:19|20)\d\d)[/-](0?[1-9]|1[0-2])(?:[/-](0?[1-9]|[12]\d|3[01]))?(?=[/-])")


@dataclass(frozen=True, slots=True)
class PageDates:
    """The dates of a page, and the declared ones that could not be read."""

    published: Dated | None
    updated: Dated | None
    unread: tuple[str, ...]


def dates_of(tree: HtmlElement, url: str) -> PageDates:
    """The dates that a page declares; the publication date may also stand in its address."""
    records = list(_records(tree))
    published, unread = _first([*_declared(tree, _PUBLISHED), *_named(records, "datePublished")])
    updated, also = _first([*_declared(tree, _UPDATED), *_named(records, "dateModified")])
    return PageDates(published or _from_url(url), updated, (*unread, *also))


def _first(written: Iterable[str]) -> tuple[Dated | None, tuple[str, ...]]:
    """The first date that can be read; if none can, the first that could not."""
    unread: tuple[str, ...] = ()
    for text in written:
        try:
            return read_date(text, "page"), ()
        except ValueError:
            unread = unread or (text[:60],)
    return None, unread


def _declared(tree: HtmlElement, names: list[str]) -> list[str]:
    """What the page's elements hold under ``names``, in the order of those."""
    found: dict[str, str] = {}
    for element in tree.iter("meta", "time"):
        text = element.get("content") or element.get("datetime") or ""
        for attribute in ("property", "name", "itemprop"):
            found.setdefault((element.get(attribute) or "").lower(), text.strip())
        if element.get("pubdate") is not None:
            found.setdefault("pubdate", text.strip())
    return [found[name] for name in names if found.get(name)]


def _records(tree: HtmlElement) -> Iterator[dict[str, object]]:
    """Every object in the page's JSON-LD, outer ones first."""
    for script in tree.iter("script"):
        if script.get("type") != "application/ld+json":
            continue
        try:
            held = _CDATA.sub("", script.text or "")
            waiting = deque([json.loads(held, strict=False)])
        except (ValueError, RecursionError):  # a page's own mistake; it has other metadata
            continue
        while waiting:
            value = waiting.popleft()
            if isinstance(value, dict):
                yield value
            if isinstance(value, (dict, list)):
                waiting += value.values() if isinstance(value, dict) else value


def _named(records: Iterable[dict[str, object]], name: str) -> list[str]:
    """``name`` of the page's own article: teasers of others stand deeper or later."""
    return [
        value
        for record in records
        if _ARTICLE.search(str(record.get("@type"))) and isinstance(value := record.get(name), str)
    ][:1]


def _from_url(url: str) -> Dated | None:
    match = _IN_URL.search(url)
    if match is None:
        return None
    try:
        return Dated.parse("-".join(part for part in match.groups() if part), "url")
    except ValueError:  # such as /2024/02/31/
        return None
