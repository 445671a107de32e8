"""Questions of fact, written by a language model from the passages that answer, and held to the
rule: each statement is checked against the words it cites before anybody sees it.

Whether the articles answer at all is decided before, as for quoting. Where the model fails,
declines although we are sure, or says nothing that is borne out, the articles are quoted instead.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from rag import attribution
from rag.deciding import Decided, Decider
from rag.draft import NOTHING_FITS, Draft
from rag.errors import ModelError
from rag.evidence import Sentence
from rag.facts import FactQuoter
from rag.model import Message, Model
from rag.pinpoint import pinpoint
from rag.quoting import citation
from rag.types import Statement, Support
from rag.writing.citing import Cited, Citer
from rag.writing.fencing import Fenced, fenced, pack
from rag.writing.parsing import SENTINEL, Said, said
from rag.writing.prompts import Prompts

_TOKENS = 256
"""Tokens an answer has at most; of a small context, a quarter."""
_ASIDE = 64
"""Tokens of a prompt that a model adds by itself."""
_HELD = 0.95
"""Of the chances to answer, what the passages shown must hold. All eight that are read take a small
model on two cores over a minute; most often one or two hold nearly all."""
_ANSWERS = 0.01
"""The chance to be the one that answers that a sentence must have for statements to be an answer
that rest on it. Until there is one, statements are held back: what a passage says may be borne out
and still be nothing that was asked, such as what an instruction in it had a model write."""
_RESERVE = 0.1
"""Of the time that is left, what is kept for quoting, should the model not be done."""
_ABOUT_ITSELF = re.compile(
    r"\W*(?:(?:i['’]?m|i am|we are) (?:sorry|afraid|unable|not able)|sorry\b|unfortunately,? i\b"
    r"|(?:i|we) (?:can(?:not|['’]t)|could ?n[o'’]t|do ?n[o'’]t)\b|as an ai\b"
    r"|(?:the |these |this )?(?:given |provided )?(?:passages?|texts?|context|documents?)"
    r"(?: provided| given)? (?:do|does|did|is|are|contains?|has|have)(?: no\b| ?n[o'’]t\b))",
    re.IGNORECASE,
)
"""How a model speaks of itself and of what it was given, and not of what the articles say."""

Written = Generator[Statement, None, bool]
"""Statements as they come; at last, whether that is the answer."""


@dataclass
class _Told:
    """What a model has said so far in one answer."""

    texts: set[str] = field(default_factory=set)
    raw: list[str] = field(default_factory=list)
    cited: list[Sentence] = field(default_factory=list)
    held: list[Statement] = field(default_factory=list)
    answers: bool = False
    borne_out: int = 0
    found_by_us: int = 0

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
        prompts: Prompts,
        model: Model,
        *,
        refuse_below: float,
        mark: bool,
    ) -> None:
        self._decider = decider
        self._quoter = quoter
        self._citer = citer
        self._prompts = prompts
        self._model = model
        self._sure = (1 + refuse_below) / 2
        self._mark = mark

    def statements(self, draft: Draft) -> Iterator[Statement]:
        decided = self._decider.decide(draft)
        if decided is None:
            return
        if draft.question.write and (yield from self._written(draft, decided)):
            return
        yield from self._quoter.quoted(draft, decided)

    def _written(self, draft: Draft, decided: Decided) -> Written:
        """What the model writes; whether that is the answer, or the refusal in ``draft``."""
        most = min(_TOKENS, self._model.context // 4)
        shown = self._shown(draft, decided, most)
        if not shown:
            return self._instead(draft, "has no room for a passage")
        told = _Told()
        draft.called(self._model.name, self._prompts.digest)
        try:
            declined = yield from self._streamed(draft, decided, shown, most, told)
        except ModelError as error:
            return self._failed(draft, error, told)
        draft.question.clock.lap("write")
        if draft.stop.asked:
            return True
        for statement in told.held:
            draft.leave_out(statement.text, "nothing said with it answers the question")
        if declined and not told.answers:
            return self._declined(draft, decided)
        if not told.answers:
            return self._instead(draft, "wrote no answer that the articles bear out")
        if told.found_by_us:
            draft.note(
                f"Of {told.borne_out} statements {told.found_by_us} came without a passage that"
                " says so: the one that does was found and is cited."
            )
        yield from self._left_unsaid(draft, decided, told)
        return True

    def _streamed(
        self, draft: Draft, decided: Decided, shown: Sequence[Fenced], most: int, told: _Told
    ) -> Written:
        """Statements as they come; at last, whether the model declined."""
        left = draft.question.clock.left
        timeout = None if left is None else left * (1 - _RESERVE)
        messages = self._messages(draft, decided, shown)
        call = self._model.stream(messages, most=most, timeout=timeout)
        known = {one.id: one for one in shown}
        day = attribution.AsOf(draft.question)
        with draft.stop.leaving(call) as pieces:
            for one in said(_kept(pieces, told.raw), known):
                if draft.stop.asked or one.declines:
                    return one.declines
                if why := self._unusable(one, told, most):
                    draft.leave_out(one.text, why)
                    continue
                told.texts.add(one.text)
                cited = self._citer.cite(one.text, [known[i] for i in one.ids], shown)
                if not self._shows(draft, one, cited, told):
                    continue
                statement = _statement(one.text, cited, decided.asked)
                first = statement.citations[0].source
                lead = _voice(statement, cited, decided) if decided.disputed else day.lead(first)
                told.held.append(replace(statement, lead=lead))
                told.answers |= cited.checked.holds and _answers(cited, decided)
                if told.answers:
                    draft.question.clock.lap("write")
                    yield from told.let_out()
        return False

    def _shown(self, draft: Draft, decided: Decided, most: int) -> list[Fenced]:
        """The passages that the model reads: those that hold most of the chances to answer, and
        all that are told in any case, as far as there is room."""
        passages = {hit.passage.id: (hit, stored) for hit, stored in decided.passages}
        wanted = [passages[i] for i in _likely(decided) if i in passages]
        frame = self._messages(draft, decided, ())
        room = self._model.context - most - _ASIDE
        room -= sum(self._model.count(message.text) for message in frame)
        return pack(fenced(wanted), room, self._model.count)

    def _messages(
        self, draft: Draft, decided: Decided, shown: Sequence[Fenced]
    ) -> tuple[Message, ...]:
        question = draft.question
        asked = question.understood.text or question.asked
        if draft.uncovered:
            asked = " ".join(part.asked for part in decided.heard)
        differing = f"\n{self._prompts.text('differing')}" if decided.disputed else ""
        return self._prompts.messages(
            "writing",
            as_of=_day(question.as_of),
            example=shown[0].id if shown else "a2b3",
            sentinel=SENTINEL,
            passages="\n".join(one.text for one in shown),
            question=" ".join(asked.split()) + differing,
        )

    def _unusable(self, one: Said, told: _Told, most: int) -> str:
        """Why a statement is not even looked up; empty when it is."""
        if _ABOUT_ITSELF.match(one.text):
            return "it does not speak of what the articles say"
        if one.text in told.texts:
            return "it was said before"
        if not one.whole and self._model.count("".join(told.raw)) >= most:
            return "it was cut off"
        return ""

    def _shows(self, draft: Draft, one: Said, cited: Cited, told: _Told) -> bool:
        """Whether a statement is shown; what is not borne out is noted or, to be shown as such,
        left to be marked."""
        if cited.checked.holds:
            told.borne_out += 1
            told.found_by_us += not cited.named
            told.cited += cited.sentences
            return True
        if self._mark and cited.sentences:
            return True
        draft.leave_out(one.text, cited.checked.why)
        draft.note(f"A statement was left out that no passage bears out: {cited.checked.why}.")
        return False

    def _left_unsaid(self, draft: Draft, decided: Decided, told: _Told) -> Iterator[Statement]:
        """Who differs and was not told of is quoted: nobody is to think that all agree."""
        if not decided.disputed:
            return
        draft.note("The articles differ: each is told with who says so.")
        voices = attribution.attributed(decided.disputed, decided.disputed)
        for sentence, voice in zip(decided.disputed, voices, strict=True):
            if not any(_overlap(sentence, other) for other in told.cited):
                marked = pinpoint(decided.asked, sentence.text)
                cited = (citation(sentence, 0),)
                yield Statement(sentence.text, cited, Support.QUOTED, marked, lead=voice)

    def _declined(self, draft: Draft, decided: Decided) -> bool:
        if decided.confidence >= self._sure:
            return self._instead(draft, "found no answer where the articles very likely have one")
        draft.refuse("model_declined", NOTHING_FITS)
        draft.note(f"{self._model.name} found no answer in the nearest passages.")
        return True

    def _failed(self, draft: Draft, error: ModelError, told: _Told) -> bool:
        """What is there stays; where nothing is, the articles are quoted."""
        if draft.stop.asked:
            return True
        if not told.answers:
            return self._instead(draft, f"failed ({str(error).rstrip('.')})")
        draft.note(f"{self._model.name} broke off: {error}")
        return True

    def _instead(self, draft: Draft, why: str) -> bool:
        draft.note(f"{self._model.name} {why}: the articles are quoted instead.")
        return False


def _day(day: date) -> str:
    return f"{day.day} {calendar.month_name[day.month]} {day.year}"


def _kept(pieces: Iterator[str], raw: list[str]) -> Iterator[str]:
    """``pieces``, which are kept in ``raw`` as they come."""
    for piece in pieces:
        raw.append(piece)
        yield piece


def _likely(decided: Decided) -> list[str]:
    """Ids of passages, likeliest first, that hold ``_HELD`` of the chances to answer."""
    chances: dict[str, float] = {}
    for one in decided.likeliest:
        chances[one.passage] = chances.get(one.passage, 0.0) + one.chance
    held, likely = 0.0, []
    for passage in sorted(chances, key=lambda i: -chances[i]):
        if held < _HELD * sum(chances.values()):
            likely.append(passage)
        held += chances[passage]
    told = [sentence.hit.passage.id for sentence in decided.given]
    return list(dict.fromkeys([*likely, *told]))


def _answers(cited: Cited, decided: Decided) -> bool:
    """Whether a statement rests on a sentence that may answer the question."""
    answering = [one.sentence for one in decided.likeliest if one.chance >= _ANSWERS]
    return any(
        _overlap(one, other) for one in cited.sentences for other in (*answering, *decided.given)
    )


def _statement(text: str, cited: Cited, asked: str) -> Statement:
    """The statement with its citations: a quote, where it is one word for word."""
    citations = cited.citations
    if len(citations) == 1 and citations[0].quote.split() == text.split():
        text = citations[0].quote
        return Statement(text, citations, Support.QUOTED, pinpoint(asked, text))
    return Statement(text, citations, Support.SUPPORTED, pinpoint(asked, text))


def _voice(statement: Statement, cited: Cited, decided: Decided) -> str:
    """Who says it, where that is one of those that differ and the statement does not tell."""
    voices = attribution.attributed(decided.disputed, decided.disputed)
    found = [
        (sentence, voice)
        for sentence, voice in zip(decided.disputed, voices, strict=True)
        if any(_overlap(sentence, other) for other in cited.sentences)
    ]
    if len(found) != 1:
        return ""
    ((sentence, voice),) = found
    publisher = sentence.hit.source.source
    return "" if publisher and publisher in statement.text else voice


def _overlap(one: Sentence, other: Sentence) -> bool:
    same = one.hit.source.id == other.hit.source.id
    return same and one.start < other.end and other.start < one.end
