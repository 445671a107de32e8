"""Follow-ups measured, on a conversation written for this test."""

import gzip
import json
from datetime import date

import pytest
from click.testing import CliRunner

from evals import followups
from evals.followups import ALONE, MODEL, OURS, Asked, measure, parts, sampled, table
from evals.sets.questions import Case, half
from rag.engine import Engine
from rag.settings import Settings
from rag.types import Article, Turn

ARTICLES = [
    {"doc_id": "mill", "title": "Mill", "text": "The mill at Orrin burnt down in 1911."},
    {"doc_id": "pier", "title": "Pier", "text": "The pier was built by Ida Roth. It burnt, too."},
]
SAID = [
    {"speaker": "user", "text": "How long is the pier?"},
    {"speaker": "agent", "text": "The pier is 80 metres long."},
]
QUESTIONS = [
    {"qid": "a<::>1", "question": "How long is the pier?", "gold_docs": ["pier"]},
    {
        "qid": "a<::>2",
        "question": "Who built it?",
        "gold_docs": ["pier"],
        "history": SAID,
        "standalone_rewrite": "Who built the pier?",
    },
    {"qid": "a<::>3", "question": "Why?", "gold_docs": [], "history": SAID},
]


@pytest.mark.slow
def test_three_ways_of_asking_are_measured(tmp_path, monkeypatch):
    folder = tmp_path / "talk"
    folder.mkdir()
    for name, rows in (("corpus", ARTICLES), ("queries", QUESTIONS)):
        with gzip.open(folder / f"{name}.jsonl.gz", "wt", encoding="utf-8") as lines:
            answerable = {"answers": ["Ida Roth"], "answerable": True} if name == "queries" else {}
            lines.writelines(json.dumps({**answerable, **row}) + "\n" for row in rows)
    monkeypatch.setenv("PULLQUOTE_DATA", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    done = CliRunner().invoke(followups.main, ["talk"], catch_exceptions=False)
    assert "talk, all turns: 2 questions" in done.stdout
    assert "talk, follow-ups: 1 questions" in done.stdout
    assert "rewritten by a person" in done.stdout


def test_ways_are_compared_pair_by_pair_and_conversation_by_conversation():
    said = (Turn("Who?", "She."),)
    rows = [
        Asked(
            Case(f"{talk}<::>{turn}", "Why?", articles=("a", "b"), history=said),
            {ALONE: [False, False], OURS: [True, turn == 2]},
        )
        for talk in "xyz"
        for turn in (2, 3)
    ]
    lines = table(rows)
    assert "recall@5  last turn alone        0.000" in lines[0]
    assert "recall@5  with its conversation  0.750" in lines[1]
    assert "+0.750" in lines[2]
    assert "over 3 conversations" in lines[2]
    assert len(parts(rows)["follow-ups"]) == 6


def test_a_model_that_fails_leaves_the_question_as_we_read_it(tmp_path, rephraser):
    said = (Turn("How long is the pier?", "The pier is 80 metres long."),)
    case = Case("a<::>2", "Who built it?", articles=("pier",), history=said)
    with Engine.create(Settings(library=tmp_path / "library")) as engine:
        for article in ARTICLES:
            engine.library.put(Article(id=article["doc_id"], text=article["text"]))
        day = date(2024, 1, 1)
        (put,) = measure(engine, [case], {}, day, rephraser("Who built the pier?"))
        (failed,) = measure(engine, [case], {}, day, rephraser("Ida Roth did."))
    assert put.value("hit@1", MODEL) == 1.0
    assert failed.found[MODEL] == failed.found[OURS]


def test_only_follow_ups_of_the_half_without_rules_are_sampled():
    said = (Turn("Who?", "She."),)
    cases = [Case(f"{n}<::>2", "Why?", articles=("a",), history=said) for n in range(20)]
    alone = [Case(f"{n}<::>1", "Who?", articles=("a",)) for n in range(20)]
    found = sampled([*cases, *alone], 5)
    assert len(found) == 5
    assert all(case.history and half(case.id.partition("<::>")[0]) == 1 for case in found)
