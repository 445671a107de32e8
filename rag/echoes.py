"""Passages that say the same again are one voice, however many they are.

Copies are known as one story long before (``rag.stories``). What is left are texts that say one
thing in other words, as those that are planted to be found do (PoisonedRAG: Zou et al. 2024,
https://arxiv.org/abs/2402.07867): of these the most direct is heard, and then what others say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from rag.directness import Weighed
from rag.embedding import Floats
from rag.finding import ranking
from rag.finding.folding import otherwise

_ALIKE = 0.72
"""The cosine from which two passages of different articles say the same. Of texts planted for one
question four in five are as near as that to each other; of the honest article's passages, one in
five is to them; of ``squad2``'s articles to each other, one in fifty."""
_SEVERAL = 2
"""Articles beside the first that must say the same for them to be one voice: of two papers, the
second bears the first out."""


def one_voice(
    found: Sequence[Weighed], vectors: Mapping[str, Floats]
) -> tuple[list[Weighed], Weighed | None]:
    """``found``, best first, without the passages that only echo that of the first; and, where
    there were echoes, the most direct sentence of the others, whose chances are then those among
    themselves. ``vectors`` has the passages' own, of length one, by their ids."""
    if not found:
        return [], None
    own, first = found[0].story, vectors[found[0].passage]
    alike = {passage for passage, vector in vectors.items() if float(vector @ first) >= _ALIKE}
    # Who says the same sentence with another figure or name is no echo: there the articles differ.
    said = found[0].sentence.text
    alike -= {one.passage for one in found if otherwise(one.sentence.text, said)}
    echoing = {one.passage: one.story for one in found if one.passage in alike and one.story != own}
    if len(set(echoing.values())) < _SEVERAL:
        return list(found), None
    others = [one for one in found if one.story != own and one.passage not in echoing]
    chances = ranking.chances([one.score for one in others])
    others = [replace(one, chance=c) for one, c in zip(others, chances, strict=True)]
    return [*(one for one in found if one.story == own), *others], next(iter(others), None)
