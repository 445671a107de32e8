"""Questions of fact, written by a language model from the passages that answer, and held to the
rule: each statement is checked against the words it cites before anybody sees it.

Whether the articles answer at all is decided before, as for quoting. Where the model fails,
declines although we are sure, or says nothing that is borne out, the articles are quoted instead.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field

from rag import attribution
from rag.deciding import Decided, Decider
from rag.draft import CHANGED, NOTHING_FITS, Draft
from rag.errors import ModelError
from rag.evidence import Sentence
from rag.facts import FactQuoter
from rag.model import Model
from rag.pinpoint import pinpoint
from rag.types import Statement, Support
from rag.writing.asides import of_itself, of_passages
from rag.writing.asking import Asker
from rag.writing.citing import Cited, Citer
from rag.writing.parsing import Said, said
from rag.writing.voices import Voices

_ANSWERS = 0.01
"""The chance to be the one that answers that a sentence must have for statements to be an answer
that rest on it. Until there is one, statements are held back: what a passage says may be borne out
and still be nothing that was asked, such as what an instruction in it had a model write."""
_AGAIN, _LOOPS = "it was said before", 2
"""Why a statement is left out; and how many such there are until a model is taken to go round in
circles, and stopped."""
_NO_MATTER = "it does not speak of what the articles say"
_RESERVE = 0.1
"""Of the time that is left, what is kept for quoting, should the model not be done."""
_WORD = re.compile(r"\w+")

Written = Generator[Statement, None, bool]
"""Statements as they come; at last, whether that is the answer."""


@dataclass
class _Told:
    """What a model has said so far in one answer."""

    voices: Voices
    day: attribution.AsOf
    texts: set[str] = field(default_factory=set)
    raw: list[str] = field(default_factory=list)
    cited: list[Sentence] = field(default_factory=list)
    held: list[Statement] = field(default_factory=list)
    answers: bool = False
    found_by_us: int = 0
    again: int = 0

    def let_out(self) -> list[Statement]:
        """What was held back until now."""
        held, self.held = self.held, []
        return held


class FactWriter:
    """Has ``model`` write; ``citer`` finds what its statements rest on, and ``quoter`` takes over
    where there is nothing to show. With ``mark`` what is not borne out is shown as such.

    A model that declines is believed where we are not sure ourselves that the articles answer:
    where our confidence lies in the lower half of what is above the threshold ``refuse_below``.
    Else the articles are quoted.
    """

    def __init__(
        self,
        decider: Decider,
        quoter: FactQuoter,
        citer: Citer,
        asker: Asker,
        model: Model,
        *,
        refuse_below: float,
        mark: bool,
    ) -> None:
        self._decider = decider
        self._quoter = quoter
        self._citer = citer
        self._asker = asker
        self._model = model
        self._sure = (1 + refuse_below) / 2
        self._mark = mark

    def statements(self, draft: Draft) -> Iterator[Statement]:
        decided = self._decider.decide(draft)
        if decided is None:
            return
        shown = gone = 0
        for statement in self._told(draft, decided):
            # A model takes its time, and what it read may be removed or replaced meanwhile.
            if self._decider.there(c.passage_id for c in statement.citations):
                shown += 1
                yield statement
            else:
                gone += 1
        if gone:
            draft.note(
                "Articles changed while the answer was written: what rested on them is left out."
            )
            if not shown:
                draft.refuse("articles_changed", CHANGED)

    def _told(self, draft: Draft, decided: Decided) -> Iterator[Statement]:
        """What the model writes or, instead of that, the articles say."""
        if draft.stop.asked:
            return
        if draft.question.write and (yield from self._written(draft, decided)):
            return
        yield from self._quoter.quoted(draft, decided)

    def _written(self, draft: Draft, decided: Decided) -> Written:
        """What the model writes; whether that is the answer, or the refusal in ``draft``."""
        told = _Told(Voices(decided), attribution.AsOf(draft.question))
        declined, failed = False, ""
        try:
            declined = yield from self._streamed(draft, decided, told)
        except ModelError as error:
            failed = str(error)
        if draft.stop.asked:
            return True
        draft.question.clock.lap("write")
        for statement in told.held:
            draft.leave_out(statement.text, "nothing said with it answers the question")
        if not told.answers:
            return self._unanswered(draft, decided, declined, failed)
        if failed:
            draft.note(f"{self._model.name} broke off: {failed}")
        if told.found_by_us:
            draft.note(
                f"The model named no passage for {told.found_by_us} of its statements; the words"
                " that bear them out were found, and are cited."
            )
        if decided.disputed:
            draft.note("The articles differ: each is told with who says so.")
            yield from told.voices.left_unsaid(told.cited)
        return True

    def _unanswered(self, draft: Draft, decided: Decided, declined: bool, failed: str) -> bool:
        """There is no answer of the model's: whether that is the end, and nothing is quoted."""
        sure = decided.confidence >= self._sure
        if declined and not sure:
            draft.refuse("model_declined", NOTHING_FITS)
            draft.note(f"{self._model.name} found no answer in the nearest passages.")
            return True
        if failed:
            why = f"failed ({failed.rstrip('.')})"
        elif declined:
            why = "found no answer where the articles very likely have one"
        else:
            why = "wrote no answer that the articles bear out"
        draft.note(f"{self._model.name} {why}: the articles are quoted instead.")
        return False

    def _streamed(self, draft: Draft, decided: Decided, told: _Told) -> Written:
        """Statements as they come; at last, whether the model declined."""
        asked = self._asker.asked(draft, decided)
        left = draft.question.clock.left
        timeout = None if left is None else left * (1 - _RESERVE)
        call = self._model.stream(asked.messages, most=asked.most, timeout=timeout)
        known = {one.id: one for one in asked.shown}
        with draft.stop.leaving(call) as pieces:
            # Not before: what has no key is never asked.
            draft.called(self._model.name, self._asker.digest)
            for one in said(_kept(pieces, told.raw), known):
                if draft.stop.asked or one.declines:
                    return one.declines
                if why := self._unusable(one, told, asked.most):
                    draft.leave_out(one.text, why)
                    told.again += why == _AGAIN
                    if told.again >= _LOOPS:
                        return False
                    continue
                told.texts.add(one.text)
                cited = self._citer.cite(one.text, [known[i] for i in one.ids], asked.shown)
                if of_passages(one.text) and not _word_for_word(one.text, cited):
                    draft.leave_out(one.text, _NO_MATTER)
                    continue
                if self._shows(draft, one, cited, told):
                    told.held.append(_statement(one.text, cited, decided, told))
                    told.answers |= cited.checked.holds and _answers(cited, decided)
                if told.answers:
                    draft.writer = self._model.name
                    draft.question.clock.lap("write")
                    yield from told.let_out()
        return False

    def _unusable(self, one: Said, told: _Told, most: int) -> str:
        """Why a statement is not even looked up; empty when it is."""
        if of_itself(one.text):
            return _NO_MATTER
        if one.title:
            return "it is a title, and no sentence"
        if one.text in told.texts:
            return _AGAIN
        if not one.whole and self._model.count("".join(told.raw)) >= most:
            return "it was cut off"
        return ""

    def _shows(self, draft: Draft, one: Said, cited: Cited, told: _Told) -> bool:
        """Whether a statement is shown; what is not borne out is left out or, to be shown as such,
        left to be marked."""
        if cited.checked.holds:
            told.found_by_us += not cited.named
            told.cited += cited.sentences
            return True
        if self._mark and cited.sentences:
            return True
        draft.leave_out(one.text, cited.checked.why)
        return False


def _kept(pieces: Iterator[str], raw: list[str]) -> Iterator[str]:
    """``pieces``, which are kept in ``raw`` as they come."""
    for piece in pieces:
        raw.append(piece)
        yield piece


def _word_for_word(text: str, cited: Cited) -> bool:
    """Whether a statement has the words that it cites, and no others."""
    quotes = " ".join(one.quote for one in cited.citations)
    return _WORD.findall(text.casefold()) == _WORD.findall(quotes.casefold())


def _answers(cited: Cited, decided: Decided) -> bool:
    """Whether a statement rests on a sentence that may answer the question."""
    answering = [one.sentence for one in decided.likeliest if one.chance >= _ANSWERS]
    return any(
        one.overlaps(other) for one in cited.sentences for other in (*answering, *decided.given)
    )


def _statement(text: str, cited: Cited, decided: Decided, told: _Told) -> Statement:
    """The statement with its citations: a quote, where it is one word for word."""
    citations, support = cited.citations, Support.SUPPORTED
    if len(citations) == 1 and citations[0].quote.split() == text.split():
        text, support = citations[0].quote, Support.QUOTED
    lead = told.voices.of(text, cited.sentences) or told.day.lead(citations[0].source)
    return Statement(text, citations, support, pinpoint(decided.asked, text), lead=lead)
