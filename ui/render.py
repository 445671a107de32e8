"""Results as text. Pure functions.

Words of an article are data: on their way to a terminal they lose control characters. What the
window shows is encoded by its templates.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from rag.locating import at_place
from rag.types import (
    Answer,
    Citation,
    Compaction,
    Hit,
    LeftOut,
    Source,
    Status,
    Support,
    Verification,
)
from rag.writing.plain import plain as unmarked

NEAREST = 3
"""Articles offered when a question is refused."""

_REORDERING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def plain(text: str) -> str:
    """``text`` without what a terminal would obey: control characters other than newline and
    tab, lone surrogates, and marks that reorder what is read."""
    return "".join(
        c
        for c in text
        if c in "\n\t" or (unicodedata.category(c) not in {"Cc", "Cs"} and c not in _REORDERING)
    )


def one_line(text: str) -> str:
    """``text`` for a terminal with all white space, line ends included, as single spaces."""
    return " ".join(plain(text).split())


def dated(source: Source) -> str:
    """The publication date as far as it is known, to the day at most."""
    if source.published is None:
        return "undated"
    if source.published.precision == "minute":
        return source.published.first.isoformat()
    return str(source.published)


def described(source: Source, place: str = "") -> str:
    """Title, publisher and date of an article, and a place in it, on one line."""
    parts = (source.title or source.id, source.source, dated(source), place)
    return " · ".join(one_line(part) for part in parts if part)


def nearest_hits(hits: Iterable[Hit]) -> tuple[Hit, ...]:
    """The best hit of each of the first few articles among ``hits``, best first."""
    best: dict[str, Hit] = {}
    for hit in hits:
        best.setdefault(hit.source.id, hit)
    return tuple(best.values())[:NEAREST]


def nearest(hits: Iterable[Hit]) -> tuple[Source, ...]:
    """The first few different articles among ``hits``, best first."""
    return tuple(hit.source for hit in nearest_hits(hits))


def web_address(url: str) -> str:
    """``url`` when it leads to a web page, else nothing: no ``javascript:``, no ``file:``."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in {"http", "https"} and parts.netloc else ""


def writer_of(answer: Answer) -> str:
    """The language model whose statements an answer is made of, be they quotes; empty where the
    articles are quoted without one."""
    if answer.trace.writer or not answer.trace.model_calls or only_quotes(answer):
        return answer.trace.writer
    return answer.trace.models[-1]  # of an answer stored before traces named who wrote it


def only_quotes(answer: Answer) -> bool:
    """Whether every statement is an article's own words."""
    return all(s.support is Support.QUOTED for s in answer.statements)


def written_by(answer: Answer) -> str:
    """In a sentence, that a language model wrote an answer, or chose its quotes; empty where none
    did."""
    writer = writer_of(answer)
    if writer and only_quotes(answer):
        return f"Chosen by {writer}, word for word from the articles."
    if writer:
        return f"Written by {writer}; each statement was checked against the words it cites."
    return ""


def left_out(answer: Answer) -> tuple[LeftOut, ...]:
    """What a language model wrote and nobody was shown, without what markup it may hold."""
    return tuple(replace(one, text=unmarked(one.text)) for one in answer.trace.left_out)


# For a terminal.


def citation_text(citation: Citation) -> str:
    lines = [
        f"[{citation.marker}] “{one_line(citation.quote)}”",
        described(citation.source, citation.locator),
    ]
    if citation.source.url:
        lines.append(one_line(at_place(citation.source.url, citation.locator)))
    return "\n    ".join(lines)


def answer_text(answer: Answer) -> str:
    """What follows the statements of an answer: the parts of the question that they do not cover,
    its citations, and who wrote it; or the whole of a refusal."""
    if answer.answered:
        lines = [plain(answer.unsaid), ""] if answer.unsaid else []
        lines += [citation_text(citation) for citation in answer.citations]
    else:
        lines = [plain(answer.text)]
        if sources := nearest(answer.hits):
            lines += ["", "Nearest articles:", *(f"  {described(source)}" for source in sources)]
    if told := list(_told_of(answer)):
        lines += ["", *map(one_line, told)]
    return "\n".join(lines)


def _told_of(answer: Answer) -> Iterator[str]:
    """How an answer came about, as far as its reader is to know."""
    if told := written_by(answer):
        yield told
    yield from answer.trace.notes
    if left_out := len(answer.trace.left_out):
        were = "statement was" if left_out == 1 else "statements were"
        yield f"{left_out} {were} left out; --json tells them, and why."


def hits_text(hits: Sequence[Hit]) -> str:
    """Ranked passages, or one line saying that there are none."""
    if not hits:
        return "No passages found."
    return "\n".join(
        f"{rank}. {described(hit.source, hit.passage.locator)} · score {hit.score:.3f}"
        f"\n   {one_line(hit.passage.text)}"
        for rank, hit in enumerate(hits, 1)
    )


def article_line(source: Source) -> str:
    """Date, publisher, title and id, set apart by tabs."""
    return "\t".join(
        one_line(part) or "-" for part in (dated(source), source.source, source.title, source.id)
    )


def status_text(status: Status) -> str:
    span = f"{status.first} to {status.last}" if status.first and status.last else "none"
    languages = ", ".join(
        f"{one_line(code) or 'unknown'} {count}" for code, count in status.languages.items()
    )
    rows = {
        "Library": one_line(status.path),
        "Articles": f"{status.articles} ({status.undated} undated)",
        "Passages": f"{status.passages}",
        "Dates": span,
        "Languages": languages or "none",
        "Embedding": f"{one_line(status.embedding)}, {status.dimension} dimensions",
        "Created": status.created,
        "Schema": f"{status.schema_version}",
        "To rebuild": ", ".join(map(one_line, status.stale)) or "nothing",
        "On disk": size(status.bytes),
    }
    return table(rows.items())


def verification_text(verification: Verification) -> str:
    counted = f"{counting(verification.articles, 'article')} and "
    counted += f"{counting(verification.passages, 'passage')} checked"
    if not verification.problems:
        return f"{counted}: no problems."
    found = counting(len(verification.problems), "problem")
    return f"{counted}: {found} found{' and repaired' if verification.repaired else ''}."


def compaction_text(done: Compaction) -> str:
    return f"{size(done.before)} before, {size(done.after)} now"


def table(rows: Iterable[tuple[str, str]]) -> str:
    """Names and values, the values below each other."""
    rows = list(rows)
    width = max((len(name) for name, _ in rows), default=0)
    return "\n".join(f"{name:<{width}}  {value}" for name, value in rows)


def counting(number: int, noun: str) -> str:
    """``1 article``, ``2 articles``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def size(count: float) -> str:
    """A number of bytes for people, in decimal units."""
    for unit in ("bytes", "kB", "MB", "GB"):
        if count < 1000:
            return f"{count:.0f} {unit}" if unit == "bytes" else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} TB"
