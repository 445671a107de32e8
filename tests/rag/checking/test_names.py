"""Names that begin alike, share an initial, or are of a people."""

from __future__ import annotations

import pytest

from rag.checking.faults import What


@pytest.mark.parametrize(
    ("statement", "quote"),
    [
        ("Woodrow Wilson signed the act.", "George W. Bush signed the act."),
        ("Julia Jones founded the mill.", "J. Smith founded the mill."),
        ("Joe Johnson signed the order.", "Donald J. Trump signed the order."),
        ("Niger won the cup.", "Nigeria won the cup."),
        ("Aid went to Nigeria in May.", "Aid went to Niger in May."),
        ("George signed the treaty.", "Georgia signed the treaty."),
        ("Victor won the prize.", "Victoria won the prize."),
        ("Aid went to Dominica in May.", "Aid went to the Dominican Republic in May."),
        ("The prize went to Roberta.", "The prize went to Robert."),
        ("The letter of Peter Marsh was read.", "The letter of the PM was read."),
    ],
)
def test_a_name_that_only_looks_like_one_quoted_is_not_named(check, statement, quote):
    assert What.NAME in {fault.what for fault in check(statement, quote).faults}


@pytest.mark.parametrize(
    ("statement", "quote"),
    [
        ("Woodrow Wilson signed the act.", "W. Wilson signed the act."),
        ("Petra Josefine Lind signed the act.", "Petra J. Lind signed the act."),
        ("P. J. Lind signed the act.", "Petra Josefine Lind signed the act."),
        ("The United Nations met.", "The UN met."),
        ("The UN met.", "The United Nations met."),
        ("The Nigerian team won.", "The team of Nigeria won."),
        ("The team of Nigeria won.", "The Nigerian team won."),
        ("The Georgian minister spoke.", "The minister of Georgia spoke."),
        ("The Italian crew sang.", "The crew from Italy sang."),
        ("The crew from France sang.", "The French crew sang."),
        ("The Victorian harbour froze.", "The harbour of Victoria froze."),
        ("The minister of Austria spoke.", "The Austrian minister spoke."),
    ],
)
def test_a_name_said_with_an_initial_an_acronym_or_of_a_people_holds(check, statement, quote):
    assert check(statement, quote).why == ""
