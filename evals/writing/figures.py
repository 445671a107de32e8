"""What came of the questions of one set: figures of both ways, side by side, and of the model.

ALCE (Gao et al. 2023, https://arxiv.org/abs/2305.14627) has a model of natural language inference
say whether cited passages bear a statement out. There is none here. Two judges stand in for it, and
neither is as good: our own checker, given the quotes alone, without title, publisher and day of
their article; and the gold of the set, which says what was wanted and not whether it is said.
"""

from __future__ import annotations

import re
import statistics
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from evals.metrics.answers import holds, normalised, token_f1
from evals.metrics.citing import Entails, citation_precision, citation_recall, evidence_recall
from evals.metrics.evidence import pieces_of
from evals.metrics.refusals import false_refusal, refusal
from evals.metrics.totals import total
from evals.sets.questions import Case
from evals.writing.asking import Asked
from rag.types import Answer, Statement
from rag.writing.parsing import said

_SHORT = 10
"""Words up to which an answer is one that other words may hold."""
_OVER = ": the articles are quoted instead."
_ID = re.compile(r"^<passage (\w+)>$", re.MULTILINE)
_OWN = re.compile(r"“[^”]*”|\d[\d.,]*")
"""What reasons name of the statement that they are given for."""

Score = Callable[[Case, Answer], float | None]


def _gold(case: Case, text: str) -> bool | None:
    if not case.answers or min(len(normalised(a).split()) for a in case.answers) > _SHORT:
        return None
    return holds(text, case.answers)


def _borne_out_by_gold(case: Case, statement: Statement) -> bool | None:
    """Whether the words a statement cites hold a gold answer, or are gold evidence."""
    pieces = pieces_of(case)
    if not pieces and _gold(case, "") is None:
        return None
    return any(
        _gold(case, cited.quote) or any(p.held_by(cited.source.id, cited.quote) for p in pieces)
        for cited in statement.citations
    )


def _mean(values: Sequence[float | None]) -> float | None:
    scored = [value for value in values if value is not None]
    return statistics.fmean(scored) if scored else None


def scores(entails: Entails) -> dict[str, Score]:
    """Figures of one answer, whoever made it, by name; each None where it says nothing."""
    return {
        "a gold answer held": lambda c, a: _gold(c, a.said if a.answered else ""),
        "by the first statement": lambda c, a: _gold(c, "".join(s.shown for s in a.statements[:1])),
        "token F1": lambda c, a: token_f1(a.said, c.answers) if a.answered else None,
        "falsely refused": lambda c, a: false_refusal(c.has_answer, a.answered),
        "refused, not answerable": lambda c, a: refusal(c.has_answer, a.answered),
        "gold evidence cited": lambda c, a: evidence_recall(a.citations, pieces_of(c)),
        "statements on gold": lambda c, a: _mean([_borne_out_by_gold(c, s) for s in a.statements]),
        "citation recall": lambda _, a: citation_recall(a.statements, entails),
        "citation precision": lambda _, a: citation_precision(a.statements, entails),
    }


def beside(rows: Sequence[Asked], entails: Entails) -> Iterator[str]:
    """A line a figure: quoted, written, with 95 % intervals (``evals.metrics.totals``)."""
    yield "| | quoted | written |"
    yield "|---|--:|--:|"
    for name, score in scores(entails).items():
        ways = (
            [score(row.case, row.quoted) for row in rows],
            [score(row.case, row.written) for row in rows],
        )
        yield f"| {name} | {' | '.join(map(_told, ways))} |"
    answers = [row.quoted for row in rows], [row.written for row in rows]
    words = ([len(a.said.split()) for a in way if a.answered] for way in answers)
    yield f"| words of an answer, median | {' | '.join(map(_median, words))} |"
    many = ([len(a.statements) for a in way if a.answered] for way in answers)
    yield f"| its statements, median | {' | '.join(map(_median, many))} |"


def _told(values: Sequence[float | None]) -> str:
    found = total(values)
    if found.value is None:
        return "-"
    return f"{found.value:.3f} [{found.low:.3f}, {found.high:.3f}] n={found.scored}"


def _median(values: Sequence[float]) -> str:
    return f"{statistics.median(values):.0f}" if values else "-"


def over(row: Asked) -> str:
    """Why the articles are quoted after the model was called; empty where they are not."""
    found = (note.removesuffix(_OVER) for note in row.written.trace.notes if note.endswith(_OVER))
    return next((why.removeprefix(row.setup.model).strip() for why in found), "")


def by_model(row: Asked) -> bool:
    """Whether the model wrote the answer."""
    return bool(row.prompt) and row.written.answered and not over(row)


def of_model(rows: Sequence[Asked]) -> Iterator[str]:
    """What became of the calls, and of each statement."""
    called = [row for row in rows if row.prompt]
    wrote = [row for row in called if by_model(row)]
    declined = [row for row in called if row.written.reason == "model_declined"]
    yield f"{len(rows)} questions, the model called for {len(called)}"
    yield f"  wrote {len(wrote)}, declined {len(declined)}: {_answerable(declined)}"
    for why, count in Counter(filter(None, map(over, called))).most_common():
        yield f"  quoted instead {count}: it {why}"
    spoken = [one for row in called for one in said([row.said], ids(row)) if not one.declines]
    released = [s for row in wrote for s in row.written.statements]
    yield (
        f"  statements: {len(spoken)} written, {sum(not one.ids for one in spoken)} without a known"
        f" id; {len(released)} in its answers, {sum(bool(s.citations) for s in released)} with a"
        f" citation; {sum(len(row.written.trace.left_out) for row in called)} left out"
    )
    for reason, count in Counter(why for row in called for _, why in left_out(row)).most_common():
        yield f"    left out {count}: {reason}"
    yield f"  seconds to the first statement: {_spread([row.first for row in wrote])}"
    yield f"  seconds to the whole answer: {_spread([row.whole for row in called])}"
    yield f"  tokens of a prompt, estimated: {_spread([row.tokens for row in called])}"


def _answerable(rows: Sequence[Asked]) -> str:
    return f"{sum(row.case.has_answer is False for row in rows)} of them not answerable"


def ids(row: Asked) -> list[str]:
    """The ids that the model was shown."""
    return _ID.findall(row.prompt)


def left_out(row: Asked) -> Iterator[tuple[str, str]]:
    """Each statement that was left out, and why, without what the reason names of it."""
    for one in row.written.trace.left_out:
        yield one.text, _OWN.sub("…", one.why)


def _spread(values: Sequence[float | None]) -> str:
    known = sorted(value for value in values if value is not None)
    if not known:
        return "-"
    high = known[min(len(known) - 1, int(0.95 * len(known)))]
    return f"median {statistics.median(known):.0f}, p95 {high:.0f}"
