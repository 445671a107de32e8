"""Which questions have several parts, and which parts."""

from __future__ import annotations

import pytest

from rag.understanding.parts import split, together

# The question, then its parts.
SEVERAL = """
Who founded Coastline Ferries and when did it close?
  Who founded Coastline Ferries?
  When did Coastline Ferries close?
When did the old bridge close after the flood? Who inspected it?
  When did the old bridge close after the flood?
  Who inspected the old bridge?
Who wrote the report, and when was she appointed?
  Who wrote the report?
  When was the one who wrote the report appointed?
What was the sum taken from the show, and how much of it has been paid back?
  What was the sum taken from the show?
  How much of the sum taken from the show has been paid back?
Who predicted trouble at Tarn Quay, and what was found there?
  Who predicted trouble at Tarn Quay?
  What was found at Tarn Quay?
How many were on the ferry, and why did that number change?
  How many were on the ferry?
  Why did that number change (the ferry)?
Who became mayor of Orvik in 1943, and what town later joined it?
  Who became mayor of Orvik in 1943?
  What town later joined Orvik in 1943?
What was feared and what was paid for the boiler?
  What was feared for the boiler?
  What was paid for the boiler?
What did the port say about the pillars before and after the cracks were found?
  What did the port say about the pillars before the cracks were found?
  What did the port say about the pillars after the cracks were found?
Did more people come to the fair in Orvik or in Kelderwick?
  Did more people come to the fair in Orvik?
  Did more people come to the fair in Kelderwick?
Which is older, the castle or the bridge?
  How old is the castle?
  How old is the bridge?
Who is the more popular, Maren Holt or Paul Okoye?
  How popular is Maren Holt?
  How popular is Paul Okoye?
Which town has more people, Orvik or Kelderwick?
  Orvik has more people
  Kelderwick has more people
Is the train quicker than the bus to Kelderwick, and by how much?
  How quick is the train?
  How quick is the bus to Kelderwick?
How much smaller is the Lady Orla than the Saint Elfrith?
  How small is the Lady Orla?
  How small is the Saint Elfrith?
How many more people came to Orvik than to Kelderwick?
  How many people came to Orvik?
  How many people came to Kelderwick?
How do Orvik and Kelderwick differ on parking?
  Orvik on parking
  Kelderwick on parking
What is the difference between the Courier and the Record?
  The Courier
  The Record
How does the Lady Orla compare with the Saint Elfrith?
  The Lady Orla
  The Saint Elfrith
Are Orvik and Kelderwick both in Vennshire?
  Orvik in Vennshire
  Kelderwick in Vennshire
How do Marks and Spencer and the Tarn Post differ on pay?
  Marks and Spencer on pay
  The Tarn Post on pay
Who is the mayor of the town where the ferry ran aground?
  The town where the ferry ran aground
  Who is the mayor of the town where the ferry ran aground?
"""

SINGLE = """
What is the plan for the bridge between Orvik and Kelderwick?
Who directed the Tarn and Ellmere Railway?
How do Marks and Spencer differ on pay?
Who founded Marks and Spencer?
When and where was Maren Holt born?
How and why were the pillars repaired?
What pollutant was found in the mud, and how much of it?
When are they on next, and where?
Who won, and by how much?
Which king died in 1066 and was followed by his brother?
Who was the king who died at sea and who was followed by his brother?
Is the boat longer than 20 metres?
Are there more than 300 people on the island?
Is it warmer than usual for October?
Was this year's flood worse than the one in 1968?
How does the cost compare with the earlier estimate?
How much more did the repair cost than the council said at first?
Is the glasshouse open on Saturday or Sunday?
Did the mayor say yes or no?
What did the Courier and the Record say about the vote?
What is the name of the company that repaired the bridge?
Who is the woman who found the coins?
What kind of boat is the Lady Orla?
How long will the works take and will?
I read about the flood. How many homes were flooded?
is it true? why?
bridge
What?
and
"""


def _cases() -> list[tuple[str, tuple[str, ...]]]:
    cases: list[tuple[str, tuple[str, ...]]] = []
    for line in SEVERAL.strip().splitlines():
        if line.startswith("  "):
            question, parts = cases.pop()
            cases.append((question, (*parts, line.strip())))
        else:
            cases.append((line, ()))
    return cases


def _known(phrase: str) -> bool:
    return phrase == "Marks and Spencer"


@pytest.mark.parametrize(("question", "parts"), _cases())
def test_a_question_of_several_parts_is_split(question: str, parts: tuple[str, ...]):
    assert split(question, _known) == parts


@pytest.mark.parametrize("question", SINGLE.strip().splitlines())
def test_one_question_stays_one(question: str):
    assert split(question, _known) == (question,)


def test_two_names_are_one_where_one_of_them_never_stands_alone():
    shop = ["Marks and Spencer opened.", "Sales at Marks and Spencer fell.", "Spencer, a dog."]
    assert together("Marks and Spencer", shop)
    towns = ["The line from Orvik and Kelderwick.", "Orvik won, then Orvik lost.", "In Kelderwick."]
    assert not together("Orvik and Kelderwick", [*towns, "Kelderwick again."])
    assert not together("Orvik and Kelderwick", [])


def test_ordinary_questions_are_left_whole(data):
    """Of thousands of real ones next to none is split."""
    import gzip
    import json

    asked = []
    for name in ("squad2", "nq_open_oracle", "timeqa", "realtimeqa_2022", "ramdocs"):
        with gzip.open(data / name / "queries.jsonl.gz", "rt") as lines:
            asked += [json.loads(line)["question"] for line in lines]
    assert sum(len(split(question)) > 1 for question in asked) < 0.002 * len(asked)
