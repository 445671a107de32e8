"""A word processor's file (.docx) to an article: paragraphs and tables, and pages where known.

Such a file holds no pages: they come about when it is laid out. Word notes where they began when
it saved; else page breaks set by hand tell, as long as no page between them can have run over.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from io import BytesIO
from typing import TYPE_CHECKING

from ingest.clean import without_furniture
from ingest.paging import Piece, assembled
from ingest.reading import Draft
from ingest.shown import shown_day, shown_names, shown_title
from rag.errors import ArticleError
from rag.types import Article

if TYPE_CHECKING:
    from docx.document import Document
    from lxml.etree import _Element  # type: ignore[import-untyped]

_HEAD = 1500
"""Characters in which a document shows its title, its authors and its date."""

_FITS = 2500, 40
"""Characters and paragraphs that a page holds in any usual type."""

_UNPACKED = 500_000_000
"""Bytes that a file may unpack to, pictures and all."""

_ENCRYPTED = bytes.fromhex("d0cf11e0a1b11ae1")
"""How files in the older container begin: old .doc files, and encrypted .docx."""

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_UNSEEN = {f"{_W}{name}" for name in ("del", "moveFrom", "pPr", "rPr", "instrText")} | {_FALLBACK}
_AROUND = {f"{_W}{name}" for name in ("sdt", "sdtContent", "customXml")}

_LAID_OUT, _BY_HAND = "laid out", "by hand"


Part = str | tuple[str]
"""Words, or a page break of a kind."""


@dataclass
class _Block:
    """A paragraph or a row of a table: parts of its text, and the page breaks between them."""

    style: str = ""
    item: bool = False
    parts: list[Part] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(part for part in self.parts if isinstance(part, str)).strip()

    def breaks(self, kind: str) -> int:
        return sum(part == (kind,) for part in self.parts)


def read_docx(data: bytes) -> Draft:
    """The article of a .docx file. Raises ``ArticleError`` for one that cannot be read."""
    if data.startswith(_ENCRYPTED):
        raise ArticleError(
            "is encrypted, or an old .doc file", "Save it as .docx, without a password."
        )
    document = _opened(data)
    blocks = list(_blocks(document))
    properties = document.core_properties
    head = _head(blocks)
    title, blocks = _title(shown_title(properties.title or "", head), blocks)
    kind = _known_breaks(blocks)
    count = 1 + sum(block.breaks(kind) for block in blocks) if kind else 0
    text, pages = assembled(_pieces(blocks, kind), count)
    days = (_day(document, name) for name in ("created", "modified"))
    article = Article(
        text=text,
        title=title,
        authors=shown_names(properties.author or "", head),
        published=shown_day(days, head),
        pages=pages,
    )
    return Draft(article)


def _opened(data: bytes) -> Document:
    from docx import Document
    from docx.opc.exceptions import OpcError
    from lxml.etree import LxmlError

    try:
        with zipfile.ZipFile(BytesIO(data)) as parts:
            if sum(part.file_size for part in parts.infolist()) > _UNPACKED:
                raise ArticleError("unpacks to far more than a document holds", "Leave it out.")
        return Document(BytesIO(data))
    # What the packages underneath let through on broken files.
    except (
        OpcError, LxmlError, zipfile.BadZipFile, OSError, KeyError, ValueError, AttributeError,
        NotImplementedError, RuntimeError,
    ) as error:  # fmt: skip
        raise ArticleError("is no .docx file that can be read", "Save it anew.") from error


def _blocks(document: Document) -> Iterator[_Block]:
    names = {style.style_id: str(style.name) for style in document.styles}
    yield from _within(document.element.body, names)


def _within(parent: _Element, names: dict[str, str]) -> Iterator[_Block]:
    for element in _children(parent):
        if element.tag == f"{_W}p":
            yield _paragraph(element, names)
        elif element.tag == f"{_W}tbl":
            for row in _children(element, f"{_W}tr"):
                yield _row(row, names)


def _children(parent: _Element, tag: str = "") -> Iterator[_Element]:
    """What stands directly in an element, and not deeper: a table within a cell is a matter of
    that cell. Whatever is only put around others, such as a cover page, is looked through."""
    for element in parent:
        if element.tag in _AROUND:
            yield from _children(element, tag)
        elif not tag or element.tag == tag:
            yield element


def _paragraph(element: _Element, names: dict[str, str]) -> _Block:
    style = element.find(f"{_W}pPr/{_W}pStyle")
    item = element.find(f"{_W}pPr/{_W}numPr") is not None
    named = names.get(style.get(f"{_W}val") or "", "") if style is not None else ""
    block = _Block(named, item or named.startswith("List"))
    before = element.find(f"{_W}pPr/{_W}pageBreakBefore")
    if before is not None and before.get(f"{_W}val") not in ("0", "false"):
        block.parts.append((_BY_HAND,))
    _gather(element, block.parts)
    section = element.find(f"{_W}pPr/{_W}sectPr")
    if section is not None:
        kind = section.find(f"{_W}type")
        if kind is None or kind.get(f"{_W}val") != "continuous":
            block.parts.append((_BY_HAND,))
    return block


def _gather(element: _Element, parts: list[Part]) -> None:
    for child in element:
        if child.tag in _UNSEEN:
            continue
        if child.tag == f"{_W}t":
            parts.append(child.text or "")
        elif child.tag == f"{_W}tab":
            parts.append(" ")
        elif child.tag == f"{_W}noBreakHyphen":
            parts.append("-")
        elif child.tag in (f"{_W}br", f"{_W}cr"):
            by_hand = child.get(f"{_W}type") == "page"
            parts.append((_BY_HAND,) if by_hand else "\n")
        elif child.tag == f"{_W}lastRenderedPageBreak":
            parts.append((_LAID_OUT,))
        else:
            if child.tag == f"{_W}p" and parts:  # in a text box
                parts.append("\n")
            _gather(child, parts)


def _row(row: _Element, names: dict[str, str]) -> _Block:
    """A row of a table, its cells on one line, and so are the rows of a table within one."""
    cells = []
    for cell in _children(row, f"{_W}tc"):
        parts: list[Part] = []
        for block in _within(cell, names):
            parts += [" ", *block.parts] if parts and block.text else block.parts
        cells.append(_Block(parts=parts))
    made = _Block(item=True)
    # A row broken by a page is so in each of its cells: it is one break.
    broken = max(cells, key=lambda c: c.breaks(_LAID_OUT) + c.breaks(_BY_HAND), default=None)
    for cell in cells:
        said = [p for p in cell.parts if isinstance(p, str) or cell is broken]
        if made.parts and cell.text:
            made.parts.append(" | ")
        made.parts += said if cell.text or cell is broken else []
    return made


def _head(blocks: Sequence[_Block]) -> str:
    head = ""
    for block in blocks:
        head += block.text + "\n"
        if len(head) > _HEAD:
            break
    return head[:_HEAD]


def _title(told: str, blocks: list[_Block]) -> tuple[str, list[_Block]]:
    """The title, and the text without it where it stands above."""
    for index, block in enumerate(blocks[:20]):
        if not block.text:
            continue
        styled = block.style in ("Title", "Heading 1")
        if " ".join(block.text.split()) == told or (styled and not told):
            rest: list[Part] = [part for part in block.parts if not isinstance(part, str)]
            left = [_Block(parts=rest)]
            return " ".join(block.text.split()), [*blocks[:index], *left, *blocks[index + 1 :]]
        break
    return told, blocks


def _known_breaks(blocks: Sequence[_Block]) -> str:
    """The kind of page breaks that tells the pages; empty where none does."""
    if any(block.breaks(_LAID_OUT) for block in blocks):
        return _LAID_OUT
    if not any(block.breaks(_BY_HAND) for block in blocks):
        return ""
    characters, paragraphs = 0, 0
    for block in blocks:
        for part in block.parts:
            if part == (_BY_HAND,):
                characters, paragraphs = 0, 0
            characters += len(part) if isinstance(part, str) else 0
            paragraphs += part == "\n"
        paragraphs += 1
        if characters > _FITS[0] or paragraphs > _FITS[1]:
            return ""
    return _BY_HAND


def _pieces(blocks: Sequence[_Block], kind: str) -> Iterator[Piece]:
    page, after_item = 1, False
    for block in blocks:
        gap = "\n" if block.item and after_item else "\n\n"
        text, before = "", ""
        for part in (*block.parts, (kind,)):
            if isinstance(part, str):
                text += part
            elif part == (kind,):
                if said := without_furniture(text.strip()):
                    yield Piece(page, said, _gap(before, text, kind) if before else gap)
                    before, after_item = text, block.item
                text = ""
                page += 1
            elif part == (_BY_HAND,):
                text += "\n"
        page -= 1  # the end of a paragraph is no page break


def _gap(before: str, after: str, kind: str) -> str:
    """What parts two halves of a paragraph with a page break between them."""
    if kind == _BY_HAND:
        return "\n\n"
    return " " if before[-1].isspace() or after[0].isspace() else ""


def _day(document: Document, name: str) -> date | None:
    with suppress(ValueError, AttributeError):
        moment = getattr(document.core_properties, name)
        return moment.date() if isinstance(moment, datetime) else None
    return None
