"""Words of articles and visitors stay words when a conversation is taken away as Markdown."""

from __future__ import annotations

import re

from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from rag.types import Answer, Citation, Source, Statement
from ui.export import as_markdown, markdown
from ui.render import one_line
from ui.saved import Asked, Conversation, Exchange

SPEAKING = st.text(st.sampled_from("ab1 \n\\`*_{}[]<>()#+-.!|~&$^@=:;/'\"%é")) | st.text()


@given(SPEAKING)
@example("1984. It was a year")
@example("12) or so")
@example("- not a list")
@example("--- === ***")
@example("# Title #")
@example("[x]: http://evil.example 'y'")
@example("&lt;b&gt; &#42;x&#42; \\*")
@example("www.evil.example and http://evil.example <http://evil.example>")
@example("| a | b |\n|---|---|")
@example(": a definition")
def test_any_text_is_read_as_it_was_written(text: str) -> None:
    words = one_line(text)
    html = MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(markdown(text))
    shown = re.fullmatch(r"(?:<p>(.*)</p>\n)?", html)
    assert shown, html
    assert _unescaped(shown[1] or "") == words


def test_a_list_stays_one_and_what_the_articles_do_not_say_comes_after_it() -> None:
    cited = [Citation(n, Source("mill"), "1.0", f"It has {n}.", 0, 9) for n in (1, 2)]
    said = tuple(Statement(one.quote, (one,)) for one in cited)
    answer = Answer("?", "", said, tuple(cited), answered=True, uncovered=("*Why?*",), listed=True)
    exchange = Exchange("e", "c", Asked("?"), "2025-01-01T00:00", answer)
    text = as_markdown(Conversation("c", "l", "?", "", "", (exchange,)))
    shown = "* It has 1. \\[1\\]\n* It has 2. \\[2\\]\n\nThe articles do not say\\: \\*Why?\\*\n"
    assert shown.replace("\\:", ":") in text.replace("\\:", ":")


def _unescaped(html: str) -> str:
    for entity, character in (("lt", "<"), ("gt", ">"), ("quot", '"'), ("amp", "&")):
        html = html.replace(f"&{entity};", character)
    return html
