"""Words of articles stay words on a terminal."""

from dataclasses import replace

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
from ui.export import as_markdown
from ui.saved import Asked, Conversation, Exchange
from ui.window.drawing import Drawing, Shelved, Turn
from ui.window.place import Place
from ui.words import Words

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


def test_what_is_to_be_known_of_an_answer_is_told_with_it() -> None:
    noted = replace(answered("It opened."), trace=Trace(notes=("2 were left out.",)))
    for answer in (noted, replace(noted, answered=False)):
        assert render.answer_text(answer).endswith("\n2 were left out.")


def test_nothing_found_is_said() -> None:
    assert render.hits_text(Hits()) == "No passages found."
    assert (
        render.verification_text(Verification(1, 2))
        == "1 article and 2 passages checked: no problems."
    )


def test_what_the_articles_do_not_say_stands_before_the_citations() -> None:
    answer = replace(answered("It opened."), uncovered=("Who built it?", "Why?"))
    shown = render.answer_text(answer).splitlines()
    assert shown[:2] == ["The articles do not say: Who built it? Why?", ""]
    assert shown[2] == "[1] “It opened.”"


def test_the_page_of_a_quote_is_told_wherever_it_is_shown() -> None:
    report = replace(BRIDGE, url="https://tarn.example/report.pdf")
    answer = answered("It opened.", report)
    cited = replace(answer.citations[0], locator="pp. 3-4")
    said = replace(answer.statements[0], citations=(cited,))
    answer = replace(answer, statements=(said,), citations=(cited,))
    exchange = Exchange("e", "c", Asked("Why?"), "2025-01-01T00:00", answer)
    drawn = Drawing(Words.load()).transcript(
        Place("/library"),
        Shelved(sample=False, has_sample=False, articles=1, loading=False, state=""),
        [Turn(exchange, answer.statements)],
        (),
    )
    exported = as_markdown(Conversation("c", "l", "?", "", "", (exchange,)))
    for text in (render.answer_text(answer), exported, drawn):
        assert "pp. 3-4" in text
        assert "https://tarn.example/report.pdf#page=3" in text
    hit = Hit(Passage("1.0", "x", "It opened.", 0, 10, "p. 3", ((3, 0),)), report, 0.5)
    assert "2024-12-10 · p. 3 · score" in render.hits_text([hit])
    assert answer.to_dict()["citations"][0]["locator"] == "pp. 3-4"
