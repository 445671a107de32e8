"""PDF and Word files: their text, their pages, and what they say of themselves."""

from __future__ import annotations

import os
import shutil
import subprocess
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from docx.enum.text import WD_BREAK
from docx.oxml import OxmlElement
from fpdf import FPDF
from fpdf.enums import EncryptionMethod

from ingest.docx import read_docx
from ingest.pdf import read_pdf
from ingest.sync import ingest
from rag.engine import Engine
from rag.errors import ArticleError
from rag.types import Article

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")

FIRST = (
    "The Tarn water board met on Monday. Its engineers had measured the level of the reservoir for"
    " eleven years, and the figures were lower than in any of them. They spoke of an inter-\n"
    "national commission, and of a well-known remedy: to store more of what falls in winter."
)
SECOND = "Director Maren Holt asked for 42 million crowns. The board will decide in June."


class Report(FPDF):
    """Pages as word processors lay them out: a running head, a foot with the page number."""

    def header(self) -> None:
        self.set_font("Times", size=9)
        self.cell(0, 8, "Tarn Water Board, quarterly report", new_x="LMARGIN", new_y="NEXT")

    def footer(self) -> None:
        self.set_y(-15)
        self.set_font("Times", size=9)
        self.cell(0, 8, f"Page {self.page_no()} of {{nb}}", align="C")


def pdf_of(*pages: str, heading: str = "", **properties: object) -> FPDF:
    pdf = Report()
    for number, text in enumerate(pages):
        pdf.add_page()
        if heading and number == 0:
            pdf.set_font("Times", style="B", size=20)
            pdf.multi_cell(0, 10, heading, new_x="LMARGIN", new_y="NEXT")
        pdf.set_font("Times", size=12)
        for paragraph in text.split("\n\n"):
            pdf.multi_cell(0, 5, paragraph, align="J", new_x="LMARGIN", new_y="NEXT")
            pdf.ln(4)
    for name, value in properties.items():
        getattr(pdf, f"set_{name}")(value)
    return pdf


def read(pdf: FPDF) -> Article:
    return read_pdf(bytes(pdf.output())).article


def on_page(article: Article, number: int) -> str:
    starts = (*article.pages, len(article.text))
    return article.text[starts[number - 1] : starts[number]]


def test_lines_become_paragraphs_and_running_heads_go() -> None:
    article = read(pdf_of(f"{FIRST}\n\n{SECOND}", "", SECOND, heading="Less water than ever"))
    assert article.title == "Less water than ever"
    whole = FIRST.replace("inter-\n", "inter")
    assert article.text == f"{whole}\n\n{SECOND}\n\n{SECOND}"
    assert len(article.pages) == 3
    assert on_page(article, 2) == ""
    assert on_page(article, 3) == SECOND


def test_a_line_that_stands_on_its_side_is_left_out_also_at_the_end() -> None:
    pdf = FPDF()
    pdf.add_page()
    pdf.set_font("Times", size=12)
    pdf.multi_cell(0, 5, SECOND, new_x="LMARGIN", new_y="NEXT")
    with pdf.rotation(90, x=8, y=200):
        pdf.text(8, 200, "tarn:2406.00123v1 [water] 3 Jun 2024")
    assert read(pdf).text == SECOND


def test_a_paragraph_goes_on_over_the_page() -> None:
    article = read(pdf_of("They met on Monday in the hall of the old mill and", f"there {SECOND}"))
    assert article.text == (f"They met on Monday in the hall of the old mill and there {SECOND}")
    assert on_page(article, 2).startswith("there Director")


def test_properties_count_where_the_document_shows_them() -> None:
    day = datetime(2024, 6, 3, 9, 0, tzinfo=UTC)
    told = {"author": "Ida Brandt", "creation_date": day, "title": "Less water than ever"}
    shown = read(pdf_of(f"Less water than ever\n\nBy Ida Brandt, 3 June 2024\n\n{FIRST}", **told))
    assert (shown.title, shown.authors) == ("Less water than ever", ("Ida Brandt",))
    assert shown.published is not None
    assert (shown.published.value, shown.published.origin) == (date(2024, 6, 3), "document")
    for text in (FIRST, f"Printed on 3 June 2024\n\n{FIRST}"):
        silent = read(pdf_of(text, **told))
        assert (silent.title, silent.authors, silent.published) == ("", (), None)


def test_pages_without_text_encrypted_and_broken_files_are_told_apart(tmp_path: Path) -> None:
    from PIL import Image

    scanned = FPDF()
    scanned.add_page()
    scanned.image(Image.new("RGB", (200, 280), "grey"), w=180)
    with pytest.raises(ArticleError, match="pictures of pages, and holds no text"):
        read(scanned)
    locked = pdf_of(FIRST)
    locked.set_encryption(
        owner_password="a", user_password="b", encryption_method=EncryptionMethod.RC4
    )
    with pytest.raises(ArticleError, match="is encrypted"):
        read(locked)
    with pytest.raises(ArticleError, match="no PDF that can be read"):
        read_pdf(bytes(pdf_of(FIRST).output())[:300])
    with pytest.raises(ArticleError, match=r"no \.docx file"):
        read_docx(b"PK\x03\x04 and no more")
    with pytest.raises(ArticleError, match=r"encrypted, or an old \.doc"):
        read_docx(bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600)


def word(document: object) -> Article:
    data = BytesIO()
    document.save(data)  # type: ignore[attr-defined]
    return read_docx(data.getvalue()).article


def test_a_word_file_has_its_text_in_order_and_the_pages_it_tells() -> None:
    document = Document()
    document.add_heading("Less water than ever", 0)
    document.add_paragraph("The board met on Monday.")
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip(table._cells, ("Year", "Level", "2024", "11 m"), strict=True):
        cell.text = text
    document.add_paragraph("Store more", style="List Bullet")
    document.add_paragraph("Use less", style="List Bullet")
    document.add_page_break()
    document.add_paragraph(SECOND)
    article = word(document)
    assert article.title == "Less water than ever"
    assert article.text == (
        "The board met on Monday.\n\nYear | Level\n2024 | 11 m\nStore more\nUse less\n\n" + SECOND
    )
    assert on_page(article, 2) == SECOND
    # Nobody has laid these out, and one of them may have run over.
    for _ in range(60):
        document.add_paragraph(SECOND)
    document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
    assert word(document).pages == ()


def test_a_table_or_a_text_box_within_a_cell_is_told_once() -> None:
    document = Document()
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip(table._cells, ("Year", "Levels", "2024", "measured"), strict=True):
        cell.text = text
    inner = table.cell(1, 1).add_table(rows=2, cols=2)
    for cell, text in zip(inner._cells, ("spring", "11 m", "autumn", "9 m"), strict=True):
        cell.text = text
    run = table.cell(1, 0).paragraphs[0].runs[0]._r
    box, paragraph, words = (OxmlElement(f"w:{name}") for name in ("txbxContent", "p", "r"))
    text = OxmlElement("w:t")
    text.text = "a dry year"
    words.append(text)
    paragraph.append(words)
    box.append(paragraph)
    run.append(box)
    assert word(document).text == (
        "Year | Levels\n2024\na dry year | measured spring | 11 m autumn | 9 m"
    )


def test_where_word_broke_the_pages_counts() -> None:
    document = Document()
    run = document.add_paragraph("They met in the hall of the ").runs[0]
    run._r.append(OxmlElement("w:lastRenderedPageBreak"))
    document.paragraphs[0].add_run("old mill.")
    document.add_page_break()  # by hand, and not yet laid out when it was saved
    article = word(document)
    assert article.text == "They met in the hall of the old mill."
    assert on_page(article, 2) == "old mill."


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which(CHROMIUM), reason="there is no Chromium")
def test_a_printed_page_is_asked_about_and_cited_to_the_page(tmp_path: Path) -> None:
    news = tmp_path / "news"
    news.mkdir()
    page = tmp_path / "page.html"
    apart = '<p style="page-break-before: always">'
    page.write_text(f"<title>Less water than ever</title><p>{FIRST}{apart}{SECOND}{apart}Enough.")
    subprocess.run(
        [
            CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu",
            f"--user-data-dir={tmp_path / 'profile'}",
            f"--print-to-pdf={news / 'water.pdf'}", page.as_uri(),
        ],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    document = Document()
    document.add_paragraph("The ferry to Ellmere costs 60 crowns, and sails at noon.")
    document.add_page_break()
    document.add_paragraph("The mill at Orm was sold to Paul Okoye for 900 crowns.")
    document.save(str(news / "mill.docx"))
    (news / "broken.pdf").write_bytes(b"%PDF-1.4 no")
    with Engine.create(tmp_path / "library") as engine:
        report = ingest(news, into=engine.library)
        assert str(report) == "2 added, 1 failed"
        assert "is no PDF that can be read" in str(report.failures[0])
        (cited, *_) = engine.ask("How many crowns did Maren Holt ask for?").citations
        assert (cited.source.title, cited.locator) == ("Less water than ever", "p. 2")
        article = engine.library.article(cited.source.id)
        assert article.text[cited.start : cited.end] == cited.quote
        assert "file:" not in article.text
        (cited, *_) = engine.ask("Who bought the mill at Orm?").citations
        assert (cited.source.id, cited.locator) == ("news/mill.docx", "p. 2")
        assert engine.library.verify().whole
