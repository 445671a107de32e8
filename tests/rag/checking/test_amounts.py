"""What a number counts, held against what the quoted numbers count."""

from __future__ import annotations

import pytest

from rag.checking.faults import What


@pytest.mark.parametrize(
    ("statement", "quote", "told"),
    [
        ("The stair has 5 steps.", "The stair took five years to build.", "five years"),
        ("3 people came.", "The people came 3 km on foot.", "3 km"),
        ("They sold 4 million tickets.", "They sold tickets for $4 million.", "$4 million"),
        ("20 voters came.", "Of the voters 20 per cent came.", "20 per cent"),
        ("From 5 to 9 dogs barked.", "The dogs barked from 5 to 9 hours.", "5"),
        ("Six lorries came.", "The lorries came on 6 June.", "6"),
        ("The hill has 21 caves.", "Since the 21st year its caves are shut.", "21st year"),
        ("It took 21 centuries.", "It was done in the 21st century.", "21st century"),
    ],
)
def test_a_count_does_not_rest_on_a_measure_a_day_or_a_place_in_a_row(
    check, statement, quote, told
):
    faults = check(statement, quote).faults
    assert {fault.what for fault in faults} == {What.UNIT}
    assert told in faults[0].why


@pytest.mark.parametrize(
    ("statement", "quote"),
    [
        ("It has 5,000 people.", "It has 5,000 residents."),
        ("The plan is for five years.", "It is a 5-year plan."),
        ("Orla Fenn, aged 30, sings.", "Orla Fenn is a 30-year-old who sings."),
        ("The roof cost 5 million to mend.", "To mend the roof cost $5 million."),
        ("In 2019 they sang.", "They sang in 2019."),
        ("They sang on the 3rd day.", "On the third day they sang."),
        ("Orla Fenn won three times.", "Orla Fenn won for the third time."),
        ("Orla Fenn won three cups.", "Orla Fenn won her third cup."),
        ("The score was 3 goals to 1.", "The score was 3-1."),
        ("It rose 4 points.", "It rose 4 percentage points."),
        ("The two dogs slept 2 days.", "For 2 days 2 dogs slept."),
        ("Two goals fell.", "Goals fell: 2 second-half ones."),
        ("Twelve cows came.", "The 12 cows came."),
    ],
)
def test_a_count_said_in_other_words_holds(check, statement, quote):
    assert check(statement, quote).why == ""


@pytest.mark.parametrize(
    "quote",
    [
        "Orla Fenn was the first woman who won the cup.",
        "Orla Fenn won one of the cups.",
        "Orla Fenn won cups for a year.",
    ],
)
def test_that_there_is_one_rests_on_no_ordinal_and_no_part_of_several(check, quote):
    assert [fault.what for fault in check("Orla Fenn won 1 cup.", quote).faults] == [What.NUMBER]
    assert not check("Orla Fenn won only one cup.", quote).holds


@pytest.mark.parametrize(
    ("statement", "quote"),
    [
        ("Orla Fenn won 1 cup.", "Orla Fenn won one cup."),
        ("Orla Fenn won 1 cup.", "Orla Fenn won a silver cup."),
        ("Orla Fenn won only one cup.", "Orla Fenn won a single cup."),
        ("Orla Fenn won 1 time.", "Orla Fenn won once."),
        ("1 person was hurt.", "A sailor was hurt."),
        ("One woman won.", "Orla Fenn was the first woman who won."),
        ("One of them won.", "Orla Fenn won, and they sang."),
        ("Route 1 leads home.", "Home by route 1 they went."),
        ("They won 1-0.", "They won by 1-0."),
    ],
)
def test_one_of_something_rests_on_one_of_it(check, statement, quote):
    assert check(statement, quote).why == ""


@pytest.mark.parametrize(
    ("statement", "quote"),
    [
        ("Fewer than 40 people died.", "At least 40 people died."),
        ("Over 40 people died.", "Almost 40 people died."),
        ("40 people came.", "Fewer than 40 people came."),
        ("More than 40 people came.", "No more than 40 people came."),
        ("Prices rose to 5 per cent.", "Prices rose by 5 per cent."),
        ("The water fell by 3 metres.", "The water fell to 3 metres."),
    ],
)
def test_an_amount_is_not_hedged_the_other_way_nor_a_change_told_as_its_end(
    check, statement, quote
):
    assert not check(statement, quote).holds


@pytest.mark.parametrize(
    ("statement", "quote"),
    [
        ("More than 40 people died.", "Over 40 people died."),
        ("No fewer than 40 people died.", "At least 40 people died."),
        ("40 people died.", "At least 40 people died."),
        ("Prices rose 5 per cent.", "Prices rose by 5 per cent."),
        ("Prices rose by 2 to 5 per cent.", "Prices rose by 2 per cent to 5 per cent."),
        ("One third of the workers left.", "A third of the workers left."),
        ("The ferry runs two times a day.", "The ferry runs twice a day."),
        ("The two brothers survived.", "Both brothers survived."),
        ("Two houses burned.", "A couple of houses burned."),
        ("Two thieves fled.", "A pair of thieves fled."),
        ("The ship left at 9.30 am.", "The ship left at 9:30 am."),
    ],
)
def test_an_amount_said_in_other_words_holds(check, statement, quote):
    assert check(statement, quote).why == ""
