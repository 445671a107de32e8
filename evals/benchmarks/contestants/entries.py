"""Who takes part in a benchmark, and what each needs to be installed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from evals.benchmarks.contestants.contestant import Contestant
from evals.benchmarks.contestants.given import Given


@dataclass(frozen=True, slots=True)
class Entry:
    """``packages`` are the distributions whose versions matter; ``opened`` imports and opens it
    on an empty folder."""

    name: str
    title: str
    packages: tuple[str, ...]
    opened: Callable[[Path, Given], Contestant]

    def lacking(self) -> tuple[str, ...]:
        """Those of its packages that are not installed."""
        return tuple(package for package in self.packages if not _version(package))

    def versions(self) -> dict[str, str]:
        return {package: _version(package) for package in self.packages}


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _ours(folder: Path, given: Given) -> Contestant:
    from evals.benchmarks.contestants.ours import Ours

    return Ours(folder)


def _llamaindex(
    folder: Path, given: Given, *, alike: bool = False, passages: bool = False
) -> Contestant:
    from evals.benchmarks.contestants.llamaindex import LlamaIndex

    return LlamaIndex(folder, given, alike=alike, passages=passages)


def _txtai(folder: Path, given: Given, *, alike: bool = False) -> Contestant:
    from evals.benchmarks.contestants.txtai import Txtai

    return Txtai(folder, given, alike=alike)


_MODEL = ("sentence-transformers", "transformers", "torch")
_LLAMAINDEX = (
    "llama-index-core",
    "llama-index-embeddings-huggingface",
    "llama-index-vector-stores-chroma",
    "chromadb",
    *_MODEL,
)
_TXTAI = ("txtai", "faiss-cpu", "transformers", "torch")

OURS = Entry(
    "pullquote",
    "Pullquote",
    ("pullquote", "llama-index-core", "chromadb", "tantivy", *_MODEL),
    _ours,
)
ENTRIES = (
    OURS,
    Entry("llamaindex", "LlamaIndex", _LLAMAINDEX, _llamaindex),
    Entry(
        "llamaindex-passages",
        "LlamaIndex, passages",
        _LLAMAINDEX,
        lambda folder, given: _llamaindex(folder, given, passages=True),
    ),
    Entry(
        "llamaindex-alike",
        "LlamaIndex alike",
        _LLAMAINDEX,
        lambda folder, given: _llamaindex(folder, given, alike=True),
    ),
    Entry("txtai", "txtai", _TXTAI, _txtai),
    Entry(
        "txtai-alike",
        "txtai alike",
        _TXTAI,
        lambda folder, given: _txtai(folder, given, alike=True),
    ),
)


def entry(name: str) -> Entry:
    """The contestant of that name; ``KeyError`` for none."""
    return {entry.name: entry for entry in ENTRIES}[name]
