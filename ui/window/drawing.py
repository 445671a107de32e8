"""The panels as HTML, from templates that encode whatever comes from an article or a visitor."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from itertools import groupby, pairwise
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from rag.locating import at_place
from rag.types import Answer, Citation, Facets, Kind, Source, Statement
from ui.days import dated_text, day_text, days_text
from ui.render import (
    citation_text,
    left_out,
    nearest_hits,
    only_quotes,
    plain,
    web_address,
    writer_of,
    written_by,
)
from ui.saved import Exchange, Heading
from ui.window.chips import scope_chips, understood_chips
from ui.window.place import Place
from ui.window.reading import Opened
from ui.words import Words

PAGE = 50
"""Stories on one page of the list of articles."""


@dataclass(frozen=True, slots=True)
class Turn:
    """An exchange as it is shown: what is there of it, and how far its answer is."""

    exchange: Exchange
    statements: tuple[Statement, ...] = ()
    going: bool = False
    state: str = "reading"
    place: int = 0


@dataclass(frozen=True, slots=True)
class Shelved:
    """Which library a visitor is in, as far as the page shows it; the language model that is set,
    and whether it ``writes`` for this visitor."""

    sample: bool
    has_sample: bool
    articles: int
    loading: bool
    state: str
    as_of: date | None = None
    user: str = ""
    model: str = ""
    writes: bool = False


_DAY = re.compile(r"\b\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])\b")

Stories = Sequence[tuple[Source, ...]]


class Drawing:
    """Draws panels. Holds the interface's words and nothing of any visitor."""

    def __init__(self, words: Words) -> None:
        self._words = words
        # What is not defined is a mistake here and never a gap on the page.
        self._templates = Environment(
            loader=PackageLoader("ui.window"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            finalize=_readable,
        )
        self._templates.globals.update(
            t=words,
            title=partial(title, words=words),
            with_days=with_days,
            day=dated_text,
            day_of=_day_of,
            web_address=web_address,
            at_place=at_place,
            pieces=_pieces,
            listing=_is_list,
            nearest=lambda answer: nearest_hits(answer.hits),
            made=partial(made, words=words),
            cited=_cited,
            copied=copied,
            left_out=left_out,
            writer_of=writer_of,
            only_quotes=only_quotes,
            chips=lambda exchange: understood_chips(exchange, words),
        )

    def bar(self, place: Place, shelved: Shelved) -> str:
        return self._draw(
            "bar",
            place=place,
            sample=shelved.sample,
            has_sample=shelved.has_sample,
            state=shelved.state,
            user=shelved.user,
        )

    def rail(self, place: Place, headings: Sequence[Heading]) -> str:
        return self._draw("rail", place=place, headings=headings)

    def transcript(
        self, place: Place, shelved: Shelved, turns: Sequence[Turn], starters: Sequence[str]
    ) -> str:
        return self._draw(
            "transcript",
            place=place,
            turns=turns,
            starters=starters,
            sample=shelved.sample,
            articles=shelved.articles,
            loading=shelved.loading,
            writes=shelved.writes,
            scope=scope_chips(place.scope, shelved.as_of, self._words),
        )

    def mode(self, shelved: Shelved) -> str:
        """Who answers the next question, and the choice where there is one."""
        return self._draw("mode", model=shelved.model, writes=shelved.writes)

    def reader(self, place: Place, opened: Opened | None) -> str:
        return self._draw("reader", place=place, reading=opened)

    def listing(self, place: Place, sample: bool, facets: Facets, found: Sequence[Source]) -> str:
        stories = told_once(found)
        pages = -(-len(stories) // PAGE)
        page = min(place.browse.page, max(pages - 1, 0))
        first = page * PAGE
        return self._draw(
            "listing",
            place=place,
            sample=sample,
            facets=facets,
            found=len(found),
            stories=len(stories),
            rows=stories[first : first + PAGE],
            page=page,
            pages=pages,
            narrowed=bool(place.browse.matching or place.browse.filters),
        )

    def intake(self, lines: Sequence[tuple[str, str, bool]], report: str = "") -> str:
        return self._draw("intake", lines=lines, report=report)

    def _draw(self, name: str, **values: Any) -> str:
        return self._templates.get_template(f"{name}.html").render(**values).strip()


def _readable(value: Any) -> Any:
    """Text without what hides or reorders letters; encoding comes after this."""
    return plain(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def title(source: Source, words: Words) -> str:
    """What an article is called: without a title by its file, where its id names one."""
    if source.title:
        return source.title
    name = source.id.rpartition("/")[2]
    return name if "/" in source.id and name else words("reader.untitled")


def with_days(text: str) -> str:
    """A text of ours with its dates as people write them."""
    return _DAY.sub(lambda found: day_text(date.fromisoformat(found[0])), text)


def told_once(sources: Sequence[Source]) -> list[tuple[Source, ...]]:
    """Articles with those that tell the same story behind the first of them; order kept."""
    stories: dict[str, list[Source]] = {}
    for source in sources:
        # An article's own id may look like a story's.
        key = f"story {source.story}" if source.story else f"article {source.id}"
        stories.setdefault(key, []).append(source)
    return [tuple(story) for story in stories.values()]


def made(answer: Answer, words: Words) -> str:
    """How an answer was made, and by whom, unless nobody wrote it: ``Quoted from 3 articles, 9–11
    December 2024``."""
    sources = {c.source.id: c.source for c in answer.citations}.values()
    days = [day for s in sources if s.published for day in _known_days(s)]
    articles = words("answer.articles", n=len(sources))
    told = {"articles": articles, "days": days_text(days) if days else ""}
    if not (writer := writer_of(answer)):
        return words("answer.made_days" if days else "answer.made", **told)
    how = "answer.chosen" if only_quotes(answer) else "answer.written"
    return words(f"{how}_days" if days else how, model=writer, **told)


def _known_days(source: Source) -> tuple[date, ...]:
    assert source.published  # noqa: S101 - the caller looked
    return (source.published.first, source.published.last)


def copied(answer: Answer) -> str:
    """An answer as text, with its citations below."""
    if not answer.answered:
        return answer.text
    said = "\n\n".join(filter(None, (*map(str, answer.statements), answer.unsaid)))
    told = [f"{said}\n", *map(citation_text, answer.citations)]
    by = written_by(answer)
    return "\n".join([*told, f"\n{by}"] if by else told)


def _cited(answer: Answer) -> list[tuple[Source, list[Citation]]]:
    """Articles in order of first citation, each with what is quoted of it."""
    by_article: dict[str, list[Citation]] = {}
    for citation in answer.citations:
        by_article.setdefault(citation.source.id, []).append(citation)
    return [(citations[0].source, citations) for citations in by_article.values()]


def _pieces(statement: Statement) -> Iterator[tuple[str, str]]:
    """A statement's text in pieces, each with what it is: ``direct`` for what answers most
    directly, ``gloss`` for what explains it and is not quoted, or ``said``."""
    direct = [False] * len(statement.text)
    for start, end in statement.marked:
        direct[start:end] = [True] * len(direct[start:end])
    letters = list(zip(statement.text, direct, strict=True))
    places = [0, *(gloss.at for gloss in statement.glosses), len(letters)]
    glosses = [*(f" [{gloss.text}]" for gloss in statement.glosses), ""]
    for (start, end), gloss in zip(pairwise(places), glosses, strict=True):
        for is_direct, run in groupby(letters[start:end], key=lambda letter: letter[1]):
            yield "".join(letter for letter, _ in run), "direct" if is_direct else "said"
        if gloss:
            yield gloss, "gloss"


def _is_list(turn: Turn) -> bool:
    """Whether the statements are told as a list of articles."""
    answer = turn.exchange.answer
    return answer is not None and answer.understood.kind in (Kind.NEWS, Kind.LIST)


def _day_of(moment: str) -> str:
    """The day, here, of a moment told in UTC."""
    at = datetime.fromisoformat(moment)
    return day_text((at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone().date())
