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

_ALIKE = 0.72
"""The cosine from which two passages of different articles say the same. Of texts planted for one
question four in five are as near as that to each other; of the honest article's passages, one in
five is to them; of ``squad2``'s articles to each other, one in fifty."""
_SEVERAL = 2
"""Articles beside the first that must say the same for them to be one voice: of two papers, the
second bears the first out."""


_HEARD = 2
"""Others that are heard beside a voice that has echoes. Who plants texts says the question's own
words; the honest article may say other ones, and then is not the first of the others."""


def echoing(found: Sequence[Weighed], vectors: Mapping[str, Floats]) -> frozenset[str]:
    """The passages that only echo that of the first of ``found``, which are best first. ``vectors``
    has the passages' own, of length one, by their ids."""
    if not found:
        return frozenset()
    own, first = found[0].story, vectors[found[0].passage]
    alike = {passage for passage, vector in vectors.items() if float(vector @ first) >= _ALIKE}
    stories = {one.passage: one.story for one in found if one.passage in alike and one.story != own}
    return frozenset(stories) if len(set(stories.values())) >= _SEVERAL else frozenset()


def one_voice(
    found: Sequence[Weighed], vectors: Mapping[str, Floats]
) -> tuple[list[Weighed], tuple[Weighed, ...]]:
    """``found`` without the passages that only echo that of the first; and, where there were
    echoes, the most direct sentence of others that are heard, one a story. Their chances are then
    those among themselves."""
    echoes = echoing(found, vectors)
    if not echoes:
        return list(found), ()
    own = found[0].story
    others = [one for one in found if one.story != own and one.passage not in echoes]
    chances = ranking.chances([one.score for one in others])
    others = [replace(one, chance=c) for one, c in zip(others, chances, strict=True)]
    heard: dict[str, Weighed] = {}
    for one in others:
        heard.setdefault(one.story, one)
    left = [*(one for one in found if one.story == own), *others]
    return left, tuple(heard.values())[:_HEARD]
