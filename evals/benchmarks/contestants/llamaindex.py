"""LlamaIndex over Chroma, as its starter tutorials put them together, without a language model.

https://docs.llamaindex.ai/en/stable/examples/vector_stores/ChromaIndexDemo/
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import chromadb
from chromadb.config import Settings
from llama_index.core import Document, StorageContext, VectorStoreIndex
from llama_index.core.schema import BaseNode, MetadataMode, TextNode
from llama_index.embeddings.huggingface import HuggingFaceEmbedding
from llama_index.vector_stores.chroma import ChromaVectorStore

from evals.benchmarks.contestants.contestant import Found
from evals.benchmarks.contestants.given import Given

_ARTICLE = "article"


class LlamaIndex:
    """Articles as documents, split by its default splitter. With ``passages`` its documents are
    the passages of Pullquote, all else being its defaults. With ``alike`` it is given those as
    nodes, and runs the model in the same number type."""

    def __init__(self, folder: Path, given: Given, *, alike: bool, passages: bool) -> None:
        self._alike = alike
        self._passages = passages
        options = {"dtype": given.number_type} if alike else {}
        self._model = HuggingFaceEmbedding(given.model, device="cpu", model_kwargs=options)
        client = chromadb.PersistentClient(str(folder), Settings(anonymized_telemetry=False))
        self._collection = client.get_or_create_collection("articles")
        self._store = ChromaVectorStore(chroma_collection=self._collection)
        self._index: VectorStoreIndex | None = None

    def ingest(self, given: Given) -> int:
        context = StorageContext.from_defaults(vector_store=self._store)
        if self._alike:
            self._index = VectorStoreIndex(
                nodes=_nodes(given), storage_context=context, embed_model=self._model
            )
        else:
            documents = _passages(given) if self._passages else _documents(given)
            self._index = VectorStoreIndex.from_documents(
                documents, storage_context=context, embed_model=self._model
            )
        return self._collection.count()

    def search(self, question: str, k: int) -> Sequence[Found]:
        assert self._index is not None  # noqa: S101 - ingest comes first
        found = self._index.as_retriever(similarity_top_k=k).retrieve(question)
        return [Found(n.metadata[_ARTICLE], n.get_content(MetadataMode.NONE)) for n in found]

    def close(self) -> None:
        """Chroma has written everything by now."""


def _documents(given: Given) -> list[Document]:
    return [
        Document(
            text=article.text,
            id_=article.id,
            metadata={"title": article.title, _ARTICLE: article.id},
            excluded_embed_metadata_keys=[_ARTICLE],
        )
        for article in given.articles
    ]


def _passages(given: Given) -> list[Document]:
    return [
        Document(
            text=piece.text,
            metadata={"title": piece.title, _ARTICLE: piece.article},
            excluded_embed_metadata_keys=[_ARTICLE],
        )
        for piece in given.pieces
    ]


def _nodes(given: Given) -> list[BaseNode]:
    return [
        TextNode(
            text=piece.text,
            metadata={"title": piece.title, _ARTICLE: piece.article},
            excluded_embed_metadata_keys=[_ARTICLE],
        )
        for piece in given.pieces
    ]
