"""What is made of articles before they are kept: split and embedded, a batch ahead of writing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress

from rag.ahead import ahead, batches
from rag.derivation import Derivation, Derived, Split
from rag.errors import ArticleError
from rag.identity import identified
from rag.rows import digest
from rag.types import Article

Item = tuple[Article, str]
"""An article and where it came from."""
Prepared = dict[str, Derived]
"""What is made of articles, by their digests."""


class Preparation:
    """Prepares by ``derivation``. ``digest_of`` gives the digest that the article of an id is kept
    with, or None."""

    def __init__(self, derivation: Derivation, digest_of: Callable[[str], str | None]) -> None:
        self._derivation = derivation
        self._digest_of = digest_of

    def fresh(self, items: Iterable[Item]) -> Iterator[tuple[list[Item], Prepared]]:
        """Batches, and what is made of those of each that are not kept as they are. That is asked
        ahead of keeping them: somebody else's change may come between, so that ``of`` may have to
        make more of it, or has no use for it."""
        return self._ahead(items, self._fresh)

    def all(self, items: Iterable[Item]) -> Iterator[tuple[list[Item], Prepared]]:
        """Batches, and what is made of each."""
        return self._ahead(items, self._split)

    def of(self, items: Sequence[Item], prepared: Mapping[str, Derived]) -> list[Derived]:
        """What is made of each of these: what was ``prepared``, and the rest now."""
        lacking = [item for item in items if digest(item[0]) not in prepared]
        made = {**prepared, **self._embedded(self._split(lacking))}
        return [made[digest(article)] for article, _ in items]

    def _ahead(
        self, items: Iterable[Item], split: Callable[[Sequence[Item]], list[Split]]
    ) -> Iterator[tuple[list[Item], Prepared]]:
        both = ((batch, split(batch)) for batch in batches(items))
        for (batch, _), prepared in ahead(lambda of: self._embedded(of[1]), both):
            yield batch, prepared

    def _fresh(self, batch: Sequence[Item]) -> list[Split]:
        fresh: dict[str, Item] = {}
        for given, origin in batch:
            with suppress(ArticleError):  # told when it is put
                article = identified(given)
                fresh[article.id] = (article, origin)
        return self._split([i for i in fresh.values() if self._digest_of(i[0].id) != digest(i[0])])

    def _split(self, items: Sequence[Item]) -> list[Split]:
        return [Split(article, self._derivation.chunks(article)) for article, _ in items]

    def _embedded(self, articles: Sequence[Split]) -> Prepared:
        derived = self._derivation.derived(articles)
        return {digest(of.article): one for of, one in zip(articles, derived, strict=True)}
