"""Phrases of English questions: what names something, what leans on words before it."""

from __future__ import annotations

import re

QUESTION_WORD = r"(?:what|which|who|whom|whose|when|where|why|how)"
BE = r"(?:is|are|was|were)"
AUXILIARY = (
    r"(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|shall|should|may|might|must)"
)
DETERMINER = r"(?:the|a|an)"
PREPOSITION = r"(?:in|on|at|of|for|by|to|from|with|about|under|over|near|into|after|before|during)"
PAST = (
    r"(?:\w+ed|came|won|lost|led|wrote|took|made|got|found|said|gave|began|became|ran|beat|paid|built"
    r"|caused|went|fell|left|sold|bought|owns|runs|leads|pays|happens)"
)
"""Verbs that often follow "who" and "what" directly."""
PRONOUN = r"(?:he|she|it|they|him|her|them|his|hers|its|their|theirs|this|that|these|those|there)"

_NAME = r"(?!I\b)[A-Z0-9£$€][\w'’.&-]*"
_NAMES = re.compile(rf"(?<=\s){_NAME}(?:\s{_NAME})*")
_THING = re.compile(rf"\b(?:{DETERMINER}|this|last|next)\s\w|(?<=\s){_NAME}")
_PLACE = re.compile(rf".*\s((?:in|on|at|near)\s(?:the\s|{_NAME}).*)$")
_TAIL = re.compile(rf".*?\b({PREPOSITION}\s(?:{DETERMINER}\s|{_NAME}).*)$")
_EMPTY = re.compile(
    r"(?:an?|and|are|as|at|be|been|by|did|do|does|for|from|had|has|have|how|if|in|is|its?|many|much|of"
    r"|on|or|so|than|that|the|theirs?|them|then|there|these|they|this|those|to|too|was|were|what"
    r"|when|where|which|who|whom|whose|why|will|with|would|he|she|him|hers?|his|also|long|far|old"
    r"|fast|big|come|came|happen|happened)$",
    re.I,
)
"""Words with which nothing is asked yet."""
_LONGEST = 8
"""Words of a question that another takes along: enough to tell what it is about."""


def plain(text: str) -> str:
    """``text`` in one line without its last marks."""
    return " ".join(text.split()).rstrip("?.! ")


def definite(phrase: str) -> bool:
    """Whether ``phrase`` names something, or speaks of "the" thing, past its first word."""
    return bool(_THING.search(phrase))


def says(question: str) -> bool:
    """Whether ``question`` asks something by itself, which "and how much of it?" does not."""
    return _telling(question) > 0


def stands(question: str) -> bool:
    """Whether another question may follow ``question``: it names something, or says enough."""
    return _telling(question) > 0 and (definite(question) or _telling(question) > 1)


def _telling(question: str) -> int:
    return sum(not _EMPTY.match(word) for word in re.findall(r"[\w'’-]+", question))


def shared(first: str, second: str) -> str:
    """``first`` with the end that it shares with ``second``: "What was feared [for the baths] and
    what was paid for the baths?"."""
    tail = _TAIL.match(second)
    begins = [question.lower().split()[:2] for question in (first, second)]
    if definite(first) or not tail or begins[0] != begins[1]:
        return first
    return f"{first} {tail[1]}"


def leans(question: str) -> bool:
    """Whether ``question`` cannot be understood alone."""
    return bool(re.search(rf"\b{PRONOUN}\b", question, re.I)) or not says(question)


def carried(first: str, later: str) -> str:
    """``later``, asked right after ``first``, made readable without it."""
    for meant, pronoun in _PRONOUNS.items():
        if match := pronoun.search(later):
            topic = meant(first) or _topic(first)
            owner = "'s" if match["word"].lower() in ("his", "its", "their") else ""
            if topic:
                return later[: match.start()] + topic + owner + later[match.end() :]
    # "The final result" is no better than "it" when nothing says of what.
    if _NAMES.search(later) and not re.search(r"\b(?:this|that|these|those)\b", later):
        return later
    topic = _topic(first)
    return later if topic.lower() in later.lower() else f"{later} ({topic})"


def _topic(question: str) -> str:
    """What ``question`` is about: the first thing it names, and all that is said of it unless that
    is what is asked."""
    match = _THING.search(question)
    if not match:
        return ""
    topic = question[match.start() :]
    asked = _ASKED_OF.search(question[: match.start()])
    if not asked:
        return " ".join(topic.split()[:_LONGEST])
    if name := _NAMES.match(question, match.start()):
        return name[0]
    # "When did the old bridge close after the flood": the old bridge.
    words = re.split(rf"\s(?:{PREPOSITION}|{AUXILIARY}|be|been|not)\b", topic)[0].split()
    verb = _PARTICIPLE.search(words[-1]) if asked["be"] else " to " not in topic
    return " ".join(words[:-1] if len(words) > 2 and verb else words)


_ASKED_OF = re.compile(
    rf"(?:\b(?:do|does|did|has|have|had|can|could|will|would|should)"
    rf"|(?:\b(?:when|where|why|how)\b.*|^)\b(?P<be>{BE}))\s$",
    re.I,
)
_PARTICIPLE = re.compile(r"(?:ed|en|wn|lt|ght|eld|old|ound|ost|aid|ut)$")


def _person(question: str) -> str:
    """Who is asked about: "the one who founded it" where the question asks just that."""
    asked = re.match(rf"who\s(?!{AUXILIARY}\b)(.+)$", question, re.I)
    if asked:
        return f"the one who {asked[1]}"
    name = _NAMES.search(question)
    return re.sub(r"['’]s$", "", name[0]) if name else ""


def _place(question: str) -> str:
    match = _PLACE.match(question)
    return match[1] if match else ""


_PRONOUNS = {
    _person: re.compile(r"\b(?P<word>he|she|him|his)\b", re.I),
    # Not the "there" of "there is".
    _place: re.compile(
        rf"(?<!\bis )(?<!\bare )(?<!\bwas )(?<!\bwere )(?<!\bbe )"
        rf"\b(?P<word>there)\b(?!\s{AUXILIARY}\b)",
        re.I,
    ),
    _topic: re.compile(r"\b(?P<word>it|they|them|its|their)\b", re.I),
}
"""Who or what each kind of pronoun stands for."""
