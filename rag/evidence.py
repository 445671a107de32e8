"""How directly does each sentence of the best passages bear on the question?

Late interaction (ColBERT: Khattab and Zaharia 2020, https://arxiv.org/abs/2004.12832) with the
bundled model's own token vectors: each word of the question is compared with every word of a
sentence, the best match counts, and rare words count more than common ones. A passage goes
through the model whole, so a sentence's words are read in their context.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rag.embedding import Encoding, Floats, SentenceEmbedding
from rag.passages import Span
from rag.rows import Stored
from rag.types import Hit

_ABOUT = 0.3
"""What a word said beside a question weighs against a word of it."""


_REMEMBERED = 128
"""Texts whose token vectors are kept at hand: some 35 MB."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence that may answer. ``start`` and ``end`` count in the article's text;
    ``similarity`` is the weighted MaxSim, at most 1."""

    hit: Hit
    start: int
    end: int
    text: str
    similarity: float

    def overlaps(self, other: Sentence) -> bool:
        """Whether they have words of one article in common."""
        same = self.hit.source.id == other.hit.source.id
        return same and self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the best passages hold for a question.

    ``similarity`` and ``cosine`` have one value a passage, at most 1: its weighted MaxSim, and
    the similarity of passage and question as wholes.
    """

    sentences: tuple[Sentence, ...] = ()
    similarity: tuple[float, ...] = ()
    cosine: tuple[float, ...] = ()


class EvidenceReader:
    """Reads passages for a question with the bundled model; ``weight`` tells a word's rarity."""

    def __init__(self, model: SentenceEmbedding, weight: Callable[[str], float]) -> None:
        self._model = model
        self._weight = weight
        self._lock = threading.Lock()
        self._known: OrderedDict[str, Encoding] = OrderedDict()

    def read(
        self, question: str, passages: Sequence[tuple[Hit, Stored]], *, about: str = ""
    ) -> Evidence:
        """The evidence in ``passages``, their order kept. ``about`` are words that say what a
        question is about that does not say it itself: they weigh less, for what was spoken of
        before stands in many sentences that do not answer."""
        if not passages:
            return Evidence()
        pieces = [self._pieces(stored) for _, stored in passages]
        texts = [text for group in pieces for text, _ in group]
        whole = f"{question} ({about})" if about else question
        encodings = iter(self.encoded([whole, *texts]))
        asked = next(encodings)
        weights = self._token_weights(whole, asked.offsets, len(question))

        sentences: list[Sentence] = []
        similarity, cosine = [], []
        for (hit, stored), group in zip(passages, pieces, strict=True):
            parts = [(spans, next(encodings)) for _, spans in group]
            scored = [
                (span, value)
                for spans, encoding in parts
                for span, value in _sentence_scores(asked.tokens, weights, encoding, spans)
            ]
            text, start = stored.passage.text, stored.passage.start
            sentences += [
                Sentence(hit, a, b, text[a - start : b - start], value) for (a, b), value in scored
            ]
            tokens = np.concatenate([encoding.tokens for _, encoding in parts])
            similarity.append(_maxsim(asked.tokens, weights, tokens))
            cosine.append(max(float(encoding.vector @ asked.vector) for _, encoding in parts))
        return Evidence(tuple(sentences), tuple(similarity), tuple(cosine))

    def encoded(self, texts: Sequence[str]) -> list[Encoding]:
        """Of each text. What was read lately is not read again: passages that were put in order
        are quoted from next, and often asked about again."""
        with self._lock:
            found = {text: self._known[text] for text in texts if text in self._known}
        new = [text for text in dict.fromkeys(texts) if text not in found]
        found.update(zip(new, self._model.encode(new), strict=True))
        with self._lock:
            for text in texts:
                self._known[text] = found[text]
                self._known.move_to_end(text)
            while len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        return [found[text] for text in texts]

    def _pieces(self, stored: Stored) -> list[tuple[str, list[tuple[Span, Span]]]]:
        """What goes through the model: (text, [(span in the article, span in the text)]).

        The passage whole when the model can read that much, else sentence by sentence.
        """
        passage = stored.passage
        local = [((a, b), (a - passage.start, b - passage.start)) for a, b in stored.sentences]
        if self._model.count([passage.text])[0] <= self._model.window - 2:
            return [(passage.text, local)]
        return [(passage.text[a:b], [(span, (0, b - a))]) for span, (a, b) in local]

    def _token_weights(self, question: str, offsets: NDArray[np.int64], asked: int) -> Floats:
        """One weight a token, summing to 1: its word's rarity shared among the word's tokens. What
        begins after ``asked`` characters is said beside the question."""
        words = _words(question, offsets)
        weights = np.zeros(len(offsets), dtype=np.float32)
        for tokens, word in words:
            weights[tokens] = self._weight(word) / len(tokens)
        weights[offsets[:, 0] >= asked] *= _ABOUT
        total = float(weights.sum())
        # Nothing but the commonest words: then each counts the same.
        return weights / total if total > 0 else np.full_like(weights, 1 / max(len(weights), 1))


def _words(text: str, offsets: NDArray[np.int64]) -> list[tuple[list[int], str]]:
    """Tokens grouped into the words they are pieces of."""
    groups: list[tuple[list[int], int, int]] = []
    for i, (start, end) in enumerate(offsets.tolist()):
        joined = groups and groups[-1][2] == start and text[start : start + 1].isalnum()
        if joined and text[groups[-1][1] : start].isalnum():
            tokens, first, _ = groups[-1]
            groups[-1] = ([*tokens, i], first, end)
        else:
            groups.append(([i], start, end))
    return [(tokens, text[start:end]) for tokens, start, end in groups]


def _sentence_scores(
    asked: Floats, weights: Floats, encoding: Encoding, spans: list[tuple[Span, Span]]
) -> list[tuple[Span, float]]:
    matches = asked @ encoding.tokens.T
    starts = encoding.offsets[:, 0]
    scores = []
    for span, (a, b) in spans:
        inside = (starts >= a) & (starts < b)
        best = matches[:, inside].max(axis=1) if inside.any() else np.zeros(len(asked))
        scores.append((span, float(weights @ best)))
    return scores


def _maxsim(asked: Floats, weights: Floats, tokens: Floats) -> float:
    if not len(tokens) or not len(asked):
        return 0.0
    return float(weights @ (asked @ tokens.T).max(axis=1))
