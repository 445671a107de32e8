"""``python -m evals.fit`` over the sample newspaper and its questions, as over one's own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import evals
from evals import fit
from evals.fitting import fusion as fit_fusion
from evals.fitting.fits import half_of
from evals.sets.questions import Case, sample
from ingest import sample as papers
from ingest.sync import ingest
from rag.embedding import SentenceEmbedding
from rag.engine import Engine
from rag.fitted import SHIPPED, Fitted
from rag.settings import Settings

pytestmark = pytest.mark.slow

SET = Path(evals.__file__).parent / "question-sets" / "newspaper.jsonl"
DAY = ("--day", "2026-01-02")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    place = tmp_path_factory.mktemp("fit") / "library"
    with Engine.create(place, embedding=SentenceEmbedding()) as engine:
        assert not ingest(papers.newspaper(), into=engine.library).failures
    yield place


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(fit.main, list(map(str, words)))


def test_the_same_data_gives_the_same_file_but_for_the_day(library: Path, tmp_path: Path) -> None:
    files = [tmp_path / f"{n}.json" for n in range(3)]
    own = ("--only", "fusion", "--size", "60", "--set", SET, "--library", library, "--write")
    for file, day in zip(files, (DAY, DAY, ("--day", "2026-01-03")), strict=True):
        done = run(*own, "--to", file, *day)
        assert done.exit_code == 0, done.output
    first, second, third = (file.read_bytes() for file in files)
    assert first == second
    assert first.replace(b"2026-01-02", b"2026-01-03") == third
    assert not list(tmp_path.glob("*.part"))

    settings = Settings(fitted=files[0])
    assert settings.refusing == Settings().refusing
    fitting = settings.fusion.fitting
    assert fitting is not None
    assert list(fitting.sets) == ["newspaper"]
    assert fitting.half == 0
    assert fitting.command.startswith("python -m evals.fit --only fusion --size 60 --set")


def test_refusing_is_fitted_and_the_other_half_reported(library: Path, tmp_path: Path) -> None:
    to = tmp_path / "own.json"
    own = ("--set", SET, "--library", library, "--size", "120")
    done = run("--only", "refusing", *own, "--write", "--to", to)
    assert done.exit_code == 0, done.output
    for words in ("fitted; until now; difference", "falsely refused", "area under the curve"):
        assert words in done.output
    assert Fitted.read(to).fusion == Fitted.read().fusion


def test_candidates_ranked_are_what_a_search_finds(library: Path) -> None:
    cases = [Case.from_dict(json.loads(line)) for line in SET.read_text("utf-8").splitlines()]
    cases = [c for c in sample(fit_fusion.usable(cases), 30) if half_of(c) is not None]
    with Engine.open(library) as engine:
        now = engine.settings.fusion
        for case, offered in zip(cases, fit_fusion.collect(engine, cases, now), strict=True):
            found = engine.search(case.question, filters=case.filters, as_of=case.as_of)
            places = [n for n, h in enumerate(found, 1) if h.passage.id in offered.gold]
            assert offered.rank(now) == (places[0] if places else None), case.id


def test_without_being_told_to_it_writes_nothing(library: Path) -> None:
    before = SHIPPED.read_bytes()
    own = ("--only", "fusion", "--size", "60", "--set", SET, "--library", library)
    assert run(*own).exit_code == 0
    refused = run(*own, "--write")
    assert refused.exit_code == 2
    assert "name one with --to" in refused.output
    assert SHIPPED.read_bytes() == before


def test_what_cannot_be_fitted_on_is_one_line(library: Path, tmp_path: Path) -> None:
    broken, few = tmp_path / "broken.jsonl", tmp_path / "few.jsonl"
    broken.write_text("{\n")
    few.write_text(json.dumps({"question": "Who?", "answers": ["X"], "answerable": True}))
    for words, said in (
        (("realtimeqa_2022",), "Nothing is ever fitted on 'realtimeqa_2022'"),
        (("--set", tmp_path / "html.jsonl", "--library", library), "Nothing is ever fitted"),
        (("--set", broken, "--library", library), "has 1 problem"),
        (("--set", tmp_path / "none.jsonl", "--library", library), "cannot be read"),
        (("--set", SET, "--library", tmp_path / "none"), "no library"),
        (("--set", few, "--library", library), "There are 0 and 0 questions with a gold article"),
    ):
        done = run(*words)
        assert done.exit_code == 1, done.output
        assert said in done.output
        assert done.output.count("\n") == 1
