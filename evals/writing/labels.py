"""What somebody who read a model's statements says of them: ``evals/checking/written.jsonl``, ids
and labels alone, for the texts are those of public sets."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from evals.metrics.intervals import Share
from evals.writing.asking import Asked
from evals.writing.figures import by_model
from rag.types import Record

FILE = Path(__file__).parents[1] / "checking" / "written.jsonl"
OUT, LEFT = "out", "left"


@dataclass(frozen=True, slots=True)
class Label(Record):
    """``borne_out``: whether the words cited, or for one that was left out those of the passages,
    say what the statement of that ``id`` says. ``kind`` tells what of it they do not; or, of one
    that they do, what the check took it for."""

    id: str
    borne_out: bool
    kind: str = ""


def read(path: Path = FILE) -> dict[str, Label]:
    """The labels by id."""
    lines = path.read_text(encoding="utf-8").splitlines()
    found = (Label.from_dict(json.loads(line)) for line in lines)
    return {label.id: label for label in found}


def named(row: Asked, which: str) -> list[str]:
    """The ids of a case's statements: those that came ``OUT`` or were ``LEFT`` out."""
    shown = row.written.statements if by_model(row) else ()
    many = len(shown if which == OUT else row.written.trace.left_out)
    return [f"{row.name} {row.case.id} {which} {place}" for place in range(many)]


def by_eye(rows: Sequence[Asked], labels: Mapping[str, Label]) -> Iterator[str]:
    """How many of the statements that were read are borne out, of those released and those left
    out. Nothing where none was read."""
    for which, name in ((OUT, "released"), (LEFT, "left out")):
        ids = [one for row in rows for one in named(row, which)]
        seen = [labels[one] for one in ids if one in labels]
        if not seen:
            continue
        good = sum(label.borne_out for label in seen)
        yield f"  read by eye, {name}: {len(seen)} of {len(ids)}, borne out {good}: {_share(seen)}"
        kinds = Counter(label.kind for label in seen if label.kind)
        for kind, count in kinds.most_common():
            yield f"    {count} {kind}"


def _share(seen: Sequence[Label]) -> Share:
    return Share(sum(label.borne_out for label in seen), len(seen))
