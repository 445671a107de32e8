import dataclasses
import importlib
import json
import pkgutil
import re
import subprocess
import sys
from datetime import date
from inspect import isclass
from pathlib import Path

import pytest

import pullquote
from rag import errors, types
from rag.errors import PullquoteError
from rag.types import (
    Answer,
    Article,
    Citation,
    Compaction,
    Dated,
    Days,
    Facets,
    Favoured,
    Filters,
    Gloss,
    Hit,
    Hits,
    LeftOut,
    Passage,
    Record,
    Source,
    Statement,
    Status,
    Trace,
    Turn,
    Understood,
    Verification,
)

ROOT = Path(__file__).resolve().parents[2]

HEAVY = {
    *("torch", "transformers", "sentence_transformers", "tokenizers", "llama_index", "chromadb"),
    *("gradio", "fastapi", "trafilatura", "nltk", "pandas", "scipy", "sklearn", "numpy"),
    "datasketch",
}

IMPORT = """
import json, sys, time
start = time.perf_counter()
import pullquote
print(json.dumps([time.perf_counter() - start, sorted(sys.modules)]))
"""

SAVED = Source("a1", "Harbour reopens", "https://news.example/a1", published=Dated.parse("2024-05"))
PASSAGE = Passage("p1", "a1", "The harbour reopened.", 0, 21)
HIT = Hit(PASSAGE, SAVED, 0.8)
MAY, LATELY = (
    Days(date(2024, 5, 1), date(2024, 5, 31)),
    Favoured(None, date(2024, 6, 1), 30, "rain"),
)
ASKED = Understood(
    text="When?",
    since=date(2024, 5, 1),
    filters=Filters(until=date(2024, 6, 1)),
    favoured=LATELY,
    spoken=(MAY,),
)
CITATION = Citation(1, SAVED, "p1", "The harbour reopened.", 0, 21)
STATEMENT = Statement("The harbour reopened.", (CITATION,), marked=((4, 11),))
TRACE = Trace(models=("bundled",), as_of=date(2024, 6, 1), milliseconds={"retrieve": 2.5})
ANSWER = Answer("When?", "...", (STATEMENT,), (CITATION,), (HIT,), True, "", (), ASKED, TRACE)
RECORDS = [
    *(SAVED, PASSAGE, HIT, ASKED, CITATION, STATEMENT, TRACE, ANSWER),
    LeftOut("It is red.", "nothing quoted says red"),
    *(Dated.parse("2024-05-01T09:30"), Article(text="The harbour reopened."), ASKED.filters),
    *(Hits((HIT,), ASKED), Turn.of(ANSWER), Verification(1, 1, ("one passage has no vector",))),
    *(MAY, LATELY, Gloss(3, "Maren Holt"), Compaction(3, 4096, 2048)),
    Facets({"Post": 1}, {"Ann": 1}, {}, {"en": 1}, 1),
    Status("/l", 1, 1, 1, None, date(2024, 5, 1), {"en": 1}, "bundled", 384, "", 1, (), 4096),
]


def house(*folders: str) -> list[type[PullquoteError]]:
    """Every error class that the modules of ``folders`` define."""
    for folder in folders:
        for module in pkgutil.iter_modules([str(ROOT / folder)]):
            importlib.import_module(f"{folder}.{module.name}")

    def below(kind: type[PullquoteError]) -> set[type[PullquoteError]]:
        return {kind}.union(*(below(child) for child in kind.__subclasses__()))

    return [kind for kind in below(PullquoteError) if kind.__module__.split(".")[0] in folders]


def test_the_door_opens_fast_and_loads_nothing_heavy() -> None:
    seconds = []
    for _ in range(5):
        command = [sys.executable, "-c", IMPORT]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        took, modules = json.loads(done.stdout)
        assert not HEAVY.intersection(modules)
        seconds.append(took)
    # The best of several: the others were waiting for a busy machine.
    assert min(seconds) < 0.3, seconds


def test_all_names_everything_the_door_shows_and_nothing_else() -> None:
    ours = {
        name
        for name, value in vars(pullquote).items()
        if getattr(value, "__module__", "").split(".")[0] in ("rag", "ingest")
    }
    assert pullquote.__all__ == sorted(ours)


def test_every_error_has_a_code_of_its_own() -> None:
    kinds = house("rag", "ingest", "evals", "ui")
    codes = [kind.code for kind in kinds]
    assert len(codes) == len(set(codes)), sorted(codes)


def test_every_error_of_the_engine_and_of_ingest_is_exported_and_drawn_in_the_tree() -> None:
    kinds = house("rag", "ingest")
    assert {kind.__name__ for kind in kinds} <= set(pullquote.__all__)

    drawn: dict[str, str] = {}
    branch = ["PullquoteError"]
    for indent, name in re.findall(
        r"^    ((?:│   |    )*)[├└]── (\w+)", errors.__doc__ or "", re.M
    ):
        branch = [*branch[: len(indent) // 4 + 1], name]
        drawn[name] = branch[-2]
    assert drawn == {k.__name__: k.__bases__[0].__name__ for k in kinds if k is not PullquoteError}


def test_the_examples_here_are_of_every_type() -> None:
    every = {kind for kind in vars(types).values() if isclass(kind) and issubclass(kind, Record)}
    assert {type(record) for record in RECORDS} == every - {Record}


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: type(record).__name__)
def test_every_type_is_frozen_and_knows_its_json(record: Record) -> None:
    name = dataclasses.fields(record)[0].name  # type: ignore[arg-type]
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(record, name, None)
    assert json.loads(json.dumps(record.to_dict()))["schema"] == types.SCHEMA
