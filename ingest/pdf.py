"""A PDF to an article: lines as pdfium finds them on each page, joined to paragraphs."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import closing
from ctypes import byref
from dataclasses import dataclass
from datetime import date
from statistics import mode
from typing import TYPE_CHECKING, Any

from ingest.lines import Line, Sheet, body_size, flowing, without_running_heads
from ingest.paging import assembled
from ingest.reading import Draft
from ingest.shown import shown_day, shown_names, shown_title
from rag.errors import ArticleError
from rag.types import Article

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage, PdfTextPage

_PDFIUM = threading.Lock()
"""pdfium keeps state of its own for the whole process: two threads in it bring it down."""

_PASSWORD = 4
"""pdfium's code for a document that wants one."""

_FEW = 20
"""Letters on a page: fewer are a stamp or a page number on a picture."""

_DAY = re.compile(r"D:(\d{4})(\d\d)(\d\d)")
_LONGEST_TITLE = 250
_SOFT_HYPHENS = {0x02: "\u00ad", 0xFFFE: "\u00ad"}
"""How pdfium writes the hyphen of a word that goes on in the next line."""

_LIGATURES = {
    "ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Held:
    """What a file holds: its sheets, its properties, and how many of its pages show pictures."""

    sheets: tuple[Sheet, ...]
    properties: dict[str, str]
    pictured: int


def read_pdf(data: bytes) -> Draft:
    """The article of a PDF, with its pages. Raises ``ArticleError`` for one that has no text,
    is encrypted, or cannot be read."""
    held = _held(data)
    letters = sum(c.isalnum() for sheet in held.sheets for line in sheet.lines for c in line.text)
    if held.pictured and letters < _FEW * len(held.sheets):
        raise ArticleError(
            "is made of pictures of pages, and holds no text",
            "Have a program for text recognition (OCR) add the text.",
        )
    first = held.sheets[0].lines if held.sheets else ()
    head = "\n".join(line.text for line in first)
    sheets = without_running_heads(held.sheets)
    heading = _heading(sheets)
    told = shown_title(held.properties.get("Title", ""), head)
    title = told or " ".join(line.text for line in heading)
    if heading and _same(title, " ".join(line.text for line in heading)):
        sheets = _without(sheets, heading)
    text, pages = assembled(flowing(sheets), len(sheets))
    days = (_day(held.properties.get(name, "")) for name in ("CreationDate", "ModDate"))
    article = Article(
        text=text,
        title=title,
        authors=shown_names(held.properties.get("Author", ""), head),
        published=shown_day(days, head),
        pages=pages,
    )
    return Draft(article)


def _held(data: bytes) -> _Held:
    from pypdfium2 import PdfDocument, PdfiumError

    with _PDFIUM:
        try:
            with closing(PdfDocument(data)) as document:
                sheets = tuple(_sheet(document, number) for number in range(len(document)))
                properties = dict(document.get_metadata_dict(skip_empty=True))
                pictured = sum(pictures for _, pictures in sheets)
        except PdfiumError as error:
            if getattr(error, "err_code", None) == _PASSWORD:
                raise ArticleError(
                    "is encrypted, and opens with its password only", "Save it without one."
                ) from error
            raise ArticleError("is no PDF that can be read", "Get it anew.") from error
    return _Held(tuple(sheet for sheet, _ in sheets), properties, pictured)


def _sheet(document: PdfDocument, number: int) -> tuple[Sheet, bool]:
    """A page's lines in reading order, and whether it shows pictures."""
    from pypdfium2.raw import FPDF_PAGEOBJ_IMAGE

    with closing(document[number]) as page:
        width, height = page.get_size()
        with closing(page.get_textpage()) as words:
            lines = tuple(_lines(words, _bottom(page)))
        pictures = not lines and any(page.get_objects([FPDF_PAGEOBJ_IMAGE], max_depth=3))
        return Sheet(number + 1, width, height, lines), pictures


def _bottom(page: PdfPage) -> float:
    """Where the page as it is shown begins: a cropped one does not at 0."""
    return float(page.get_bbox()[1])


def _lines(words: PdfTextPage, bottom: float) -> Iterator[Line]:
    """The lines as pdfium parts them, those that stand upright."""
    from pypdfium2.raw import FPDFText_GetCharAngle

    codes: list[int] = []
    boxes: list[tuple[float, float, float, float]] = []
    first = 0

    def ended() -> Iterator[Line]:
        if codes and abs(FPDFText_GetCharAngle(words, first)) < 0.1:
            yield from _line(codes, boxes, bottom)

    for index in range(words.count_chars()):
        code, box = _character(words, index)
        # After the hyphen of a parted word pdfium goes on as if the line did.
        parted = bool(codes and box and boxes) and codes[-1] in _SOFT_HYPHENS
        if parted and box and box[3] < boxes[-1][1] + 0.5 * (box[3] - box[1]):
            yield from ended()
            codes, boxes = [], []
        if code in (0x0A, 0x0D):
            yield from ended()
            codes, boxes = [], []
            continue
        if not codes:
            first = index
        codes.append(code)
        if box is not None:
            boxes.append(box)
    yield from ended()


def _character(
    words: PdfTextPage, index: int
) -> tuple[int, tuple[float, float, float, float] | None]:
    """A character's code, and its box unless it is white space: left, bottom, right, top."""
    from pypdfium2.raw import FS_RECTF, FPDFText_GetLooseCharBox, FPDFText_GetUnicode

    code = int(FPDFText_GetUnicode(words, index))
    if code <= 0x20 and code != 0x02:
        return code, None
    rect: Any = FS_RECTF()
    FPDFText_GetLooseCharBox(words, index, byref(rect))
    return code, (rect.left, rect.bottom, rect.right, rect.top)


def _line(
    codes: list[int], boxes: list[tuple[float, float, float, float]], bottom: float
) -> Iterator[Line]:
    text = "".join(_SOFT_HYPHENS.get(code) or chr(code) for code in codes if code)
    # Letters beyond the first 65,536 come in halves; half of one alone is none.
    text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")
    text = " ".join("".join(_LIGATURES.get(c, c) for c in text).split())
    if text and boxes:
        yield Line(
            text=text,
            left=min(box[0] for box in boxes),
            right=max(box[2] for box in boxes),
            base=mode(round(box[1], 1) for box in boxes) - bottom,
            size=mode(round(box[3] - box[1], 1) for box in boxes),
        )


def _heading(sheets: tuple[Sheet, ...]) -> list[Line]:
    """The lines that stand above the text of the first page in larger letters than it has."""
    lines = sheets[0].lines[:12] if sheets else ()
    largest = max((line.size for line in lines), default=0.0)
    if largest < 1.15 * body_size(sheets):
        return []
    start = next(i for i, line in enumerate(lines) if line.size == largest)
    heading = []
    for line in lines[start:]:
        if line.size < 0.97 * largest:
            break
        heading.append(line)
    long = len(" ".join(line.text for line in heading)) > _LONGEST_TITLE
    return [] if long or len(heading) == len(lines) else heading


def _without(sheets: tuple[Sheet, ...], lines: list[Line]) -> tuple[Sheet, ...]:
    first = sheets[0]
    kept = tuple(line for line in first.lines if line not in lines)
    return (Sheet(first.number, first.width, first.height, kept), *sheets[1:])


def _same(one: str, other: str) -> bool:
    return "".join(one.split()).casefold() == "".join(other.split()).casefold()


def _day(written: str) -> date | None:
    match = _DAY.match(written)
    try:
        return date(*map(int, match.groups())) if match else None
    except ValueError:
        return None
