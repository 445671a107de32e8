"""Refusals measured: which questions are asked of which articles."""

import gzip
import json
from string import ascii_lowercase

from evals.refusals import Group
from evals.sets.questions import half
from rag.settings import Settings

A, B, C = [name for name in ascii_lowercase if half(name) == 1][:3]
FITTED_ON = next(name for name in ascii_lowercase if half(name) == 0)

QUESTIONS = [
    {"qid": FITTED_ON, "question": "Who?", "answers": ["Ida Roth"], "answerable": True},
    {"qid": A, "question": "Who built the pier?", "answers": ["Ida Roth"], "answerable": True},
    {"qid": B, "question": "Who painted the pier?", "answers": [], "answerable": False},
    {"qid": C, "question": "Where is the mill?", "answers": [], "answerable": None},
]


def _settings(tmp_path):
    folder = tmp_path / "harbour"
    folder.mkdir()
    for name, rows in (("corpus", []), ("queries", QUESTIONS)):
        with gzip.open(folder / f"{name}.jsonl.gz", "wt") as file:
            file.writelines(json.dumps(row) + "\n" for row in rows)
    return Settings(data=tmp_path)


def _asked(tmp_path, answerable):
    group = Group("near", "harbour", "harbour", answerable)
    return sorted(case.id for case in group.cases(_settings(tmp_path), 10))


def test_nothing_is_asked_that_was_fitted_on(tmp_path):
    assert FITTED_ON not in _asked(tmp_path, False)


def test_a_set_is_asked_what_it_knows_to_have_an_answer_or_none(tmp_path):
    assert _asked(tmp_path, None) == [A, B]


def test_of_articles_that_answer_only_what_they_answer_is_asked(tmp_path):
    assert _asked(tmp_path, True) == [A]


def test_articles_that_have_nothing_are_asked_everything(tmp_path):
    assert _asked(tmp_path, False) == [A, B, C]
