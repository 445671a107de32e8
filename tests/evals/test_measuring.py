"""The measuring commands, on data sets written for these tests."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from evals import citations, marked, retrieval
from evals.sets.datasets import Dataset
from evals.sets.questions import half, sample
from rag.engine import Engine
from rag.errors import SourceError
from rag.settings import Settings

ARTICLES = [
    {
        "doc_id": "mill",
        "title": "Mill",
        "text": "The mill burnt down in 1911. It was rebuilt by Ida Roth.",
    },
    {
        "doc_id": "pier",
        "title": "Pier",
        "text": "The pier is 80 metres long.",
        "date": "2021-05-01",
    },
]
QUESTIONS = [
    {
        "qid": "1",
        "question": "When did the mill burn down?",
        "answers": ["1911"],
        "answerable": True,
        "gold_docs": ["mill"],
        "gold_evidence": [{"doc_id": "mill", "text": "burnt down in 1911"}],
    },
    {
        "qid": "2",
        "question": "How long is the pier?",
        "answers": ["80 metres"],
        "answerable": True,
        "gold_docs": ["pier"],
        "date": "2021-06-01",
        "history": [{"speaker": "user", "text": "Hm?"}, {"speaker": "agent", "text": "Yes."}],
    },
    {"qid": "3", "question": "Who sang at the opera?", "answers": [], "answerable": False},
]


def write(path: Path, rows: list[dict[str, object]]) -> None:
    with gzip.open(path, "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps(row) + "\n" for row in rows)


@pytest.fixture
def tiny(tmp_path, monkeypatch) -> Dataset:
    """A data set of two articles, and a cache of libraries that is the test's own."""
    folder = tmp_path / "tiny"
    folder.mkdir()
    write(folder / "corpus.jsonl.gz", ARTICLES)
    write(folder / "queries.jsonl.gz", QUESTIONS)
    monkeypatch.setenv("PULLQUOTE_DATA", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return Dataset(folder)


def test_cases_carry_what_the_file_says_and_nothing_else(tiny):
    first, second, third = tiny.cases()
    assert first.evidence[0].quote == "burnt down in 1911"
    assert str(second.as_of) == "2021-06-01"
    assert (second.history[0].question, second.history[0].answer) == ("Hm?", "Yes.")
    assert (third.answerable, third.as_of, third.articles) == (False, None, ())


def test_a_data_set_that_is_not_there_is_one_clear_line(tmp_path):
    for settings in (Settings(), Settings(data=tmp_path)):
        with pytest.raises(SourceError):
            Dataset.named("none", settings)


def test_samples_and_halves_are_the_same_every_time(tiny):
    cases = list(tiny.cases())
    assert sample(cases, 2) == sample(cases[::-1], 2)
    assert {half(str(n)) for n in range(20)} == {0, 1}


@pytest.mark.slow
def test_retrieval_is_measured(tiny):
    result = CliRunner().invoke(retrieval.main, ["tiny", "--json"], catch_exceptions=False)
    found = json.loads(result.stdout)["hits"]["all"]
    ranked = {f"{what}@{k}" for what in ("passage", "article") for k in (1, 3, 5, 10)}
    assert found == dict.fromkeys({*ranked, "candidates", "shortlist"}, 1.0)
    again = CliRunner().invoke(retrieval.main, ["tiny"], catch_exceptions=False)
    assert "2 questions, 2 articles" in again.stdout


@pytest.mark.slow
def test_citations_are_checked_word_for_word(tiny):
    result = CliRunner().invoke(citations.main, ["tiny"], catch_exceptions=False)
    assert result.exit_code == 0
    assert "3 questions, 2 answered" in result.stdout
    assert "0 that do not hold; a gold answer in 2 of 2" in result.stdout


@pytest.mark.slow
def test_marked_words_are_measured(tiny):
    for half_of_articles in (0, 1):
        done = CliRunner().invoke(marked.main, ["tiny", "--half", str(half_of_articles)])
        assert done.exit_code == 0, done.output
        assert f"tiny, half {half_of_articles}:" in done.output


def test_marked_words_count_where_a_gold_answer_is_held():
    row = marked.Scored("When?", "It burnt down in 1911.", ("1911",), ("in 1911", "1911"), True)
    assert (row.holds, row.exact, row.f1) == (True, True, 1.0)
    assert replace(row, marked=()).f1 == 0.0
    assert "1.000" in "".join(marked.report([row, replace(row, answers=("1912",))]))


def test_a_citation_that_does_not_hold_is_found(tmp_path, tiny):
    with Engine.create(Settings(library=tmp_path / "library")) as engine:
        for article in tiny.articles():
            engine.library.put(article)
        answer = engine.ask("How long is the pier?")
        assert list(citations.faults(engine, answer)) == []
        (cited,) = answer.citations
        moved = replace(answer, citations=(replace(cited, start=cited.start + 1),))
        assert "does not stand at its place" in next(citations.faults(engine, moved))


@pytest.mark.slow
def test_the_newspaper_page_as_pasted_is_answered_from(data: Path, tmp_path):
    """The real article of the seed folder: furniture out, three answers, one refusal."""
    from ingest.sync import ingest

    with Engine.create(Settings(library=tmp_path / "library")) as engine:
        ingest(data / "seed", into=engine.library)
        (source,) = engine.library.articles()
        first = next((data / "seed").iterdir()).read_text(encoding="utf-8").split("\n")[1]
        assert (source.title, source.source) == (first, "DAILYT MAIL")
        hits = engine.search("Views: 14", k=100)
        assert len(hits) == engine.library.status().passages
        assert not any("Views: 14" in hit.passage.text for hit in hits)
        for question, held in (
            ("How many soldiers did ISIS kill?", "killed 54 government soldiers"),
            ("Who is Syria's interim leader?", "new interim leader Mohammed al-Bashir"),
            ("Where was al-Jolani born?", "born in Riyadh, Saudi Arabia"),
        ):
            answer = engine.ask(question)
            assert held in answer.text
            assert not list(citations.faults(engine, answer))
        assert not engine.ask("Who won the World Cup?").answered


@pytest.mark.slow
def test_citations_hold_on_real_articles(data: Path, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("PULLQUOTE_DATA", str(data))
    arguments = ["clapnq", "--questions", "60"]
    result = CliRunner().invoke(citations.main, arguments, catch_exceptions=False)
    assert result.exit_code == 0, result.stdout
