"""Visitors, and the conversations and feedback kept for them.

A visitor is an opaque text: the digest of a random cookie, or ``user:NAME`` once logged in.
What belongs to another visitor is, by every method, as if it did not exist.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import sqlite3
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any

from rag.errors import PullquoteError
from rag.types import Answer, Turn
from ui.rows import exchange_of, now, record_json, texts_json, title_of
from ui.saved import Asked, Conversation, Exchange, Feedback, Heading, Pending, Verdict
from ui.store import Store, folded, storable

# Limits against filling the disk. Each is far from what a person does, and near enough for
# a program that never stops: with answers of some 20 kB, a visitor comes to a few GB at most.
CONVERSATIONS = 1000
"""Conversations a visitor may have: three new ones a day for a year."""
EXCHANGES = 100
"""Exchanges in a conversation; the page shows them all."""
ASKED = 250_000
"""Characters of a question with its filters, as JSON: twice the longest a setting allows."""
REASON, RIGHT_ANSWER = 2000, 10_000
"""Characters kept of what a visitor writes beside questions; the rest is cut off."""

HISTORY = 5
"""Answered exchanges that are handed on with the next question."""

_TOKEN = 32  # bytes: not to be guessed


class ConversationNotFound(PullquoteError):
    """There is no such conversation or exchange, or it is somebody else's."""

    code = "conversation_not_found"


class TooMuch(PullquoteError):
    """A limit on what is kept for one visitor is reached."""

    code = "too_much"


class NotAnswered(PullquoteError):
    """There is no answer to say anything of."""

    code = "not_answered"


def new_token() -> str:
    """A random text for a cookie, fit for a header."""
    return secrets.token_urlsafe(_TOKEN)


def visitor_of(token: str) -> str:
    """The visitor with that cookie. The cookie itself is never stored."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def user_visitor(name: str) -> str:
    """The visitor that a logged-in user is."""
    return f"user:{name}"


class Visitors:
    """Conversations and feedback in a store. Raises ``ConversationNotFound`` and ``StoreError``.

    An exchange is stored when it is asked, and once more when it is answered or failed.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    # Conversations.

    def headings(self, visitor: str, library: str, search: str = "") -> tuple[Heading, ...]:
        """A visitor's conversations over a library, the last used first; with ``search``, those
        that hold it in their title, a question or an answer."""
        rows = self._store.rows(
            """
            SELECT id, title, updated,
              (SELECT count(*) FROM exchanges WHERE conversation = c.number) AS count
            FROM conversations c
            WHERE visitor = ?1 AND library = ?2 AND (
              instr(folded(title), ?3)
              OR EXISTS (SELECT 1 FROM exchanges WHERE conversation = c.number
                AND instr(words, ?3))
            )
            ORDER BY updated DESC, number DESC
            """,
            [visitor, library, folded(storable(search))],
        )
        return tuple(Heading(r["id"], r["title"], r["updated"], r["count"]) for r in rows)

    def conversation(
        self, visitor: str, conversation: str, *, library: str | None = None
    ) -> Conversation:
        """A whole conversation; with ``library`` only if it is one over that."""
        row = self._conversation(visitor, conversation, library)
        exchanges = self._exchanges("e.conversation = ? ORDER BY e.number", [row["number"]])
        return Conversation(
            row["id"], row["library"], row["title"], row["created"], row["updated"], exchanges
        )

    def rename(self, visitor: str, conversation: str, title: str) -> None:
        """Gives a conversation a title of the visitor's choice. A blank one changes nothing."""
        with self._store.transaction():
            number = self._conversation(visitor, conversation)["number"]
            if short := title_of(title):
                self._store.change(
                    "UPDATE conversations SET title = ?, named = 1 WHERE number = ?",
                    [short, number],
                )

    def delete(self, visitor: str, conversation: str) -> None:
        """Deletes a conversation. Feedback given on its answers stays."""
        with self._store.transaction():
            number = self._conversation(visitor, conversation)["number"]
            self._store.change("DELETE FROM conversations WHERE number = ?", [number])
        self._store.sweep()

    # Exchanges.

    def exchange(self, visitor: str, exchange: str) -> Exchange:
        self._place(visitor, exchange)
        return self._exchanges("e.id = ?", [exchange])[0]

    def ask(self, visitor: str, library: str, conversation: str | None, asked: Asked) -> Exchange:
        """Stores a question, in a new conversation if none is given. Raises ``TooMuch``."""
        with self._store.transaction():
            if conversation is None:
                row = self._begin(visitor, library, asked)
            else:
                row = self._conversation(visitor, conversation, library)
            return self._add(row, asked)

    def again(self, visitor: str, exchange: str, asked: Asked | None = None) -> Exchange:
        """Puts another exchange in the place of this one and all after it: the same question,
        or an edited one. Raises ``TooMuch``."""
        with self._store.transaction():
            row, old = self._cut(visitor, exchange)
            asked = asked or Asked.from_dict(json.loads(old["asked"]))
            first = not self._count("exchanges WHERE conversation = ?", row["number"])
            if first and not row["named"]:
                self._store.change(
                    "UPDATE conversations SET title = ? WHERE number = ?",
                    [title_of(asked.question), row["number"]],
                )
            return self._add(row, asked)

    # The course of an answer. Only jobs come here, with ids they were given.

    def history(self, exchange: str) -> tuple[Turn, ...]:
        """What the question may refer to: the last few answered exchanges before it."""
        before = self._exchanges(
            "e.conversation = (SELECT conversation FROM exchanges WHERE id = ?1)"
            " AND e.number < (SELECT number FROM exchanges WHERE id = ?1)"
            " AND e.answered ORDER BY e.number DESC LIMIT ?2",
            [exchange, HISTORY],
        )
        return tuple(Turn.of(e.answer) for e in reversed(before) if e.answer)

    def tried(self, exchange: str) -> None:
        """Notes that an answer is begun."""
        self._store.change("UPDATE exchanges SET tries = tries + 1 WHERE id = ?", [exchange])

    def finish(self, exchange: str, answer: Answer, suggestions: Sequence[str] = ()) -> bool:
        """Stores an answer; false when its exchange was taken away meanwhile."""
        with self._store.transaction():
            changed = self._store.change(
                "UPDATE exchanges SET answer = ?, answered = ?, error = '', suggestions = ?,"
                " words = words || ' ' || ? WHERE id = ?",
                [
                    record_json(answer),
                    answer.answered,
                    texts_json(suggestions),
                    folded(storable(answer.text)),
                    exchange,
                ],
            )
            self._store.change(
                "UPDATE conversations SET updated = ? WHERE number ="
                " (SELECT conversation FROM exchanges WHERE id = ?)",
                [now(), exchange],
            )
        return bool(changed)

    def suggest(self, exchange: str, suggestions: Sequence[str]) -> None:
        """Stores what might be asked next."""
        self._store.change(
            "UPDATE exchanges SET suggestions = ? WHERE id = ?", [texts_json(suggestions), exchange]
        )

    def fail(self, exchange: str, line: str) -> None:
        """Stores in one line why there is no answer."""
        self._store.change(
            "UPDATE exchanges SET error = ? WHERE id = ? AND answer IS NULL",
            [storable(line) or "Failed.", exchange],
        )

    def pending(self) -> tuple[Pending, ...]:
        """Exchanges neither answered nor failed, oldest first: after a crash, those that were
        under way."""
        rows = self._store.rows(
            "SELECT e.id, e.tries, c.visitor, c.library FROM exchanges e"
            " JOIN conversations c ON c.number = e.conversation"
            " WHERE e.answer IS NULL AND e.error = '' ORDER BY e.number"
        )
        return tuple(
            Pending(row["visitor"], row["library"], exchange, row["tries"])
            for row in rows
            for exchange in self._exchanges("e.id = ?", [row["id"]])
        )

    # Feedback.

    def judge(self, visitor: str, exchange: str, verdict: Verdict | None) -> Exchange:
        """Keeps what a visitor says of an answer, in place of what was said before; None takes
        it back. Raises ``NotAnswered``."""
        with self._store.transaction():
            found, row = self.exchange(visitor, exchange), self._place(visitor, exchange)
            if verdict is None:
                self._store.change("DELETE FROM feedback WHERE exchange = ?", [exchange])
                return self.exchange(visitor, exchange)
            if found.answer is None:
                raise NotAnswered("There is no answer to judge yet.", "Wait until it is there.")
            verdict = Verdict(
                verdict.good, verdict.reason[:REASON], verdict.right_answer[:RIGHT_ANSWER]
            )
            feedback = Feedback(
                exchange, now(), verdict, row["library"], found.asked, self.history(exchange),
                found.answer,
            )  # fmt: skip
            self._store.change(
                "REPLACE INTO feedback VALUES (?, ?, ?, ?)",
                [exchange, feedback.at, record_json(verdict), record_json(feedback)],
            )
            return self.exchange(visitor, exchange)

    def feedback(self, since: date | None = None) -> Iterator[Feedback]:
        """All feedback in the order it was given, of all visitors; with ``since`` (a day, or a
        moment with its time zone) what was given from then on."""
        first = since.astimezone(UTC) if isinstance(since, datetime) else since
        at = (first.isoformat() if first else "", "")
        while rows := self._store.rows(
            "SELECT at, exchange, replay FROM feedback WHERE (at, exchange) > (?, ?)"
            " ORDER BY at, exchange LIMIT 50",
            at,
        ):
            for row in rows:
                yield Feedback.from_dict(json.loads(row["replay"]))
            at = (rows[-1]["at"], rows[-1]["exchange"])

    # Underneath.

    def _conversation(
        self, visitor: str, conversation: str, library: str | None = None
    ) -> sqlite3.Row:
        rows = self._store.rows(
            "SELECT * FROM conversations WHERE id = ? AND visitor = ?",
            [storable(conversation), visitor],
        )
        if not rows or library not in (None, rows[0]["library"]):
            raise _not_found()
        return rows[0]

    def _place(self, visitor: str, exchange: str) -> sqlite3.Row:
        """The exchange's number and question, and its conversation's id and library."""
        rows = self._store.rows(
            "SELECT e.number, e.asked, c.id AS conversation, c.library FROM exchanges e"
            " JOIN conversations c ON c.number = e.conversation WHERE e.id = ? AND c.visitor = ?",
            [storable(exchange), visitor],
        )
        if not rows:
            raise _not_found()
        return rows[0]

    def _exchanges(self, condition: str, values: Sequence[Any]) -> tuple[Exchange, ...]:
        rows = self._store.rows(
            "SELECT e.*, c.id AS home, f.verdict FROM exchanges e"
            " JOIN conversations c ON c.number = e.conversation"
            f" LEFT JOIN feedback f ON f.exchange = e.id WHERE {condition}",
            values,
        )
        return tuple(map(exchange_of, rows))

    def _begin(self, visitor: str, library: str, asked: Asked) -> sqlite3.Row:
        if self._count("conversations WHERE visitor = ?", visitor) >= CONVERSATIONS:
            raise TooMuch(
                f"You have {CONVERSATIONS:,} conversations; no more are kept.",
                "Delete some of them first.",
            )
        made, moment = secrets.token_hex(8), now()
        self._store.change(
            "INSERT INTO conversations (id, visitor, library, title, created, updated)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            [made, visitor, library, title_of(asked.question), moment, moment],
        )
        return self._conversation(visitor, made)

    def _add(self, conversation: sqlite3.Row, asked: Asked) -> Exchange:
        number, made, moment = conversation["number"], secrets.token_hex(8), now()
        if self._count("exchanges WHERE conversation = ?", number) >= EXCHANGES:
            raise TooMuch(
                f"This conversation has {EXCHANGES} questions; no more are kept in one.",
                "Begin a new one.",
            )
        text = record_json(asked)
        if len(text) > ASKED:
            raise TooMuch("The question and its filters are too long to be kept.", "Ask for less.")
        self._store.change(
            "INSERT INTO exchanges (id, conversation, at, asked, words) VALUES (?, ?, ?, ?, ?)",
            [made, number, moment, text, folded(storable(asked.question))],
        )
        self._store.change(
            "UPDATE conversations SET updated = ? WHERE number = ?", [moment, number]
        )
        return self._exchanges("e.id = ?", [made])[0]

    def _cut(self, visitor: str, exchange: str) -> tuple[sqlite3.Row, sqlite3.Row]:
        """The conversation and what was the exchange, which is gone with all after it."""
        old = self._place(visitor, exchange)
        row = self._conversation(visitor, old["conversation"])
        self._store.change(
            "DELETE FROM exchanges WHERE conversation = ? AND number >= ?",
            [row["number"], old["number"]],
        )
        return row, old

    def _count(self, which: str, value: object) -> int:
        return int(self._store.rows(f"SELECT count(*) FROM {which}", [value])[0][0])


def _not_found() -> ConversationNotFound:
    return ConversationNotFound(
        "There is no such conversation.", "It may have been deleted; begin a new one."
    )
