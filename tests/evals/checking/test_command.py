"""The command that measures checking."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from evals.checking.__main__ import lines, main, measure, threshold
from evals.checking.cases import Pair
from rag.checking.checker import Checker
from rag.checking.faults import Quote

MILL = "The mill of Ida Roth was sold to Paul Okoye for $4,200 in 1911, and 80 people left."


def test_statements_labelled_by_hand_are_measured_by_the_words_alone():
    done = CliRunner().invoke(main, ["--only", "labelled", "--words", "--json"])
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)["labelled"]
    assert told["accuracy"]["all"]["n"] == 100
    assert -1 <= told["interval"][0] <= told["kappa"] <= told["interval"][1] <= 1


def test_without_data_there_is_one_line(monkeypatch):
    monkeypatch.delenv("PULLQUOTE_DATA", raising=False)
    done = CliRunner().invoke(main, ["--only", "answers", "--words"])
    assert done.exit_code == 1
    assert done.output.strip().count("\n") == 0


def test_people_s_answers_are_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    folder = tmp_path / "clapnq"
    folder.mkdir()
    article = {"doc_id": "mill", "title": "Mill", "text": MILL}
    question = {
        "qid": "1",
        "question": "Who bought the mill?",
        "answers": ["Paul Okoye bought the mill in 1911. It cost $9,000."],
        "answerable": True,
        "gold_docs": ["mill"],
        "gold_evidence": [{"doc_id": "mill", "text": MILL}],
    }
    for name, row in (("corpus", article), ("queries", question)):
        with gzip.open(folder / f"{name}.jsonl.gz", "wt", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")
    monkeypatch.setenv("PULLQUOTE_DATA", str(tmp_path))
    done = CliRunner().invoke(main, ["--only", "answers", "--words"])
    assert done.exit_code == 0, done.output
    assert "answers" in done.stdout and "0.500" in done.stdout and "n=2" in done.stdout


def test_a_kind_is_told_by_halves():
    pair = Pair("number", "It cost $9,000.", (Quote(MILL),), False, 1)
    told = list(lines("changed", measure(Checker(), [pair, pair])))
    assert any("number" in line and "half 1 1.000" in line for line in told)


def test_without_people_s_answers_no_meaning_is_refused():
    assert threshold([], lambda texts: []) == 0.0
