"""Do the articles answer a question of fact? Decided before anything is quoted or written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import chain

from rag import covering, differing, echoes, nearest
from rag.covering import CloseReader, Heard, Reading
from rag.directness import Directness, Weighed
from rag.draft import CHANGED, NONE_MATCH, NOTHING_FITS, Draft
from rag.embedding import BUNDLED_NAME, Floats
from rag.evidence import EvidenceReader, Sentence
from rag.language import LanguageRecogniser
from rag.library import Library
from rag.question import effective_filters
from rag.rows import Stored
from rag.settings import Settings
from rag.types import Hit

READ = 8
"""Passages read closely for the sentences that answer."""


@dataclass(frozen=True, slots=True)
class Decided:
    """That the articles answer, ``confidence`` how surely: who is ``heard`` on what is ``asked``,
    the question or the parts of it that are covered; ``more`` are sentences that may be added, best
    first; ``passages`` those that were read."""

    asked: str
    confidence: float
    heard: tuple[Heard, ...]
    more: tuple[Weighed, ...]
    passages: tuple[tuple[Hit, Stored], ...]

    @property
    def given(self) -> dict[Sentence, Heard]:
        """The sentences that answer, and what each answers."""
        return covering.given(self.heard, self.more)

    @property
    def likeliest(self) -> Iterator[Weighed]:
        """Every sentence found, of each question heard the most direct first."""
        return chain.from_iterable(part.found for part in self.heard)

    @property
    def disputed(self) -> list[Sentence]:
        """Those of them that differ from each other."""
        return [one for one, part in self.given.items() if part.disputes(one)]


class Decider:
    """Reads passages closely, and decides by the threshold in ``settings``."""

    def __init__(
        self,
        library: Library,
        reader: EvidenceReader,
        directness: Directness,
        settings: Settings,
    ) -> None:
        self._library = library
        self._reader = reader
        self._closely = CloseReader(reader, directness, settings.refusing)
        self._most = settings.statements
        self._languages = LanguageRecogniser()

    def decide(self, draft: Draft) -> Decided | None:
        """What answers; None, and a refusal in ``draft``, when nothing does. Parts of the question
        that are not covered are named there, too."""
        if not draft.hits:
            within = effective_filters(draft.question.understood)
            days = nearest.between(within.since, within.until)
            draft.refuse("no_articles", f"No article{days} matches." if days else NONE_MATCH)
            return None
        question = draft.question
        passages = self._stored(draft.hits[:READ])
        if not passages:
            draft.refuse("articles_changed", CHANGED)
            return None
        whole, vectors = self._closely.read(question, passages), self._vectors(passages)
        if echoing := echoes.echoing(whole.found, vectors):
            # They leave no room for others.
            passages = self._stored(draft.hits[: READ + len(echoing)])
            whole, vectors = self._closely.read(question, passages), self._vectors(passages)
        parts = self._closely.parts(question, passages)
        surest = max(parts or (whole,), key=lambda reading: reading.confidence)
        draft.evidence = {**asdict(surest.features), "confidence": surest.confidence}
        question.clock.lap("read")
        if not surest.answers:
            draft.refuse("no_evidence", NOTHING_FITS)
            draft.note(*self._language_note(draft))
            return None
        draft.uncovered = tuple(part.asked for part in parts if not part.answers)
        covered = [part for part in parts if part.answers]
        heard = [self._heard(one, vectors, alone=not covered) for one in covered or [whole]]
        more = heard[0].found if len(heard) == 1 else ()
        if parts and (whole.answers or not draft.uncovered):
            # What speaks of several parts; unless the articles do not answer the whole.
            more = tuple(echoes.one_voice(whole.found, vectors)[0])
        return Decided(whole.asked, surest.confidence, tuple(heard), more, tuple(passages))

    def there(self, passages: Iterable[str]) -> bool:
        """Whether all of these passages are still there, and so say what they said."""
        ids = set(passages)
        return len(self._library.stored(list(ids))) == len(ids)

    def _heard(self, reading: Reading, vectors: Mapping[str, Floats], *, alone: bool) -> Heard:
        """Who is heard on a question, ``alone`` or a part of one."""
        found, others = echoes.one_voice(reading.found, vectors)
        # Who tells the same matter otherwise is no echo, however alike the words are.
        disputed = differing.disputed(reading.asked, reading.found)
        disputed = disputed or differing.disputed(reading.asked, found)
        # Of more voices than are quoted the newest: they may correct the others.
        disputed = disputed[-self._most if alone else -2 :]
        answering = disputed if len(disputed) > 1 else [found[0].sentence]
        beside = [one.sentence for one in others if one.sentence not in answering]
        return Heard(
            reading.asked,
            tuple(found),
            tuple(answering),
            disputed=len(disputed) > 1,
            beside=tuple(beside[: max(0, self._most - len(answering))]),
        )

    def _stored(self, hits: Sequence[Hit]) -> list[tuple[Hit, Stored]]:
        """Read again, now: an article replaced since it was found is not quoted."""
        stored = self._library.stored([hit.passage.id for hit in hits])
        return [(hit, stored[hit.passage.id]) for hit in hits if hit.passage.id in stored]

    def _vectors(self, passages: Sequence[tuple[Hit, Stored]]) -> dict[str, Floats]:
        """Of the passages as wholes, by id: they were read just now and are at hand."""
        encodings = self._reader.encoded([stored.passage.text for _, stored in passages])
        read = zip(passages, encodings, strict=True)
        return {hit.passage.id: encoding.vector for (hit, _), encoding in read}

    def _language_note(self, draft: Draft) -> Iterator[str]:
        """Why a question may have found nothing: the bundled model is English."""
        if draft.models[0] == BUNDLED_NAME and self._languages.foreign(draft.question.query_str):
            yield "The question does not seem to be in English; the model reads nothing else."
