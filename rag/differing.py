"""Do the articles disagree? Sentences that give the question different answers.

Two sentences differ when they are of different stories, say much of the question both, and what
each says is not borne out by the other (``rag.checking``): the words that answer
(``rag.pinpoint``), figures only of the same unit or of the same things; or, where no kind of thing
is asked for, nearly the same sentences but for a number, a day or a "not". Copies of one story are
one voice, unless they have another figure or name in the same sentence.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from rag.checking.checker import Checker
from rag.checking.faults import Quote, What
from rag.checking.figures import figures
from rag.directness import Weighed
from rag.evidence import Sentence
from rag.finding.folding import otherwise
from rag.pinpoint import pinpoint
from rag.types import Hit
from rag.wanted import Wanted, stems, wanted

_MOST = 3
"""Voices that are heard."""
_CHANCE = 0.1
"""Of the chance of the most direct sentence, what another must have to be heard."""
_SAYS = 0.7
"""Of what the most direct sentence says of the question's words, what another must say: else it
may be about something else."""
_TOUCHES = 0.4
"""Of the question's words, what the most direct sentence must say itself."""
_ALIKE, _LIKE = 0.5, 0.15
"""Of the words of two sentences, what must be common where no kind of thing is asked for, and where
one is: two that have nothing but the question's words in common tell different matters."""
_VALUES = frozenset({What.NUMBER, What.UNIT, What.DATE, What.NEGATION, What.OPPOSITE})
_FIGURE = r"(?:figures?|estimates?|totals?|counts?|tolls?|numbers?|sums?|levels?|forecasts?)"
_CORRECTS = re.compile(
    r"^\W*(?:correction|clarification)s?\b|\bearlier (?:version|report|edition|article)"
    r"|\bfirst reported\b|\b(?:article|report|story) was corrected\b"
    r"|\bwe (?:reported|printed|wrote|gave|should have)\b"
    rf"|\brevised (?:\w+ )?{_FIGURE}\b|\b{_FIGURE}\b[^.]{{0,60}}\brevised\b",
    re.IGNORECASE | re.MULTILINE,
)
"""Not "corrections officers", a "corrected" course or a "revised" law: to call an article a
correction that is none says something untrue above a quote."""


def disputed(asked: str, found: Sequence[Weighed]) -> list[Sentence]:
    """The most direct sentence of each voice, where voices differ: the newest last, undated ones
    before all; of more than are heard, those that correct. Empty where nothing differs. ``found``
    are best first."""
    voices: list[Weighed] = []
    for one in found:
        if _heard(one, voices) and all(_differ(asked, one, other) for other in voices):
            voices.append(one)
        if not voices:
            break
    if len(voices) < 2:
        return []
    every = [voice.sentence for voice in voices]
    heard = sorted(every, key=corrects, reverse=True)[:_MOST]
    return sorted(heard, key=lambda one: (_day(one.hit), corrects(one)))


def corrects(sentence: Sentence) -> bool:
    """Whether it says that something said before was wrong."""
    return bool(_CORRECTS.search(f"{sentence.hit.source.title}\n{sentence.text}"))


def _heard(one: Weighed, voices: Sequence[Weighed]) -> bool:
    says = sum(one.says.values())
    if not voices:
        return says >= _TOUCHES
    first = voices[0]
    return (
        all(voice.story != one.story or _copied_otherwise(one, voice) for voice in voices)
        and one.chance >= _CHANCE * first.chance
        and says >= _SAYS * sum(first.says.values())
    )


def _copied_otherwise(one: Weighed, other: Weighed) -> bool:
    """Whether another copy of the story has another figure or name in the same sentence."""
    copies = one.sentence.hit.source.id != other.sentence.hit.source.id
    return copies and otherwise(one.sentence.text, other.sentence.text)


def _differ(asked: str, one: Weighed, other: Weighed) -> bool:
    a, b = one.sentence, other.sentence
    if not _comparable(asked, a, b):
        return False
    missing = [_missing(asked, a, b), _missing(asked, b, a)]
    # Who corrects often says what was wrong, too.
    return all(missing) or (any(missing) and (corrects(a) or corrects(b)))


def _missing(asked: str, one: Sentence, other: Sentence) -> bool:
    """Whether what ``one`` answers is not borne out by ``other``, which answers otherwise."""
    here = pinpoint(asked, one.text)
    quote = [Quote.of(other.text, other.hit.source)]
    faults = Checker().check(one.text, quote).faults
    if not here:
        return any(fault.what in _VALUES for fault in faults)
    start, end = here[0]
    return any(fault.start < end and start < fault.end for fault in faults)


def _comparable(asked: str, one: Sentence, other: Sentence) -> bool:
    """Whether both answer with the same kind of thing; else, whether they are nearly the same."""
    here, there = pinpoint(asked, one.text), pinpoint(asked, other.text)
    if not here or not there:
        return not here and not there and _common(one.text, other.text) >= _ALIKE
    correcting = corrects(one) or corrects(other)
    if not correcting and _common(one.text, other.text) < _LIKE:
        return False
    if wanted(asked) not in (Wanted.NUMBER, Wanted.MEASURE):
        return True
    counted = [_counted(one.text, *here[0]), _counted(other.text, *there[0])]
    # "The number is 17, not 11 as was first reported" need not say of what.
    return bool(counted[0] & counted[1]) or (correcting and not all(counted))


def _counted(text: str, start: int, end: int) -> set[str]:
    """The unit of the figure there, or what it counts."""
    inside = [f for f in figures(text) if f.start < end and start < f.end]
    return {what for f in inside for what in ((f.unit,) if f.unit else f.nouns)}


def _common(one: str, other: str) -> float:
    a, b = stems(one), stems(other)
    return len(a & b) / (len(a | b) or 1)


def _day(hit: Hit) -> date:
    return hit.source.published.last if hit.source.published else date.min
