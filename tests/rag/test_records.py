"""Records become JSON and the same records again."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

import pytest

from rag.records import Record
from rag.types import (
    Answer,
    Article,
    Citation,
    Dated,
    Facets,
    Filters,
    Hit,
    Hits,
    LeftOut,
    Passage,
    Source,
    Statement,
    Status,
    Support,
    Trace,
    Turn,
    Understood,
    Verification,
)

SOURCE = Source(
    "a", "Title", "https://x.example/", "Post", ("Ann", "Bo"), Dated.parse("2024-12"), "s1"
)
CITATION = Citation(1, SOURCE, "3.0", "quoted words", 4, 16, "page 2")
PASSAGE = Passage("3.0", "a", "some quoted words", 0, 17)
UNDERSTOOD = Understood("fact", "who?", date(2024, 1, 1), None, ("Ann",), Filters(("Post",)))
ANSWER = Answer(
    "Who?",
    "quoted words [1]",
    (Statement("quoted words", (CITATION,), Support.QUOTED, ((0, 6),)),),
    (CITATION,),
    (Hit(PASSAGE, SOURCE, 0.5),),
    True,
    understood=UNDERSTOOD,
    trace=Trace(("m",), "s", "p", date(2024, 12, 11), {"embed": 1.5}, {"confidence": 1.0}),
)
RECORDS = [
    ANSWER,
    Article(text="t", id="a", published=Dated(datetime(2024, 1, 2, 3, 4), "minute"), tags=("x",)),
    Hits((Hit(PASSAGE, SOURCE, 1.0),), UNDERSTOOD),
    Status("p", 1, 2, 0, date(2024, 1, 1), None, {"en": 1}, "m", 384, "now", 1, (), 10),
    Facets({"Post": 2}, {"Ann": 1}, {}, {"en": 2}, 1),
    Turn("q", "a", ("3.0",)),
    Verification(1, 2, ("bad",), True),
]


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: type(record).__name__)
def test_a_record_comes_back_from_its_json(record: Record) -> None:
    assert type(record).from_dict(json.loads(json.dumps(record.to_dict()))) == record


def test_what_was_left_out_is_read_as_it_was_kept_before_its_reason_stood_apart() -> None:
    read = Trace.from_dict({"left_out": ["It is red. (nothing quoted says red)"]})
    assert [str(one) for one in read.left_out] == ["It is red. (nothing quoted says red)"]
    assert Trace.from_dict({"left_out": [{"text": "a", "why": "b (c"}]}).left_out == (
        LeftOut("a", "b (c"),
    )


def test_missing_fields_have_their_defaults_and_unknown_ones_are_passed_over() -> None:
    assert Filters.from_dict({"sources": ["Post"], "moods": ["glad"]}) == Filters(("Post",))


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        {},
        {"question": "q", "text": 7},
        {"question": "q", "text": "t", "answered": "yes"},
        {"question": "q", "text": "t", "statements": {"a": 1}},
        {"question": "q", "text": "t", "citations": [3]},
        {"question": "q", "text": "t", "understood": {"since": "last week"}},
        {"question": "q", "text": "t", "understood": {"since": 7}},
        {"question": "q", "text": "t", "trace": {"milliseconds": [1]}},
    ],
)
def test_what_cannot_be_the_record_is_a_value_error(value: Any) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        Answer.from_dict(value)
