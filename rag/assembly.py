"""The query path put together: LlamaIndex's query engine of our parts."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from llama_index.core.callbacks import CallbackManager
from llama_index.core.llms import LLM
from llama_index.core.query_engine import RetrieverQueryEngine

from rag import llms
from rag.adapted import AdaptedModel
from rag.answering import Answerer
from rag.checking.checker import Checker
from rag.courtesy import Courtesy
from rag.deciding import Decider
from rag.digest import DigestQuoter
from rag.directness import Directness
from rag.draft import Quoter
from rag.embedding import BUNDLED, Encoder, SentenceEmbedding
from rag.errors import ModelError, SettingsError
from rag.evidence import EvidenceReader
from rag.facts import FactQuoter
from rag.finding.crossencoding import CrossEncoding
from rag.finding.interaction import LateInteraction
from rag.finding.rerank import ENOUGH, Reorder
from rag.finding.signalling import SignalReader
from rag.glossing.glosser import Glosser
from rag.library import Library
from rag.lists import ListQuoter
from rag.model import Model
from rag.news import NewsQuoter
from rag.question import COURTESIES
from rag.question_reader import QuestionReader
from rag.rarity import Rarity
from rag.releasing import Releaser
from rag.retrieval import PassageRetriever
from rag.settings import Settings
from rag.synthesis import QuotingSynthesizer
from rag.topics import Topics
from rag.types import Kind
from rag.understanding import parts
from rag.understanding.names import Names
from rag.understanding.rephrasing import Rephraser
from rag.writing.asking import Asker
from rag.writing.citing import Citer
from rag.writing.prompts import Prompts
from rag.writing.writer import FactWriter

if TYPE_CHECKING:
    from llama_index.core.base.embeddings.base import BaseEmbedding
    from llama_index.core.postprocessor.types import BaseNodePostprocessor

_LOOKED_AT = 50
"""Passages that tell whether two names joined by "and" are one."""


def query_path(
    library: Library,
    settings: Settings,
    *,
    encoder: Encoder,
    model: SentenceEmbedding,
    reader: QuestionReader,
    reranker: BaseNodePostprocessor | None,
    writer: Model | None = None,
) -> RetrieverQueryEngine:
    """``encoder`` finds passages, ``model`` reads them, ``reader`` reads questions, ``writer``
    writes answers; without it they are quoted."""
    weight = rarity(library).weight
    signals = signal_reader(library)
    retriever = PassageRetriever(library, encoder, reader, signals, settings)
    evidence = evidence_reader(library, model)
    directness = Directness(signals, settings.quoting.weights)
    topics = Topics(library, evidence, weight)
    checker = Checker(evidence.encoded, settings.checking.unsupported_below)
    decider = Decider(library, evidence, directness, settings)
    facts = FactQuoter(decider, settings.statements)
    citer = Citer(checker, evidence.encoded)
    quoters: dict[Kind, Quoter] = {
        **dict.fromkeys(COURTESIES, Courtesy(library)),
        Kind.FACT: _written(decider, facts, citer, writer, settings) if writer else facts,
        Kind.NEWS: NewsQuoter(library, topics, retriever.find),
        Kind.LIST: ListQuoter(library, topics, retriever.find),
        Kind.DIGEST: DigestQuoter(library, topics, model),
    }
    models = tuple(dict.fromkeys((encoder.name, model.name)))
    answerer = Answerer(
        library,
        settings,
        quoters,
        glosser=Glosser(library),
        releaser=Releaser(checker, mark=_marks(settings)),
        models=models,
        writer=writer.name if writer else "",
    )
    return RetrieverQueryEngine(
        retriever=retriever,
        response_synthesizer=QuotingSynthesizer(answerer, reader),
        node_postprocessors=[reranker]
        if reranker
        else _reorder(library, reader, evidence, settings),
        callback_manager=CallbackManager(),
    )


def _written(
    decider: Decider, quoter: FactQuoter, citer: Citer, writer: Model, settings: Settings
) -> FactWriter:
    """Answers to questions of fact by ``writer``; ``quoter`` takes over where it fails."""
    return FactWriter(
        decider,
        quoter,
        citer,
        Asker(Prompts(), writer),
        writer,
        refuse_below=settings.refusing.refuse_below,
        mark=_marks(settings),
    )


def _marks(settings: Settings) -> bool:
    """Whether what is not borne out is shown as such, and not dropped."""
    return settings.unsupported == "mark"


def _reorder(
    library: Library, reader: QuestionReader, evidence: EvidenceReader, settings: Settings
) -> list[BaseNodePostprocessor]:
    """What reorders the best of what was found, as ``settings`` have it."""
    if settings.reranker == "none":
        return []
    if settings.reranker == BUNDLED:
        closely = LateInteraction(library, evidence, settings.finding.weights.close)
        return [Reorder(reader, closely, settings.shortlist, enough=ENOUGH)]
    # A model that somebody chose to have the last word is asked about all of the shortlist.
    return [Reorder(reader, CrossEncoding(settings.reranker), settings.shortlist)]


def question_reader(
    library: Library, settings: Settings, writer: Model | None = None
) -> QuestionReader:
    """Reads questions as the articles of ``library`` say their words and names; follow-ups and
    parts by ``writer``, where there is one and ``settings`` want it."""
    by_model = writer if settings.understanding == "model" else None
    return QuestionReader(
        lambda wanted: bool(library.versions(wanted)),
        settings,
        expand=Names(library).expand,
        weight=rarity(library).weight,
        known=lambda phrase: parts.together(phrase, library.texts_with(phrase, _LOOKED_AT)),
        rephraser=Rephraser(by_model, Prompts()) if by_model else None,
    )


def rarity(library: Library) -> Rarity:
    """How much words say in ``library``."""
    return Rarity(library.frequency, library.terms, library.passage_count)


def signal_reader(library: Library) -> SignalReader:
    """Reads what speaks for passages of ``library``."""
    return SignalReader(library.terms, library.telling, rarity(library).weight)


def evidence_reader(library: Library, model: SentenceEmbedding) -> EvidenceReader:
    """Reads passages of ``library`` closely."""
    return EvidenceReader(model, rarity(library).weight)


def reading_model(embedding: BaseEmbedding) -> SentenceEmbedding:
    """The model that reads passages: evidence is weighed on one scale, the bundled model's,
    whichever model finds it."""
    if isinstance(embedding, SentenceEmbedding) and embedding.model_name == BUNDLED:
        return embedding
    return SentenceEmbedding()


def model_of(settings: Settings, llm: object | None) -> Model | None:
    """The language model that writes: ``llm``, handed in, LlamaIndex's or ours; else what
    ``settings`` name; None where answers are quoted. One that lacks its extra, key or file says so
    when it is to write. Raises ``SettingsError`` for what is no model."""
    if llm is None and not settings.model:
        return None
    if llm is None:
        try:
            return llms.model_of(settings)
        except ModelError as error:
            return llms.Lacking(settings.model or "", error)
    if isinstance(llm, LLM):
        return AdaptedModel.of(llm)
    if all(hasattr(llm, name) for name in ("name", "context", "count", "stream")):
        return cast(Model, llm)
    raise SettingsError(f"{type(llm).__name__} is no language model.", "Hand in 'llm=' another.")


def warming(*models: BaseEmbedding) -> Callable[[], None]:
    """Loads those of the models that are ours; what others do at a first call is theirs."""
    ours = [model for model in models if isinstance(model, SentenceEmbedding)]

    def warm() -> None:
        for model in ours:
            model.question("")

    return warm
