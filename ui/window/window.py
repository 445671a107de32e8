"""The window: actions in, drawn panels out, answers followed while they come."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import Any

from rag.errors import PullquoteError
from ui.conversations import Conversations, Progress
from ui.saved import Conversation, Exchange
from ui.visitors import ConversationNotFound
from ui.window.actions import Actions
from ui.window.drawing import Drawing, Shelved, Turn
from ui.window.place import Place
from ui.window.reading import opened
from ui.window.shelf import Shelf
from ui.window.starters import Starters
from ui.words import Words

PAGES = 10_000
"""Open pages whose place is remembered."""

Ready = Callable[[], "Future[None]"]


@dataclass(frozen=True, slots=True)
class Panels:
    """HTML of each panel; None for one that is not in view and stays as it is."""

    bar: str
    rail: str
    reader: str
    transcript: str
    listing: str | None = None


class Window:
    """What the page does. Holds nothing of any visitor but where their open pages are.

    ``ready()`` is done when the embedding model is loaded, or holds why it cannot be.
    """

    def __init__(
        self,
        shelf: Shelf,
        conversations: Conversations,
        starters: Starters,
        words: Words,
        ready: Ready,
    ) -> None:
        self.shelf = shelf
        self.words = words
        self.drawing = Drawing(words)
        self._visitors = conversations.visitors
        self._conversations = conversations
        self._actions = Actions(shelf, conversations, words)
        self._ready = ready
        self._starters = starters
        self._count = itertools.count()
        self._following: dict[str, int] = {}
        self._places: dict[str, Place] = {}

    def resume(self) -> int:
        """Begins again the answers that were under way when a server ended."""
        return self._conversations.resume()

    def enter(self, visitor: str, page: str, conversation: str = "") -> Place:
        """Where a page begins: in the conversation its address names, if it is the visitor's."""
        return self._at(page, replace(self._entrance(visitor, conversation), visitor=visitor))

    def _entrance(self, visitor: str, conversation: str) -> Place:
        if not conversation:
            return self.shelf.entrance()
        try:
            found = self._visitors.conversation(visitor, conversation)
            self.shelf.engine(found.library)
        except PullquoteError:
            return self.shelf.entrance().but(note=self.words("note.not_there"))
        entrance = self.shelf.entrance("sample" if self.shelf.is_sample(found.library) else "own")
        return entrance.but(view="ask", conversation=found.id)

    def act(self, visitor: str, page: str, action: Mapping[str, Any], address: str) -> Place:
        """The place after an action. A page whose place is no longer known, or is another's,
        acts from where its ``address`` says: the conversation it names, if any."""
        place = self._places.get(page)
        if place is None or place.visitor != visitor:
            place = self.enter(visitor, page, address)
        return self._at(page, replace(self._actions.do(visitor, place, action), visitor=visitor))

    def place(self, page: str) -> Place | None:
        """Where a page is now."""
        return self._places.get(page)

    def _at(self, page: str, place: Place) -> Place:
        # Pages that never say goodbye must not fill the memory.
        while len(self._places) >= PAGES:
            self.leave(next(iter(self._places)))
        self._places[page] = place
        return place

    def panels(self, visitor: str, place: Place, user: str = "") -> Panels:
        """Everything that is in view."""
        library = self.shelf.engine(place.library).library
        shelved = self._shelved(place, user)
        turns = self._turns(visitor, place)
        reading = place.reading
        exchange = None
        if reading and reading.exchange:
            exchange = next((t.exchange for t in turns if t.exchange.id == reading.exchange), None)
        listing = None
        if place.view == "library":
            found = self.shelf.articles(place.library, place.browse)
            listing = self.drawing.listing(place, shelved.sample, library.facets(), found)
        return Panels(
            bar=self.drawing.bar(place, shelved),
            rail=self.drawing.rail(
                place, self._visitors.headings(visitor, place.library, place.search)
            ),
            reader=self.drawing.reader(
                place, opened(reading, exchange, library) if reading else None
            ),
            # Behind the list it is drawn too: it may be another conversation's by now.
            transcript=self._transcript(place.but() if listing else place, turns),
            listing=listing,
        )

    def _transcript(self, place: Place, turns: list[Turn]) -> str:
        shelved, starters = self._shelved(place), self._starters.known(place)
        return self.drawing.transcript(place, shelved, turns, starters)

    async def follow(self, visitor: str, page: str) -> AsyncIterator[str]:
        """Transcripts as what is still to come of them comes: the last answer, or something to
        begin with. Ends once the page shows something else, or follows anew."""
        place = self._places.get(page)
        if place is None or place.visitor != visitor:
            return
        number = self._following[page] = next(self._count)
        try:
            async for now, turns in self._changes(visitor, page, place):
                if self._following.get(page) != number:
                    return
                html = await asyncio.to_thread(self._transcript, now, turns)
                if not self._is_at(page, place):  # moved on while it was drawn
                    return
                yield html
        finally:
            if self._following.get(page) == number:
                del self._following[page]

    async def _changes(
        self, visitor: str, page: str, place: Place
    ) -> AsyncIterator[tuple[Place, list[Turn]]]:
        if place.view != "ask":
            return
        changes = self._coming if place.conversation else self._beginning
        async for turns in changes(visitor, place):
            if not self._is_at(page, place):
                return
            yield self._places.get(page, place), turns

    async def _beginning(self, _visitor: str, place: Place) -> AsyncIterator[list[Turn]]:
        """No turns, again once the model is loaded, and once there is something to begin with."""
        await self._loaded()
        yield []
        if not self._ready().exception():
            made = await asyncio.to_thread(self._starters.of, place)
            await asyncio.wait([asyncio.wrap_future(made)])
            yield []

    async def _coming(self, visitor: str, place: Place) -> AsyncIterator[list[Turn]]:
        """The turns as they are now, and as each answer that is under way comes."""
        followed: set[str] = set()
        while True:
            turns = await asyncio.to_thread(self._turns, visitor, place)
            yield turns
            going = [t.exchange for t in turns if t.going and t.exchange.id not in followed]
            if not going:
                return
            followed.add(going[0].id)
            async for progress in self._conversations.follow(visitor, going[0].id):
                turn = _progressed(going[0], progress)
                yield [turn if t.exchange.id == going[0].id else t for t in turns]

    async def settled(self, visitor: str, page: str, user: str) -> str | None:
        """The bar of this page once the model is loaded; None for a page that is gone."""
        await self._loaded()
        place = self._places.get(page)
        return self.drawing.bar(place, self._shelved(place, user)) if place else None

    def _is_at(self, page: str, place: Place) -> bool:
        """Whether this page still shows the conversation of ``place``."""
        now = self._places.get(page, place)
        return (now.library, now.conversation) == (place.library, place.conversation)

    def leave(self, page: str) -> None:
        """This page was closed."""
        self._following.pop(page, None)
        self._places.pop(page, None)

    def conversation(self, visitor: str, conversation: str) -> Conversation:
        """A visitor's conversation. Raises ``ConversationNotFound``."""
        return self._visitors.conversation(visitor, conversation)

    # Underneath.

    def _turns(self, visitor: str, place: Place) -> list[Turn]:
        if not place.conversation:
            return []
        try:
            found = self._visitors.conversation(visitor, place.conversation)
        except ConversationNotFound:
            return []
        return [_turn(exchange) for exchange in found.exchanges]

    async def _loaded(self) -> None:
        """Returns once the model is loaded, or could not be."""
        # Unlike awaiting it, this leaves the loading alone when the page is closed meanwhile.
        loaded = asyncio.wrap_future(self._ready())
        await asyncio.wait([loaded])
        loaded.exception()  # is told by the state line

    def _shelved(self, place: Place, user: str = "") -> Shelved:
        engine = self.shelf.engine(place.library)
        articles = len(engine.library)
        return Shelved(
            sample=self.shelf.is_sample(place.library),
            has_sample=self.shelf.sample is not None,
            articles=articles,
            loading=not self._ready().done(),
            state=" · ".join([*self._mode(engine.model), self.words("bar.articles", n=articles)]),
            as_of=self.shelf.as_of(place),
            user=user,
        )

    def _mode(self, model: str) -> list[str]:
        mode = [self.words("bar.writing", model=model) if model else self.words("bar.quoting")]
        if not self._ready().done():
            return [*mode, self.words("bar.loading")]
        failure = self._ready().exception()
        if failure is not None:
            mode.append(failure.line if isinstance(failure, PullquoteError) else str(failure))
        return mode


def _progressed(exchange: Exchange, progress: Progress) -> Turn:
    """The exchange as far as its answer has come."""
    exchange = progress.exchange or exchange
    return Turn(
        exchange,
        exchange.answer.statements if exchange.answer else progress.statements,
        going=progress.state != "done",
        state=progress.state,
        place=progress.place,
    )


def _turn(exchange: Exchange) -> Turn:
    answer = exchange.answer
    return Turn(
        exchange,
        answer.statements if answer else (),
        going=exchange.pending,
    )
