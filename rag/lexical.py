"""Passage words in tantivy: BM25 over text and title; derived from the catalog at any time.

BM25 as in Robertson and Zaragoza 2009 (https://doi.org/10.1561/1500000019), with tantivy's
k1 = 1.2 and b = 0.75. Neither text nor title is stored, and no word positions are.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import tantivy

from rag.errors import LibraryDamaged
from rag.storage import translated

_ANALYSER = "english"
_HEAP = 64_000_000

_FUNCTION_WORDS = (
    "a an and are as at be been being but by did do does for from had has have how if in into is"
    " it no not of on or such than that the their then there these they this to was were what"
    " when where which who whom whose why will with would"
)
"""Words that put a question together and say nothing of what it is about. BM25 weighs them
little, but a short passage that has many of them still gains by it."""


def analyser(*, leave_out: Sequence[str] = ()) -> tantivy.TextAnalyzer:
    """Lower case, accents folded, English stems (Porter 2), without the words to leave out."""
    return (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        .filter(tantivy.Filter.remove_long(40))
        .filter(tantivy.Filter.lowercase())
        .filter(tantivy.Filter.ascii_fold())
        .filter(tantivy.Filter.custom_stopword(list(leave_out)))
        .filter(tantivy.Filter.stemmer("english"))
        .build()
    )


def function_words(text: str) -> bool:
    """Whether ``text`` holds nothing but words that put a question together."""
    return not analyser(leave_out=_FUNCTION_WORDS.split()).analyze(text)


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("version", indexed=True, fast=True)
    builder.add_unsigned_field("ordinal", fast=True)
    for name in ("title", "text"):
        builder.add_text_field(name, tokenizer_name=_ANALYSER, index_option="freq")
    return builder.build()


Variants = Mapping[str, Sequence[tuple[str, float]]]
"""Words of a question, each with other ways to say it and what those count, 0..1."""


class Words:
    """One tantivy index in a folder, with its one writer."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._analyser = analyser()
        self._telling = analyser(leave_out=_FUNCTION_WORDS.split())
        with _tantivy(folder):
            folder.mkdir(parents=True, exist_ok=True)
            self._index = tantivy.Index(_schema(), path=str(folder))
            self._index.register_tokenizer(_ANALYSER, self._analyser)
            self._writer: tantivy.IndexWriter | None = self._new_writer()
            self._searcher = self._index.searcher()
        self._beginnings: dict[tuple[str, int], list[tuple[str, int]]] = {}

    def __len__(self) -> int:
        return self._searcher.num_docs

    def terms(self, text: str) -> list[str]:
        """The distinct terms of ``text`` as they are indexed, in order."""
        return list(dict.fromkeys(self._analyser.analyze(text)))

    def telling(self, text: str) -> list[str]:
        """The distinct terms of ``text``, in order, without those of words that only put a
        question together; all of them if there are no others."""
        terms = self._telling.analyze(text) or self._analyser.analyze(text)
        return list(dict.fromkeys(terms))

    def frequency(self, term: str) -> int:
        """Passages whose text holds ``term``."""
        # The index's own document frequency still counts what was deleted.
        with _tantivy(self.folder):
            found: Any = self._searcher.search(_term(self._index.schema, "text", term), 1)
        return int(found.count)

    def beginning(self, start: str, limit: int) -> list[tuple[str, int]]:
        """The ``limit`` most frequent terms of the texts that begin so, with their passages.
        Remembered until something changes: all terms that begin so are gone through."""
        known = self._beginnings
        if (start, limit) not in known:
            with _tantivy(self.folder):
                found = self._searcher.terms_with_prefix("text", start, limit=limit)
            known[start, limit] = [(str(term), int(count)) for term, count in found]
        return known[start, limit]

    def change(
        self,
        *,
        add: Iterable[tuple[int, int, str, str]] = (),
        delete: Iterable[int] = (),
    ) -> None:
        """Forgets whole versions, adds (version, ordinal, title, text), and commits."""
        if self._writer is None:
            raise LibraryDamaged(f"{self.folder} is closed.")
        with _tantivy(self.folder):
            try:
                for version in delete:
                    # By query: deleting by term takes the number for a signed one and
                    # silently finds nothing (tantivy-py 0.27).
                    gone = tantivy.Query.term_query(self._index.schema, "version", version)
                    self._writer.delete_documents_by_query(gone)
                for version, ordinal, title, text in add:
                    document = tantivy.Document()
                    document.add_unsigned("version", version)
                    document.add_unsigned("ordinal", ordinal)
                    document.add_text("title", title)
                    document.add_text("text", text)
                    self._writer.add_document(document)
                self._writer.commit()
            except ValueError:
                self._revive()
                raise
            self._index.reload()
            self._searcher = self._index.searcher()
            # A new one, for who is reading the old one may still add to it.
            self._beginnings = {}

    def best(
        self,
        text: str,
        k: int,
        *,
        title_weight: float,
        within: Set[int] | None = None,
        also: Variants | None = None,
        beside: Sequence[tuple[str, float]] = (),
    ) -> list[tuple[tuple[int, int], float]]:
        """The ``k`` best (version, ordinal) by BM25, best first, any of the words sufficing.

        Words that only put the question together are left out, unless there are no others.
        ``within`` names the versions that may be found; None means all. ``also`` has other ways
        to say words of ``text``: of a word and its variants the best match counts, and a rare
        variant counts no more than its word. Words ``beside`` are looked for as well, each with
        its weight; a word of ``text`` weighs 1.
        """
        schema, should = self._index.schema, tantivy.Occur.Should
        terms = self.telling(text)
        groups = []
        for words, variants in (also or {}).items():
            own = [term for term in self._analyser.analyze(words) if term in terms]
            terms = [term for term in terms if term not in own]
            groups.append((own, self._weighted(own, variants)))
        further: dict[str, float] = {}
        for words, worth in beside:
            for term in self._telling.analyze(words):
                if term not in terms:
                    further.setdefault(term, worth)
        clauses = []
        for field, weight in (("text", 1.0), ("title", title_weight)):
            if weight <= 0:
                continue
            queries = [_term(schema, field, term) for term in terms]
            queries += [_best_of(schema, field, own, others) for own, others in groups]
            queries += [
                tantivy.Query.boost_query(_term(schema, field, term), worth)
                for term, worth in further.items()
            ]
            boosted = [q if weight == 1 else tantivy.Query.boost_query(q, weight) for q in queries]
            clauses += [(should, query) for query in boosted]
        if not clauses:
            return []
        query = tantivy.Query.boolean_query(clauses)
        with _tantivy(self.folder):
            return self._read(query, k) if within is None else self._among(query, k, within)

    def holding(self, text: str) -> set[int]:
        """Versions with a passage that, together with its title, holds all terms of ``text``."""
        schema, must, should = self._index.schema, tantivy.Occur.Must, tantivy.Occur.Should
        fields = ("title", "text")
        clauses = [
            (must, tantivy.Query.boolean_query([(should, _term(schema, f, term)) for f in fields]))
            for term in self.terms(text)
        ]
        if not clauses:
            return set()
        query = tantivy.Query.const_score_query(tantivy.Query.boolean_query(clauses), 1.0)
        with _tantivy(self.folder):
            found = self._read(query, self._searcher.num_docs)
        return {version for (version, _), _ in found}

    def ids(self) -> set[tuple[int, int]]:
        """Every (version, ordinal) that is indexed."""
        with _tantivy(self.folder):
            found = self._read(tantivy.Query.all_query(), self._searcher.num_docs)
        return {key for key, _ in found}

    def close(self) -> None:
        """Lets the writer finish and gives up its lock."""
        if self._writer is not None:
            with _tantivy(self.folder):
                self._writer.wait_merging_threads()
            self._writer = None

    def _weighted(
        self, own: Sequence[str], variants: Iterable[tuple[str, float]]
    ) -> list[tuple[list[str], float]]:
        """The terms of each variant and what they count. What is in no passage is left out."""
        said, weighted = self._rarity(own), []
        for text, weight in variants:
            terms = list(dict.fromkeys(self._analyser.analyze(text)))
            rarity = self._rarity(terms)
            if terms and all(self.frequency(term) for term in terms):
                weighted.append((terms, weight * min(1.0, said / rarity) if said else weight))
        return weighted

    def _rarity(self, terms: Iterable[str]) -> float:
        """What BM25 gives for rarity, summed over those of the terms that occur."""
        total, counts = len(self), map(self.frequency, terms)
        return sum(math.log(1 + (total - n + 0.5) / (n + 0.5)) for n in counts if n)

    def _revive(self) -> None:
        """A writer that failed is dead for good; what it held uncommitted is dropped."""
        self._writer = None
        with _tantivy(self.folder):
            self._writer = self._new_writer()

    def _new_writer(self) -> tantivy.IndexWriter:
        # One thread: documents are few at a time, and embedding is what takes long.
        writer = self._index.writer(_HEAP, num_threads=1)
        # What a commit that was killed had begun to write goes: the next one may want a file of the
        # same name, and tantivy does not write over one. Where it cannot be tidied, on a full disk
        # say, reading goes on, and the next write tells.
        with suppress(ValueError, OSError):
            writer.garbage_collect_files()
        return writer

    def _among(
        self, query: tantivy.Query, k: int, within: Set[int]
    ) -> list[tuple[tuple[int, int], float]]:
        """The ``k`` best of these versions: taken from the best of all, as long as reading those
        costs less than handing over all the versions does."""
        if not within:
            return []
        wanted = 4 * k
        while wanted <= len(within):
            hits = self._read(query, wanted)
            found = [hit for hit in hits if hit[0][0] in within]
            if len(found) >= k or len(hits) < wanted:
                return found[:k]
            wanted *= 4
        must = tantivy.Occur.Must
        allowed = tantivy.Query.term_set_query(self._index.schema, "version", list(within))
        only = [(must, query), (must, tantivy.Query.const_score_query(allowed, 0.0))]
        return self._read(tantivy.Query.boolean_query(only), k)

    def _read(self, query: tantivy.Query, k: int) -> list[tuple[tuple[int, int], float]]:
        searcher = self._searcher
        # It makes room for as many as it is asked for.
        k = min(k, searcher.num_docs)
        hits = searcher.search(query, limit=k, count=False).hits if k else []
        addresses = [address for _, address in hits]
        versions = searcher.fast_field_values("version", addresses)
        ordinals = searcher.fast_field_values("ordinal", addresses)
        return [
            ((int(version or 0), int(ordinal or 0)), float(score))
            for (score, _), version, ordinal in zip(hits, versions, ordinals, strict=True)
        ]


def _term(schema: tantivy.Schema, field: str, term: str) -> tantivy.Query:
    return tantivy.Query.term_query(schema, field, term, "freq")


def _best_of(
    schema: tantivy.Schema,
    field: str,
    own: Sequence[str],
    others: Iterable[tuple[list[str], float]],
) -> tantivy.Query:
    """Any of ``own``, or all terms of one of the others at its weight: what scores best."""
    should, must = tantivy.Occur.Should, tantivy.Occur.Must
    ways = [tantivy.Query.boolean_query([(should, _term(schema, field, t)) for t in own])]
    for terms, weight in others:
        together = tantivy.Query.boolean_query([(must, _term(schema, field, t)) for t in terms])
        ways.append(tantivy.Query.boost_query(together, weight))
    return tantivy.Query.disjunction_max_query(ways)


@contextmanager
def _tantivy(folder: Path) -> Iterator[None]:
    # tantivy-py raises ValueError for whatever happens inside.
    with translated(folder, LibraryDamaged, ValueError):
        yield
