"""What the panels show of articles, answers and questions: their words, and no markup of theirs."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser

import pytest

from rag.types import Answer, Citation, Dated, Facets, Gloss, Source, Statement, Support, Trace
from ui.saved import Asked, Exchange, Heading
from ui.window.drawing import Drawing, Shelved, Turn, copied, made, told_once
from ui.window.place import Place, Reading
from ui.window.reading import Opened
from ui.words import Words

HOSTILE = (
    "<img src=x onerror=\"alert(1)\"> <script>alert(2)</script> ' onclick='alert(3) "
    "${alert(4)} {{alert(5)}} </section></div> <a href=javascript:alert(6)>x</a>"
)
BRIDGE = Source(
    "bridge",
    "The bridge is open",
    "https://tarn.example/bridge?a=1&b=2",
    "Tarn Post",
    published=Dated.parse("2024-12-10T08:30:00"),
)
WORDS = Words.load()
DRAWING = Drawing(WORDS)
PLACE = Place("/library")
SHELVED = Shelved(sample=False, has_sample=False, articles=1, loading=False, state="")

OURS = {
    *("section", "h2", "h3", "ol", "ul", "li", "div", "p", "span", "strong", "button", "a"),
    *("article", "mark", "nav", "form", "label", "input", "details", "summary", "select", "option"),
    "blockquote",
}


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


def turn(text: str, source: Source = BRIDGE, *, question: str = "Why?") -> Turn:
    citation = Citation(1, source, "1.0", text, 0, len(text))
    statement = Statement(text, (citation,), marked=((0, 3),))
    answer = Answer(question, text, (statement,), (citation,), answered=True)
    exchange = Exchange("e1", "c1", Asked(question), "", answer, suggestions=(text,))
    return Turn(exchange, answer.statements)


def transcript(*turns: Turn) -> Tags:
    return Tags(DRAWING.transcript(replace(PLACE, note=HOSTILE), SHELVED, turns, ()))


def test_hostile_words_are_shown_as_words_in_every_panel() -> None:
    source = Source("x' onclick='1", HOSTILE, "javascript:alert(1)", HOSTILE, (HOSTILE,))
    opened = Opened(source, "changed", ((HOSTILE, "pq-now"),), HOSTILE, 0, 1, (source,))
    facets = Facets({HOSTILE: 1}, {HOSTILE: 1}, {HOSTILE: 1}, {}, 0)
    panels = [
        DRAWING.transcript(PLACE, SHELVED, [turn(HOSTILE, source, question=HOSTILE)], (HOSTILE,)),
        DRAWING.reader(replace(PLACE, reading=Reading("x", "e1", 1)), opened),
        DRAWING.listing(replace(PLACE, view="library"), False, facets, [source]),
        DRAWING.rail(PLACE, [Heading("c1", HOSTILE, "2024-01-01T00:00:00+00:00", 1)]),
        DRAWING.intake([(HOSTILE, HOSTILE, True)], HOSTILE),
    ]
    for panel in panels:
        tags = Tags(panel)
        assert {tag for tag, _ in tags.seen} <= OURS
        assert not [a for _, a in tags.seen if any(n.startswith("on") for n in a)]
        assert not [a for _, a in tags.seen if (a.get("href") or "").startswith("javascript")]
        assert "<script>alert(2)</script>" in tags.text


def test_marks_that_reorder_letters_and_control_characters_are_left_out() -> None:
    shown = transcript(turn("safe \u202edenwo\u202c \x1b[31m words")).text
    assert not set(shown) & {"\u202e", "\u202c", "\x1b"}
    assert "safe denwo [31m words" in shown


def test_a_link_leads_to_the_catalogs_address_and_tells_it_nothing() -> None:
    links = [a for tag, a in transcript(turn("It opened.")).seen if tag == "a"]
    told = {"target": "_blank", "rel": "noopener noreferrer", "class": "pq-away"}
    assert links == [{"href": BRIDGE.url, **told}]


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "JavaScript:1", "data:text/html,x", "file:///etc", "//x.y", "http://["],
)
def test_only_web_addresses_become_links(url: str) -> None:
    shown = transcript(turn("It opened.", Source("x", url=url)))
    assert "a" not in {tag for tag, _ in shown.seen}


def test_marked_words_stay_in_place_however_the_ranges_lie() -> None:
    one = turn("one two three")
    statement = replace(one.statements[0], marked=((4, 7), (0, 5)))
    html = DRAWING.transcript(PLACE, SHELVED, [replace(one, statements=(statement,))], ())
    assert '<strong class="pq-direct">one two</strong> three' in html


def test_what_explains_a_quote_is_told_apart_from_its_words() -> None:
    one = turn("He met her yesterday.")
    glosses = (Gloss(2, "Paul <Okoye>"), Gloss(20, "9 May 2024"))
    statement = replace(one.statements[0], marked=((0, 6),), glosses=glosses)
    html = DRAWING.transcript(PLACE, SHELVED, [replace(one, statements=(statement,))], ())
    strong, gloss = '<strong class="pq-direct">', '<span class="pq-gloss">'
    assert (
        f"{strong}He</strong>{gloss} [Paul &lt;Okoye&gt;]</span>{strong} met</strong>"
        f" her yesterday{gloss} [9 May 2024]</span>."
    ) in html


def test_what_is_to_be_known_of_an_answer_is_told_with_it() -> None:
    one = turn("It opened.")
    assert one.exchange.answer
    noted = replace(one.exchange.answer, trace=Trace(notes=("2 were left out.",)))
    for answer in (noted, replace(noted, answered=False, citations=())):
        shown = transcript(replace(one, exchange=replace(one.exchange, answer=answer)))
        assert "2 were left out." in shown.text


def test_how_an_answer_was_made_counts_articles_and_spans_their_days() -> None:
    dated = [
        replace(BRIDGE, id=f"{day}", published=Dated.parse(f"2024-12-{day}")) for day in (9, 11)
    ]
    sources = [*dated, dated[0], Source("undated")]
    citations = tuple(Citation(n, source, "", "", 0, 0) for n, source in enumerate(sources, 1))
    answer = Answer("", "", citations=citations, answered=True)
    assert made(answer, WORDS) == "Quoted from 3 articles, 9–11 December 2024"
    undated = replace(answer, citations=citations[-1:])
    assert made(undated, WORDS) == "Quoted from 1 article"


def test_what_a_model_wrote_says_so_and_its_quotes_are_one_click_away() -> None:
    citation = Citation(1, replace(BRIDGE, published=None), "p", "The bridge <shut>.", 0, 18)
    statement = Statement("It shut & stayed so.", (citation,), Support.SUPPORTED)
    answer = Answer(
        "", str(statement), (statement,), (citation,), answered=True, trace=Trace(("x", "a/b"))
    )
    assert made(answer, WORDS) == "Written by a/b from 1 article"
    assert WORDS("bar.writing", model="a/b") == "Writing with a/b"
    one = turn("It opened.")
    exchange = replace(one.exchange, answer=answer)
    going = replace(one, exchange=exchange, statements=(statement,))
    html = DRAWING.transcript(PLACE, SHELVED, [going], ())
    assert 'It shut &amp; stayed so. <span class="pq-cite"><button' in html
    assert "“The bridge &lt;shut&gt;.”" in html


def test_a_story_is_told_once_with_its_places() -> None:
    a, b, c = Source("a", story="s"), Source("b"), Source("c", story="s")
    assert told_once([a, b, c]) == [(a, c), (b,)]


def test_a_page_past_the_last_is_the_last() -> None:
    place = replace(PLACE, view="library", browse=replace(PLACE.browse, page=99))
    shown = Tags(DRAWING.listing(place, False, Facets(), [BRIDGE]))
    assert BRIDGE.title in shown.text


def test_the_parts_of_an_answer_are_a_list_and_what_is_not_covered_stands_below() -> None:
    shown = turn("It opened.")
    answer = shown.exchange.answer
    assert answer
    answer = replace(answer, listed=True, uncovered=(HOSTILE, "Why?"))
    shown = replace(shown, exchange=replace(shown.exchange, answer=answer))
    tags = transcript(shown)
    assert ("ul", {"class": "pq-points"}) in tags.seen
    assert ("p", {"class": "pq-unsaid"}) in tags.seen
    assert f"The articles do not say: {HOSTILE} Why?" in tags.text
    assert answer.unsaid in copied(answer)
