"""Who is timed in a large collection: of the contestants of a benchmark those that can be filled
past their model."""

from __future__ import annotations

from importlib import import_module

from evals.benchmarks.contestants.entries import ENTRIES, OURS
from evals.benchmarks.speed.searcher import Searcher

_CLASSES = {
    "pullquote": "evals.benchmarks.speed.ours:Ours",
    "llamaindex": "evals.benchmarks.speed.llamaindex:LlamaIndex",
    "txtai": "evals.benchmarks.speed.txtai:Txtai",
}
SIDES = tuple(entry for entry in ENTRIES if entry.name in _CLASSES)
REORDERING = frozenset({OURS.name})
"""Those that can reorder what they found."""


def searcher(name: str) -> type[Searcher]:
    """Imports what it stands for."""
    module, _, kind = _CLASSES[name].partition(":")
    found: type[Searcher] = getattr(import_module(module), kind)
    return found
