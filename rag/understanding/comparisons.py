"""Comparisons: the same question about each of the things compared."""

from __future__ import annotations

import re
from collections.abc import Callable

from rag.understanding.phrases import (
    AUXILIARY,
    BE,
    DETERMINER,
    PAST,
    PREPOSITION,
    PRONOUN,
    QUESTION_WORD,
    definite,
)

Known = Callable[[str], bool]
Comparison = tuple[Callable[[str], str], tuple[str, str]]
"""What is asked of a thing, and the two things."""

_MORE = {
    "better": "good", "bigger": "big", "broader": "broad", "busier": "busy", "cheaper": "cheap",
    "closer": "close", "colder": "cold", "costlier": "costly", "darker": "dark", "deeper": "deep",
    "drier": "dry", "earlier": "early", "easier": "easy", "farther": "far", "faster": "fast",
    "fewer": "many", "further": "far", "greater": "great", "harder": "hard", "healthier": "healthy",
    "heavier": "heavy", "higher": "high", "hotter": "hot", "larger": "large", "later": "late",
    "less": "", "lighter": "light", "longer": "long", "louder": "loud", "lower": "low", "more": "",
    "nearer": "near", "newer": "new", "older": "old", "poorer": "poor", "quicker": "quick",
    "richer": "rich", "safer": "safe", "shallower": "shallow", "shorter": "short",
    "slower": "slow", "smaller": "small", "sooner": "soon", "stronger": "strong",
    "taller": "tall", "thicker": "thick", "thinner": "thin", "warmer": "warm", "weaker": "weak",
    "wealthier": "wealthy", "wetter": "wet", "wider": "wide", "worse": "bad", "younger": "young",
}  # fmt: skip
"""What is asked of each of two things when one is called more so than the other."""

_COMPARATIVE = rf"(?:(?:more|less)\s(?!than\b|or\b)\w+|{'|'.join(_MORE)})"
_RANKED = rf"(?:{'|'.join(_MORE)}|first|last|most|least)"
_A_OR_B = r"(?P<a>[^,]+?),?\sor\s(?P<b>[^,]+)$"
_ON = r"(?P<on>(?:\s(?:on|in|over|about|when|as)\b.*)?)"
_NAME = r"[A-Z][\w'’.-]*(?:\s[A-Z][\w'’.-]*)*"
_LEANING = re.compile(
    rf"\b(?:{PRONOUN}|ones?|earlier|previous|former|usual|others?|another|same|rest|average|year"
    r"|last|any|all)\b",
    re.I,
)
"""What cannot be looked for without what was said before, or is no thing at all."""
_LONGEST = 10
"""Words of a thing. A whole clause is no thing."""


def _rule(*pieces: str) -> re.Pattern[str]:
    return re.compile("".join(pieces) + "$", re.IGNORECASE)


_WHICH_IS = _rule(
    rf"(?:which|who|what)\s(?:\w+\s)?(?P<be>{BE})\s(?:the\s)?(?P<how>{_COMPARATIVE})[,:]?\s",
    _A_OR_B,
)
_WHICH = _rule(rf"(?:which|who|what)\s(?P<said>.*\b{_RANKED}\b.*?)[,:]\s", _A_OR_B)
_OR = _rule(rf"(?P<left>(?:{AUXILIARY}|{QUESTION_WORD})\b.*\b{_RANKED}\b.*?),?\sor\s(?P<b>[^,]+)")
_IS_THAN = _rule(
    rf"(?P<be>{BE})\s(?P<a>.+?)\s(?:much\s|any\s)?(?P<how>{_COMPARATIVE})\sthan\s(?P<b>.+)"
)
_HOW_MUCH_THAN = _rule(
    rf"how\smuch\s(?P<how>{_COMPARATIVE})\s(?P<be>{BE})\s(?P<a>.+?)\sthan\s(?P<b>.+)"
)
_HOW_MANY_MORE = _rule(
    r"(?P<how>how\s(?:many|much))\s(?:more|fewer|less)\s(?P<left>.+)\sthan\s(?P<b>.+)"
)
_BETWEEN = _rule(
    rf"(?:what\s{BE}\s(?:the\s)?(?:main\s|key\s)?(?:differences?|similarit(?:y|ies))",
    r"(?:\sin\s(?P<in>.+?))?\sbetween|compare)\s(?P<both>.+)",
)
_THEY = _rule(
    r"(?:how|what|where)\s(?:do|did)\s(?P<both>.+?)\s(?:differ|compare|disagree|have\sin\scommon)",
    _ON,
)
_FROM = _rule(
    r"how\s(?:(?:does|do|did)\s(?P<a>.+?)\s(?:differ\sfrom|compare\s(?:with|to))",
    rf"|{BE}\s(?P<c>.+?)\sdifferent\sfrom)\s(?P<b>.+?)",
    _ON,
)
_SAME = re.compile(
    rf"(?i:{AUXILIARY})\s(?:both\s)?(?P<both>[A-Z].*?\sand\s.*?)\s"
    r"(?P<rest>both\b.*|(?:[a-z]+\s){0,2}the\ssame\b.*)$"
)


def compared(question: str, known: Known) -> tuple[str, ...]:
    """What ``question`` asks of each of two things, without marks; nothing when it compares none
    that can be looked for. ``known`` tells whether names joined by "and" are one."""
    for rule in (_which_of, _either, _than, _more_than, _difference, _both):
        found = rule(question, known)
        if found and all(map(_thing, found[1])):
            ask, things = found
            return tuple(map(ask, things))
    return ()


def _thing(phrase: str) -> bool:
    """Whether a phrase can be looked for: it names something, and leans on nothing before it."""
    named = phrase[:1].isupper() or definite(phrase)
    return named and len(phrase.split()) <= _LONGEST and not _LEANING.search(phrase)


def _which_of(question: str, _: Known) -> Comparison | None:
    """Which is older, A or B? Who scored more goals, A or B?"""
    if match := _WHICH_IS.match(question):
        return _how(match), (match["a"], match["b"])
    if not (match := _WHICH.match(question)):
        return None
    # "Which town has more people" asks of each town: it has more people.
    noun = re.match(rf"(?:[a-z-]+\s){{0,3}}?(?={AUXILIARY}\b|{PAST}\b)", match["said"])
    said = match["said"][noun.end() :] if noun else match["said"]
    return lambda thing: f"{thing} {said}", (match["a"], match["b"])


def _either(question: str, _: Known) -> Comparison | None:
    """Did more people come to the fair in A or in B?"""
    if not (match := _OR.match(question)):
        return None
    left, b = match["left"], match["b"]
    a = _parallel(left, b)
    return (lambda thing: left[: -len(a)] + thing, (a, b)) if a else None


def _than(question: str, _: Known) -> Comparison | None:
    """Is A older than B? How much smaller is A than B?"""
    match = _IS_THAN.match(question) or _HOW_MUCH_THAN.match(question)
    if not match or match["a"].lower().startswith("there"):
        return None
    b = re.sub(r",?\sand\s(?:by\s)?how\s(?:much|many).*$", "", match["b"])
    return _how(match), (match["a"], b)


def _more_than(question: str, _: Known) -> Comparison | None:
    """How many more people came to A than to B?"""
    match = _HOW_MANY_MORE.match(question)
    # "More than the council said" compares with a saying, not with a thing.
    if not match or re.match(rf"{DETERMINER}\s", match["b"]):
        return None
    how, left, b = match["how"], match["left"], match["b"]
    a = _parallel(left, b)
    return (lambda thing: f"{how} {left[: -len(a)]}{thing}", (a, b)) if a else None


def _difference(question: str, known: Known) -> Comparison | None:
    """How do A and B differ on X? How does A compare with B? The difference between A and B?"""
    if match := _FROM.match(question):
        on, things = match["on"], (match["a"] or match["c"], match["b"])
        return lambda thing: thing + on, things
    if match := _BETWEEN.match(question):
        on = f" {match['in']}" if match["in"] else ""
    elif match := _THEY.match(question):
        on = match["on"]
    else:
        return None
    pair = _pair(match["both"], known)
    return (lambda thing: thing + on, pair) if pair else None


def _both(question: str, known: Known) -> Comparison | None:
    """Are A and B both in C? Do A and B have the same owner?"""
    match = _SAME.match(question)
    pair = _pair(match["both"], known) if match else None
    if not match or not pair:
        return None
    rest = " ".join(re.sub(r"\bboth\b|\bthe\ssame\b", "", match["rest"]).split())
    return lambda thing: f"{thing} {rest}", pair


def _how(match: re.Match[str]) -> Callable[[str], str]:
    """How old is it, of "older"; how popular, of "more popular"."""
    first, *more = match["how"].lower().split()
    asked = " ".join(word for word in ("how", _MORE[first], *more, match["be"].lower()) if word)
    return lambda thing: f"{asked} {thing}"


def _parallel(left: str, right: str) -> str:
    """The end of ``left`` that begins as ``right`` does; empty when nothing does."""
    opening = right.split(maxsplit=1)[0]
    if re.fullmatch(PREPOSITION, opening):
        start = left.rfind(f" {opening} ")
    elif re.fullmatch(DETERMINER, opening):
        start = max((m.start() for m in re.finditer(rf"\s{DETERMINER}\s", left)), default=-1)
    else:
        match = re.search(rf"\s{_NAME}$", left) if opening[:1].isupper() else None
        start = match.start() if match else -1
    return left[start + 1 :] if start > 0 else ""


def _pair(phrase: str, known: Known) -> tuple[str, str] | None:
    """The two things that an "and" joins, unless it belongs to a name or another one might."""
    phrase = re.sub(r"^both\s", "", phrase)
    cuts = [cut for cut in re.finditer(r",?\sand\s", phrase) if not _within(phrase, cut, known)]
    if len(cuts) != 1:
        return None
    first, second = phrase[: cuts[0].start()], phrase[cuts[0].end() :]
    # "The Welsh and Irish coasts" share their last word.
    joint = re.match(DETERMINER, first, re.I) and not re.match(DETERMINER, second, re.I)
    return None if joint and re.search(r"\s[a-z]", second) else (first, second)


def _within(phrase: str, cut: re.Match[str], known: Known) -> bool:
    """Whether this "and" stands within a name."""
    before = re.search(rf"{_NAME}$", phrase[: cut.start()])
    after = re.match(_NAME, phrase[cut.end() :])
    return bool(before and after and known(f"{before[0]} and {after[0]}"))
