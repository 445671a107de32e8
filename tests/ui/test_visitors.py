"""What is kept of visitors, and that nobody sees another's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from rag.types import Answer, Citation, Filters, Source, Statement, Trace, Understood
from ui import visitors as limits
from ui.saved import Asked, Conversation, Exchange, Feedback, Verdict
from ui.store import Store
from ui.visitors import (
    ConversationNotFound,
    NotAnswered,
    TooMuch,
    Visitors,
    new_token,
    visitor_of,
)

ADA, BEN = visitor_of("ada"), visitor_of("ben")
LIBRARY = "/libraries/tarn"
FERRY = Asked("When does the ferry sail?", Filters(tags=("transport",)), date(2024, 3, 1))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "visitors.sqlite3")
    yield store
    store.close()


@pytest.fixture
def visitors(store: Store) -> Visitors:
    return Visitors(store)


def answer(question: str, said: str = "At nine. [1]", *, answered: bool = True) -> Answer:
    source = Source("ferry", "Ferry company adds two boats", source="Coast Courier")
    citation = Citation(1, source, "1.0", said, 0, len(said))
    return Answer(
        question,
        said,
        statements=(Statement(said, (citation,)),) if answered else (),
        citations=(citation,) if answered else (),
        answered=answered,
        reason="" if answered else "no_evidence",
        understood=Understood(text=question),
        trace=Trace(settings="0123456789abcdef", as_of=date(2024, 3, 1)),
    )


def asked(visitors: Visitors, question: str, **where: str | None) -> Exchange:
    """A question of Ada's, answered."""
    given = {"visitor": ADA, "library": LIBRARY, "conversation": None, **where}
    exchange = visitors.ask(asked=Asked(question), **given)
    visitors.finish(exchange.id, answer(question))
    return visitors.exchange(given["visitor"], exchange.id)


def test_a_conversation_comes_back_as_it_was(visitors: Visitors) -> None:
    understood = Understood(text="When does it sail?", names=("Tarn",))
    first = visitors.ask(ADA, LIBRARY, None, FERRY)
    assert first.pending
    visitors.finish(first.id, answer(FERRY.question), ["And back?"])
    second = visitors.ask(
        ADA, LIBRARY, first.conversation, Asked("And on Sunday?", understood=understood)
    )
    visitors.fail(second.id, "The model is gone.")
    kept = visitors.conversation(ADA, first.conversation)
    assert [exchange.asked for exchange in kept.exchanges] == [
        FERRY,
        Asked("And on Sunday?", understood=understood),
    ]
    assert kept.exchanges[0].answer == answer(FERRY.question)
    assert kept.exchanges[0].suggestions == ("And back?",)
    assert kept.exchanges[1].error == "The model is gone."
    assert (kept.title, kept.library) == (FERRY.question, LIBRARY)
    assert Conversation.from_dict(kept.to_dict()) == kept


def test_what_is_kept_survives_the_process(tmp_path: Path) -> None:
    store = Store(tmp_path / "visitors.sqlite3")
    exchange = asked(Visitors(store), "Who?")
    store.close()
    store = Store(tmp_path / "visitors.sqlite3")
    assert Visitors(store).exchange(ADA, exchange.id) == exchange
    store.close()


def test_headings_are_the_last_used_first_and_of_one_library(visitors: Visitors) -> None:
    first, second = asked(visitors, "First?"), asked(visitors, "Second?")
    asked(visitors, "Elsewhere?", library="/libraries/other")
    asked(visitors, "Of another?", visitor=BEN)
    assert [h.title for h in visitors.headings(ADA, LIBRARY)] == ["Second?", "First?"]
    asked(visitors, "More?", conversation=first.conversation)
    headings = visitors.headings(ADA, LIBRARY)
    assert [(h.id, h.exchanges) for h in headings] == [
        (first.conversation, 2),
        (second.conversation, 1),
    ]


def test_search_reads_titles_questions_and_answers_and_minds_no_case(visitors: Visitors) -> None:
    harbour = asked(visitors, "Who heads the HARBOUR?")
    asked(visitors, "What of Straße und Café?", conversation=harbour.conversation)
    percent = asked(visitors, "Is it 100% of snake_case?")
    visitors.rename(ADA, percent.conversation, "Zahlen Ü")

    def found(search: str) -> list[str]:
        return [heading.id for heading in visitors.headings(ADA, LIBRARY, search)]

    assert (
        found("harbour") == found("STRASSE  und") == found("cafe\u0301") == [harbour.conversation]
    )
    assert found("zahlen ü") == found("100%") == found("snake_case") == [percent.conversation]
    assert found("h%r") == found("snakeXcase") == found("__") == []
    assert set(found("at NINE")) == {harbour.conversation, percent.conversation}
    assert found(" ") == [percent.conversation, harbour.conversation]


def test_titles_are_one_line_of_readable_length(visitors: Visitors) -> None:
    exchange = visitors.ask(ADA, LIBRARY, None, Asked("word \n\t" * 100))
    title = visitors.conversation(ADA, exchange.conversation).title
    assert len(title) <= 100
    assert title.startswith("word word")
    assert title.endswith("word …")
    visitors.rename(ADA, exchange.conversation, "  My \x00 ferry\ud800 ")
    assert visitors.conversation(ADA, exchange.conversation).title == "My ferry?"
    visitors.rename(ADA, exchange.conversation, "  ")
    assert visitors.conversation(ADA, exchange.conversation).title == "My ferry?"


OTHERS: dict[str, Callable[[Visitors, str, Exchange], object]] = {
    "conversation": lambda v, who, e: v.conversation(who, e.conversation),
    "exchange": lambda v, who, e: v.exchange(who, e.id),
    "ask": lambda v, who, e: v.ask(who, LIBRARY, e.conversation, FERRY),
    "again": lambda v, who, e: v.again(who, e.id),
    "rename": lambda v, who, e: v.rename(who, e.conversation, "Mine"),
    "delete": lambda v, who, e: v.delete(who, e.conversation),
    "judge": lambda v, who, e: v.judge(who, e.id, Verdict(good=False)),
    "take back": lambda v, who, e: v.judge(who, e.id, None),
}


@pytest.mark.parametrize("method", OTHERS)
def test_somebody_elses_is_as_if_it_did_not_exist(visitors: Visitors, method: str) -> None:
    theirs = visitors.judge(ADA, asked(visitors, "Secret?").id, Verdict(good=True))
    before = visitors.conversation(ADA, theirs.conversation)
    with pytest.raises(ConversationNotFound) as other:
        OTHERS[method](visitors, BEN, theirs)
    nothing = Exchange("none", "none", FERRY, "")
    with pytest.raises(ConversationNotFound) as missing:
        OTHERS[method](visitors, BEN, nothing)
    assert other.value.line == missing.value.line
    assert visitors.conversation(ADA, theirs.conversation) == before
    assert visitors.headings(BEN, LIBRARY) == ()
    assert len(list(visitors.feedback())) == 1


def test_every_method_that_names_a_visitor_is_tried_by_another() -> None:
    named = {
        name
        for name, method in vars(Visitors).items()
        if not name.startswith("_") and "visitor" in method.__code__.co_varnames[:2]
    }
    assert named - {"headings"} == set(OTHERS) - {"take back"}


def test_a_conversation_over_one_library_is_none_of_another(visitors: Visitors) -> None:
    exchange = asked(visitors, "Here?")
    with pytest.raises(ConversationNotFound):
        visitors.ask(ADA, "/libraries/other", exchange.conversation, FERRY)
    with pytest.raises(ConversationNotFound):
        visitors.conversation(ADA, exchange.conversation, library="/libraries/other")
    assert visitors.conversation(ADA, exchange.conversation, library=LIBRARY).exchanges


def test_editing_takes_away_what_came_after(visitors: Visitors) -> None:
    first = asked(visitors, "One?")
    second = asked(visitors, "Two?", conversation=first.conversation)
    asked(visitors, "Three?", conversation=first.conversation)
    edited = visitors.again(ADA, second.id, Asked("Two, really?"))
    kept = visitors.conversation(ADA, first.conversation)
    assert [e.asked.question for e in kept.exchanges] == ["One?", "Two, really?"]
    assert edited.pending
    assert edited.id != second.id
    assert visitors.finish(second.id, answer("Two?")) is False
    # The first one names the conversation, unless the visitor did.
    again = visitors.again(ADA, first.id, Asked("Uno?"))
    assert visitors.conversation(ADA, first.conversation).title == "Uno?"
    visitors.rename(ADA, first.conversation, "Numbers")
    visitors.again(ADA, again.id)
    assert visitors.conversation(ADA, first.conversation).title == "Numbers"


def test_what_is_deleted_is_in_no_file(visitors: Visitors, tmp_path: Path) -> None:
    exchange = asked(visitors, "Where is the wolverine?")
    visitors.delete(ADA, exchange.conversation)
    for file in tmp_path.iterdir():
        assert b"olverine" not in file.read_bytes(), file
    with pytest.raises(ConversationNotFound):
        visitors.exchange(ADA, exchange.id)


def test_history_is_the_last_answered_exchanges_before_a_question(visitors: Visitors) -> None:
    exchange = asked(visitors, "0?")
    home = exchange.conversation
    refused = visitors.ask(ADA, LIBRARY, home, Asked("refused?"))
    visitors.finish(refused.id, answer("refused?", "No.", answered=False))
    failed = visitors.ask(ADA, LIBRARY, home, Asked("failed?"))
    visitors.fail(failed.id, "Failed.")
    for n in range(1, 8):
        exchange = asked(visitors, f"{n}?", conversation=home)
    history = visitors.history(exchange.id)
    assert [turn.question for turn in history] == ["2?", "3?", "4?", "5?", "6?"]
    assert history[0].passage_ids == ("1.0",)
    assert visitors.history(refused.id)[0].question == "0?"


def test_feedback_stands_on_its_own_and_outlives_its_conversation(visitors: Visitors) -> None:
    before = asked(visitors, "Who runs it?")
    exchange = visitors.ask(ADA, LIBRARY, before.conversation, FERRY)
    with pytest.raises(NotAnswered):
        visitors.judge(ADA, exchange.id, Verdict(good=True))
    visitors.finish(exchange.id, answer(FERRY.question))
    verdict = Verdict(good=False, reason="Wrong hour \ud800", right_answer="At ten.")
    visitors.judge(ADA, exchange.id, Verdict(good=True))
    shown = visitors.judge(ADA, exchange.id, verdict).verdict
    assert shown == Verdict(good=False, reason="Wrong hour ?", right_answer="At ten.")
    visitors.delete(ADA, before.conversation)
    (feedback,) = visitors.feedback()
    assert feedback.asked == FERRY
    assert feedback.answer == answer(FERRY.question)
    assert feedback.answer.trace.settings == "0123456789abcdef"
    assert [turn.question for turn in feedback.history] == ["Who runs it?"]
    assert (feedback.library, feedback.verdict) == (LIBRARY, shown)
    assert Feedback.from_dict(feedback.to_dict()) == feedback
    assert ADA not in str(feedback.to_dict())


def test_feedback_may_be_taken_back_and_is_listed_from_a_day_on(visitors: Visitors) -> None:
    kept = [asked(visitors, f"{n}?") for n in range(120)]
    for exchange in kept:
        visitors.judge(ADA, exchange.id, Verdict(good=True))
    assert visitors.judge(ADA, kept[5].id, None).verdict is None
    found = [feedback.asked.question for feedback in visitors.feedback()]
    assert sorted(found) == sorted(f"{n}?" for n in range(120) if n != 5)
    today = datetime.now(UTC).date()
    assert len(list(visitors.feedback(today))) == 119
    assert list(visitors.feedback(today + timedelta(days=1))) == []
    assert list(visitors.feedback(datetime.now(UTC) + timedelta(seconds=5))) == []


def test_limits_are_clear_lines_and_cost_nothing_stored(
    visitors: Visitors, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "CONVERSATIONS", 2)
    monkeypatch.setattr(limits, "EXCHANGES", 2)
    first, _ = asked(visitors, "1?"), asked(visitors, "2?")
    with pytest.raises(TooMuch, match="2 conversations") as caught:
        asked(visitors, "3?")
    assert "\n" not in caught.value.line
    last = asked(visitors, "1b?", conversation=first.conversation)
    with pytest.raises(TooMuch):
        asked(visitors, "1c?", conversation=first.conversation)
    visitors.again(ADA, last.id)
    with pytest.raises(TooMuch):
        visitors.again(ADA, first.id, Asked("x" * 300_000))
    assert visitors.conversation(ADA, first.conversation).exchanges[0] == first
    asked(visitors, "Of another.", visitor=BEN)


def test_an_answer_that_cannot_be_read_does_not_take_its_conversation(
    visitors: Visitors, store: Store
) -> None:
    first = asked(visitors, "One?")
    asked(visitors, "Two?", conversation=first.conversation)
    store.change("UPDATE exchanges SET answer = '{' WHERE id = ?", [first.id])
    broken, whole = visitors.conversation(ADA, first.conversation).exchanges
    assert "no longer be read" in broken.error
    assert whole.answer is not None


def test_visitors_are_digests_of_cookies_nobody_guesses() -> None:
    tokens = {new_token() for _ in range(100)}
    assert len(tokens) == 100
    assert all(len(token) >= 43 and token.isascii() for token in tokens)
    token = tokens.pop()
    assert token not in visitor_of(token)
    assert not visitor_of(token).startswith("user:")
