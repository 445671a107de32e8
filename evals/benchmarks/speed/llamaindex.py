"""Plain LlamaIndex over Chroma, given the passages as nodes that have their vectors.

https://docs.llamaindex.ai/en/stable/examples/vector_stores/ChromaIndexDemo/
"""

from __future__ import annotations

from pathlib import Path
from typing import Self

import chromadb
from chromadb.config import Settings
from llama_index.core import VectorStoreIndex
from llama_index.core.schema import BaseNode, MetadataMode, TextNode
from llama_index.core.vector_stores import FilterOperator, MetadataFilter, MetadataFilters
from llama_index.embeddings.huggingface import HuggingFaceEmbedding
from llama_index.vector_stores.chroma import ChromaVectorStore

from evals.benchmarks.speed.searcher import Days, Portions
from rag.embedding import bundled_path

_BATCH = 5000
"""Chroma takes 5,461 at once at most."""


class LlamaIndex:
    def __init__(self, index: VectorStoreIndex) -> None:
        self._index = index

    @classmethod
    def fill(cls, folder: Path, portions: Portions) -> None:
        store = _store(folder)
        for some, vectors in portions:
            given = ((one, text) for one in some for text in one.texts())
            nodes: list[BaseNode] = [
                TextNode(
                    text=text,
                    metadata={"title": one.article.title, "day": one.day},
                    embedding=vector.tolist(),
                )
                for (one, text), vector in zip(given, vectors, strict=True)
            ]
            for i in range(0, len(nodes), _BATCH):
                store.add(nodes[i : i + _BATCH])

    @classmethod
    def opened(cls, folder: Path) -> Self:
        model = HuggingFaceEmbedding(str(bundled_path()), device="cpu")
        return cls(VectorStoreIndex.from_vector_store(_store(folder), embed_model=model))

    def search(self, question: str, k: int, days: Days, *, reorder: bool) -> int:
        bounds = [
            MetadataFilter(key="day", value=day.toordinal(), operator=operator)
            for day, operator in (
                (days.since, FilterOperator.GTE),
                (days.until, FilterOperator.LTE),
            )
            if day
        ]
        filters = MetadataFilters(filters=list(bounds)) if bounds else None
        found = self._index.as_retriever(similarity_top_k=k, filters=filters).retrieve(question)
        return len([node.get_content(MetadataMode.NONE) for node in found])

    def close(self) -> None:
        """Chroma has written everything by now."""


def _store(folder: Path) -> ChromaVectorStore:
    client = chromadb.PersistentClient(str(folder), Settings(anonymized_telemetry=False))
    return ChromaVectorStore(chroma_collection=client.get_or_create_collection("articles"))
