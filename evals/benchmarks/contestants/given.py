"""What all contestants are given: the same articles, passages, questions and model."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

from evals.sets.datasets import Dataset
from evals.sets.questions import Case, sample
from rag.errors import EvaluationError, PullquoteError
from rag.identity import identified
from rag.origins import Origin
from rag.settings import Settings
from rag.types import Article, Outcome, Record

if TYPE_CHECKING:
    from rag.embedding import SentenceEmbedding

_NEWSPAPER = Path(__file__).parents[2] / "question-sets" / "newspaper.jsonl"


@dataclass(frozen=True, slots=True)
class Piece(Record):
    """A passage as Pullquote makes it, with the id and title of its article."""

    article: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Given(Record):
    """``model`` is the folder of the bundled model, ``number_type`` what Pullquote runs it in on
    this machine. Every case has an answer, and stands alone: no history, filters or day."""

    name: str
    articles: tuple[Article, ...]
    pieces: tuple[Piece, ...]
    cases: tuple[Case, ...]
    model: str
    number_type: str

    @classmethod
    def read(cls, path: Path) -> Self:
        return cls.from_dict(json.loads(path.read_text(encoding="utf-8")))

    def write(self, path: Path) -> None:
        path.write_text(json.dumps(self.to_dict()), encoding="utf-8")


def newspaper(articles: int = 0, questions: int = 0) -> Given:
    """The sample newspaper and its question set; zero is all of them."""
    from ingest import sample as paper
    from ingest.sync import ingest

    shelf = _Shelf()
    ingest(paper.newspaper(), into=shelf)
    lines = _NEWSPAPER.read_text(encoding="utf-8").splitlines()
    cases = [Case.from_dict(json.loads(line)) for line in lines]
    return _given("newspaper", shelf.articles, cases, articles, questions)


def dataset(data: Dataset, articles: int = 0, questions: int = 0) -> Given:
    """A data set of ``PULLQUOTE_DATA``; zero is all of its articles or questions."""
    return _given(data.name, data.articles(), data.cases(), articles, questions)


def _given(
    name: str,
    articles: Iterable[Article],
    cases: Iterable[Case],
    most_articles: int,
    most_questions: int,
) -> Given:
    """Articles with questions are taken by the digests of their ids, then their questions."""
    from rag.embedding import SentenceEmbedding, bundled_path

    usable = [case for case in cases if _stands_alone(case)]
    asked_of = {article for case in usable for article in case.articles}
    kept = list(articles)
    if most_articles:
        kept = sorted((a for a in kept if a.id in asked_of), key=_digest)[:most_articles]
    there = {article.id for article in kept}
    usable = [case for case in usable if there.intersection(case.articles)]
    if not usable:
        raise EvaluationError(f"No question of '{name}' can be asked of these articles.")
    embedding = SentenceEmbedding()
    return Given(
        name=name,
        articles=tuple(kept),
        pieces=tuple(_pieces(kept, embedding)),
        cases=tuple(sample(usable, most_questions or len(usable))),
        model=str(bundled_path()),
        number_type=embedding.number_type,
    )


def _stands_alone(case: Case) -> bool:
    """Whether a contestant that knows neither days nor filters can be asked, and scored."""
    extra = case.history or case.filters or case.as_of
    return bool(case.answerable and case.answers and case.articles and not extra)


def _digest(article: Article) -> bytes:
    return hashlib.sha256(article.id.encode()).digest()


def _pieces(articles: Iterable[Article], embedding: SentenceEmbedding) -> Iterator[Piece]:
    from rag.derivation import Derivation

    derivation = Derivation(embedding, Settings().passage_tokens)
    for article in articles:
        for chunk in derivation.chunks(article):
            yield Piece(article.id, article.title, article.text[chunk.start : chunk.end])


class _Shelf:
    """Takes articles as a library does, with the ids they get there, and only keeps them."""

    def __init__(self) -> None:
        self.articles: list[Article] = []

    def put_all(
        self, items: Iterable[tuple[Article, str]]
    ) -> Iterator[tuple[Article, Outcome | PullquoteError]]:
        for given, _ in items:
            article = identified(given)
            self.articles.append(article)
            yield article, Outcome.ADDED

    def origin(self, article_id: str) -> str | None:
        return None

    def came_from(self, place: str) -> tuple[Origin, ...]:
        return ()

    def let_go(self, origins: Sequence[Origin]) -> int:
        return 0
