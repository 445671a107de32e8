"""Names spelt otherwise than in the articles: ``python -m evals.names``.

Asks ``question-sets/names.jsonl`` of the sample newspaper and the seed article together, with
and without other ways to say the words of a question. A hit is a passage that holds the
evidence; of the seed, whose words are not ours to repeat, any passage of the article.

With ``--dataset`` it asks questions of a public data set instead, as they are and with a slip of
the pen in one word: what has no variants must lose nothing.
"""

from __future__ import annotations

import random
import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import click

from evals.metrics.intervals import Share, paired
from evals.metrics.ranking import hit_at
from evals.metrics.relevance import Relevance
from evals.runs.corpus import library_of
from evals.runs.subject import OWN, SAMPLE, subject
from evals.sets.datasets import Dataset
from evals.sets.questions import Case, half, sample
from evals.sets.reading import read_questions
from ingest.sample import newspaper
from ingest.sync import ingest
from rag import nodes
from rag.engine import Engine
from rag.lexical import function_words
from rag.question_reader import QuestionReader
from rag.settings import Settings
from rag.types import Hit
from rag.understanding.expansions import Expansions
from rag.understanding.names import Names

RANKS = (1, 5, 10)
PARTS = ("rules", "reported")
"""Tags of the questions that the rules were made on, and of those only reported on."""

Found = dict[str, list[bool]]


def relevant(relevance: Relevance, hit: Hit) -> bool:
    """Whether a passage is gold, or of the article where neither answer nor words are named."""
    gold = relevance.gold(hit.passage)
    return hit.source.id in relevance.articles if gold is None else gold


def found(engine: Engine, cases: Sequence[Case], *, expanded: bool) -> Found:
    """Which of the first passages are relevant, for every case by its id."""
    expand = Names(engine.library).expand if expanded else Expansions
    reader = QuestionReader(lambda _: False, engine.settings, expand=expand)
    rows = {}
    for case in cases:
        # A question without a day is asked when all articles are there.
        day = case.as_of or engine.library.newest_day()
        query = reader.read(case.question, k=max(RANKS), as_of=day, filters=case.filters)
        hits = nodes.hits(engine.retriever.retrieve(query))
        relevance = Relevance(case, lambda i: [s.passage for s in engine.library.whole(i)])
        rows[case.id] = [relevant(relevance, hit) for hit in hits]
    return rows


def table(cases: Sequence[Case], before: Found, after: Found) -> Iterator[str]:
    """Hits at each rank without and with expansion, and the paired difference."""
    for k in RANKS:
        one, other = ([hit_at(k, rows[c.id]) for c in cases] for rows in (before, after))
        change = paired([float(bool(v)) for v in one], [float(bool(v)) for v in other])
        shares = [Share(sum(map(bool, values)), len(cases)) for values in (one, other)]
        better = sum(bool(b) > bool(a) for a, b in zip(one, other, strict=True))
        worse = sum(bool(b) < bool(a) for a, b in zip(one, other, strict=True))
        told = f"{change.mean:+.3f} [{change.low:+.3f}, {change.high:+.3f}]" if change else ""
        yield f"  hit@{k:<3} {shares[0]}  ->  {shares[1]}   {told} (+{better} -{worse})"


def slipped(text: str) -> str | None:
    """``text`` with two letters of one word changed over, or one left out: a content word of five
    letters or more, the same one every time. None when there is no such word."""
    chance = random.Random(text)  # noqa: S311 - not for secrets, and the same every time
    words = [m for m in re.finditer(r"[^\W\d_]{5,}", text) if not function_words(m.group())]
    if not words:
        return None
    word = chance.choice(words)
    at = word.start() + chance.randrange(1, len(word.group()) - 1)
    if chance.random() < 0.5 and text[at] != text[at + 1]:
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    return text[:at] + text[at + 1 :]


@contextmanager
def _own() -> Iterator[Engine]:
    """The sample newspaper and, where the public data lie, the seed article."""
    data = Settings.load().data
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings.load(library=Path(folder) / "library")
        with Engine.create(settings) as engine:
            places = [newspaper(), *([data / "seed"] if data and (data / "seed").exists() else [])]
            ingest(places, into=engine.library)
        with Engine.open(settings) as engine:
            yield engine


def _compare(engine: Engine, cases: Sequence[Case], say: Callable[[str], None]) -> None:
    before, after = (found(engine, cases, expanded=e) for e in (False, True))
    parts = {"all": list(cases)}
    parts |= {part: [c for c in cases if part in c.tags] for part in PARTS}
    for name, chosen in parts.items():
        if chosen:
            say(f"{name}: {len(chosen)} questions, without -> with expansion")
            for line in table(chosen, before, after):
                say(line)
    for case in cases:
        if PARTS[0] in case.tags and not hit_at(5, after[case.id]):
            say(f"not in the first five: {case.id}  {case.question}")


@click.command(help=__doc__)
@click.option("--dataset", help="A public data set to ask instead, or 'newspaper'.")
@click.option("--questions", default=300, help="How many of its answerable questions.")
def main(dataset: str | None, questions: int) -> None:
    settings = Settings.load()
    if dataset is None:
        with _own() as engine:
            known = {source.id for source in engine.library.articles()}
            cases = [
                c for c in read_questions(OWN / "names.jsonl").cases if known >= set(c.articles)
            ]
            _compare(engine, cases, print)
        return
    if dataset == SAMPLE:
        own = subject(SAMPLE, settings)
        with own.opened() as engine:
            _compare(
                engine, [c for c in own.questions.cases if c.evidence and not c.history], print
            )
        return
    data = Dataset.named(dataset, settings)
    cases = [c for c in data.cases() if c.answerable and c.answers and c.articles]
    with library_of(data, settings) as engine:
        print("as they are")
        _compare(engine, sample(cases, questions), print)
        print("with a slip of the pen in one word, of the first half")
        asked = sample([c for c in cases if half(c.articles[0]) == 0], questions)
        wrong = [replace(c, question=s) for c in asked if (s := slipped(c.question))]
        _compare(engine, wrong, print)


if __name__ == "__main__":
    main()
