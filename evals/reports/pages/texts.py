"""Texts and figures as pages show them. Words of articles and questions are data."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import urlsplit

from rag.types import Dated, Filters, Source

# Control characters, marks that reorder what is read, and halves of characters.
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_PICTURES = 0x2400
"""Where Unicode keeps the pictures of the control characters, in their order."""


def visible(text: str) -> str:
    """``text`` with nothing in it that acts unseen: each such character is replaced by one that
    can be seen, so offsets stay true."""
    return _UNSEEN.sub(lambda found: _picture(ord(found[0])), text)


def _picture(code: int) -> str:
    return chr(_PICTURES + code) if code < 0x20 else "\ufffd"


def parts(text: str, ranges: Iterable[tuple[int, int]]) -> list[str]:
    """``text`` cut so that every second part is marked. A page counts characters in another way
    than Python, so it is handed parts and no offsets."""
    cut, done = [], 0
    for start, end in sorted(ranges):
        if done <= start < end <= len(text):
            cut += [text[done:start], text[start:end]]
            done = end
    return [*cut, text[done:]]


def number(value: float | None, sign: bool = False) -> str:
    """Three decimals; a dash for what could not be scored."""
    if value is None:
        return "–"
    return f"{value:{'+' if sign else ''}.3f}".replace("-", "−")


def interval(low: float | None, high: float | None, sign: bool = False) -> str:
    return "–" if low is None or high is None else f"{number(low, sign)} to {number(high, sign)}"


def share(count: int, total: int) -> str:
    return f"{count / total:.1%}" if total else "–"


def milliseconds(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


def p_value(p: float | None) -> str:
    if p is None:
        return "–"
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def filtered(filters: Filters) -> str:
    """The filters of a case in a line; empty for none."""
    given = {name: value for name, value in filters.to_dict().items() if value and name != "schema"}
    return "; ".join(
        f"{name}: {value if isinstance(value, str) else ', '.join(value)}"
        for name, value in given.items()
    )


def described(source: Source) -> str:
    """Title, publisher and day of an article."""
    return " · ".join(filter(None, (source.title or source.id, source.source, day(source))))


def day(source: Source) -> str:
    """When it was published, to the day at most; empty when unknown."""
    if source.published is None:
        return ""
    minute = source.published.precision == "minute"
    return str(Dated(source.published.first) if minute else source.published)


def web_address(url: str) -> str:
    """``url`` when it leads to a web page, else nothing: no ``javascript:``, no ``file:``."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in {"http", "https"} and parts.netloc else ""


# Markdown. What acts within a line, tables and addresses that some readers make into links
# included; and what acts only where a line begins.
_WITHIN = re.compile(r"[\\`*_{}\[\]<>#!|~&$^@]|(?<=www)\.|:(?=/)", re.IGNORECASE)
_BEGINNING = re.compile(r"^(\d{1,9}(?=[.)])|(?=[-+=:%]))")


def markdown(text: object) -> str:
    """``text`` on one line, as it is to be read and nothing more."""
    return _BEGINNING.sub(r"\1\\", _within(text))


def _within(text: object) -> str:
    """``text`` as it may stand anywhere but where a line begins."""
    return _WITHIN.sub(r"\\\g<0>", " ".join(visible(str(text)).split()))


def markdown_table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """The first column is text, the others are figures."""
    lines = [header, ["---", *["---:"] * (len(header) - 1)]]
    lines += [[_within(cell) for cell in row] for row in rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def markdown_facts(facts: Mapping[str, object]) -> str:
    return "\n".join(f"* {name}: {markdown(value)}" for name, value in facts.items())
