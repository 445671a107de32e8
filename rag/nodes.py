"""Hits as LlamaIndex nodes and back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from llama_index.core.bridge.pydantic import Field
from llama_index.core.schema import NodeWithScore, TextNode

from rag.types import Hit


class HitNode(TextNode):
    """A passage as a node: its words, its place, and what other people's postprocessors and
    prompts may want to know of its article."""

    hit: Hit = Field(exclude=True)

    @classmethod
    def class_name(cls) -> str:
        return "HitNode"


def node(hit: Hit) -> NodeWithScore:
    source = hit.source
    metadata = {
        # LlamaIndex drops nodes of equal words and metadata: these are other words elsewhere.
        "passage": hit.passage.id,
        "article": source.id,
        "title": source.title,
        "source": source.source,
        "published": str(source.published or ""),
        "url": source.url,
    }
    made = HitNode(
        hit=hit,
        id_=hit.passage.id,
        text=hit.passage.text,
        start_char_idx=hit.passage.start,
        end_char_idx=hit.passage.end,
        extra_info={name: value for name, value in metadata.items() if value},
    )
    return NodeWithScore(node=made, score=hit.score)


def hits(nodes: Iterable[NodeWithScore]) -> tuple[Hit, ...]:
    """The hits behind nodes of ours, with the scores they have now; other nodes have none."""
    return tuple(
        replace(n.node.hit, score=float(n.score or 0.0))
        for n in nodes
        if isinstance(n.node, HitNode)
    )
