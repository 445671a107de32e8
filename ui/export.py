"""A conversation to take away: as Markdown for people, as JSON for programs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import quote

from rag.locating import at_place
from rag.types import Answer, Citation, Source, Statement, Support
from ui.render import described, nearest, one_line, web_address, written_by
from ui.saved import Asked, Conversation, Exchange

# What Markdown acts on within a line, tables, mathematics and addresses that some readers make
# into links included; and what it acts on only where a line begins.
_WITHIN = re.compile(r"[\\`*_{}\[\]<>#!|~&$^@]|(?<=www)\.|:(?=/)", re.IGNORECASE)
_BEGINNING = re.compile(r"^(\d{1,9}(?=[.)])|(?=[-+=:%]))")


def as_json(conversation: Conversation) -> str:
    """The whole conversation; ``Conversation.from_dict`` reads it back."""
    return json.dumps(conversation.to_dict(), ensure_ascii=False, indent=2)


def as_markdown(conversation: Conversation) -> str:
    """Questions and statements, and under them the quotes by number, each with title,
    publisher, date and link. Nothing in an article or a question acts as Markdown."""
    parts = [f"# {markdown(conversation.title)}"]
    for exchange in conversation.exchanges:
        parts += _exchange(exchange)
    return "\n\n".join(parts) + "\n"


def markdown(text: str) -> str:
    """``text`` on one line, as it is to be read and nothing more."""
    escaped = _WITHIN.sub(r"\\\g<0>", one_line(text))
    return _BEGINNING.sub(r"\1\\", escaped)


def _exchange(exchange: Exchange) -> Iterator[str]:
    yield f"## {markdown(exchange.asked.question)}"
    yield f"*{' · '.join(map(markdown, _asked(exchange)))}*"
    if exchange.answer is None:
        yield f"*{markdown(exchange.error or 'Not answered yet.')}*"
    elif exchange.answer.answered:
        yield from _statements(exchange.answer)
        yield from map(_citation, exchange.answer.citations)
    else:
        yield from _refusal(exchange.answer)


def _asked(exchange: Exchange) -> Iterator[str]:
    """When it was asked, and what was chosen beside the question."""
    asked: Asked = exchange.asked
    yield f"Asked {exchange.at[:16].replace('T', ' ')} UTC"
    if asked.as_of:
        yield f"as of {asked.as_of}"
    if not asked.write:
        yield "quotes only"
    for name, value in asked.filters.to_dict().items():
        if value and name != "schema":
            yield f"{name}: {value if isinstance(value, str) else ', '.join(value)}"


def _statements(answer: Answer) -> Iterator[str]:
    """As a list where they are one; last, what the articles do not say. Beside what a language
    model wrote, quotes are told by their quotation marks."""
    by = written_by(answer)
    said = [_statement(one, written=bool(by)) for one in answer.statements]
    yield from ["\n".join(f"* {one}" for one in said)] if answer.listed else said
    if by:
        yield f"*{markdown(by)}*"
    if answer.unsaid:
        yield markdown(answer.unsaid)


def _statement(statement: Statement, *, written: bool) -> str:
    markers = "".join(f" \\[{citation.marker}\\]" for citation in statement.citations)
    doubt = markdown(f" {statement.doubt}") if statement.doubt else ""
    lead = markdown(f"{statement.lead}:") + " " if statement.lead else ""
    said = markdown(replace(statement, lead="").shown)
    if written and statement.support is Support.QUOTED:
        said = f"“{said}”"
    return lead + said + markers + doubt


def _citation(citation: Citation) -> str:
    where = _source(citation.source, citation.locator)
    return f"> \\[{citation.marker}\\] “{markdown(citation.quote)}”  \n> {where}"


def _refusal(answer: Answer) -> Iterator[str]:
    yield markdown(answer.text)
    if sources := nearest(answer.hits):
        yield "Nearest articles:"
        yield "\n".join(f"* {_source(source)}" for source in sources)


def _source(source: Source, place: str = "") -> str:
    words = markdown(described(source, place))
    url = web_address(one_line(at_place(source.url, place)))
    # Every character that could end the address or begin something else is encoded.
    return f"{words} · <{quote(url, safe=':/?#@!$&()*+,;=%~')}>" if url else words
