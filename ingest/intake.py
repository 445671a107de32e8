"""Articles on their way into a library: handed over one by one, and what became of each."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Protocol

from ingest.files import read_file
from ingest.gone import Holder, Seen
from ingest.languages import Languages
from ingest.reading import Read
from ingest.report import Failure, IngestReport, Progress
from ingest.sources import File, Item
from rag.errors import ArticleError, PullquoteError
from rag.identity import check_storable
from rag.types import Article, Outcome


class Shelf(Holder, Protocol):
    """What articles are put into: a ``Library``, or the way to one in another process."""

    def put_all(
        self, items: Iterable[tuple[Article, str]]
    ) -> Iterator[tuple[Article, Outcome | PullquoteError]]:
        """As ``Library.put_all``: results in the order of ``items``, drawn as far as asked for."""

    def origin(self, article_id: str) -> str | None:
        """As ``Library.origin``."""


class Intake:
    """One ingest: hands articles to the library and keeps count of what becomes of them."""

    def __init__(
        self,
        shelf: Shelf,
        limit: int,
        total: int | None,
        progress: Callable[[Progress], None] | None,
        *,
        sync: bool = False,
    ) -> None:
        """``sync``: notes what it sees, so that ``let_go`` knows what is gone."""
        self._shelf = shelf
        self._limit = limit
        self._total = total
        self._progress = progress
        self._languages = Languages()
        self._under_way: deque[Read] = deque()
        self._given = 0
        self._done = 0
        self._skipped = 0
        self._outcomes: Counter[Outcome] = Counter()
        self._foreign: Counter[str] = Counter()
        self._failures: list[Failure] = []
        self._unread_dates = 0
        self._unread_date = ""
        self._taken: set[str] = set()
        self._repeated: list[str] = []
        self._withheld = 0
        self._seen = Seen(remembers=sync)

    def take(self, items: Iterable[Item]) -> None:
        """Puts everything into the library. Raises its errors."""
        for article, outcome in self._shelf.put_all(self._offered(items)):
            self._answered(article, outcome)

    def let_go(self, places: Iterable[str]) -> int:
        """Lets go of what came from ``places`` and was not seen there any more. Returns how many
        articles left the library."""
        return self._seen.let_go(places, self._shelf)

    def keep(self, place: str) -> None:
        """Lets go of nothing that came from ``place``, where nothing could be read."""
        self._seen.keep(place, self._shelf)

    def read_anything(self, place: str) -> bool:
        """Whether anything could be read there."""
        return self._seen.anything(place)

    def _offered(self, items: Iterable[Item]) -> Iterator[tuple[Article, str]]:
        """Every article that can be put, with its origin. The library draws from this."""
        for item in items:
            for read in self._read(item):
                if isinstance(read, Failure):
                    self._fail(read, str(item.path) if isinstance(item, File) else "")
                    continue
                if read.withheld:
                    self._leave_out(read)
                    continue
                try:
                    check_storable(read.article)
                    self._check_owner(read)
                except ArticleError as error:
                    self._fail(Failure(read.what, _reason(error), error.hint), read.origin)
                    continue
                self._under_way.append(read)
                yield self._languages.known(read.article), read.origin

    def _answered(self, article: Article, outcome: Outcome | PullquoteError) -> None:
        """Notes what the library says of the article that has waited longest."""
        read = self._under_way.popleft()
        if isinstance(outcome, ArticleError):
            self._fail(Failure(read.what, _reason(outcome), outcome.hint), read.origin)
            return
        if isinstance(outcome, PullquoteError):  # the library's trouble, not the article's
            raise outcome
        self._outcomes[outcome] += 1
        self._seen.article(article.id, read.origin)
        if article.id in self._taken and outcome is Outcome.CHANGED:
            self._repeated.append(article.id)
        self._taken.add(article.id)
        if read.unread:
            self._unread_dates += len(read.unread)
            self._unread_date = self._unread_date or read.unread[0]
        if article.language not in ("", "en", "eng"):
            self._foreign[article.language] += 1
        self._step(read.what)

    def report(self, removed: int = 0) -> IngestReport:
        return IngestReport(
            added=self._outcomes[Outcome.ADDED],
            changed=self._outcomes[Outcome.CHANGED],
            removed=removed,
            unchanged=self._outcomes[Outcome.UNCHANGED],
            skipped=self._skipped,
            failures=tuple(self._failures),
            warnings=tuple(self._warnings()),
        )

    def _read(self, item: Item) -> Iterable[Read | Failure]:
        if isinstance(item, Failure):
            return (item,)
        if isinstance(item, Article):
            self._given += 1
            name = item.id or item.title or item.url or f"article {self._given}"
            return (Read(item, str(name)),)
        if not item.suffix:
            self._skipped += 1
            return ()
        self._seen.file(str(item.path))
        return read_file(item, self._limit)

    def _check_owner(self, read: Read) -> None:
        """Two folders of one name make the same ids: neither may overwrite the other's."""
        if not read.path_made:
            return
        name = read.article.id
        waiting = (r.origin for r in self._under_way if r.path_made and r.article.id == name)
        owner = next(waiting, None) or self._shelf.origin(name)
        if owner and owner != read.origin and Path(owner).is_file():
            raise ArticleError(
                f"its id '{name}' already belongs to {owner}",
                "Rename one of the two folders, or remove the other article.",
            )

    def _fail(self, failure: Failure, path: str) -> None:
        self._seen.trouble(path)
        self._failures.append(failure)
        self._step(failure.what)

    def _leave_out(self, read: Read) -> None:
        self._seen.says_nothing(read.origin)
        self._withheld += 1
        self._skipped += 1
        self._step(read.what)

    def _step(self, what: str) -> None:
        self._done += 1
        if self._progress:
            self._progress(Progress(self._done, self._total, what))

    def _warnings(self) -> Iterator[str]:
        if number := self._withheld:
            drafts = "draft was" if number == 1 else "drafts were"
            yield f"{number} {drafts} left out, as the front matter says"
        if number := self._unread_dates:
            dates = "date" if number == 1 else "dates"
            yield f"{number} {dates} could not be read, e.g. '{self._unread_date}'"
        if number := len(self._repeated):
            articles = "article has" if number == 1 else "articles have"
            yield (
                f"{number} {articles} the id of another in these sources, e.g."
                f" '{self._repeated[0]}': the last of each is kept"
            )
        for place, number in self._seen.kept.items():
            articles, stay = ("article", "stays") if number == 1 else ("articles", "stay")
            were = "was" if number == 1 else "were"
            yield (
                f"nothing of {place} was removed, since it could not be read whole:"
                f" {number} {articles} that {were} not seen there {stay} until it can"
            )
        if number := self._foreign.total():
            articles = "article is" if number == 1 else "articles are"
            told = ", ".join(f"{count} {code}" for code, count in self._foreign.most_common())
            yield (
                f"{number} {articles} not in English ({told}):"
                " the bundled model reads English only."
            )


def _reason(error: PullquoteError) -> str:
    """An error's message as the reason in a failure, which ends its own sentence."""
    return str(error).rstrip(".")
