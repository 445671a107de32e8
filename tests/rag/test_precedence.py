"""Questions go before long work, and long work goes on."""

from __future__ import annotations

import threading
import time

from rag.precedence import Precedence


def test_long_work_waits_for_a_question_and_goes_on_however_many_are_asked():
    turn, over, done = Precedence(), threading.Event(), []

    def ask() -> None:
        while not over.is_set():
            with turn.asking():
                time.sleep(0.001)

    def work() -> None:
        for portion in range(3):
            with turn.working():
                done.append(portion)

    assert not turn.lately
    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    time.sleep(0.02)
    assert turn.lately
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
