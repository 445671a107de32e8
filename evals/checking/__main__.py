"""How well statements are checked (``rag.checking``): ``python -m evals.checking``.

Changed: true sentences of ``squad2`` and ``clapnq`` with one change each, held against the sentence
they were made of, and against it among its neighbours. How many of the changed ones are found, and
how many true ones (unchanged, shortened) are called unsupported. ``another`` is a true sentence
from elsewhere in the same article.

Answers: each sentence of the answers that people wrote for ``clapnq``, against the gold sentences
of its question, and against the whole article. None of them should be called unsupported; but what
truly does not stand in the gold sentences is not known, and counts against the checker.

Conversations: each sentence of the answers of ``mtrag_clapnq``, against all its articles, whole;
most have several.

Two: sentences of both halves of an article of ``squad2`` and ``clapnq`` as if of two articles: what
is said of both, or of one, and a name or a number of the one put into the other.

Invented: ``invented.jsonl``, statements of the kinds that were passed wrongly when those of a small
model were read, and true ones beside them; in halves by matter.

Labelled: ``labelled.jsonl``, statements over the sample newspaper. Nothing is fitted on them.

Rules and threshold were made on the half of the articles that is half 0. Intervals: Wilson, 95 %.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import islice
from typing import Any

import click

from evals.checking import changes
from evals.checking.agreement import interval, kappa
from evals.checking.cases import (
    Pair,
    invented,
    labelled,
    of_answers,
    of_article,
    of_conversations,
    of_two,
    order,
)
from evals.fit import written
from evals.fitting.fits import FITTED, data_digest
from evals.metrics.intervals import Share
from evals.sets.datasets import Dataset
from ingest.files import read_file
from ingest.reading import Read, megabytes
from ingest.sample import newspaper
from ingest.sources import File, find
from rag.checking.bearing import Encode, bearing
from rag.checking.checker import Checker
from rag.checking.faults import Checked
from rag.embedding import Encoding, SentenceEmbedding
from rag.errors import PullquoteError
from rag.fitted import SHIPPED, Checking, Fitted, Fitting
from rag.settings import Settings

_NAMES_FROM, _NAMES = 200, 400
"""Articles of which names are taken to put into others, and how many."""
_FALSELY = 0.03
"""The share of people's sentences that the threshold of meaning may call unsupported."""


@dataclass(frozen=True, slots=True)
class Row:
    """A pair and what came of checking it."""

    pair: Pair
    checked: Checked
    milliseconds: float

    @property
    def agrees(self) -> bool:
        return self.checked.holds == self.pair.true


class Remembering:
    """The model's encodings, each made once: many statements have the same quotes."""

    def __init__(self, model: SentenceEmbedding) -> None:
        self._model = model
        self._known: dict[str, Encoding] = {}

    def __call__(self, texts: Sequence[str]) -> list[Encoding]:
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        self._known.update(zip(new, self._model.encode(new), strict=True))
        return [self._known[text] for text in texts]


def changed(data: Dataset, most: int) -> Iterator[Pair]:
    """Pairs of up to ``most`` articles of ``data``."""
    articles = sorted(data.articles(), key=lambda article: order(article.id))
    named = (m[0] for a in articles[:_NAMES_FROM] for m in changes.mentioned(a.text[:2000]))
    others = list(islice(named, _NAMES))
    for article in articles[:most]:
        yield from of_article(article, others)


def two(data: Dataset, most: int) -> Iterator[Pair]:
    """Pairs of two sentences of up to ``most`` articles of ``data``."""
    for article in sorted(data.articles(), key=lambda article: order(article.id))[:most]:
        yield from of_two(article)


def answers(data: Dataset) -> Iterator[Pair]:
    yield from of_answers(data.cases(), {article.id: article for article in data.articles()})


def conversations(data: Dataset) -> Iterator[Pair]:
    articles = {article.id: article for article in data.articles()}
    yield from of_conversations(data.cases(), articles)


def by_hand() -> Iterator[Pair]:
    found, _ = find(newspaper())
    read = [r for item in found if isinstance(item, File) for r in read_file(item, megabytes(1))]
    yield from labelled({r.article.id: r.article for r in read if isinstance(r, Read)})


def measure(checker: Checker, pairs: Iterable[Pair]) -> list[Row]:
    rows = []
    for pair in pairs:
        begun = time.perf_counter()
        checked = checker.check(pair.statement, pair.quotes)
        rows.append(Row(pair, checked, 1000 * (time.perf_counter() - begun)))
    return rows


def shares(rows: Iterable[Row]) -> dict[str, dict[str, Share]]:
    """By kind: how many are called unsupported, of each half."""
    told: dict[str, dict[str, list[bool]]] = {}
    for row in rows:
        kinds = told.setdefault(row.pair.kind, {})
        kinds.setdefault(f"half {row.pair.half}", []).append(not row.checked.holds)
    return {
        kind: {part: Share(sum(found), len(found)) for part, found in sorted(halves.items())}
        for kind, halves in told.items()
    }


def agreement(rows: Sequence[Row]) -> dict[str, Any]:
    """Of statements labelled by hand: accuracy, kappa, and accuracy by label and by kind."""
    true = [row.pair.true for row in rows]
    held = [row.checked.holds for row in rows]
    kinds = sorted({(row.pair.kind, row.pair.true) for row in rows})
    parts = {
        f"{kind}, {'supported' if label else 'not'}": [
            row.agrees for row in rows if (row.pair.kind, row.pair.true) == (kind, label)
        ]
        for kind, label in kinds
    }
    for label, name in ((True, "supported"), (False, "not supported")):
        parts[name] = [row.agrees for row in rows if row.pair.true == label]
    parts["all"] = [row.agrees for row in rows]
    return {
        "kappa": kappa(true, held),
        "interval": interval(true, held),
        "accuracy": {name: Share(sum(found), len(found)) for name, found in parts.items()},
    }


def threshold(pairs: Iterable[Pair], encode: Encode) -> float:
    """The highest, in hundredths, below which lies the bearing of at most ``_FALSELY`` of the
    people's sentences of the half that is fitted on."""
    values = sorted(
        bearing(p.statement, [q.text for q in p.quotes], encode)
        for p in pairs
        if p.half == FITTED and p.kind == "answers"
    )
    return int(values[int(_FALSELY * len(values))] * 100) / 100 if values else 0.0


def fitted(pairs: Sequence[Pair], data: Dataset, encode: Remembering, day: date) -> Checking:
    least = threshold(pairs, encode)
    rows = measure(Checker(encode, least), (p for p in pairs if p.half != FITTED))
    figures = {
        f"called unsupported, {kind}": _rounded(share)
        for kind, halves in shares(rows).items()
        for share in halves.values()
    }
    cases = sum(p.half == FITTED and p.kind == "answers" for p in pairs)
    digest = data_digest(data.cases(), data.articles())
    others = {"cases": sum(p.half != FITTED and p.kind == "answers" for p in pairs), **figures}
    command = "python -m evals.checking --write"
    return Checking(least, Fitting({data.name: digest}, FITTED, cases, day, command, others))


def _rounded(share: Share) -> list[float]:
    low, high = share.interval or (0.0, 1.0)
    return [round(number, 3) for number in (share.value or 0.0, low, high)]


def lines(name: str, rows: Sequence[Row]) -> Iterator[str]:
    yield f"{name}: called unsupported"
    for kind, halves in shares(rows).items():
        told = "   ".join(f"{part} {share} n={share.total}" for part, share in halves.items())
        yield f"  {kind:18} {told}"


def labelled_lines(rows: Sequence[Row]) -> Iterator[str]:
    told = agreement(rows)
    low, high = told["interval"]
    yield f"labelled by hand: kappa {told['kappa']:.3f} [{low:.3f}, {high:.3f}]; agreement"
    for name, share in told["accuracy"].items():
        yield f"  {name:26} {share} n={share.total}"


def _plain(value: Any) -> Any:
    if isinstance(value, Share):
        return {"value": value.value, "interval": value.interval, "n": value.total}
    return {k: _plain(v) for k, v in value.items()} if isinstance(value, dict) else value


_PARTS = ["changed", "two", "answers", "conversations", "invented", "labelled"]


@click.command(help=__doc__)
@click.option("--articles", default=240, show_default=True, help="Articles of a set to change.")
@click.option("--words", is_flag=True, help="Without the model: by the words alone.")
@click.option("--only", type=click.Choice(_PARTS), help="This alone.")
@click.option("--write", is_flag=True, help="Fit the threshold of meaning, and write it.")
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="What the file says; today.")
@click.option("--json", "as_json", is_flag=True)
def main(
    *,
    articles: int,
    words: bool,
    only: str | None,
    write: bool,
    day: datetime | None,
    as_json: bool,
) -> None:
    try:
        _main(articles, words, only, (day or datetime.now()).date() if write else None, as_json)
    except PullquoteError as error:
        raise click.ClickException(error.line) from error


def _main(articles: int, words: bool, only: str | None, day: date | None, as_json: bool) -> None:
    settings = Settings.load()
    encode = Remembering(SentenceEmbedding())
    if day:
        data = Dataset.named("clapnq", settings)
        checking = fitted(list(answers(data)), data, encode, day)
        path = settings.fitted or SHIPPED
        written(replace(Fitted.read(path), checking=checking), path)
        print(f"written: {path}: {checking.unsupported_below}")
        return
    checker = Checker(None if words else encode, settings.checking.unsupported_below)
    told: dict[str, Any] = {}
    spent: list[float] = []
    for name, pairs in _parts(settings, articles, only):
        rows = measure(checker, pairs)
        spent += [row.milliseconds for row in rows]
        told[name] = agreement(rows) if name == "labelled" else shares(rows)
        if not as_json:
            printed = labelled_lines(rows) if name == "labelled" else lines(name, rows)
            print(*printed, sep="\n", flush=True)
    if as_json:
        print(json.dumps(_plain(told)))
    else:
        print(f"{sum(spent) / max(1, len(spent)):.1f} ms a statement, quotes seen before for free")


def _parts(
    settings: Settings, articles: int, only: str | None
) -> Iterator[tuple[str, Iterator[Pair]]]:
    if only in (None, "changed"):
        for name in ("squad2", "clapnq"):
            yield f"changed, {name}", changed(Dataset.named(name, settings), articles)
    if only in (None, "two"):
        for name in ("squad2", "clapnq"):
            yield f"two, {name}", two(Dataset.named(name, settings), articles)
    if only in (None, "answers"):
        yield "answers, clapnq", answers(Dataset.named("clapnq", settings))
    if only in (None, "conversations"):
        yield "conversations, mtrag_clapnq", conversations(Dataset.named("mtrag_clapnq", settings))
    if only in (None, "invented"):
        yield "invented", invented()
    if only in (None, "labelled"):
        yield "labelled", by_hand()


if __name__ == "__main__":
    main()
