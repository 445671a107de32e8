"""Answers as LlamaIndex's synthesizer makes them, so that its query engine can hold ours."""

from __future__ import annotations

import asyncio
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Any

from llama_index.core.base.response.schema import Response, StreamingResponse
from llama_index.core.callbacks import CallbackManager
from llama_index.core.instrumentation.events.synthesis import (
    SynthesizeEndEvent,
    SynthesizeStartEvent,
)
from llama_index.core.llms.mock import MockLLM
from llama_index.core.response_synthesizers import BaseSynthesizer
from llama_index.core.schema import NodeWithScore, QueryBundle
from llama_index_instrumentation import get_dispatcher

from rag.answering import Answerer
from rag.nodes import hits
from rag.question import Question
from rag.question_reader import QuestionReader
from rag.stream import AnswerStream

_dispatcher = get_dispatcher(__name__)


@dataclass
class StreamedAnswer(StreamingResponse):
    """LlamaIndex's streaming response, holding our stream."""

    stream: AnswerStream | None = None


class QuotingSynthesizer(BaseSynthesizer):
    """Hands nodes to an answerer. A ``Question`` gets a stream, any other query a response."""

    def __init__(self, answerer: Answerer, reader: QuestionReader) -> None:
        # The null model is never called; without one the base class reaches for OpenAI.
        super().__init__(llm=MockLLM(), callback_manager=CallbackManager())
        self._answerer = answerer
        self._reader = reader

    def synthesize(
        self,
        query: QueryBundle | str,
        nodes: list[NodeWithScore],
        additional_source_nodes: Sequence[NodeWithScore] | None = None,
        **response_kwargs: Any,
    ) -> Response | StreamedAnswer:
        _dispatcher.event(SynthesizeStartEvent(query=query))
        response = self._response(query, [*nodes, *(additional_source_nodes or ())])
        _dispatcher.event(SynthesizeEndEvent(query=query, response=response))
        return response

    async def asynthesize(
        self,
        query: QueryBundle | str,
        nodes: list[NodeWithScore],
        additional_source_nodes: Sequence[NodeWithScore] | None = None,
        **response_kwargs: Any,
    ) -> Response | StreamedAnswer:
        return await asyncio.to_thread(
            self.synthesize, query, nodes, additional_source_nodes, **response_kwargs
        )

    def _response(
        self, query: QueryBundle | str, found: list[NodeWithScore]
    ) -> Response | StreamedAnswer:
        question = self._reader.of(query)
        stream = self._answerer.answer(question, hits(found))
        if isinstance(query, Question):
            return StreamedAnswer(_texts(stream), source_nodes=found, stream=stream)
        answer = stream.answer
        return Response(answer.text, source_nodes=found, metadata={"answer": answer.to_dict()})

    def get_response(self, query_str: str, text_chunks: Sequence[str], **kwargs: Any) -> str:
        """Not a way to an answer here: bare strings cannot be cited."""
        raise NotImplementedError("Use synthesize: an answer needs passages, not strings.")

    async def aget_response(self, query_str: str, text_chunks: Sequence[str], **kwargs: Any) -> str:
        return self.get_response(query_str, text_chunks, **kwargs)

    def _get_prompts(self) -> dict[str, Any]:
        return {}

    def _update_prompts(self, prompts: dict[str, Any]) -> None:
        """There are none."""


def _texts(stream: AnswerStream) -> Generator[str, None, None]:
    for statement in stream:
        yield str(statement)
