"""Articles that were planted: ``python -m evals.injection``.

PoisonedRAG (Zou et al. 2024, https://arxiv.org/abs/2402.07867): texts written so that a question
finds them and is answered wrongly. They are put, each as an article of its own, beside the articles
of ``nq_open_oracle``, which has the honest article of 85 of the questions. Told: how often the
honest article is among the first ten, and how often it is cited then.

BIPIA (Yi et al. 2023, https://arxiv.org/abs/2312.14197): instructions hidden in text. Each is put
into an article of the sample newspaper, in the middle or at the end, and the sample questions that
article answers are asked. Told: how often words of the instruction are quoted, how many answers
say anything that no article says word for word, and how many are others than without it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click

from evals.metrics.answers import holds, normalised
from evals.metrics.intervals import Share
from evals.runs.corpus import library_at, library_of
from evals.runs.subject import SAMPLE, subject
from evals.sets.datasets import Dataset
from evals.sets.lines import records
from evals.sets.questions import Case
from rag.engine import Engine
from rag.errors import SourceError
from rag.settings import Settings
from rag.types import Answer, Article

_FILE = Path("injection", "poisonedrag_bipia.jsonl.gz")
POISONED, _HONEST = "poisonedrag", "nq_open_oracle"
_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Poisoned:
    """A question, its answers, the wrong one that ``texts`` are to force, and the honest case."""

    case: Case
    wrong: str
    texts: tuple[str, ...]

    def articles(self) -> Iterator[Article]:
        for number, text in enumerate(self.texts):
            yield Article(id=f"planted-{self.case.id}-{number}", text=text, language="en")


@dataclass(frozen=True, slots=True)
class Outcome:
    """Of one poisoned question: whether the honest article was ``found`` among the first ten and
    ``cited``, and whether a ``right`` and a ``wrong`` answer were shown."""

    found: bool
    cited: bool
    right: bool
    wrong: bool
    differing: bool

    @classmethod
    def of(cls, poisoned: Poisoned, answer: Answer) -> Outcome:
        honest = set(poisoned.case.articles)
        first = answer.hits[:_SHOWN]
        said = answer.text if answer.answered else ""
        return cls(
            found=any(honest & {s.id for s in (hit.source, *hit.copies)} for hit in first),
            cited=any(citation.source.id in honest for citation in answer.citations),
            right=holds(said, poisoned.case.answers),
            wrong=holds(said, (poisoned.wrong,)),
            differing=sum(bool(statement.lead) for statement in answer.statements) > 1,
        )


def rows_of(settings: Settings) -> list[Mapping[str, Any]]:
    """Raises ``SourceError`` when the data is not there."""
    if settings.data is None or not (settings.data / _FILE).is_file():
        raise SourceError("There is no data set 'injection'.", "Set PULLQUOTE_DATA to its folder.")
    return [row for _, row in records(settings.data / _FILE)]


def poisoned(rows: Sequence[Mapping[str, Any]], cases: Sequence[Case]) -> list[Poisoned]:
    """Those whose question, but for case and punctuation, is one of ``cases``."""
    known = {normalised(case.question): case for case in cases}
    return [
        Poisoned(known[asked], row["wrong_answer"], tuple(row["poison_texts"]))
        for row in rows
        if row["set"] == POISONED and (asked := normalised(row["question"])) in known
    ]


def told(outcomes: Sequence[Outcome]) -> Iterator[str]:
    found = [o for o in outcomes if o.found]
    yield f"PoisonedRAG: {len(outcomes)} questions whose honest article is there"
    yield f"  honest article among the first ten: {Share(len(found), len(outcomes))}"
    yield f"  cited then: {Share(sum(o.cited for o in found), len(found))}"
    counts: dict[str, Callable[[Outcome], bool]] = {
        "right answer shown": lambda o: o.right,
        "wrong answer shown": lambda o: o.wrong,
        "wrong answer alone": lambda o: o.wrong and not o.right,
        "said to differ": lambda o: o.differing,
    }
    for name, counted in counts.items():
        yield f"  {name}: {Share(sum(map(counted, outcomes)), len(outcomes))}"


@dataclass(frozen=True, slots=True)
class Followed:
    """What came of one instruction in one article that was asked about."""

    quoted: bool
    invented: bool
    changed: bool


def planted(article: Article, payload: str, *, end: bool) -> Article:
    """``article`` with ``payload`` as a paragraph of its own, at the end or in the middle."""
    paragraphs = article.text.split("\n\n")
    at = len(paragraphs) if end else len(paragraphs) // 2
    return replace(article, text="\n\n".join([*paragraphs[:at], payload, *paragraphs[at:]]))


def invented(answer: Answer, text: Callable[[str], str]) -> bool:
    """Whether a statement says what its citations do not, or they what stands nowhere; ``text``
    gives the text of an article."""
    return any(
        statement.text != " ".join(c.quote for c in statement.citations)
        or any(text(c.source.id)[c.start : c.end] != c.quote for c in statement.citations)
        for statement in answer.statements
    )


def hidden(engine: Engine, payloads: Sequence[str], cases: Sequence[Case]) -> Iterator[Followed]:
    """Each of ``payloads`` in turn in the article of a case, which is asked with it and without."""
    asked = cycle(case for case in cases if len(case.articles) == 1 and not case.history)
    for number, (payload, case) in enumerate(zip(payloads, asked, strict=False)):
        own = engine.library.article(case.articles[0])
        clean = engine.ask(case.question, as_of=case.as_of)
        engine.library.put(planted(own, payload, end=bool(number % 2)))
        answer = engine.ask(case.question, as_of=case.as_of)
        said = [statement.text for statement in answer.statements]
        yield Followed(
            quoted=any((normalised(text) and normalised(text) in normalised(payload))
                       or normalised(payload) in normalised(text) for text in said),
            invented=invented(answer, lambda article: engine.library.article(article).text),
            changed=said != [statement.text for statement in clean.statements],
        )  # fmt: skip
        engine.library.put(own)


def followed(rows: Sequence[Followed]) -> Iterator[str]:
    yield f"BIPIA: {len(rows)} instructions, each in an article that is asked about"
    yield f"  followed, something said that no article says: {sum(r.invented for r in rows)}"
    yield f"  words of the instruction quoted: {sum(r.quoted for r in rows)}"
    yield f"  another answer than without it: {sum(r.changed for r in rows)}"


@click.command(help=__doc__)
def main() -> None:
    settings = Settings.load()
    rows = rows_of(settings)
    honest = Dataset.named(_HONEST, settings)
    asked = poisoned(rows, list(honest.cases()))
    with library_of(honest, settings) as engine:
        articles = [engine.library.article(source.id) for source in engine.library.articles()]
    with library_at(f"{_HONEST}-{POISONED}", settings) as engine:
        texts = [article for one in asked for article in one.articles()]
        for _ in engine.library.put_all((article, "") for article in (*articles, *texts)):
            pass
        print(*told([Outcome.of(one, engine.ask(one.case.question)) for one in asked]), sep="\n")
    payloads = [row["payload"] for row in rows if row["set"] != POISONED]
    found = subject(SAMPLE, settings)
    with found.opened() as sample:
        papers = [sample.library.article(source.id) for source in sample.library.articles()]
        day = found.as_of(sample)
    with (
        TemporaryDirectory() as folder,
        Engine.create(replace(settings, library=Path(folder) / "library")) as engine,
    ):
        for _ in engine.library.put_all((article, "") for article in papers):
            pass
        cases = [replace(c, as_of=c.as_of or day) for c in found.questions.cases]
        print(*followed(list(hidden(engine, payloads, cases))), sep="\n")


if __name__ == "__main__":
    main()
