"""The words of a quoted sentence that answer most directly.

What is asked for (``rag.wanted``) says what such words look like; of those in the sentence that
are not the question's own, the ones nearest to its words are taken. Rules that read, and nothing
rather than something wrong: a question that any words could answer ("What is a tide?") marks none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.wanted import (
    LITTLE,
    NAMED,
    WORD,
    WORD_NUMBER,
    Span,
    Wanted,
    says_new,
    stem,
    stems,
    things,
    wanted,
)

_NAMING = re.compile(
    r"\b(?:called|known as|named|termed|dubbed|nicknamed|referred to as)(?: simply| also)?"
    r" (?:the |an? )?[\"“‘']?(?P<name>[\w’'-]+(?: (?!(?:and|or|in|on|at|by|for|to|with|which|who"
    r"|that|was|is|were|are|from|as|after|because|when|where)\b)[\w’'-]+){0,4})"
)
_KIND = re.compile(
    r"\b(?:what|which) (?:(?:type|kind|sort|form)s? of )?(?:[\w-]+ )?(?P<noun>[a-z]{3,})"
    r" (?:is|are|was|were|do|does|did|has|have|had|can|could|will|would)\b",
    re.IGNORECASE,
)
_PEOPLE = re.compile(r"\w+(?:ish|ese|[ai]ans?|[cn]ch)|Dutch|Greeks?|Arabs?|Germans?|Poles?|Turks?")
_PLACE_BEFORE = re.compile(r"\b(?:in|at|from|to|near|into|on|off|around|through|across) (?:the )?$")
_CLEAR = 2.0
"""How many times as fitting as the next name a name must be; figures and days are rarely beside
others, names often."""
_ADJECTIVES = 3
"""Words before a noun that may say which."""
_FIT = 0.5
"""How well a name must fit."""


def pinpoint(question: str, sentence: str) -> tuple[Span, ...]:
    """Ranges of ``sentence`` that answer ``question``: one, or none."""
    asked, kind = stems(question), wanted(question)
    named = kind in NAMED
    found = list(things(kind, sentence)) if kind else []
    found = found or list(_called(question, sentence)) or list(_of_kind(question, sentence))
    found = [
        (a, b) for a, b in found if says_new(sentence[a:b], asked, mostly=kind is None or named)
    ]
    anchors = [m.span() for m in WORD.finditer(sentence) if stem(m[0]) in asked]
    if not found or (not anchors and len(found) > 1):
        return ()
    fits = {span: _fit(kind, sentence, span) for span in found}
    worth = {span: fits[span] * _nearness(sentence, span, anchors) for span in found}
    best, *others = sorted(found, key=lambda span: -worth[span])
    clear = not others or worth[best] >= _CLEAR * worth[others[0]]
    return () if named and (fits[best] < _FIT or not clear) else (best,)


def _called(question: str, sentence: str) -> Iterator[Span]:
    """What something is called, if that is asked."""
    if re.search(r"\b(?:called|known as|named|names?|terms?|nickname|word)\b", question):
        for match in _NAMING.finditer(sentence):
            yield match.span("name")


def _of_kind(question: str, sentence: str) -> Iterator[Span]:
    """Things of the kind that "what cells" or "what type of engine" asks for, with the words
    before them that say which: "white blood cells"."""
    asked = _KIND.search(question)
    if asked is None:
        return
    noun, words = stem(asked["noun"]), list(WORD.finditer(sentence))
    for i, word in enumerate(words):
        first = i
        while first and i - first < _ADJECTIVES and _says_which(sentence, words, first):
            first -= 1
        if first < i and stem(word[0]) == noun:
            yield words[first].start(), word.end()


def _says_which(sentence: str, words: Sequence[re.Match[str]], i: int) -> bool:
    """Whether the word before the ``i``-th belongs to it as an adjective does."""
    before = words[i - 1]
    gap = sentence[before.end() : words[i].start()]
    return gap == " " and stem(before[0]) not in LITTLE


def _fit(kind: Wanted | None, sentence: str, span: Span) -> float:  # noqa: PLR0911 - one a rule
    """How well the words, and those around them, fit what is asked for; about 1."""
    words, before, after = sentence[slice(*span)], sentence[: span[0]], sentence[span[1] :]
    match kind:
        case Wanted.NAME | Wanted.PLACE if _PEOPLE.fullmatch(words) or before.endswith("("):
            return 0.2
        case Wanted.PLACE if after.startswith(("'s", "’s")):
            return 0.2
        case Wanted.PLACE:
            return 1.5 if _PLACE_BEFORE.search(before) else 1.0
        case Wanted.NAME if before.endswith(("the ", "The ")) and re.match(" [a-z]", after):
            return 0.4  # "the Tarn bridge": the name says which bridge
        case Wanted.NAME:
            fit = 0.5 if _PLACE_BEFORE.search(before) else 1.0
            fit *= 1.5 if before.endswith(" by ") else 1.0
            return fit * (1.5 if " " in words else 1.0)
        case Wanted.NUMBER | Wanted.MEASURE if words.casefold() == "one":
            return 0.3
        case Wanted.MEASURE if re.fullmatch(rf"[\d,.]+|{WORD_NUMBER}", words):
            return 0.5
    return 1.0


def _nearness(sentence: str, span: Span, anchors: Sequence[Span]) -> float:
    """Higher the nearer the question's words stand, and the more of them."""
    total = 0.0
    for start, end in anchors:
        between = sentence[end : span[0]] or sentence[span[1] : start]
        total += 1 / (1 + len(WORD.findall(between)) + 2 * between.count(","))
    return total
