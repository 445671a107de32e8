"""Conversations on the server, answered by a real engine over a small library."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from rag.engine import Engine
from rag.errors import LibraryNotFound, ModelError, QuestionError
from rag.stream import AnswerStream
from rag.types import Answer, Filters
from ui.conversations import Conversations, Progress
from ui.export import as_json, as_markdown
from ui.jobs import Jobs
from ui.saved import Asked, Conversation, Verdict
from ui.store import Store
from ui.visitors import ConversationNotFound, Visitors, visitor_of
from ui.wire import Busy

ADA, BEN = visitor_of("ada"), visitor_of("ben")
RIBBON = Asked("Who cut the ribbon of the bridge over the Tarn?")
COST = Asked("How much did the bridge over the Tarn cost?")


pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def engine(library: Path) -> Iterator[Engine]:
    with Engine.open(library) as engine:
        engine.warm()
        yield engine


class Paced:
    """The engine, but each statement waits to be let go; ``pace`` set lets all go."""

    def __init__(self, engine: Engine) -> None:
        self.settings = engine.settings
        self.model = engine.model
        self.engine = engine
        self.pace = threading.Semaphore(0)
        self.reading = threading.Event()

    def stream(self, *given: object, **options: object) -> AnswerStream:
        inner = self.engine.stream(*given, **options)  # type: ignore[arg-type]
        self.reading.set()

        def statements() -> Iterator[object]:
            for statement in inner:
                self.pace.acquire()
                yield statement

        def finish(released: tuple[object, ...]) -> Answer:
            whole = inner.answer
            return replace(whole, statements=released, answered=bool(released))

        return AnswerStream(statements(), finish)  # type: ignore[arg-type]


class Server:
    """What a server puts together, over a file that outlives it."""

    def __init__(self, engine: object, library: Path, file: Path, **jobs: int) -> None:
        self.library = str(library)
        self.ready: Future[None] = Future()
        self.ready.set_result(None)
        self.engine = engine
        self.store = Store(file)
        self.visitors = Visitors(self.store)
        self.jobs: Jobs[Progress] = Jobs(jobs.pop("threads", 2), **jobs)
        self.conversations = Conversations(
            self.visitors, self.jobs, self.engine_of, lambda: self.ready
        )

    def engine_of(self, library: str) -> Engine:
        if library != self.library:
            raise LibraryNotFound(f"There is no library at {library}.")
        return self.engine  # type: ignore[return-value]

    def ask(self, asked: Asked = RIBBON, visitor: str = ADA, conversation: str | None = None):
        return self.conversations.ask(visitor, self.library, asked, conversation)

    def done(self, exchange: str, visitor: str = ADA) -> Progress:
        return list(self.conversations.watch(visitor, exchange))[-1]

    def close(self) -> None:
        self.jobs.close()
        self.store.close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "visitors.sqlite3"


@pytest.fixture
def server(engine: Engine, library: Path, file: Path) -> Iterator[Server]:
    with closing(Server(engine, library, file)) as server:
        yield server


@pytest.fixture
def paced(engine: Engine, library: Path, file: Path) -> Iterator[Server]:
    with closing(Server(Paced(engine), library, file, threads=1, most=3, each=2)) as server:
        yield server


def test_an_answer_is_followed_to_its_end_and_stored(server: Server) -> None:
    exchange = server.ask()
    assert exchange.pending

    async def follow() -> list[Progress]:
        return [p async for p in server.conversations.follow(ADA, exchange.id)]

    progress = asyncio.run(follow())
    done = progress[-1].exchange
    assert progress[-1].state == "done"
    # The answer is there before what might be asked next.
    assert next(p.exchange for p in progress if p.exchange).suggestions == ()
    assert done is not None
    assert done.answer is not None
    assert "Ines Calvet" in done.answer.text
    assert server.visitors.exchange(ADA, exchange.id) == done
    # Who comes later gets the same at once.
    assert asyncio.run(follow()) == [progress[-1]]


def test_states_come_in_order_and_statements_grow(paced: Server) -> None:
    paced.ready = Future()
    exchange = paced.ask()
    progress = paced.conversations.watch(ADA, exchange.id)
    seen = [next(progress)]
    paced.ready.set_result(None)
    while seen[-1].state != "done":
        paced.engine.pace.release()
        seen.append(next(progress))
    order = ["waiting", "loading", "reading", "answering", "done"]
    states = [p.state for p in seen]
    assert states == sorted(states, key=order.index)
    assert {"answering", "done"} <= set(states)
    grown = [len(p.statements) for p in seen if p.state == "answering"]
    assert grown == sorted(grown)


def test_followers_in_many_places_see_the_same_end(server: Server) -> None:
    exchange = server.ask()

    async def follow(leaves: bool) -> Progress | None:
        seen = None
        async for progress in server.conversations.follow(ADA, exchange.id):
            seen = progress
            if leaves:
                break
        return seen

    async def all_of_them() -> list[Progress | None]:
        return list(await asyncio.gather(*(follow(n % 2 == 1) for n in range(20))))

    ends = asyncio.run(all_of_them())[::2]
    assert {p.state for p in ends if p} == {"done"}
    assert len({p.exchange.id for p in ends if p and p.exchange}) == 1


def test_places_in_the_queue_move_up(paced: Server) -> None:
    first = paced.ask()
    paced.engine.reading.wait(20)
    second, third = paced.ask(), paced.ask()
    assert next(paced.conversations.watch(ADA, third.id)) == Progress("waiting", 2)
    paced.conversations.stop(ADA, second.id)
    assert next(paced.conversations.watch(ADA, third.id)) == Progress("waiting", 1)
    stopped = paced.visitors.exchange(ADA, second.id)
    assert stopped.error == "Stopped before there was an answer."
    paced.engine.pace.release(20)
    for exchange in (first, third):
        assert paced.done(exchange.id).exchange.answer.answered


def test_too_many_waiting_is_busy_and_nothing_is_stored(paced: Server) -> None:
    first = paced.ask()
    paced.engine.reading.wait(20)
    outcomes: list[str] = []

    def ask() -> None:
        try:
            outcomes.append(paced.ask().id)
        except Busy:
            outcomes.append("busy")

    threads = [threading.Thread(target=ask) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count("busy") == 8
    assert len(paced.visitors.headings(ADA, paced.library)) == 3
    with pytest.raises(Busy):
        paced.conversations.again(ADA, first.id, COST)
    assert paced.visitors.exchange(ADA, first.id) == first
    paced.ask(visitor=BEN)
    paced.engine.pace.release(50)


def test_a_stopped_answer_keeps_what_was_released(paced: Server) -> None:
    exchange = paced.ask(Asked("What happened with the bridge over the Tarn, and the guests?"))
    paced.engine.pace.release()
    for progress in paced.conversations.watch(ADA, exchange.id):
        if progress.state == "answering":
            break
    paced.conversations.stop(ADA, exchange.id)
    paced.engine.pace.release(20)
    end = paced.done(exchange.id)
    kept = paced.visitors.exchange(ADA, exchange.id)
    assert end.exchange == kept
    assert kept.answer.statements[:1] == progress.statements[:1]


def test_the_next_question_comes_with_its_history(server: Server, engine: Engine) -> None:
    first = server.ask()
    server.done(first.id)
    second = server.ask(COST, conversation=first.conversation)
    assert "41 million" in server.done(second.id).exchange.answer.text
    (turn,) = server.visitors.history(second.id)
    assert turn.question == RIBBON.question
    assert turn.passage_ids


def test_filters_travel_with_the_question(server: Server) -> None:
    exchange = server.ask(Asked(RIBBON.question, Filters(sources=("Valley Herald",))))
    answer = server.done(exchange.id).exchange.answer
    assert all(hit.source.source == "Valley Herald" for hit in answer.hits)
    assert answer.understood.filters.sources == ("Valley Herald",)


def test_asking_again_puts_a_new_answer_in_the_place_of_the_old(server: Server) -> None:
    first = server.ask()
    server.done(first.id)
    second = server.ask(COST, conversation=first.conversation)
    server.done(second.id)
    edited = server.conversations.again(ADA, first.id, COST)
    assert "41 million" in server.done(edited.id).exchange.answer.text
    kept = server.visitors.conversation(ADA, first.conversation)
    assert [e.asked for e in kept.exchanges] == [COST]
    again = server.conversations.again(ADA, edited.id)
    assert server.done(again.id).exchange.asked == COST


def test_asking_again_stops_what_is_under_way(paced: Server) -> None:
    exchange = paced.ask()
    paced.engine.reading.wait(20)
    new = paced.conversations.again(ADA, exchange.id, COST)
    paced.engine.pace.release(50)
    assert paced.done(new.id).exchange.answer.answered
    with pytest.raises(ConversationNotFound):
        paced.visitors.exchange(ADA, exchange.id)


def test_deleting_stops_what_is_under_way(paced: Server) -> None:
    exchange = paced.ask()
    paced.engine.reading.wait(20)
    paced.conversations.delete(ADA, exchange.conversation)
    paced.engine.pace.release(50)
    paced.jobs.close()
    assert paced.visitors.headings(ADA, paced.library) == ()
    assert paced.visitors.pending() == ()


def test_nobody_reaches_the_answer_of_another(server: Server) -> None:
    exchange = server.ask()
    conversations = server.conversations

    async def follow() -> None:
        async for _ in conversations.follow(BEN, exchange.id):
            pass

    for method in (
        lambda: asyncio.run(follow()),
        lambda: list(conversations.watch(BEN, exchange.id)),
        lambda: conversations.stop(BEN, exchange.id),
        lambda: conversations.again(BEN, exchange.id),
        lambda: conversations.delete(BEN, exchange.conversation),
        lambda: server.ask(visitor=BEN, conversation=exchange.conversation),
    ):
        with pytest.raises(ConversationNotFound):
            method()
    assert server.done(exchange.id).exchange.answer.answered
    assert server.visitors.headings(BEN, server.library) == ()


@pytest.mark.parametrize("question", ["", "  \n", "x" * 2001, "\ud800"])
def test_what_is_no_question_is_told_at_once_and_not_stored(server: Server, question: str) -> None:
    with pytest.raises(QuestionError):
        server.ask(Asked(question))
    exchange = server.ask()
    server.done(exchange.id)
    with pytest.raises(QuestionError):
        server.conversations.again(ADA, exchange.id, Asked(question))
    assert len(server.visitors.headings(ADA, server.library)) == 1
    assert server.visitors.exchange(ADA, exchange.id).answer is not None


def test_a_model_that_cannot_be_loaded_is_the_answers_error(server: Server) -> None:
    server.ready = Future()
    server.ready.set_exception(ModelError("The model is gone.", "Get it back."))
    exchange = server.ask()
    assert server.done(exchange.id).exchange.error == "The model is gone. Get it back."
    assert server.visitors.exchange(ADA, exchange.id).error == "The model is gone. Get it back."


def test_what_nobody_expected_is_logged_and_told_plainly(
    server: Server, engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken(Paced):
        def stream(self, *given: object, **options: object) -> AnswerStream:
            raise ZeroDivisionError("secret detail")

    server.engine = Broken(engine)
    exchange = server.ask()
    error = server.done(exchange.id).exchange.error
    assert error == server.visitors.exchange(ADA, exchange.id).error
    assert "went wrong" in error
    assert "secret" not in error
    assert "secret detail" in caplog.text
    server.engine = engine
    assert server.done(server.ask().id).exchange.answer.answered


def test_suggestions_come_after_the_answer_and_may_fail(server: Server, engine: Engine) -> None:
    class Suggesting(Paced):
        def suggest(self, answer: Answer, **options: object) -> tuple[str, ...]:
            assert options == {"k": 3, "filters": None, "as_of": None}
            return ("What did it cost?",)

    class Failing(Paced):
        def suggest(self, answer: Answer, **options: object) -> tuple[str, ...]:
            raise ZeroDivisionError

    for kind, expected in ((Suggesting, ("What did it cost?",)), (Failing, ())):
        server.engine = kind(engine)
        server.engine.pace.release(20)
        exchange = server.ask()
        last = server.done(exchange.id).exchange
        assert last.answer.answered
        assert last.suggestions == expected
        assert server.visitors.exchange(ADA, exchange.id) == last


def test_an_answer_cut_short_by_the_end_of_the_server_is_given_after_the_next_start(
    engine: Engine, library: Path, file: Path
) -> None:
    first = Server(Paced(engine), library, file, threads=1)
    running = first.ask()
    first.engine.reading.wait(20)
    waiting = first.ask(COST)
    first.engine.pace.release()
    closing_down = threading.Thread(target=first.close)
    closing_down.start()
    first.engine.pace.release(50)
    closing_down.join()

    with closing(Server(engine, library, file)) as second:
        assert second.conversations.resume() == 2
        for exchange in (running, waiting):
            assert second.done(exchange.id).exchange.answer.answered
        assert second.conversations.resume() == 0


def test_only_answers_over_the_open_library_are_resumed(
    server: Server, engine: Engine, library: Path, file: Path, tmp_path: Path
) -> None:
    exchange = server.visitors.ask(ADA, server.library, None, RIBBON)
    with closing(Server(engine, tmp_path / "other", file)) as other:
        assert other.conversations.resume() == 0
        assert other.visitors.exchange(ADA, exchange.id).pending
    assert server.conversations.resume() == 1


def test_a_question_that_brings_the_server_down_is_not_tried_for_ever(server: Server) -> None:
    exchange = server.visitors.ask(ADA, server.library, None, RIBBON)
    for _ in range(3):
        server.visitors.tried(exchange.id)
    assert server.conversations.resume() == 0
    assert "interrupted" in server.visitors.exchange(ADA, exchange.id).error


CUT_SHORT = """
import sys, time
from concurrent.futures import Future
from pathlib import Path
from rag.engine import Engine
from rag.stream import AnswerStream
from ui.conversations import Conversations
from ui.jobs import Jobs
from ui.saved import Asked
from ui.store import Store
from ui.visitors import Visitors

library, file, visitor = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]

class Slow(Engine):
    def stream(self, *given, **options):
        inner = super().stream(*given, **options)
        def statements():
            for statement in inner:
                yield statement
                print("released", flush=True)
                time.sleep(600)
        return AnswerStream(statements(), lambda _: inner.answer)

ready = Future()
ready.set_result(None)
engine = Slow.open(library)
conversations = Conversations(Visitors(Store(file)), Jobs(1), lambda _: engine, lambda: ready)
exchange = conversations.ask(visitor, sys.argv[1], Asked(sys.argv[4]), sys.argv[5])
print(exchange.id, flush=True)
time.sleep(600)
"""


@pytest.mark.slow
def test_a_process_killed_in_the_middle_of_an_answer_loses_nothing(
    articles_file: Path, file: Path, tmp_path: Path, run, environment: dict[str, str]
) -> None:
    library = tmp_path / "own library"
    assert run("ingest", articles_file, "--library", library).code == 0
    with Engine.open(library) as engine, closing(Server(engine, library, file)) as server:
        first = server.ask()
        server.done(first.id)
        before = server.visitors.exchange(ADA, first.id)

    given = [str(library), str(file), ADA, COST.question, first.conversation]
    child = subprocess.Popen(
        [sys.executable, "-c", CUT_SHORT, *given],
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    )
    with child:
        assert child.stdout is not None
        exchange, released = sorted(child.stdout.readline().strip() for _ in range(2))
        assert released == "released"
        os.kill(child.pid, signal.SIGKILL)

    with Engine.open(library) as engine, closing(Server(engine, library, file)) as server:
        kept = server.visitors.conversation(ADA, first.conversation)
        assert [e.pending for e in kept.exchanges] == [False, True]
        assert kept.exchanges[0] == before
        assert server.conversations.resume() == 1
        assert "41 million" in server.done(exchange).exchange.answer.text


def test_feedback_on_an_answer_holds_what_it_takes_to_ask_again(
    server: Server, engine: Engine
) -> None:
    first = server.ask()
    server.done(first.id)
    second = server.ask(COST, conversation=first.conversation)
    server.done(second.id)
    server.visitors.judge(ADA, second.id, Verdict(good=True))
    (feedback,) = server.visitors.feedback()
    replayed = engine.ask(feedback.asked.question, history=feedback.history)
    assert replayed.text == feedback.answer.text
    assert feedback.answer.trace.settings == engine.settings.digest()


def test_an_export_holds_everything_and_nothing_in_it_is_markup(server: Server) -> None:
    from markdown_it import MarkdownIt

    first = server.ask(Asked("What is the <b>lighthouse</b> keeper of Skerrow called? ![x](y)"))
    server.done(first.id)
    server.done(server.ask(conversation=first.conversation).id)
    server.done(server.ask(Asked("Who won at chess?"), conversation=first.conversation).id)
    conversation = server.visitors.conversation(ADA, first.conversation)
    assert conversation.exchanges[0].answer.answered
    assert Conversation.from_dict(json.loads(as_json(conversation))) == conversation

    html = MarkdownIt("commonmark").render(as_markdown(conversation))
    assert "<img" not in html
    assert "<script" not in html
    assert "<b>" not in html
    assert html.count("<h2>") == 3
    assert "Osric Penhale &lt;img src=x onerror=&quot;" in html
    assert "Tarn opens its new bridge · Tarn Post · 2024-03-04" in html
    assert 'href="https://tarn-post.example/bridge"' in html
    assert 'href="javascript' not in html
    assert 'href="http://evil' not in html
    assert "[1] “" in html
