"""What only may be: what somebody may, could, plans or hopes to do, or is accused of, is not done.

A word of the quotes that says so ("may", "hopes to", "accused of") holds for the next one that says
something. Where a statement says that one among the same words, and nothing in it shows that it is
unsure, nobody has said so. What is planned may be told as what will be.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.checking.faults import Fault, What
from rag.checking.polarity import Read
from rag.checking.roles import PARTICIPLE
from rag.checking.words import Word, around, shared, snippet, stem

_MAY_WORDS = "may might could possibly allegedly reportedly supposedly alleged"
_MAY = frozenset(_MAY_WORDS.split())
_PLAN_WORDS = "plan intend aim expect propose promise vow schedule"
_PLAN = frozenset(map(stem, _PLAN_WORDS.split()))
"""With "to": what they speak of may be told as what will be."""
_HOPE_WORDS = "hope want wish seek try attempt threaten"
_HOPE = frozenset(map(stem, _HOPE_WORDS.split()))
_ACCUSE_WORDS = "accuse suspect suspicion"
_ACCUSE = frozenset(map(stem, _ACCUSE_WORDS.split()))
"""With "of", a few words farther on."""
_UNSURE_WORDS = """can perhaps maybe would should ought must likely probable probably possible
    possibility potential potentially chance risk apparently apparent whether if unless when once
    until depend provided claim say said tell report believe think suppose suggest consider
    ask call charge deny accusation allegation hopeful design able ability capable decide agree
    idea need"""
_TO = _PLAN | _HOPE
_UNSURE = frozenset(map(stem, (*_UNSURE_WORDS.split(), *_MAY))) | _ACCUSE | _TO
"""What makes a statement unsure, too."""
_FUTURE_WORDS = "will shall would 'll going due set"
_FUTURE = frozenset(_FUTURE_WORDS.split())
_GENERAL = frozenset(("may", "might", "could"))
_TENSES_WORDS = "will shall would 'll has have had was were did been"
_TENSES = frozenset(_TENSES_WORDS.split())
_IS = frozenset(("is", "are", "be"))
_CONDITIONS = frozenset(("if", "unless"))
_ADVERBS = frozenset(("soon", "still", "even", "once", "again", "never", "back", "later", "first"))
_CLOSES_WORDS = "that but although though while because which who where when if unless until"
_CLOSES = frozenset(_CLOSES_WORDS.split())
_USUAL = frozenset(map(stem, ("find", "use", "see", "know", "call", "include", "refer", "occur")))
"""What "may be found" or "may occur" is found and occurs: nobody doubts it."""
_FARTHEST, _OF_WITHIN = 6, 7
_AHEAD, _BEHIND = 8, 4
"""Words before and after one of a statement among which something may make it unsure."""
_MARGIN = 0.6
"""How much nearer the words must be to what only may be than to the same said plainly."""


@dataclass(frozen=True, slots=True)
class Unsure:
    """``cue`` is the place of the word that makes another one unsure. What is ``planned`` may be
    told as what will be, and what may be ``generally`` as what is."""

    cue: int
    planned: bool = False
    generally: bool = False


def heads(found: Sequence[Word]) -> dict[int, Unsure]:
    """The places of words that only may be so."""
    made: dict[int, Unsure] = {}
    for at, word in enumerate(found):
        begin, cue = _begin(found, at), at
        if word.plain in ("will", "would") and (condition := _condition(found, at)) is not None:
            begin, cue = at + 1, condition
        if begin is not None and (head := _head(found, begin)) is not None:
            planned, generally = word.stem in _PLAN, word.plain in _GENERAL
            made.setdefault(head, Unsure(cue, planned=planned, generally=generally))
    return made


def _begin(found: Sequence[Word], at: int) -> int | None:
    """Where what the word at ``at`` makes unsure begins, if it does so."""
    word = found[at]
    following = found[at + 1].plain if at + 1 < len(found) else ""
    if word.plain in _MAY:
        # May is a month, too; "could not" is sure.
        month = word.plain == "may" and word.capital
        return None if month or (word.plain == "could" and following == "not") else at + 1
    if word.stem in _TO:
        return at + 2 if following == "to" else None
    if word.stem in _ACCUSE:
        for i in range(at + 1, min(at + _OF_WITHIN, len(found))):
            if found[i].breaks:
                return None
            if found[i].plain == "of":
                return i + 1
    return None


def _head(found: Sequence[Word], begin: int) -> int | None:
    for i in range(begin, min(begin + _FARTHEST, len(found))):
        if found[i].breaks or found[i].plain in _CLOSES:
            return None
        adverb = found[i].plain.endswith("ly") or found[i].plain in _ADVERBS
        if found[i].says and not adverb:
            # "May be domestic": no more is said of it than of "some domestic animals".
            being = found[i - 1].plain == "be" and not PARTICIPLE.match(found[i].plain)
            return None if being or found[i].stem in _USUAL else i
    return None


def _condition(found: Sequence[Word], at: int) -> int | None:
    """The place of the condition with which the sentence of the word at ``at`` begins or ends."""
    start = at
    while start > 0 and not found[start].first:
        start -= 1
    if found[start].plain in _CONDITIONS:
        return start
    for i in range(at + 1, len(found)):
        if found[i].first:
            return None
        if found[i].plain in _CONDITIONS:
            return i if found[i - 1].plain not in ("as", "even", "if") else None
    return None


def unsupported(said: Read, quoted: Sequence[Read]) -> Iterator[Fault]:
    """The first word of ``said`` that the quotes say only of what may be."""
    future = any(word.plain in _FUTURE for word in said.words)
    unsure = [heads(read.words) for read in quoted]
    spoken = {read.words[i].stem for read, made in zip(quoted, unsure, strict=True) for i in made}
    for at, word in enumerate(said.words):
        if word.stem not in spoken or _is_unsure(said.words, at):
            continue
        found = _only_unsure(said, at, quoted, unsure)
        if found is None or (found[2].planned and future):
            continue
        if found[2].generally and not _tensed(said.words, at):
            continue
        read, i, how = found
        mine = snippet(said.text, said.words, at - 1, at)
        told = snippet(read.text, read.words, min(how.cue, i - 1), max(how.cue, i))
        why = f"says “{mine}”; the quoted words say “{told}”"
        yield Fault(What.MODALITY, word.start, word.end, why)
        return


def _is_unsure(found: Sequence[Word], at: int) -> bool:
    """Whether something beside the word at ``at`` makes it unsure, or it is nothing done: "to
    close", "the closing of"."""
    if found[at].plain.endswith("ing") or (at and found[at - 1].plain == "to"):
        return True
    near = found[max(0, at - _AHEAD) : at + 1 + _BEHIND]
    return any((w.stem in _UNSURE and w.text != "May") or w.plain in _CONDITIONS for w in near)


def _tensed(found: Sequence[Word], at: int) -> bool:
    """Whether the word at ``at`` tells of what will be or was, not of what is."""
    before = [w.plain for w in found[max(0, at - 3) : at]]
    if any(plain in _TENSES for plain in before):
        return True
    word = found[at]
    past = word.plain.endswith("ed") or not word.plain.startswith(word.stem.rstrip("i"))
    return past and not any(plain in _IS for plain in before)


def _only_unsure(
    said: Read, at: int, quoted: Sequence[Read], unsure: Sequence[dict[int, Unsure]]
) -> tuple[Read, int, Unsure] | None:
    """Where the quotes speak of the word at ``at`` as what only may be, if nowhere as near else."""
    near = around(said.words, at)
    best, plain = 0.0, -1.0
    where: tuple[Read, int, Unsure] | None = None
    for read, made in zip(quoted, unsure, strict=True):
        for i, word in enumerate(read.words):
            if word.stem != said.words[at].stem:
                continue
            score = shared(near, around(read.words, i))
            if i not in made:
                plain = max(plain, score)
            elif score > best:
                best, where = score, (read, i, made[i])
    return where if best > plain + _MARGIN * (plain > 0) else None
