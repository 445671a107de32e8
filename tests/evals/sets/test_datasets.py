"""The shared data as articles and cases, against what its own page says of it."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from evals.sets.datasets import NAMES, Dataset, available
from evals.sets.gold import missing_evidence, unknown_articles
from evals.sets.questions import Case
from rag.errors import EvaluationError
from rag.settings import Settings
from rag.types import Turn

# Articles, questions, and how many of them are answerable, are not, and where nobody said.
SIZES = {
    "clapnq": (597, 600, 300, 300, 0),
    "covidqa": (98, 1380, 1380, 0, 0),
    "mtrag_clapnq": (10457, 224, 208, 16, 0),
    "nomiracl_en": (4901, 500, 250, 250, 0),
    "nq_open_oracle": (2600, 2655, 2655, 0, 0),
    "ramdocs": (2765, 500, 500, 0, 0),
    "realtimeqa_2022": (4760, 471, 471, 0, 0),
    "squad2": (490, 6078, 2910, 0, 3168),
    "timeqa": (318, 1171, 982, 189, 0),
}


def made(folder: Path, rows: list[Any], articles: list[Any] | None = None) -> Dataset:
    folder.mkdir(parents=True, exist_ok=True)
    for name, some in (("queries", rows), ("corpus", articles or [])):
        with gzip.open(folder / f"{name}.jsonl.gz", "wt", encoding="utf-8") as file:
            file.writelines(f"{row if isinstance(row, str) else json.dumps(row)}\n" for row in some)
    return Dataset(folder)


def one(folder: Path, **row: Any) -> Case:
    (case,) = made(folder, [{"qid": "1", "question": "Who?", **row}]).cases()
    return case


def test_a_question_that_one_paragraph_does_not_answer_is_not_scored_for_refusal(tmp_path: Path):
    case = one(
        tmp_path / "set",
        type="unanswerable_in_paragraph",
        answerable=False,
        gold_docs=["mill"],
        gold_evidence=[{"doc_id": "mill", "text": "It burnt."}],
    )
    assert case == Case("1", "Who?", tags=("unanswerable-in-paragraph",))


def test_an_unanswerable_question_has_no_gold(tmp_path: Path):
    case = one(
        tmp_path / "set", answerable=False, answers=["I do not know."], gold_docs=["mill"],
        gold_evidence=[{"doc_id": "mill", "text": "It burnt."}],
    )  # fmt: skip
    assert case == Case("1", "Who?", answerable=False)


def test_choices_and_rewrites_are_never_shown(tmp_path: Path):
    case = one(
        tmp_path / "set",
        question="And then?",
        standalone_rewrite="What did Ida do then?",
        choices=["It burnt.", "It fell."],
        evidence="It burnt, said the quiz.",
        answers=["It burnt."],
        answerable=True,
        tier="A_gold_article",
        date="2022-06-16",
        question_type=["How-To", "Non-Question"],
        answerability="PARTIAL",
        type="N/A",
        history=[{"speaker": "user", "text": "Who?"}, {"speaker": "agent", "text": "Ida."}],
    )
    assert (case.question, case.history) == ("And then?", (Turn("Who?", "Ida."),))
    assert case.tags == ("tier-A", "partial", "how-to", "non-question")
    assert str(case.as_of) == "2022-06-16"
    assert (case.evidence, case.articles) == ((), ())


def test_of_conflicting_documents_each_right_answer_is_wanted_and_no_wrong_one(tmp_path: Path):
    row = {"type": "conflict", "answerable": True, "wrong_answers": ["1900", "1900"]}
    several = one(tmp_path / "set", answers=["1911", "1912"], **row)
    assert (several.wants_all, several.wrong) == (True, ("1900",))
    assert not one(tmp_path / "set", answers=["1911"], **row).wants_all


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"question": "Who?"}, "line 2 has no 'qid'"),
        ({"qid": "2", "question": 5}, "line 2 is no question: 'question' is a number"),
        ({"qid": "2", "question": "?", "date": "soon"}, "line 2 is no question: 'as_of' is 'soon'"),
        ({"qid": "2", "question": "?", "answerable": True, "gold_docs": 3}, "line 2 is not as"),
        ("{", "line 2: is not JSON"),
        ("[]", "line 2: is no JSON object"),
    ],
)
def test_a_bad_line_is_named_with_its_file(tmp_path: Path, row: Any, said: str):
    data = made(tmp_path / "set", [{"qid": "1", "question": "Who?"}, row])
    with pytest.raises(EvaluationError) as caught:
        data.questions()
    assert f"{data.folder / 'queries.jsonl.gz'}, {said}" in caught.value.line
    assert "\n" not in caught.value.line


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"doc_id": "a"}, "line 1 has no 'text'"),
        ({"doc_id": "a", "text": "x", "date": "soon"}, "line 1 is not as expected"),
    ],
)
def test_a_bad_article_is_named_with_its_file(tmp_path: Path, row: Any, said: str):
    data = made(tmp_path / "set", [], [row])
    with pytest.raises(EvaluationError, match=said):
        list(data.articles())


def test_what_is_not_there_is_listed(tmp_path: Path):
    made(tmp_path / "squad2", [])
    made(tmp_path / "another", [])
    (tmp_path / "seed").mkdir()
    listing = available(Settings(data=tmp_path))
    assert [data.name for data in listing.present] == ["another", "squad2"]
    assert listing.missing == tuple(name for name in NAMES if name != "squad2")
    assert str(listing).startswith("there: another, squad2; skipped: clapnq, covidqa, ")
    for nowhere in (Settings(), Settings(data=tmp_path / "none")):
        assert (available(nowhere).present, available(nowhere).missing) == ((), NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_each_shared_data_set_is_as_large_as_its_page_says(data: Path, name: str):
    shared = Dataset.named(name, Settings(data=data))
    questions = shared.questions()
    articles = {article.id: article.text for article in shared.articles()}
    said = Counter(case.answerable for case in questions.cases)
    assert (len(articles), len(questions.cases), said[True], said[False], said[None]) == SIZES[name]
    page = (data / "README.md").read_text().splitlines()
    row = next(line for line in page if line.startswith(f"| `{name}` |"))
    counts = [int("".join(filter(str.isdigit, cell.split()[0]))) for cell in row.split("|")[2:4]]
    assert counts == [len(articles), len(questions.cases)]
    assert unknown_articles(questions, articles) == ()
    if name != "clapnq":  # whose evidence is chosen sentences, run together
        assert missing_evidence(questions, articles.get) == ()
    tags = Counter(tag for case in questions.cases for tag in case.tags)
    assert tags["tier-A"] == (249 if name == "realtimeqa_2022" else 0)
    assert tags["unanswerable-in-paragraph"] == (3168 if name == "squad2" else 0)
