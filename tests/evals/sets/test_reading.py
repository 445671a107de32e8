"""Question sets as files: what is understood, what is refused, and that nothing is lost."""

from __future__ import annotations

import gzip
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import evals
from evals.sets.fields import NAMES
from evals.sets.gold import missing_evidence, told, unknown_articles
from evals.sets.questions import Case, Evidence, QuestionSet
from evals.sets.reading import BadQuestionSet, read_questions, write_questions
from rag.errors import EvaluationError
from rag.types import Filters, Turn


def lines(path: Path, *rows: Any) -> Path:
    """A file of these rows, each a record or a line as it is."""
    text = "".join(f"{row if isinstance(row, str) else json.dumps(row)}\n" for row in rows)
    path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())
    return path


def problems(path: Path) -> list[str]:
    with pytest.raises(BadQuestionSet) as caught:
        read_questions(path)
    return [str(problem) for problem in caught.value.problems]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "set.jsonl"


# What is understood.


def test_only_the_question_is_required(file: Path) -> None:
    made = read_questions(lines(file, {"question": "Who rebuilt the mill?"}))
    assert made.name == "set"
    (case,) = made.cases
    assert case == Case(case.id, "Who rebuilt the mill?")
    assert case.answerable is None
    assert len(case.id) == 16


def test_every_field_is_read(file: Path) -> None:
    row = {
        "id": 7,
        "question": "And when?",
        "answers": ["1911", "in 1911"],
        "wrong": "1912",
        "answerable": True,
        "articles": ["mill", "pier"],
        "evidence": [{"article": "mill", "quote": "It burnt down in 1911."}],
        "history": [{"question": "What happened to the mill?", "answer": "It burnt down."}],
        "as_of": "2023-01-05",
        "filters": {"sources": ["Courier"], "since": "2020-01-01"},
        "tags": ["follow-up"],
    }
    assert read_questions(lines(file, row), "mills") == QuestionSet(
        "mills",
        (
            Case(
                "7",
                "And when?",
                ("1911", "in 1911"),
                ("1912",),
                True,
                ("mill", "pier"),
                (Evidence("mill", "It burnt down in 1911."),),
                (Turn("What happened to the mill?", "It burnt down."),),
                date(2023, 1, 5),
                Filters(sources=("Courier",), since=date(2020, 1, 1)),
                ("follow-up",),
            ),
        ),
    )


def test_names_of_the_shared_data_are_understood(tmp_path: Path) -> None:
    row = {
        "qid": "a",
        "question": "And then?",
        "wrong_answers": ["no"],
        "gold_docs": ["mill"],
        "gold_evidence": [{"doc_id": "mill", "text": "It burnt."}],
        "date": "2022-06-16",
        "type": "temporal",
        "history": [
            {"speaker": "user", "text": "What of the mill?"},
            {"speaker": "agent", "text": "It stood."},
            {"speaker": "agent", "text": "For years."},
            {"speaker": "user", "text": "Hm?"},
        ],
    }
    (case,) = read_questions(lines(tmp_path / "set.jsonl.gz", row)).cases
    assert (case.id, case.wrong, case.tags) == ("a", ("no",), ("temporal",))
    assert (case.articles, case.evidence) == (("mill",), (Evidence("mill", "It burnt."),))
    assert case.as_of == date(2022, 6, 16)
    assert case.history == (Turn("What of the mill?", "It stood.\nFor years."), Turn("Hm?", ""))


def test_articles_are_those_of_the_evidence_where_none_are_named(file: Path) -> None:
    evidence = [{"article": name, "quote": "x"} for name in ("a", "b", "a")]
    (case,) = read_questions(lines(file, {"question": "?", "evidence": evidence})).cases
    assert case.articles == ("a", "b")


def test_a_made_id_is_that_of_what_is_asked_and_of_nothing_else(file: Path) -> None:
    asked: dict[str, Any] = {"question": "And when?"}
    variants = [
        asked,
        asked | {"history": [{"question": "What burnt?", "answer": "The mill."}]},
        asked | {"as_of": "2020-01-01"},
        asked | {"filters": {"sources": ["Courier"]}},
    ]
    first = [case.id for case in read_questions(lines(file, *variants)).cases]
    assert len(set(first)) == 4
    answered = [row | {"answers": ["1911"], "tags": ["x"]} for row in variants[::-1]]
    assert [case.id for case in read_questions(lines(file, *answered)).cases] == first[::-1]


def test_blank_lines_marks_and_the_schema_are_passed_over(file: Path) -> None:
    file.write_bytes(b'\xef\xbb\xbf\r\n\r\n{"schema": 1, "question": "Who?"}\r\n\r\n')
    assert [case.question for case in read_questions(file).cases] == ["Who?"]


def test_a_line_of_case_to_dict_is_read(file: Path) -> None:
    case = Case("a", "Who?", ("Ida",), as_of=date(2020, 1, 2), filters=Filters(tags=("x",)))
    assert read_questions(lines(file, case.to_dict())).cases == (case,)


# Tables.


@pytest.mark.parametrize(("ending", "mark"), [("csv", ","), ("csv", ";"), ("tsv", "\t")])
def test_a_table_with_a_header_is_a_set(tmp_path: Path, ending: str, mark: str) -> None:
    file = tmp_path / f"set.{ending}"
    rows = [
        ["question", "answers", "answerable", "date", "tags"],
        ["Who rebuilt it?", "Ida Roth | Roth", "TRUE", "2020-01-02", "fact"],
        ['"How long', 'is it?"'],
        ["Who sang?", "", "no", "", ""],
    ]
    rows[2:3] = [['"How long\nis it, or was it?"', "80 metres"]]
    text = "".join(f"{mark.join(row)}\r\n" for row in rows)
    file.write_bytes(b"\xef\xbb\xbf" + text.encode())
    first, second, third = read_questions(file).cases
    assert first == Case(
        first.id, "Who rebuilt it?", ("Ida Roth", "Roth"), answerable=True,
        as_of=date(2020, 1, 2), tags=("fact",),
    )  # fmt: skip
    assert (second.question, second.answers) == ("How long\nis it, or was it?", ("80 metres",))
    assert (third.answers, third.answerable) == ((), False)


def test_a_cell_may_hold_json(tmp_path: Path) -> None:
    file = tmp_path / "set.csv"
    cell = '"[{""article"": ""mill"", ""quote"": ""It burnt.""}]"'
    file.write_text(f"question,evidence,answers\nWhat?,{cell},[sic] burnt\n")
    (case,) = read_questions(file).cases
    assert (case.evidence, case.answers) == ((Evidence("mill", "It burnt."),), ("[sic] burnt",))


def test_problems_of_a_table_have_the_line_their_row_begins_at(tmp_path: Path) -> None:
    file = tmp_path / "set.csv"
    file.write_text('question,answerable\n"Two\nlines?",maybe\nWho?,yes,Ida\n')
    assert problems(file) == [
        "line 2: 'answerable' is 'maybe', not true or false",
        "line 4: has 3 cells under 2 headings",
    ]
    file.write_text("question,answers,answers\nWho?,a,b\n")
    assert problems(file) == ["line 1: has two columns named 'answers'"]
    file.write_bytes("question\nWho?\nCafé?\n".encode("latin-1"))
    assert problems(file) == ["line 3: is not UTF-8; save the table as UTF-8"]


# What is refused: everything at once.


def test_every_problem_of_a_file_is_listed_with_its_line(file: Path) -> None:
    lines(
        file,
        {"id": "a", "question": "Who?"},
        {"id": "a", "question": "   "},
        "{not json",
        {"question": "When?", "anwsers": ["x"], "as_of": "5 January", "tags": 3},
        "",
        {"question": "Where?", "answerable": False, "answers": ["here"]},
        {
            "question": "Why?",
            "articles": ["a"],
            "evidence": [{"article": "b", "quote": "x"}, {"article": "a", "qoute": "y"}],
        },
        {"answers": ["x", 1]},
        {"question": "Who?", "history": [{"speaker": "agent", "text": "I."}, {"question": "Q"}]},
        {"question": "Who?", "filters": {"source": "x", "until": "2020-13-01"}},
        {"question": "Who?", "answer": "a", "answers": ["b"]},
        {"question": "Which?"},
        {"question": "Which?"},
        '{"question": "Who?", "question": "Whom?"}',
        '"just text"',
        '{"question": "\\ud800"}',
    )
    assert problems(file) == [
        "line 2: 'question' is empty",
        "line 2: has the id 'a' of line 1",
        "line 3: is not JSON: Expecting property name enclosed in double quotes (column 2)",
        "line 4: 'anwsers' is not a field; did you mean 'answers'?",
        "line 4: 'as_of' is '5 January', not a day such as 2023-01-05",
        "line 4: 'tags' is a number, not a list of strings",
        "line 6: is not answerable, yet has answers",
        "line 7: 'evidence', number 2: 'qoute' is not a field; did you mean 'quote'?",
        "line 7: 'evidence', number 2: has no 'quote'",
        "line 7: has evidence of 'b', which is not among its articles",
        "line 8: has no 'question'",
        "line 8: 'answers' holds a number, not only strings",
        "line 9: 'history', number 1: an answer before any question",
        "line 10: 'filters': 'source' is not a field; did you mean 'sources'?",
        "line 10: 'filters': 'until' is '2020-13-01', not a day such as 2023-01-05",
        "line 11: 'answer' and 'answers' are two names for the same field",
        "line 13: asks the same as line 12",
        "line 14: says 'question' twice",
        "line 15: is no JSON object: 'just text'",
        "line 16: holds half a character (a lone surrogate)",
    ]


def test_the_error_is_one_line_and_its_listing_many(file: Path) -> None:
    lines(file, *({"question": f"{n}?", "x": 1} for n in range(5)))
    with pytest.raises(BadQuestionSet) as caught:
        read_questions(file)
    said = caught.value.line
    assert said.startswith("set.jsonl has 5 problems: line 1: 'x' is not a field; line 2: ")
    assert said.endswith("; and 2 more.")
    assert "\n" not in said
    assert caught.value.listing.splitlines()[0] == f"{file} has 5 problems:"
    assert len(caught.value.listing.splitlines()) == 6
    assert caught.value.to_dict()["problems"][4]["line"] == 5


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "line 1: the file holds no questions"),
        (b"\n \n", "line 1: the file holds no questions"),
        (b'[\n{"question": "Who?"}\n]', "line 1: the file is a JSON array; write one JSON"),
        (b'{\n"question": "Who?"\n}', "line 1: a JSON object over several lines; write each on"),
        ('{"question": "Who?"}'.encode("utf-16"), "line 1: the file is UTF-16; save it as UTF-8"),
        (b'{"question": "Caf\xe9"}', "line 1: is not UTF-8 (byte 18)"),
        (b'{"question": ' + b"[" * 100_000, "line 1: is nested too deeply"),
        (b'{"question": ' + b"9" * 5_000 + b"}", "line 1: is not JSON that can be read: Exceeds"),
    ],
)
def test_a_file_of_another_kind_is_one_problem(file: Path, content: bytes, said: str) -> None:
    file.write_bytes(content)
    (problem,) = problems(file)
    assert problem.startswith(said)


def test_what_is_no_file_of_questions_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "set.jsonl.gz").write_bytes(b"no gzip")
    (tmp_path / "set.txt").write_text("Who?")
    whole = gzip.compress(json.dumps({"question": "Who?"}).encode() * 1000)
    (tmp_path / "cut.jsonl.gz").write_bytes(whole[:-10])
    for name, said in (
        ("none.jsonl", "cannot be read: No such file"),
        ("set.jsonl.gz", "packed data is damaged"),
        ("cut.jsonl.gz", "packed data is damaged"),
        ("set.txt", "is no question set. Its name ends in .jsonl, .jsonl.gz, .csv, .tsv."),
        (".", "is a folder"),
    ):
        with pytest.raises(EvaluationError) as caught:
            read_questions(tmp_path / name)
        assert said in caught.value.line
        assert "\n" not in caught.value.line


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["article", "quote", "speaker", "text", "question", "since", "é"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)
field_names = st.sampled_from([name for names in NAMES.values() for name in names])


@given(st.lists(st.dictionaries(field_names | st.text(max_size=5), json_values, max_size=6)))
@settings(max_examples=100, deadline=None)
def test_no_record_breaks_the_reader(tmp_path_factory: Any, rows: list[dict[str, Any]]) -> None:
    unbroken(lines(tmp_path_factory.getbasetemp() / "any.jsonl", *rows))


@given(st.binary(max_size=60), st.sampled_from(["jsonl", "csv", "tsv", "jsonl.gz"]))
@settings(max_examples=100, deadline=None)
def test_no_bytes_break_the_reader(tmp_path_factory: Any, content: bytes, ending: str) -> None:
    path = tmp_path_factory.getbasetemp() / f"any.{ending}"
    path.write_bytes(content)
    unbroken(path)


def unbroken(path: Path) -> None:
    try:
        read_questions(path)
    except EvaluationError as error:
        assert "\n" not in error.line
        if isinstance(error, BadQuestionSet):
            assert len(error.listing.splitlines()) == len(error.problems) + 1


# Written and read again.

words = st.text(min_size=1, max_size=20).filter(str.strip)
several = st.lists(words, max_size=3).map(tuple)
days = st.none() | st.dates()


@st.composite
def cases(draw: st.DrawFn) -> Case:
    articles = draw(several)
    of_them = st.lists(st.builds(Evidence, st.sampled_from(articles), words), max_size=3)
    evidence = draw(of_them) if articles else []
    answerable = draw(st.sampled_from([None, True, False]))
    return Case(
        id=draw(words),
        question=draw(words),
        answers=() if answerable is False else draw(several),
        wrong=draw(several),
        answerable=answerable,
        articles=articles,
        evidence=tuple(evidence),
        history=tuple(draw(st.lists(st.builds(Turn, words, st.text(), several), max_size=2))),
        as_of=draw(days),
        filters=draw(st.builds(Filters, several, several, several, several, days, days, several)),
        tags=draw(several),
    )


@given(st.lists(cases(), min_size=1, max_size=4, unique_by=lambda case: case.id))
@settings(max_examples=60, deadline=None)
def test_what_is_written_is_read_again(tmp_path_factory: Any, made: list[Case]) -> None:
    questions = QuestionSet("set", tuple(made))
    for name in ("set.jsonl", "set.jsonl.gz"):
        path = tmp_path_factory.getbasetemp() / name
        write_questions(questions, path)
        again = read_questions(path)
        assert again == questions
        assert again.digest == questions.digest


def test_what_could_not_be_read_again_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl"
    write_questions(QuestionSet("s", (Case("a", "Who?"),)), path)
    before = path.read_bytes()
    evidence = (Evidence("mill", "It burnt."),)
    for bad in (
        (),
        (Case("a", " "),),
        (Case("a", "Who?"), Case("a", "When?")),
        (Case("a", "Who? \ud800"),),
        (Case("a", "Who?", evidence=evidence),),  # its articles would be those of the evidence
    ):
        with pytest.raises(EvaluationError):
            write_questions(QuestionSet("s", bad), path)
    with pytest.raises(EvaluationError, match="cannot be written"):
        write_questions(QuestionSet("s", (Case("a", "Who?"),)), tmp_path / "none" / "set.jsonl")
    assert path.read_bytes() == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["set.jsonl"]


def test_the_examples_of_the_guide_are_sets(tmp_path: Path) -> None:
    guide = (Path(evals.__file__).parents[1] / "docs" / "evaluation.md").read_text("utf-8")
    made = {}
    for kind in ("csv", "jsonl"):
        file = tmp_path / f"mill.{kind}"
        file.write_text(guide.partition(f"```{kind}\n")[2].partition("```")[0], "utf-8")
        made[kind] = read_questions(file).cases
    assert [case.answers for case in made["csv"]] == [("1911",), ("Ida Roth", "Roth")]
    assert len(made["jsonl"]) == 4
    assert made["jsonl"][2].wants_all
    for field, names in NAMES.items():
        if field != "schema":
            assert all(f"`{name}`" in guide for name in names), field


# Against a library.


def test_gold_that_a_library_lacks_is_named_and_counted() -> None:
    texts = {"mill": "The mill\n burnt down  in 1911.", "pier": "It is long."}
    questions = QuestionSet(
        "s",
        (
            Case("1", "?", articles=("mill",), evidence=(Evidence("mill", "mill burnt down in"),)),
            Case("2", "?", articles=("mill", "gone"), evidence=(Evidence("gone", "Words."),)),
            Case("3", "?", articles=("pier",), evidence=(Evidence("pier", "It is short."),)),
            Case("4", "?", filters=Filters(articles=("lost", "gone"))),
        ),
    )
    articles = unknown_articles(questions, texts)
    quotes = missing_evidence(questions, texts.get)
    assert list(map(str, articles + quotes)) == [
        "2: there is no article 'gone'",
        "4: there is no article 'lost'",
        "4: there is no article 'gone'",
        "3: not in 'pier': \"It is short.\"",
    ]
    assert told(articles + quotes) == (
        "articles named and not there: 2, by cases: 2; quotes that do not stand in their article: 1"
    )
    assert told(()) == ""
