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

_SAME, _ALIKE = 0.72, 0.65
"""The cosines from which two passages of different articles say the same, and from which a further
one joins them. Of texts planted for one question 91 and 98 in a hundred are as near as that to each
other; of the honest article's passages, 19 and 34 are to them. Papers that tell of one event are
often beyond the second, and seldom beyond the first."""
_SEVERAL = 2
"""Articles beside the first that must say the same for them to be one voice: of two papers, the
second bears the first out."""


def echoing(found: Sequence[Weighed], vectors: Mapping[str, Floats]) -> dict[str, float]:
    """The passages that only echo that of the first of ``found``, which are best first, and how
    alike each is, as a cosine. ``vectors`` has the passages' own, of length one, by their ids."""
    if not found:
        return {}
    own, first = found[0].story, vectors[found[0].passage]
    near = {passage: float(vector @ first) for passage, vector in vectors.items()}
    # Who says the same sentence with another figure or name is no echo: there the articles differ.
    said = found[0].sentence.text
    differ = {one.passage for one in found if otherwise(one.sentence.text, said)}
    others = {
        one.passage: one.story for one in found if one.story != own and one.passage not in differ
    }
    same = {story for passage, story in others.items() if near[passage] >= _SAME}
    if len(same) < _SEVERAL:
        return {}
    return {passage: near[passage] for passage in others if near[passage] >= _ALIKE}


def one_voice(
    found: Sequence[Weighed], vectors: Mapping[str, Floats]
) -> tuple[list[Weighed], tuple[Weighed, ...]]:
    """``found`` without the passages that only echo that of the first; and, where there were
    echoes, who else is heard, most direct first: the most direct sentence of the others, and of
    the echo that is least like the first. Who says the same in words of its own is a witness of
    its own, and may say otherwise in what is asked. Chances are then those of the others among
    themselves."""
    echoes = echoing(found, vectors)
    if not echoes:
        return list(found), ()
    own, witness = found[0].story, min(echoes, key=lambda passage: echoes[passage])
    others = [one for one in found if one.story != own and one.passage not in echoes]
    witnessed = next(one for one in found if one.passage == witness)
    heard = sorted([*others[:1], witnessed], key=lambda one: -one.score)
    chances = ranking.chances([one.score for one in others])
    others = [replace(one, chance=c) for one, c in zip(others, chances, strict=True)]
    return [*(one for one in found if one.story == own), *others], tuple(heard)
