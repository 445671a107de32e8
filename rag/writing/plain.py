"""What a language model writes, as plain text: nothing in it is a link, an image or markup."""

from __future__ import annotations

import re

_ROUNDS = 4
"""How deep markup may lie in markup."""

OPENING = re.compile(
    r"^[ \t]*(?:(?:#{1,6}|[-*+•>]|\d{1,2}[.)])[ \t]+|(?:answer|response):[ \t]*)", re.IGNORECASE
)
"""How a line begins that is a point of a list, a quotation or the answer by name."""

_MANNER = re.compile(
    r"^(?:according to (?:the |these )?(?:given |provided )?(?:passages?|texts?|articles?)"
    r"(?: provided)?, (?=[\w“\"‘'])"
    r"|(?:the |this )(?:given |provided )?(?:passage|text|article)"
    r" (?:says|states|mentions|tells us|explains|notes|reports) that,? (?=\w))",
    re.IGNORECASE,
)
"""How small models begin a statement that is about the matter, and not about a passage. Without the
comma it may go on: "According to the articles of association, …"."""

_HEADER = re.compile(r"[ \t]*(?:#{1,6}[ \t].*|.*:[ \t]*|(?:```|~~~).*|[-*_=|: \t]*)")
"""A line that says nothing by itself: a header, an announcement, a rule, the edge of a block."""

_LINK = re.compile(r"!?\[([^\[\]]*)\](?:\((?:[^()\n]|\([^()\n]*\))*\)|\[[^\[\]\n]*\])")
_HALF_A_LINK = re.compile(r"!?\[?([^\[\]]*)\]\(\S*")
"""What is left of a link whose address does not end as one."""
_TAG = re.compile(r"<(?:[/!?]?[a-z][^<>]*|!--.*?--)>|<\|[^|<>]*\|>", re.IGNORECASE)
_TAG_BEFORE_STOP = re.compile(rf"[ \t]+(?:{_TAG.pattern})(?=[.,;])", re.IGNORECASE)
_BOLD = re.compile(r"(?<!\w)(\*{1,3}|_{2,3}|~~|`+)(?=\S)(.+?)(?<=\S)\1(?!\w)")
_SLANTED = re.compile(r"(?<!\w)_(?=\S)([^_]+?)(?<=\S)_(?!\w)")
_LEFT = re.compile(r"(?<!\w)(?:\*{2,}|`+|~~)|(?:\*{2,}|`+|~~)(?!\w)")
_SPACE = re.compile(r"\s+")


def is_header(line: str) -> bool:
    """Whether a line only announces or parts what others say."""
    return bool(_HEADER.fullmatch(line.replace("*", "").rstrip()))


def plain(text: str) -> str:
    """One statement without markup, on one line."""
    text = "\n".join(OPENING.sub("", line, count=1) for line in text.split("\n"))
    for _ in range(_ROUNDS):
        before = text
        text = _LINK.sub(r"\1", text)
        text = _TAG.sub("", _TAG_BEFORE_STOP.sub("", text))
        text = _BOLD.sub(r"\2", text)
        text = _SLANTED.sub(r"\1", text)
        if text == before:
            break
    text = _HALF_A_LINK.sub(r"\1", text)
    text = _SPACE.sub(" ", _LEFT.sub("", text)).strip()
    own = _MANNER.sub("", text)
    return own if own == text else own[0].upper() + own[1:]
