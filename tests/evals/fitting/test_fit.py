"""``python -m evals.fit`` over the sample newspaper and its questions, as over one's own."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import astuple
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

import evals
from evals import fit
from evals.fitting import ranking as fit_ranking
from evals.fitting.fits import half_of
from evals.metrics.relevance import Relevance
from evals.sets.questions import Case, sample
from ingest import sample as papers
from ingest.sync import ingest
from rag.embedding import SentenceEmbedding
from rag.engine import Engine
from rag.finding.ranking import CloseSignals, Signals
from rag.fitted import SHIPPED, Fitted
from rag.settings import Settings
from rag.types import Passage

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
    own = ("--only", "finding", "--size", "60", "--set", SET, "--library", library, "--write")
    for file, day in zip(files, (DAY, DAY, ("--day", "2026-01-03")), strict=True):
        done = run(*own, "--to", file, *day)
        assert done.exit_code == 0, done.output
    first, second, third = (file.read_bytes() for file in files)
    assert first == second
    assert first.replace(b"2026-01-02", b"2026-01-03") == third
    assert not list(tmp_path.glob("*.part"))

    settings = Settings(fitted=files[0])
    assert settings.refusing == Settings().refusing
    fitting = settings.finding.fitting
    assert fitting is not None
    assert list(fitting.sets) == ["newspaper"]
    assert fitting.half == 0
    assert fitting.command.startswith("python -m evals.fit --only finding --size 60 --set")


def test_quoting_is_fitted_and_the_other_half_reported(library: Path, tmp_path: Path) -> None:
    to = tmp_path / "own.json"
    own = ("--set", SET, "--library", library, "--size", "60")
    done = run("--only", "quoting", *own, "--write", "--to", to)
    assert done.exit_code == 0, done.output
    for words in ("fitted; until now; difference", "first", "words"):
        assert words in done.output
    values = Fitted.read(to)
    assert (values.finding, values.refusing) == (Fitted.read().finding, Fitted.read().refusing)
    assert values.quoting.fitting is not None


def test_refusing_is_fitted_and_the_other_half_reported(library: Path, tmp_path: Path) -> None:
    to = tmp_path / "own.json"
    own = ("--set", SET, "--library", library, "--size", "120")
    done = run("--only", "refusing", *own, "--write", "--to", to)
    assert done.exit_code == 0, done.output
    for words in ("fitted; until now; difference", "falsely refused", "area under the curve"):
        assert words in done.output
    assert Fitted.read(to).finding == Fitted.read().finding


@pytest.mark.parametrize("reorder", [False, True])
def test_candidates_ranked_are_what_a_search_finds(library: Path, reorder: bool) -> None:
    """By what is known at once, and by what was read closely."""
    cases = [Case.from_dict(json.loads(line)) for line in SET.read_text("utf-8").splitlines()]
    cases = [c for c in sample(fit_ranking.usable(cases), 30) if half_of(c) is not None]
    with Engine.open(library) as engine:
        now = engine.settings.finding.weights
        asked = list(fit_ranking.collect(engine, "sample", cases))
        offered = [one.offered for one in asked]
        weights: Signals | CloseSignals = now.first
        if reorder:
            offered = list(fit_ranking.read_closely(engine, asked, now.first))
            weights = now.close
        for case, one in zip(cases, offered, strict=True):
            how = {"history": case.history, "filters": case.filters, "as_of": case.as_of}
            if engine.retriever.reader.read(case.question, k=10, **how).parts:
                continue  # Each part has found its own: that is another order.
            found = engine.search(case.question, reorder=reorder, **how)
            gold = Relevance(case, whole(engine))
            places = [n for n, hit in enumerate(found, 1) if gold.gold(hit.passage)]
            assert one.rank(np.array(astuple(weights))) == (places[0] if places else None), case.id


def whole(engine: Engine) -> Callable[[str], list[Passage]]:
    return lambda name: [stored.passage for stored in engine.library.whole(name)]


def test_without_being_told_to_it_writes_nothing(library: Path) -> None:
    before = SHIPPED.read_bytes()
    own = ("--only", "finding", "--size", "60", "--set", SET, "--library", library)
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
