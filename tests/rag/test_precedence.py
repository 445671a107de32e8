"""Questions go before long work, and long work goes on."""

from __future__ import annotations

import threading
import time

import pytest

from rag import precedence
from rag.precedence import Precedence


def test_long_work_that_came_first_waits_for_a_question(monkeypatch: pytest.MonkeyPatch):
    # However slow this machine is: what is tested is the order.
    monkeypatch.setattr(precedence, "_PATIENCE", 60.0)
    turn, order = Precedence(), list[str]()

    def ask() -> None:
        with turn.asking():
            order.append("question")

    def work() -> None:
        with turn.working():
            order.append("work")

    worker, asker = threading.Thread(target=work), threading.Thread(target=ask)
    with turn.asking():
        worker.start()
        time.sleep(0.05)
        asker.start()
        while turn._asking < 2:
            time.sleep(0.001)
    for thread in (worker, asker):
        thread.join(60)
    assert order == ["question", "work"]


def test_long_work_goes_on_however_many_questions_are_asked():
    turn, over, done = Precedence(), threading.Event(), []

    def ask() -> None:
        while not over.is_set():
            with turn.asking():
                time.sleep(0.001)

    def work() -> None:
        for portion in range(3):
            with turn.working():
                done.append(portion)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    time.sleep(0.02)
    worker = threading.Thread(target=work)
    worker.start()
    worker.join(60)
    over.set()
    for thread in threads:
        thread.join()
    assert done == [0, 1, 2]


def test_who_has_the_turn_may_take_it_again():
    turn = Precedence()
    with turn.asking(), turn.working(), turn.now(), turn.asking():
        pass
