"""Questions of fact: decide whether the articles answer, then quote the sentences that do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace

from rag import attribution, differing, echoes, nearest, quoting, refusing
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
        self._directness = directness
        self._settings = settings
        self._languages = LanguageRecogniser()

    def statements(self, draft: Draft) -> Iterator[Statement]:
        if not draft.hits:
            within = effective_filters(draft.question.understood)
            days = nearest.between(within.since, within.until)
            draft.refuse("no_articles", f"No article{days} matches." if days else NONE_MATCH)
            return
        question, best = draft.question, draft.hits[:READ]
        # Read again, now: an article replaced since it was found is not quoted.
        stored = self._library.stored([hit.passage.id for hit in best])
        passages = [(hit, stored[hit.passage.id]) for hit in best if hit.passage.id in stored]
        if not passages:
            draft.refuse("articles_changed", CHANGED)
            return
        asked = question.to_read
        evidence = self._reader.read(asked.bare, passages, about=asked.about)
        found = self._directness.weighed(question, evidence)
        features = refusing.features(evidence, found)
        confidence = self._settings.refusing.weights.confidence(features)
        draft.evidence = {**asdict(features), "confidence": confidence}
        question.clock.lap("read")
        if confidence < self._settings.refusing.refuse_below:
            draft.refuse("no_evidence", NOTHING_FITS)
            draft.note(*self._language_note(draft))
            return
        found, another = echoes.one_voice(found, self._vectors(passages))
        disputed = differing.disputed(asked.bare, found)[: self._settings.statements]
        heard = disputed or [one.sentence for one in (found[0], another) if one and another]
        chosen = quoting.choose(found, most=self._settings.statements, given=heard)
        if disputed:
            draft.note("The articles differ: each is quoted with who says so.")
            leads = attribution.attributed(chosen, disputed)
        else:
            leads = attribution.dated(chosen, question)
        question.clock.lap("quote")
        for statement, lead in zip(quoting.statements(chosen), leads, strict=True):
            marked = pinpoint(asked.bare, statement.text)
            yield replace(statement, marked=marked, lead=lead)

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
