"""What is checked: true sentences of articles, changed ones, and people's own answers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from evals.checking import changes
from evals.sets.questions import Case, half
from rag.checking.faults import Quote
from rag.days import known_day
from rag.passages import sentences
from rag.types import Article

LABELLED = Path(__file__).with_name("labelled.jsonl")
INVENTED = Path(__file__).with_name("invented.jsonl")
KINDS = (
    "number",
    "date",
    "name",
    "unit",
    "counted",
    "roles",
    "negated",
    "affirmed",
    "hedged",
    "assured",
)
"""How a true sentence is changed."""
_A_KIND_OF_AN_ARTICLE = 2


@dataclass(frozen=True, slots=True)
class Pair:
    """A statement and what it is held against. ``kind`` says how it was made; ``true`` whether
    the quotes bear it out; ``half`` is that of its article."""

    kind: str
    statement: str
    quotes: tuple[Quote, ...]
    true: bool
    half: int
    id: str = ""


def order(text: str) -> bytes:
    """By which samples are taken: the same every time, whatever the order of the data."""
    return hashlib.sha256(text.encode()).digest()


def of_article(article: Article, others: Sequence[str]) -> Iterator[Pair]:
    """The pairs made of an article's sentences: up to two of each kind, each held against the
    sentence it was made of alone, and against that with its neighbours (kind ``... among``).
    ``others`` are names of other articles."""
    spans = sentences(article.text)
    texts = [article.text[a:b] for a, b in spans]
    part = half(article.id)
    day = known_day(article.published)
    usable = [i for i, text in enumerate(texts) if _usable(text)]
    usable.sort(key=lambda i: order(texts[i]))
    title = article.title.casefold()
    named = [m[0] for i in usable for m in changes.mentioned(texts[i])]
    named_elsewhere = [n for n in named if n.casefold() not in title]
    made: dict[str, int] = {}

    def pairs(i: int, kind: str, statement: str, *, true: bool) -> Iterator[Pair]:
        made[kind] = made.get(kind, 0) + 1
        name = f"{article.id}/{i}/{kind}"
        beside = " ".join(texts[max(0, i - 1) : i + 2])
        for suffix, quoted in (("", texts[i]), (" among", beside)):
            quote = Quote(quoted, article.title, article.source, day, article.id)
            yield Pair(kind + suffix, statement, (quote,), true, part, name)

    for i in usable:
        for kind, changer in (
            ("number", changes.number),
            ("date", changes.date),
            ("name", changes.naming([*named_elsewhere, *others])),
            ("unit", changes.unit),
            ("counted", changes.counted),
            ("roles", changes.exchanging(named)),
            ("negated", changes.negated),
            ("affirmed", changes.affirmed),
            ("hedged", changes.hedged),
            ("assured", changes.assured),
        ):
            if made.get(kind, 0) < _A_KIND_OF_AN_ARTICLE:
                changed = changer(texts[i], Random(f"{kind}{texts[i]}"))  # noqa: S311 - not for secrets
                if changed and _differs(changed, texts, i):
                    yield from pairs(i, kind, changed, true=False)
        if made.get("unchanged", 0) < _A_KIND_OF_AN_ARTICLE:
            yield from pairs(i, "unchanged", texts[i], true=True)
        short = changes.shortened(texts[i])
        if short and made.get("shortened", 0) < _A_KIND_OF_AN_ARTICLE:
            yield from pairs(i, "shortened", short, true=True)
        far = (i + len(texts) // 2) % len(texts)
        if made.get("another", 0) < 1 and far in usable and abs(far - i) > 3:
            yield from pairs(i, "another", texts[far], true=False)


def of_two(article: Article) -> Iterator[Pair]:
    """Pairs held against two sentences, one of each half of an article, as if they were of two
    articles on one matter: up to two of each kind. True: both in one statement (``two, both`` and
    ``two, while``), and one of them, shortened (``two, one``). Not: the first with a name or a
    number of the other (``two, name`` and ``two, number``)."""
    texts = [article.text[a:b] for a, b in sentences(article.text)]
    middle, part, day = len(texts) // 2, half(article.id), known_day(article.published)
    halves = [sorted(filter(_usable, t), key=order) for t in (texts[:middle], texts[middle:])]
    made: dict[str, int] = {}
    for one, other in zip(*halves, strict=False):
        chance = Random(f"{one}{other}")  # noqa: S311 - not for secrets
        names = [m[0] for m in changes.mentioned(other) if m[0] not in one]
        quotes = tuple(
            Quote(text, published=day, article=f"{article.id}/{n}")
            for n, text in enumerate((one, other))
        )
        for kind, statement, true in (
            ("both", f"{one} {other}", True),
            ("while", changes.joined(one, other), True),
            ("one", changes.shortened(one), True),
            ("name", changes.naming(names)(one, chance), False),
            ("number", changes.numbering(other)(one, chance), False),
        ):
            if statement and made.get(kind, 0) < _A_KIND_OF_AN_ARTICLE:
                made[kind] = made.get(kind, 0) + 1
                name = f"{article.id}/two/{kind}/{made[kind]}"
                yield Pair(f"two, {kind}", statement, quotes, true, part, name)


def _differs(changed: str, texts: Sequence[str], i: int) -> bool:
    return changed not in texts[max(0, i - 1) : i + 2]


def _usable(text: str) -> bool:
    words = text.split()
    return 8 <= len(words) <= 45 and text[0].isupper() and text.endswith(".") and "\n" not in text


def of_answers(cases: Iterable[Case], articles: dict[str, Article]) -> Iterator[Pair]:
    """Every sentence of each answer that people wrote, once a case, against all gold sentences of
    the case (``answers``) and against its whole articles (``answers, article``). What a sentence
    takes from elsewhere counts as not borne out, too: nobody has marked it."""
    for case in cases:
        if not (case.answerable and case.evidence and case.articles):
            continue
        part = half(case.articles[0])
        gold = [_quote(articles.get(e.article), e.quote) for e in case.evidence]
        whole = [_quote(articles[a], articles[a].text) for a in case.articles if a in articles]
        # "NA" says that there is no answer.
        said = dict.fromkeys(a.strip()[s:e] for a in case.answers for s, e in sentences(a.strip()))
        for n, statement in enumerate(t for t in said if len(t.split()) > 2):
            name = f"{case.id}/{n}"
            yield Pair("answers", statement, tuple(gold), True, part, name)
            yield Pair("answers, article", statement, tuple(whole), True, part, name)


def of_conversations(cases: Iterable[Case], articles: dict[str, Article]) -> Iterator[Pair]:
    """Every sentence of the answers that people gave, against all articles of its question: of one
    (``answers, one``) or of several (``answers, several``). As with ``of_answers``, all count as
    borne out."""
    for case in cases:
        quotes = tuple(
            _quote(articles[a], articles[a].text) for a in case.articles if a in articles
        )
        kind = "answers, several" if len(quotes) > 1 else "answers, one"
        said = dict.fromkeys(text[s:e] for text in case.answers for s, e in sentences(text))
        for n, statement in enumerate(t for t in said if quotes and len(t.split()) > 2):
            part = half(case.articles[0])
            yield Pair(kind, statement, quotes, True, part, f"{case.id}/{n}")


def _quote(article: Article | None, text: str) -> Quote:
    if article is None:
        return Quote(text)
    day = known_day(article.published)
    return Quote(text, article.title, article.source, day, article.id)


def labelled(articles: dict[str, Article], path: Path = LABELLED) -> Iterator[Pair]:
    """The pairs labelled by hand; ``kind`` is what is right or wrong with them."""
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        quotes = tuple(_quote(articles[row["article"]], text) for text in row["quotes"])
        yield Pair(row["kind"], row["statement"], quotes, row["supported"], 1, row["id"])


def invented(path: Path = INVENTED) -> Iterator[Pair]:
    """The pairs invented for what a small model's statements were passed for wrongly. Those of one
    matter, all of an id but its last part, are in one half."""
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        quotes = tuple(Quote(q["text"], article=q["article"]) for q in row["quotes"])
        part, true = half(row["id"].rpartition("-")[0]), row["supported"]
        kind = f"{row['kind']}, {'supported' if true else 'not'}"
        yield Pair(kind, row["statement"], quotes, true, part, row["id"])
