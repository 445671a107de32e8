"""What only may be, is hoped, planned, alleged, or once was."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("statement", "quote"),
    [
        ("The council will close the mill.", "The council may close the mill."),
        ("The mill will close in May.", "The mill may close in May."),
        ("The council closed the mill.", "The council could close the mill."),
        ("Holt stole the money.", "Police accused Holt of stealing the money."),
        ("Holt stole the money.", "Holt allegedly stole the money."),
        ("Holt won the race.", "Holt hopes to win the race."),
        ("The council has built a bridge.", "The council plans to build a bridge."),
        ("The mill will close in March.", "If the vote passes, the mill will close in March."),
        ("The mayor Holt opened the bridge.", "The former mayor Holt opened the bridge."),
        ("The mayor was arrested.", "The ex-mayor was arrested."),
    ],
)
def test_what_may_be_or_was_once_is_not_told_as_what_is(check, statement, quote):
    assert not check(statement, quote).holds


@pytest.mark.parametrize(
    ("statement", "quote"),
    [
        ("The council might close the mill.", "The council may close the mill."),
        ("It is possible that the council will close the mill.", "The council may close the mill."),
        ("The council will build a bridge.", "The council plans to build a bridge."),
        ("Holt is said to have stolen the money.", "Holt allegedly stole the money."),
        ("Holt denies stealing the money.", "Holt denied that he stole the money."),
        ("Holt wants to win the race.", "Holt hopes to win the race."),
        ("The mill closes if the vote passes.", "If the vote passes, the mill will close."),
        ("Holt was mayor of Tarn.", "Holt, the former mayor of Tarn, opened the bridge."),
        ("The mill closed.", "The mill closed, and the weir may close too."),
        ("The bridge opened in May.", "The bridge opened in May 1911."),
    ],
)
def test_what_is_told_as_it_is_quoted_holds(check, statement, quote):
    assert check(statement, quote).why == ""


@pytest.mark.parametrize(
    ("statement", "quote"),
    [
        ("Marrow is found in bones.", "Marrow may be found in bones."),
        ("Rain causes floods.", "Rain may cause floods."),
        ("The tame cats sleep in barns.", "The cats, which may be tame, sleep in barns."),
        ("The closing of the mill was discussed.", "The mill may close."),
        ("The council could not close the mill.", "The council could not close the mill in May."),
    ],
)
def test_what_is_so_in_general_may_be_told_without_a_may(check, statement, quote):
    assert check(statement, quote).why == ""
