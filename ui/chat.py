"""What the chat window does: answers as they come, and articles taken in."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, wait
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from ingest.clean import story
from ingest.sync import ingest
from rag.errors import ArticleError, PullquoteError
from rag.types import Article, Dated, Turn
from ui.render import answer_html, block, counting, escaped, notice_html, statements_html

if TYPE_CHECKING:
    from rag.engine import Engine

MODE = "Quoting, no language model"


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and what was shown for it. ``turn`` is missing where nothing was answered
    that a next question could refer to."""

    question: str
    reply: str
    turn: Turn | None = None


Past = tuple[Exchange, ...]
Ready = Callable[[], "Future[None]"]


class Chat:
    """What the page does. Holds nothing of any visitor: their past is handed in and out.

    ``ready()`` is done when the embedding model is loaded, or holds why it cannot be.
    """

    def __init__(self, engine: Engine, ready: Ready) -> None:
        self._engine = engine
        self._ready = ready

    def reply(self, question: str, past: Past) -> Iterator[tuple[list[dict[str, str]], Past]]:
        """The conversation as it grows by each statement released; the past with the last."""
        asked = question.strip()[: self._engine.settings.question_limit]

        def showing(html: str) -> list[dict[str, str]]:
            return messages((*past, Exchange(asked, html)))

        doing = "Reading …" if self._ready().done() else "Loading the model …"
        yield showing(notice_html(doing)), past
        try:
            self._ready().result()
            history = [exchange.turn for exchange in past if exchange.turn]
            with self._engine.stream(question, history=history) as stream:
                statements = []
                for statement in stream:
                    statements.append(statement)
                    yield showing(block(statements_html(statements))), past
            answer = stream.answer
            last = Exchange(asked, answer_html(answer), Turn.of(answer))
        except PullquoteError as error:
            last = Exchange(asked, notice_html(error.line))
        yield messages((*past, last)), (*past, last)

    def state(self) -> Iterator[str]:
        """The line above the conversation, again once the model is loaded."""
        if not self._ready().done():
            yield self.line("loading the model …")
            wait([self._ready()])
        failure = self._ready().exception()
        if failure is None:
            yield self.line()
        else:
            yield self.line(failure.line if isinstance(failure, PullquoteError) else str(failure))

    def empty(self) -> bool:
        """Whether there is nothing to ask about yet."""
        return len(self._engine.library) == 0

    def add(self, uploads: Sequence[str], articles: Sequence[Article]) -> str:
        """Takes in uploaded files, which are gone afterwards, and articles. HTML."""
        with TemporaryDirectory(prefix="pullquote-") as folder:
            files = [_placed(Path(upload), Path(folder)) for upload in uploads]
            try:
                report = ingest(
                    [*files, *articles],
                    into=self._engine.library,
                    file_limit=self._engine.settings.file_limit,
                )
                lines = [str(report), *report.warnings, *map(str, report.failures)]
            except PullquoteError as error:
                lines = [error.line]
        # People know their files by name, not by where they were put meanwhile.
        for file in files:
            lines = [line.replace(str(file), file.name) for line in lines]
        return block("".join(f"<p>{escaped(line)}</p>" for line in lines))

    def line(self, note: str = "") -> str:
        """Mode, size and ``note``. HTML."""
        held = counting(len(self._engine.library), "article")
        return block(" · ".join(escaped(part) for part in (MODE, held, note) if part))


def _placed(upload: Path, folder: Path) -> Path:
    """The upload moved to a folder named by its content: an article's id is made from folder
    and name, and two files of one name must not replace each other."""
    with upload.open("rb") as stream:
        home = folder / hashlib.file_digest(stream, "sha256").hexdigest()[:16]
    home.mkdir(exist_ok=True)
    return Path(shutil.move(upload, home / upload.name))


def messages(exchanges: Iterable[Exchange]) -> list[dict[str, str]]:
    """Exchanges as the chat component takes them."""
    return [
        message
        for exchange in exchanges
        for message in (
            {"role": "user", "content": notice_html(exchange.question)},
            {"role": "assistant", "content": exchange.reply},
        )
    ]


def pasted(text: str, *, title: str, source: str, published: str, url: str) -> Article:
    """A pasted text as an article, cleaned like a text file; what is said of it by hand goes
    first. Raises ``ArticleError`` for a date that is none."""
    try:
        when = Dated.parse(published.strip()) if published.strip() else None
    except ValueError:
        raise ArticleError(f"'{published}' is not a date.", "Write it as 2024-12-10.") from None
    parts = story(text)
    return Article(
        text=parts.text,
        title=title.strip() or parts.title,
        source=source.strip() or parts.source,
        published=when,
        url=url.strip(),
    )
