"""The next portion is made while the last one is put away."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from rag.ahead import ahead


def test_every_item_comes_in_order_with_what_was_made_of_it():
    assert list(ahead(lambda n: n * n, range(5))) == [(n, n * n) for n in range(5)]
    assert list(ahead(str, [])) == []


def test_the_next_one_is_made_while_the_caller_is_busy_with_this_one():
    made = [threading.Event() for _ in range(3)]
    for n, _ in ahead(lambda n: made[n].set(), range(3)):
        # Nobody asks for it meanwhile.
        assert all(event.wait(30) for event in made[: n + 2])


def test_items_are_drawn_one_further_than_asked_for():
    drawn = list[int]()

    def items() -> Iterator[int]:
        for n in range(10):
            drawn.append(n)
            yield n

    some = ahead(str, items())
    assert next(some) == (0, "0")
    assert drawn == [0, 1]


def test_what_goes_wrong_is_told_at_its_item_and_those_before_it_count():
    done = list[int]()
    with pytest.raises(ZeroDivisionError):
        for n, _ in ahead(lambda n: 1 / (2 - n), range(5)):
            done.append(n)
    assert done == [0, 1]


def test_what_was_drawn_before_drawing_failed_is_handed_out_first():
    def items() -> Iterator[int]:
        yield from (1, 2)
        raise OSError("unplugged")

    done = list[int]()
    with pytest.raises(OSError, match="unplugged"):
        for n, _ in ahead(str, items()):
            done.append(n)
    assert done == [1, 2]


def test_nothing_goes_on_when_the_caller_has_enough():
    threads = threading.active_count()
    some = ahead(str, iter(range(1000)))
    next(some)
    some.close()
    assert threading.active_count() == threads
