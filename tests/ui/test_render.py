"""Words of articles stay words, on a terminal and on a page."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from markdown_it import MarkdownIt

from rag.types import (
    Answer,
    Citation,
    Dated,
    Hit,
    Hits,
    Passage,
    Source,
    Statement,
    Trace,
    Verification,
)
from ui import render

HOSTILE = (
    '<img src=x onerror="alert(1)"> <script>alert(2)</script> ![p](http://evil.example/p.png) '
    "[l](http://evil.example/) <http://evil.example/> www.evil.example $$x$$ **b**\n\n# h\n\n    c"
)
BRIDGE = Source(
    "bridge",
    "The bridge is open",
    "https://tarn.example/bridge?a=1&b=2",
    "Tarn Post",
    published=Dated.parse("2024-12-10T08:30:00"),
)


def answered(text: str, source: Source = BRIDGE) -> Answer:
    citation = Citation(1, source, "p1", text, 0, len(text))
    return Answer(
        "Why?", text, (Statement(text, (citation,), marked=((0, 3),)),), (citation,), answered=True
    )


class Tags(HTMLParser):
    """Collects every tag a browser would see, with its attributes, and the text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def test_a_terminal_gets_no_escape_codes_and_no_reordering() -> None:
    text = "a\x1b[31mred\x07\x9b2J\u202eb\x7f\r\tc\nd\udc80"
    assert render.plain(text) == "a[31mred2Jb\tc\nd"
    assert render.one_line(" a\n\tb ") == "a b"


def test_citations_on_a_terminal_show_quote_title_publisher_date_and_address() -> None:
    shown = render.answer_text(answered("It opened\non Monday."))
    assert shown.splitlines() == [
        "[1] “It opened on Monday.”",
        "    The bridge is open · Tarn Post · 2024-12-10",
        "    https://tarn.example/bridge?a=1&b=2",
    ]


def test_a_refusal_names_each_nearest_article_once_and_best_first() -> None:
    other = Source("mill", "The mill")
    hits = [
        Hit(Passage(f"p{i}", s.id, "text", 0, 4), s, 1.0 - i / 10)
        for i, s in enumerate([other, BRIDGE, other])
    ]
    shown = render.answer_text(Answer("Why?", "The articles do not say.", hits=tuple(hits)))
    assert shown.splitlines()[0] == "The articles do not say."
    assert shown.splitlines()[-2:] == [
        "  The mill · undated",
        "  The bridge is open · Tarn Post · 2024-12-10",
    ]


def test_a_title_with_line_ends_and_tabs_stays_in_its_column() -> None:
    line = render.article_line(Source("id\x1b", "a\n\tb"))
    assert line.split("\t") == ["undated", "-", "a b", "id"]


@pytest.mark.parametrize("html", [True, False])
def test_a_hostile_article_becomes_text_even_if_the_page_reads_it_as_markdown(html: bool) -> None:
    answer = answered(HOSTILE, Source("x", HOSTILE, "javascript:alert(1)", HOSTILE))
    shown = render.answer_html(answer)
    assert "\n" not in shown  # a blank line would end the block of HTML
    if not html:
        # The inside alone, as if nothing had told the page that it is HTML.
        shown = MarkdownIt("gfm-like", {"linkify": False}).render(
            re.sub(r"</?div[^>]*>", "", shown)
        )
    tags = Tags(shown)
    assert {tag for tag, _ in tags.seen} <= {"div", "p", "mark", "span", "blockquote", "br"}
    assert "<script>alert(2)</script> ![p](http://evil.example/p.png)" in tags.text


def test_a_link_leads_to_the_catalogs_address_and_tells_it_nothing() -> None:
    links = [a for tag, a in Tags(render.answer_html(answered("It opened."))).seen if tag == "a"]
    assert links == [{"href": BRIDGE.url, "target": "_blank", "rel": "noopener noreferrer"}]


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "JavaScript:1", "data:text/html,x", "file:///etc", "//x.y", "http://["],
)
def test_only_web_addresses_become_links(url: str) -> None:
    assert "<a" not in render.answer_html(answered("It opened.", Source("x", url=url)))


def test_marked_words_stay_in_place_however_the_ranges_lie() -> None:
    statement = Statement("one two three", (), marked=((4, 7), (0, 5)))
    html = render.statements_html([statement])
    assert html == "<p><mark>one t</mark><mark>wo</mark> three</p>"


def test_what_is_to_be_known_of_an_answer_is_told_with_it() -> None:
    noted = replace(answered("It opened."), trace=Trace(notes=("2 were left out.",)))
    for answer in (noted, replace(noted, answered=False)):
        assert render.answer_text(answer).endswith("\n2 were left out.")
        assert "2 were left out." in Tags(render.answer_html(answer)).text


def test_nothing_found_is_said() -> None:
    assert render.hits_text(Hits()) == "No passages found."
    assert (
        render.verification_text(Verification(1, 2))
        == "1 article and 2 passages checked: no problems."
    )
