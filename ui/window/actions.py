"""What each action of a visitor does: a place and an action give the next place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from rag.errors import PullquoteError
from rag.types import Filters
from ui.choices import Choices
from ui.conversations import Conversations
from ui.saved import Asked, Exchange, Verdict
from ui.window.chips import asked_without, without
from ui.window.place import Browse, Place, Reading
from ui.window.reading import stepped
from ui.window.shelf import Shelf
from ui.words import Words

Action = Mapping[str, Any]

MOST = 1000
"""Articles that questions can be limited to one by one."""


class Actions:
    """Every action by its name. What fails as expected is a note at the place it began."""

    def __init__(
        self, shelf: Shelf, conversations: Conversations, choices: Choices, words: Words
    ) -> None:
        self._shelf = shelf
        self._choices = choices
        self._visitors = conversations.visitors
        self._conversations = conversations
        self._words = words
        self._known: dict[str, Callable[[str, Place, Action], Place]] = {
            "ask": self._ask,
            "suggested": self._suggested,
            "ask-instead": self._ask_instead,
            "retry": self._retry,
            "drop": self._drop,
            "stop": self._stop,
            "mode": self._mode,
            "rate": self._rate,
            "feedback": self._feedback,
            "new": self._new,
            "conversation": self._open,
            "rename": self._rename,
            "delete": self._delete,
            "search": lambda _, place, action: place.but(search=_text(action, "words")),
            "form": lambda _, place, action: place.but(form=_text(action, "form")),
            "close-form": lambda _, place, action: place.but(),
            "view": self._view,
            "shelf": lambda _, place, action: self._shelf.entrance(_text(action, "key")),
            "cite": self._cite,
            "read": self._read,
            "turn": self._turn,
            "close-reader": lambda _, place, action: place.but(reading=None),
            "only": self._only,
            "unscope": self._unscope,
            "browse": self._browse,
            "browse-all": lambda _, place, action: place.but(browse=Browse()),
            "page": self._page,
            "choose": self._choose,
            "choose-none": lambda _, place, action: place.but(chosen=()),
            "ask-chosen": lambda _, place, action: _scoped(place, Filters(articles=place.chosen)),
            "ask-found": self._ask_found,
            "remove": self._remove,
        }

    def do(self, visitor: str, place: Place, action: Action) -> Place:
        """The place after this action. One that is unknown changes nothing."""
        known = self._known.get(str(action.get("act")))
        if known is None:
            return place
        try:
            return known(visitor, place, action)
        except PullquoteError as error:
            return place.but(note=error.line)

    # Asking.

    def _ask(self, visitor: str, place: Place, action: Action) -> Place:
        asked = Asked(_text(action, "question"), place.scope, self._shelf.as_of(place))
        return self._asked(visitor, place, action, asked)

    def _suggested(self, visitor: str, place: Place, action: Action) -> Place:
        article = _text(action, "article")
        scope = Filters(articles=(article,)) if article else place.scope
        asked = Asked(_text(action, "question"), scope, self._shelf.as_of(place))
        return self._asked(visitor, place, action, asked)

    def _asked(self, visitor: str, place: Place, action: Action, asked: Asked) -> Place:
        asked = self._as_chosen(visitor, place, asked)
        if not asked.question or self._is_under_way(visitor, place, asked):
            return place.but()
        begun = self._conversations.ask(
            visitor, place.library, asked, conversation=place.conversation or None
        )
        return _beside(place, action).but(view="ask", conversation=begun.conversation)

    def _is_under_way(self, visitor: str, place: Place, asked: Asked) -> bool:
        """Whether this very question is being answered: somebody pressed twice."""
        if not place.conversation:
            return False
        known = self._visitors.conversation(visitor, place.conversation).exchanges
        return bool(known) and known[-1].pending and known[-1].asked == asked

    def _again(self, visitor: str, place: Place, exchange: Exchange, asked: Asked) -> Place:
        asked = self._as_chosen(visitor, place, asked)
        self._conversations.again(visitor, exchange.id, asked)
        return place.but(reading=None)

    def _as_chosen(self, visitor: str, place: Place, asked: Asked) -> Asked:
        """The question, to be written or quoted as the visitor has it now."""
        model = self._shelf.engine(place.library).model
        return replace(asked, write=not model or self._choices.writes(visitor))

    def _ask_instead(self, visitor: str, place: Place, action: Action) -> Place:
        exchange = self._exchange(visitor, place, action)
        before = exchange.asked
        asked = Asked(_text(action, "question"), before.filters, before.as_of)
        return self._again(visitor, place, exchange, asked)

    def _retry(self, visitor: str, place: Place, action: Action) -> Place:
        exchange = self._exchange(visitor, place, action)
        return self._again(visitor, place, exchange, exchange.asked)

    def _drop(self, visitor: str, place: Place, action: Action) -> Place:
        exchange = self._exchange(visitor, place, action)
        return self._again(visitor, place, exchange, asked_without(exchange, _text(action, "chip")))

    def _stop(self, visitor: str, place: Place, action: Action) -> Place:
        self._conversations.stop(visitor, _text(action, "exchange"))
        return place.but()

    def _mode(self, visitor: str, place: Place, action: Action) -> Place:
        """Counts from the next question on; an answer under way goes on as it was asked."""
        self._choices.choose(visitor, writes=action.get("mode") != "quote")
        return place.but()

    def _rate(self, visitor: str, place: Place, action: Action) -> Place:
        exchange, good = self._exchange(visitor, place, action), action.get("verdict") == "up"
        if exchange.verdict and exchange.verdict.good == good:  # pressed again: taken back
            self._visitors.judge(visitor, exchange.id, None)
            return place.but()
        self._visitors.judge(visitor, exchange.id, Verdict(good))
        return place.but(form=f"{'rated' if good else 'rate'}:{exchange.id}")

    def _feedback(self, visitor: str, place: Place, action: Action) -> Place:
        exchange = _text(action, "exchange")
        verdict = Verdict(False, _text(action, "reason"), _text(action, "right"))
        self._visitors.judge(visitor, exchange, verdict)
        return place.but(form=f"rated:{exchange}")

    # Conversations.

    def _new(self, _visitor: str, place: Place, _action: Action) -> Place:
        return place.but(view="ask", conversation="", reading=None)

    def _open(self, visitor: str, place: Place, action: Action) -> Place:
        found = self._visitors.conversation(visitor, _text(action, "conversation"))
        return place.but(
            view="ask", conversation=found.id, library=found.library, reading=None, scope=Filters()
        )

    def _rename(self, visitor: str, place: Place, action: Action) -> Place:
        self._visitors.rename(visitor, _text(action, "conversation"), _text(action, "title"))
        return place.but()

    def _delete(self, visitor: str, place: Place, action: Action) -> Place:
        conversation = _text(action, "conversation")
        self._conversations.delete(visitor, conversation)
        if conversation != place.conversation:
            return place.but()
        return place.but(conversation="", reading=None)

    # Articles.

    def _view(self, _visitor: str, place: Place, action: Action) -> Place:
        return place.but(view="library" if action.get("view") == "library" else "ask")

    def _cite(self, _visitor: str, place: Place, action: Action) -> Place:
        exchange, marker = self._exchange(_visitor, place, action), _number(action, "marker")
        citations = exchange.answer.citations if exchange.answer else ()
        cited = next((c for c in citations if c.marker == marker), None)
        if cited is None:
            return place.but()
        return place.but(reading=Reading(cited.source.id, exchange.id, marker))

    def _read(self, _visitor: str, place: Place, action: Action) -> Place:
        return place.but(reading=Reading(_text(action, "article")))

    def _turn(self, visitor: str, place: Place, action: Action) -> Place:
        if place.reading is None or not place.reading.exchange:
            return place
        exchange = self._visitors.exchange(visitor, place.reading.exchange)
        return place.but(reading=stepped(place.reading, exchange, _number(action, "step")))

    def _only(self, _visitor: str, place: Place, action: Action) -> Place:
        return _scoped(_beside(place, action), Filters(articles=(_text(action, "article"),)))

    def _unscope(self, _visitor: str, place: Place, action: Action) -> Place:
        key = _text(action, "chip")
        if key == "as_of":
            return place.but(today=True)
        return place.but(scope=without(place.scope, key))

    def _browse(self, _visitor: str, place: Place, action: Action) -> Place:
        chosen = {
            name: (value,)
            for name in ("sources", "authors", "tags")
            if (value := _text(action, name))
        }
        filters = Filters(**chosen, since=_day(action, "since"), until=_day(action, "until"))
        return place.but(browse=Browse(_text(action, "matching"), filters))

    def _page(self, _visitor: str, place: Place, action: Action) -> Place:
        return place.but(browse=replace(place.browse, page=max(0, _number(action, "page"))))

    def _choose(self, _visitor: str, place: Place, action: Action) -> Place:
        article = _text(action, "article")
        # What is shown as one story is chosen as one.
        story = {article, *self._shelf.same_story(place.library, article)}
        others = tuple(chosen for chosen in place.chosen if chosen not in story)
        chosen = (*others, *sorted(story)) if action.get("chosen") else others
        return place.but(chosen=chosen[:MOST])

    def _ask_found(self, _visitor: str, place: Place, _action: Action) -> Place:
        browse = place.browse
        if not browse.matching:
            return _scoped(place, browse.filters)
        found = self._shelf.articles(place.library, browse)
        if len(found) > MOST:
            return place.but(note=self._words("library.too_many", n=MOST))
        return _scoped(place, Filters(articles=tuple(source.id for source in found)))

    def _remove(self, _visitor: str, place: Place, action: Action) -> Place:
        article = _text(action, "article")
        title = self._shelf.remove(place.library, article)
        reading = place.reading if place.reading and place.reading.article != article else None
        chosen = tuple(other for other in place.chosen if other != article)
        note = self._words("library.removed", title=title)
        return place.but(reading=reading, chosen=chosen, note=note)

    def _exchange(self, visitor: str, _place: Place, action: Action) -> Exchange:
        return self._visitors.exchange(visitor, _text(action, "exchange"))


def _beside(place: Place, action: Action) -> Place:
    """The place with its article still open, unless that would lie over the answer."""
    return place.but(reading=None) if action.get("narrow") else place


def _scoped(place: Place, scope: Filters) -> Place:
    return place.but(view="ask", scope=scope)


# What comes from the page may be anything.


def _text(action: Action, name: str) -> str:
    value = action.get(name)
    return value.strip() if isinstance(value, str) else ""


def _number(action: Action, name: str) -> int:
    try:
        return int(_text(action, name))
    except ValueError:
        return 0


def _day(action: Action, name: str) -> date | None:
    try:
        return date.fromisoformat(_text(action, name))
    except ValueError:
        return None
