"""Questions of fact: decide whether the articles answer, then quote the sentences that do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace

from rag import attribution, covering, differing, echoes, nearest, quoting
from rag.covering import CloseReader, Heard, Reading
from rag.directness import Directness
from rag.draft import CHANGED, NONE_MATCH, NOTHING_FITS, Draft
from rag.embedding import BUNDLED_NAME, Floats
from rag.evidence import EvidenceReader
from rag.language import LanguageRecogniser
from rag.library import Library
from rag.pinpoint import pinpoint
from rag.question import effective_filters
from rag.rows import Stored
from rag.settings import Settings
from rag.types import Hit, Statement

_LETTERS, _SURE = 20, 0.98
"""How long a question must be, and how clear its language, for that to be remarked on."""

READ = 8
"""Passages read closely for the sentences that answer."""


class FactQuoter:
    """Quotes the sentences that answer most directly."""

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
        self._settings = settings
        self._languages = LanguageRecogniser()

    def statements(self, draft: Draft) -> Iterator[Statement]:
        if not draft.hits:
            within = effective_filters(draft.question.understood)
            days = nearest.between(within.since, within.until)
            draft.refuse("no_articles", f"No article{days} matches." if days else NONE_MATCH)
            return
        question = draft.question
        passages = self._stored(draft.hits[:READ])
        if not passages:
            draft.refuse("articles_changed", CHANGED)
            return
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
            return
        yield from self._quoted(draft, whole, parts, vectors)

    def _quoted(
        self, draft: Draft, whole: Reading, parts: Sequence[Reading], vectors: Mapping[str, Floats]
    ) -> Iterator[Statement]:
        """What answers the ``whole`` question, or those of its ``parts`` that are answered."""
        covered = [part for part in parts if part.answers]
        draft.uncovered = tuple(part.asked for part in parts if not part.answers)
        heard = [self._heard(one, vectors, alone=not covered) for one in covered or [whole]]
        more = heard[0].found if len(heard) == 1 else ()
        if parts and (whole.answers or not draft.uncovered):
            # What speaks of several parts; unless the articles do not answer the whole.
            more = tuple(echoes.one_voice(whole.found, vectors)[0])
        if len(covered) > 1:
            draft.between = "\n"
        given = covering.given(heard, more)
        most = max(self._settings.statements, len(given))
        chosen = quoting.choose(more, most=most, given=list(given))
        disputed = [one for one, voice in given.items() if voice.disputed]
        if disputed:
            draft.note("The articles differ: each is quoted with who says so.")
            leads = attribution.attributed(chosen, disputed)
        else:
            leads = attribution.dated(chosen, draft.question)
        draft.question.clock.lap("quote")
        quoted = zip(quoting.statements(chosen), chosen, leads, strict=True)
        for statement, sentence, lead in quoted:
            asked = given[sentence].asked if sentence in given else whole.asked
            yield replace(statement, marked=pinpoint(asked, statement.text), lead=lead)

    def _heard(self, reading: Reading, vectors: Mapping[str, Floats], *, alone: bool) -> Heard:
        """Who is heard on a question, ``alone`` or a part of one."""
        found, others = echoes.one_voice(reading.found, vectors)
        # Who tells the same matter otherwise is no echo, however alike the words are.
        disputed = differing.disputed(reading.asked, reading.found)
        disputed = disputed or differing.disputed(reading.asked, found)
        disputed = disputed[: self._settings.statements] if alone else disputed[-2:]
        beside = [one.sentence for one in others if one.sentence not in disputed]
        sentences = [*(disputed or [found[0].sentence]), *beside]
        return Heard(reading.asked, tuple(found), tuple(sentences), bool(disputed))

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
        text = draft.question.query_str
        code = self._languages.recognise(text, letters=_LETTERS, sure=_SURE)
        if code not in ("", "en") and draft.models[0] == BUNDLED_NAME:
            yield f"The question seems to be in another language ({code}); the model reads English."
