"""An answer under way: all that is known of it but its statements."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from rag.evidence import Sentence
from rag.question import Question
from rag.settings import Settings
from rag.types import Answer, Citation, Hit, LeftOut, Statement, Trace

STOPPED = "Stopped before there was an answer."
NO_ARTICLES = "There are no articles to answer from."
NONE_MATCH = "No article matches the filters and the day of the question."
NOTHING_FITS = "The articles do not say."
CHANGED = "The articles changed while they were read. Ask again."


class Draft:
    """What a quoter is given, and writes down besides the statements it makes.

    ``models`` are those that took part; ``between`` stands between two statements; ``uncovered``
    are the parts of the question that no statement answers. ``stop`` is asked when nobody listens
    any more. ``left_out`` are statements that are not shown, each with the reason. ``writer`` is
    the language model that the statements are of.
    """

    def __init__(self, question: Question, hits: Sequence[Hit], models: tuple[str, ...]) -> None:
        self.question = question
        self.hits = tuple(hits)
        self.models = models
        self.evidence: Mapping[str, float] = {}
        self.notes: tuple[str, ...] = question.notes
        self.between = " "
        self.uncovered: tuple[str, ...] = ()
        self.stop = question.stop
        self.left_out: tuple[LeftOut, ...] = ()
        self.writer = ""
        self.model_calls = 0
        self.prompts = ""
        # What holds until it is decided: somebody stopped listening, or time ran out.
        self.reason = "stopped"
        self.refusal = STOPPED
        if read := question.calls:
            self.called(read.model, read.prompts, read.count)

    def refuse(self, reason: str, text: str) -> None:
        self.reason, self.refusal = reason, text

    def rests_on(self, sentences: Sequence[Sentence]) -> None:
        """Makes the passages of the sentences to be quoted, in their order, the hits."""
        passages = dict.fromkeys(sentence.hit.passage.id for sentence in sentences)
        found = {s.hit.passage.id: s.hit for s in sentences}
        self.hits = tuple(
            replace(found[i], score=1 / rank) for rank, i in enumerate(passages, start=1)
        )

    def note(self, *notes: str) -> None:
        self.notes += notes

    def leave_out(self, text: str, why: str) -> None:
        self.left_out += (LeftOut(text, why),)

    def called(self, model: str, prompts: str, calls: int = 1) -> None:
        """Notes that a language model is called, with prompts of that digest."""
        self.models = tuple(dict.fromkeys((*self.models, model)))
        self.model_calls += calls
        self.prompts = prompts

    def answer(self, released: tuple[Statement, ...], settings: Settings) -> Answer:
        citations: dict[int, Citation] = {c.marker: c for s in released for c in s.citations}
        answer = Answer(
            question=self.question.asked,
            text=self.between.join(map(str, released)) or self.refusal,
            statements=released,
            citations=tuple(citations[marker] for marker in sorted(citations)),
            hits=self.hits,
            answered=bool(released),
            reason="" if released else self.reason,
            uncovered=self.uncovered if released else (),
            listed=self.between == "\n" and len(released) > 1,
            understood=self.question.understood,
            trace=Trace(
                models=self.models,
                settings=settings.digest(),
                prompts=self.prompts,
                as_of=self.question.as_of,
                milliseconds=dict(self.question.clock.milliseconds),
                evidence=self.evidence,
                model_calls=self.model_calls,
                notes=self.notes,
                left_out=self.left_out,
                writer=self.writer if released else "",
            ),
        )
        return replace(answer, text="\n".join(filter(None, (answer.text, answer.unsaid))))


class Quoter(Protocol):
    """Answers one kind of question."""

    def statements(self, draft: Draft) -> Iterator[Statement]:
        """Checked statements, one at a time; none, and a refusal in ``draft``, if there is no
        answer."""
