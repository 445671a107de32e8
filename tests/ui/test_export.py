"""Words of articles and visitors stay words when a conversation is taken away as Markdown."""

from __future__ import annotations

import re

from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from ui.export import markdown
from ui.render import one_line

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


def _unescaped(html: str) -> str:
    for entity, character in (("lt", "<"), ("gt", ">"), ("quot", '"'), ("amp", "&")):
        html = html.replace(f"&{entity};", character)
    return html
